/*
 * The firewall's own thread, and the mailbox between it and the deciding thread.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/firewall_thread.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/win32/firewall_com.h"
#include "core/win32/hyperv_firewall.h"

#include <objbase.h>

#include <string.h>

#define FAREWELL_MS 2000
/* A reading that failed is tried again after 1, 2, 4 … 32 s, then only when asked: the firewall
 * service starts late, or is off for good. */
#define FIRST_RETRY_MS 1000
#define LAST_RETRY_MS 32000

struct job {
    struct firewall_rule *removals; /* owned */
    size_t removal_count;
    struct firewall_rule *additions; /* owned */
    size_t addition_count;
    struct script_rule_switch *switches; /* owned */
    size_t switch_count;
};

struct failure_list {
    struct firewall_failure *items;
    size_t count, capacity;
};

struct firewall_thread {
    HANDLE work; /* auto-reset: look into the mailbox */
    HANDLE news; /* our own duplicate, for we may outlive the owner's */
    HANDLE thread;

    SRWLOCK lock; /* guards all below */
    bool stop;
    bool refresh;
    bool has_pending;
    struct job pending;
    struct job pending_switches; /* nothing but these: the two replace each other's kind only */
    bool is_working; /* a job was begun and its outcome is not in `state` yet */
    struct firewall_state state; /* its failures are kept in `failures` */
    struct failure_list failures;
};

static void *copy_items(const void *items, size_t count, size_t size)
{
    void *copy;

    if (count == 0)
        return NULL;
    copy = mem_resize(NULL, count, size);
    memcpy(copy, items, count * size);
    return copy;
}

static void clear_job(struct job *job)
{
    mem_free(job->removals);
    mem_free(job->additions);
    mem_free(job->switches);
    *job = (struct job){0};
}

/* Its predecessor could not be removed: the reason for that is the one to show. */
static void forget_addition(struct job *job, const char *name)
{
    for (size_t i = job->addition_count; i-- > 0;) {
        if (strcmp(job->additions[i].name, name) == 0)
            job->additions[i] = job->additions[--job->addition_count];
    }
}

static void forget_failure(struct failure_list *list, const char *name)
{
    for (size_t i = list->count; i-- > 0;) {
        if (strcmp(list->items[i].name, name) == 0)
            list->items[i] = list->items[--list->count];
    }
}

/* An outcome takes the place of what was known of that name. */
static void record(struct firewall_thread *self, const char *name, bool ok,
                   const struct error *err)
{
    AcquireSRWLockExclusive(&self->lock);
    forget_failure(&self->failures, name);
    if (!ok) {
        struct firewall_failure *failure = LIST_ADD(&self->failures);

        text_copy(failure->name, sizeof failure->name, name);
        failure->os_code = err->os_code;
    }
    ReleaseSRWLockExclusive(&self->lock);
}

static bool is_stopping(struct firewall_thread *self)
{
    bool stopping;

    AcquireSRWLockExclusive(&self->lock);
    stopping = self->stop;
    ReleaseSRWLockExclusive(&self->lock);
    return stopping;
}

/* Both firewalls as they could be opened: NULL for one that could not, whose error then tells. */
struct firewalls {
    struct firewall_com *host;
    struct hyperv_firewall *hyperv;
    struct error host_error;
    struct error hyperv_error;
};

static struct firewalls open_firewalls(void)
{
    struct firewalls all = {0};

    all.host = firewall_com_open(&all.host_error);
    all.hyperv = hyperv_firewall_open(&all.hyperv_error);
    return all;
}

static void close_firewalls(struct firewalls *all)
{
    hyperv_firewall_close(all->hyperv);
    firewall_com_close(all->host);
}

static bool remove_one(struct firewall_thread *self, const struct firewall_rule *rule,
                       const struct firewalls *all)
{
    const bool is_hyperv = rule->kind == FIREWALL_HYPERV;
    struct error err = is_hyperv ? all->hyperv_error : all->host_error;
    bool ok;

    if (is_hyperv)
        ok = all->hyperv != NULL && hyperv_firewall_remove(all->hyperv, rule, &err);
    else
        ok = all->host != NULL && firewall_com_remove(all->host, rule, &err);
    record(self, rule->name, ok, &err);
    return ok;
}

static void add_one(struct firewall_thread *self, const struct firewall_rule *rule,
                    const struct firewalls *all)
{
    const bool is_hyperv = rule->kind == FIREWALL_HYPERV;
    struct error err = is_hyperv ? all->hyperv_error : all->host_error;
    bool ok;

    if (is_hyperv)
        ok = all->hyperv != NULL && hyperv_firewall_add(all->hyperv, rule, &err);
    else
        ok = all->host != NULL && firewall_com_add(all->host, rule, &err);
    record(self, rule->name, ok, &err);
}

/* Told under the first one's name: which of them failed shows in the next reading. */
static void switch_all(struct firewall_thread *self, const struct job *job,
                       const struct firewalls *all)
{
    struct error err = all->host_error;
    const bool ok = all->host != NULL && firewall_com_switch(all->host, job->switches,
                                                             job->switch_count, &err);

    record(self, job->switches[0].rule.name, ok, &err);
}

static void carry_out(struct firewall_thread *self, struct job *job,
                      const struct firewalls *all)
{
    for (size_t i = 0; i < job->removal_count && !is_stopping(self); i++) {
        if (!remove_one(self, &job->removals[i], all))
            forget_addition(job, job->removals[i].name);
    }
    for (size_t i = 0; i < job->addition_count && !is_stopping(self); i++)
        add_one(self, &job->additions[i], all);
    if (job->switch_count > 0 && !is_stopping(self))
        switch_all(self, job, all);
}

/* Without a reading nobody knows what became of the job. Its rules count as failed, so that they
 * are tried again at growing distances and not at once and for ever. */
static void record_unread(struct firewall_thread *self, const struct job *job,
                          enum firewall_kind kind, const struct error *err)
{
    for (size_t i = 0; i < job->removal_count; i++) {
        if (job->removals[i].kind == kind)
            record(self, job->removals[i].name, false, err);
    }
    for (size_t i = 0; i < job->addition_count; i++) {
        if (job->additions[i].kind == kind)
            record(self, job->additions[i].name, false, err);
    }
}

/* What was read, or, when that failed, the last reading again, becomes the state. */
static void publish(struct firewall_thread *self, struct firewall_state *reading, bool ok)
{
    AcquireSRWLockExclusive(&self->lock);
    if (ok) {
        firewall_rule_list_clear(&self->state.rules);
        LIST_CLEAR(&self->state.script_rules);
        self->state = *reading;
        self->state.known = true;
    }
    self->is_working = false;
    ReleaseSRWLockExclusive(&self->lock);
    SetEvent(self->news);
}

/* Carries out what the mailbox holds and reads the firewalls. False when a reading failed. The
 * Hyper-V firewall's may fail for itself: then nothing is known of that one. */
static bool work(struct firewall_thread *self, struct job *job)
{
    struct firewall_state reading = {0};
    struct firewalls all = open_firewalls();
    bool host_ok;
    bool hyperv_ok;

    carry_out(self, job, &all);
    host_ok = all.host != NULL && firewall_com_read(all.host, &reading, &all.host_error);
    hyperv_ok = host_ok && all.hyperv != NULL &&
                hyperv_firewall_read(all.hyperv, &reading, &all.hyperv_error);
    if (!host_ok)
        record_unread(self, job, FIREWALL_HOST, &all.host_error);
    if (!hyperv_ok)
        record_unread(self, job, FIREWALL_HYPERV,
                      host_ok ? &all.hyperv_error : &all.host_error);
    close_firewalls(&all);
    publish(self, &reading, host_ok);
    return host_ok && hyperv_ok;
}

enum order { ORDER_NONE, ORDER_WORK, ORDER_STOP };

static enum order take_order(struct firewall_thread *self, struct job *job)
{
    enum order order = ORDER_NONE;

    AcquireSRWLockExclusive(&self->lock);
    if (self->stop) {
        order = ORDER_STOP;
    } else if (self->has_pending || self->refresh ||
               self->pending_switches.switch_count > 0) {
        order = ORDER_WORK;
        *job = self->pending;
        job->switches = self->pending_switches.switches;
        job->switch_count = self->pending_switches.switch_count;
        self->is_working = self->has_pending || job->switch_count > 0;
        self->pending = (struct job){0};
        self->pending_switches = (struct job){0};
        self->has_pending = false;
        self->refresh = false;
    }
    ReleaseSRWLockExclusive(&self->lock);
    return order;
}

static void serve(struct firewall_thread *self)
{
    DWORD retry_ms = FIRST_RETRY_MS;
    DWORD wait_ms = INFINITE;

    for (;;) {
        struct job job = {0};
        const DWORD waited = WaitForSingleObject(self->work, wait_ms);
        const enum order order = take_order(self, &job);
        bool ok;

        if (order == ORDER_STOP)
            return;
        if (order == ORDER_NONE && waited != WAIT_TIMEOUT)
            continue;
        if (waited != WAIT_TIMEOUT)
            retry_ms = FIRST_RETRY_MS;
        ok = work(self, &job);
        clear_job(&job);
        wait_ms = ok || retry_ms > LAST_RETRY_MS ? INFINITE : retry_ms;
        retry_ms *= 2;
    }
}

static DWORD WINAPI run(void *parameter)
{
    struct firewall_thread *self = parameter;
    const HRESULT result = CoInitializeEx(NULL, COINIT_MULTITHREADED);

    /* Without COM the thread is gone, and every change handed over says so. */
    if (FAILED(result))
        return (DWORD)result;
    serve(self);
    CoUninitialize();
    return 0;
}

static void destroy(struct firewall_thread *self)
{
    if (self->thread != NULL)
        CloseHandle(self->thread);
    if (self->news != NULL)
        CloseHandle(self->news);
    if (self->work != NULL)
        CloseHandle(self->work);
    clear_job(&self->pending);
    clear_job(&self->pending_switches);
    firewall_rule_list_clear(&self->state.rules);
    LIST_CLEAR(&self->state.script_rules);
    LIST_CLEAR(&self->failures);
    mem_free(self);
}

struct firewall_thread *firewall_thread_new(HANDLE news, struct error *err)
{
    struct firewall_thread *self = mem_alloc(sizeof *self);

    InitializeSRWLock(&self->lock);
    self->refresh = true;
    self->work = CreateEventW(NULL, FALSE, TRUE, NULL);
    if (self->work != NULL &&
        DuplicateHandle(GetCurrentProcess(), news, GetCurrentProcess(), &self->news, 0,
                        FALSE, DUPLICATE_SAME_ACCESS))
        self->thread = CreateThread(NULL, 0, run, self, 0, NULL);
    if (self->thread == NULL) {
        error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                         "start the firewall's thread");
        destroy(self);
        return NULL;
    }
    return self;
}

void firewall_thread_free(struct firewall_thread *self)
{
    if (self == NULL)
        return;
    AcquireSRWLockExclusive(&self->lock);
    self->stop = true;
    ReleaseSRWLockExclusive(&self->lock);
    SetEvent(self->work);
    /* Left behind, the thread still needs everything that destroy would take. */
    if (WaitForSingleObject(self->thread, FAREWELL_MS) == WAIT_OBJECT_0)
        destroy(self);
}

static bool has_ended(struct firewall_thread *self, struct error *err)
{
    if (WaitForSingleObject(self->thread, 0) != WAIT_OBJECT_0)
        return false;
    error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(ERROR_OPERATION_ABORTED),
                     "hand changes to the firewall's thread, which has ended");
    return true;
}

bool firewall_thread_change(struct firewall_thread *self,
                            const struct firewall_changes *changes, struct error *err)
{
    struct job job = {
        .removals = copy_items(changes->removals, changes->removal_count,
                               sizeof *changes->removals),
        .removal_count = changes->removal_count,
        .additions = copy_items(changes->additions, changes->addition_count,
                                sizeof *changes->additions),
        .addition_count = changes->addition_count,
    };

    if (has_ended(self, err)) {
        clear_job(&job);
        return false;
    }
    AcquireSRWLockExclusive(&self->lock);
    clear_job(&self->pending);
    self->pending = job;
    self->has_pending = job.removal_count > 0 || job.addition_count > 0;
    ReleaseSRWLockExclusive(&self->lock);
    SetEvent(self->work);
    return true;
}

bool firewall_thread_switch(struct firewall_thread *self,
                            const struct script_rule_switch *switches, size_t count,
                            struct error *err)
{
    if (has_ended(self, err))
        return false;
    AcquireSRWLockExclusive(&self->lock);
    clear_job(&self->pending_switches);
    self->pending_switches.switches = copy_items(switches, count, sizeof *switches);
    self->pending_switches.switch_count = count;
    ReleaseSRWLockExclusive(&self->lock);
    SetEvent(self->work);
    return true;
}

void firewall_thread_refresh(struct firewall_thread *self)
{
    AcquireSRWLockExclusive(&self->lock);
    self->refresh = true;
    ReleaseSRWLockExclusive(&self->lock);
    SetEvent(self->work);
}

void firewall_thread_state(struct firewall_thread *self, struct firewall_state *out)
{
    AcquireSRWLockShared(&self->lock);
    *out = self->state;
    out->busy =
        self->is_working || self->has_pending || self->pending_switches.switch_count > 0;
    out->rules.items = copy_items(self->state.rules.items, self->state.rules.count,
                                  sizeof *out->rules.items);
    out->rules.capacity = out->rules.count;
    out->script_rules.items =
        copy_items(self->state.script_rules.items, self->state.script_rules.count,
                   sizeof *out->script_rules.items);
    out->script_rules.capacity = out->script_rules.count;
    out->failures =
        copy_items(self->failures.items, self->failures.count, sizeof *out->failures);
    out->failure_count = self->failures.count;
    ReleaseSRWLockShared(&self->lock);
}
