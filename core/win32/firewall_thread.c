/*
 * The firewall's own thread, and the mailbox between it and the deciding thread.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/firewall_thread.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/win32/firewall_job.h"

#include <objbase.h>

#include <string.h>

#define FAREWELL_MS 2000
/* A reading that failed is tried again after 1, 2, 4 … 32 s, then only when asked: the firewall
 * service starts late, or is off for good. */
#define FIRST_RETRY_MS 1000
#define LAST_RETRY_MS 32000

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
    struct firewall_job pending; /* ... for Windows Firewall, with the switches, and: */
    struct firewall_job pending_hyperv;
    bool watches_hyperv;
    bool is_working_host; /* a job was begun and its outcome is not in `state` yet */
    bool is_working_hyperv;
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

static void forget_failure(struct failure_list *list, const char *name)
{
    for (size_t i = list->count; i-- > 0;) {
        if (strcmp(list->items[i].name, name) == 0)
            list->items[i] = list->items[--list->count];
    }
}

/* An outcome takes the place of what was known of that name. */
static void record(void *context, const char *name, bool ok, const struct error *err)
{
    struct firewall_thread *self = context;

    AcquireSRWLockExclusive(&self->lock);
    forget_failure(&self->failures, name);
    if (!ok) {
        struct firewall_failure *failure = LIST_ADD(&self->failures);

        text_copy(failure->name, sizeof failure->name, name);
        failure->os_code = err->os_code;
    }
    ReleaseSRWLockExclusive(&self->lock);
}

static bool is_stopping(void *context)
{
    struct firewall_thread *self = context;
    bool stopping;

    AcquireSRWLockExclusive(&self->lock);
    stopping = self->stop;
    ReleaseSRWLockExclusive(&self->lock);
    return stopping;
}

/* What the job holds for that firewall, and a reading of it. */
static bool carry_out(struct firewall_thread *self, struct firewall_job *job,
                      struct firewall_part *part, struct firewall_state *reading)
{
    const struct firewall_witness witness = {self, record, is_stopping};
    bool ok;

    firewall_job_carry_out(job, part, &witness);
    ok = firewall_part_read(part, reading);
    if (!ok)
        firewall_job_fail(job, part, &witness);
    return ok;
}

/* Moves the rules of that kind from one list to the other, in place of those that are there. */
static void replace_rules(struct firewall_rule_list *list, enum firewall_kind kind,
                          const struct firewall_rule_list *by)
{
    struct firewall_rule_list kept = {0};

    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].kind != kind)
            *LIST_ADD(&kept) = list->items[i];
    }
    for (size_t i = 0; i < by->count; i++)
        *LIST_ADD(&kept) = by->items[i];
    firewall_rule_list_clear(list);
    *list = kept;
}

/* What was read of the host's firewall, or, when that failed, the last reading again, becomes the
 * state. What is known of the Hyper-V firewall stays until its own part has been done. */
static void publish_host(struct firewall_thread *self, struct firewall_state *reading,
                         bool ok)
{
    AcquireSRWLockExclusive(&self->lock);
    if (ok) {
        replace_rules(&self->state.rules, FIREWALL_HOST, &reading->rules);
        firewall_rule_list_clear(&reading->rules);
        reading->rules = self->state.rules;
        reading->known = true;
        reading->hyperv_known = self->state.hyperv_known;
        reading->hyperv_available = self->state.hyperv_available;
        reading->hyperv_has_profiles = self->state.hyperv_has_profiles;
        reading->hyperv_error = self->state.hyperv_error;
        LIST_CLEAR(&self->state.script_rules);
        self->state = *reading;
    }
    self->is_working_host = false;
    ReleaseSRWLockExclusive(&self->lock);
    SetEvent(self->news);
}

/* A reading that knows nothing tells with its error why; without one nobody asked. */
static void keep_hyperv(struct firewall_thread *self, const struct firewall_state *reading)
{
    AcquireSRWLockExclusive(&self->lock);
    replace_rules(&self->state.rules, FIREWALL_HYPERV, &reading->rules);
    self->state.hyperv_known = reading->hyperv_known;
    self->state.hyperv_available = reading->hyperv_available;
    self->state.hyperv_has_profiles = reading->hyperv_has_profiles;
    self->state.hyperv_error = reading->hyperv_error;
    self->is_working_hyperv = false;
    ReleaseSRWLockExclusive(&self->lock);
}

/* False when the reading failed. */
static bool work_on_host(struct firewall_thread *self, struct firewall_job *job)
{
    struct firewall_state reading = {0};
    struct firewall_part part;
    bool ok;

    firewall_part_open(&part, FIREWALL_HOST);
    ok = carry_out(self, job, &part, &reading);
    firewall_part_close(&part);
    publish_host(self, &reading, ok);
    return ok;
}

/* WMI may hang for minutes, and most people have no use for it. */
static bool needs_hyperv(struct firewall_thread *self, const struct firewall_job *job)
{
    bool watched;

    AcquireSRWLockShared(&self->lock);
    watched = self->watches_hyperv;
    ReleaseSRWLockShared(&self->lock);
    return watched || job->removal_count + job->addition_count > 0;
}

/* The same for the Hyper-V firewall. */
static bool work_on_hyperv(struct firewall_thread *self, struct firewall_job *job)
{
    struct firewall_state reading = {0};
    struct firewall_part part;
    bool ok;

    if (!needs_hyperv(self, job)) {
        keep_hyperv(self, &reading); /* forgets, which is no news */
        return true;
    }
    firewall_part_open(&part, FIREWALL_HYPERV);
    ok = carry_out(self, job, &part, &reading);
    if (!ok)
        reading.hyperv_error = part.err.os_code;
    firewall_part_close(&part);
    keep_hyperv(self, &reading);
    SetEvent(self->news);
    firewall_rule_list_clear(&reading.rules);
    return ok;
}

enum order { ORDER_NONE, ORDER_WORK, ORDER_STOP };

static bool has_changes(const struct firewall_job *job)
{
    return job->removal_count + job->addition_count + job->switch_count > 0;
}

/* Both jobs are empty before. */
static enum order take_order(struct firewall_thread *self, struct firewall_job *host,
                             struct firewall_job *hyperv)
{
    enum order order = ORDER_NONE;

    AcquireSRWLockExclusive(&self->lock);
    if (self->stop) {
        order = ORDER_STOP;
    } else if (self->refresh || has_changes(&self->pending) ||
               has_changes(&self->pending_hyperv)) {
        order = ORDER_WORK;
        *host = self->pending;
        *hyperv = self->pending_hyperv;
        self->is_working_host = has_changes(host);
        self->is_working_hyperv = has_changes(hyperv);
        self->pending = self->pending_hyperv = (struct firewall_job){0};
        self->refresh = false;
    }
    ReleaseSRWLockExclusive(&self->lock);
    return order;
}

static void serve(struct firewall_thread *self)
{
    DWORD retry_ms = FIRST_RETRY_MS;
    DWORD wait_ms = INFINITE;
    bool host_is_due = true;
    bool hyperv_is_due = true;

    for (;;) {
        struct firewall_job host = {0};
        struct firewall_job hyperv = {0};
        const DWORD waited = WaitForSingleObject(self->work, wait_ms);
        const enum order order = take_order(self, &host, &hyperv);

        if (order == ORDER_STOP)
            return;
        if (order == ORDER_NONE && waited != WAIT_TIMEOUT)
            continue;
        if (waited != WAIT_TIMEOUT)
            retry_ms = FIRST_RETRY_MS;
        /* Without an order it is the turn of what failed. */
        host_is_due = (host_is_due || order == ORDER_WORK) && !work_on_host(self, &host);
        hyperv_is_due =
            (hyperv_is_due || order == ORDER_WORK) && !work_on_hyperv(self, &hyperv);
        firewall_job_clear(&host);
        firewall_job_clear(&hyperv);
        wait_ms = (!host_is_due && !hyperv_is_due) || retry_ms > LAST_RETRY_MS ? INFINITE
                                                                               : retry_ms;
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
    firewall_job_clear(&self->pending);
    firewall_job_clear(&self->pending_hyperv);
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

/* In place of the changes in it; its switches stay. */
static void replace_changes(struct firewall_job *job, struct firewall_job *by)
{
    by->switches = job->switches;
    by->switch_count = job->switch_count;
    job->switches = NULL;
    firewall_job_clear(job);
    *job = *by;
}

bool firewall_thread_change(struct firewall_thread *self,
                            const struct firewall_changes *changes, struct error *err)
{
    struct firewall_job host = {0};
    struct firewall_job hyperv = {0};

    if (has_ended(self, err))
        return false;
    firewall_job_fill(&host, changes, FIREWALL_HOST);
    firewall_job_fill(&hyperv, changes, FIREWALL_HYPERV);
    AcquireSRWLockExclusive(&self->lock);
    replace_changes(&self->pending, &host);
    replace_changes(&self->pending_hyperv, &hyperv);
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
    firewall_job_fill_switches(&self->pending, switches, count);
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

void firewall_thread_watch_hyperv(struct firewall_thread *self, bool watched)
{
    bool changed;

    AcquireSRWLockExclusive(&self->lock);
    changed = self->watches_hyperv != watched;
    self->watches_hyperv = watched;
    self->refresh = self->refresh || changed;
    ReleaseSRWLockExclusive(&self->lock);
    if (changed)
        SetEvent(self->work);
}

void firewall_thread_state(struct firewall_thread *self, struct firewall_state *out)
{
    AcquireSRWLockShared(&self->lock);
    *out = self->state;
    out->host_busy = self->is_working_host || has_changes(&self->pending);
    out->busy =
        out->host_busy || self->is_working_hyperv || has_changes(&self->pending_hyperv);
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
