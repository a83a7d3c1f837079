/*
 * The thread of one firewall, and its mailbox.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/firewall_worker.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/win32/firewall_job.h"

#include <objbase.h>

#include <string.h>

/* A reading that failed is tried again after 1, 2, 4 … 32 s, then only when asked: the firewall
 * service starts late, or is off for good. */
#define FIRST_RETRY_MS 1000
#define LAST_RETRY_MS 32000

struct failure_list {
    struct firewall_failure *items;
    size_t count, capacity;
};

struct firewall_worker {
    enum firewall_kind kind;
    HANDLE work; /* auto-reset: look into the mailbox */
    HANDLE news; /* our own duplicate, for we may outlive the owner's */
    HANDLE thread;

    SRWLOCK lock; /* guards all below */
    bool stop;
    bool refresh;
    bool watched; /* the Hyper-V firewall only */
    struct firewall_job pending;
    bool is_working; /* a job was begun and its outcome is not in `state` yet */
    struct firewall_state state; /* what belongs to `kind`; its failures are in `failures` */
    struct failure_list failures;
};

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
    struct firewall_worker *self = context;

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
    struct firewall_worker *self = context;
    bool stopping;

    AcquireSRWLockShared(&self->lock);
    stopping = self->stop;
    ReleaseSRWLockShared(&self->lock);
    return stopping;
}

/* The last reading of Windows Firewall stays when the next one fails. Of the Hyper-V firewall then
 * nothing is known, for this reason; without one nobody asked. */
static void publish(struct firewall_worker *self, struct firewall_state *reading, bool ok)
{
    AcquireSRWLockExclusive(&self->lock);
    if (ok || self->kind == FIREWALL_HYPERV) {
        firewall_state_clear(&self->state);
        self->state = *reading;
        self->state.known = self->kind == FIREWALL_HOST;
    }
    self->is_working = false;
    ReleaseSRWLockExclusive(&self->lock);
}

static bool has_changes(const struct firewall_job *job)
{
    return job->removal_count + job->addition_count + job->switch_count > 0;
}

/* WMI may hang for minutes, and most people have no use for it. */
static bool is_needed(struct firewall_worker *self, const struct firewall_job *job)
{
    bool watched;

    AcquireSRWLockShared(&self->lock);
    watched = self->watched;
    ReleaseSRWLockShared(&self->lock);
    return self->kind == FIREWALL_HOST || watched || has_changes(job);
}

/* False when the reading failed. */
static bool work(struct firewall_worker *self, struct firewall_job *job)
{
    const struct firewall_witness witness = {self, record, is_stopping};
    struct firewall_state reading = {0};
    struct firewall_part part;
    bool ok;

    if (!is_needed(self, job)) {
        publish(self, &reading, true); /* forgets, which is no news */
        return true;
    }
    firewall_part_open(&part, self->kind);
    firewall_job_carry_out(job, &part, &witness);
    ok = firewall_part_read(&part, &reading);
    if (!ok) {
        firewall_job_fail(job, &part, &witness);
        reading.hyperv_error = part.err.os_code;
    }
    firewall_part_close(&part);
    publish(self, &reading, ok);
    SetEvent(self->news);
    return ok;
}

enum order { ORDER_NONE, ORDER_WORK, ORDER_STOP };

/* The job is empty before. */
static enum order take_order(struct firewall_worker *self, struct firewall_job *job)
{
    enum order order = ORDER_NONE;

    AcquireSRWLockExclusive(&self->lock);
    if (self->stop) {
        order = ORDER_STOP;
    } else if (self->refresh || has_changes(&self->pending)) {
        order = ORDER_WORK;
        *job = self->pending;
        self->is_working = has_changes(job);
        self->pending = (struct firewall_job){0};
        self->refresh = false;
    }
    ReleaseSRWLockExclusive(&self->lock);
    return order;
}

static void serve(struct firewall_worker *self)
{
    DWORD retry_ms = FIRST_RETRY_MS;
    DWORD wait_ms = INFINITE;

    for (;;) {
        struct firewall_job job = {0};
        const DWORD waited = WaitForSingleObject(self->work, wait_ms);
        const enum order order = take_order(self, &job);
        bool ok;

        if (order == ORDER_STOP)
            return;
        if (order == ORDER_NONE && waited != WAIT_TIMEOUT)
            continue;
        if (waited != WAIT_TIMEOUT)
            retry_ms = FIRST_RETRY_MS;
        /* Without an order it is the turn of a reading that failed. */
        ok = work(self, &job);
        firewall_job_clear(&job);
        wait_ms = ok || retry_ms > LAST_RETRY_MS ? INFINITE : retry_ms;
        retry_ms *= 2;
    }
}

static DWORD WINAPI run(void *parameter)
{
    struct firewall_worker *self = parameter;
    const HRESULT result = CoInitializeEx(NULL, COINIT_MULTITHREADED);

    /* Without COM the thread is gone, and every change handed over says so. */
    if (FAILED(result))
        return (DWORD)result;
    serve(self);
    CoUninitialize();
    return 0;
}

static void destroy(struct firewall_worker *self)
{
    if (self->thread != NULL)
        CloseHandle(self->thread);
    if (self->news != NULL)
        CloseHandle(self->news);
    if (self->work != NULL)
        CloseHandle(self->work);
    firewall_job_clear(&self->pending);
    firewall_state_clear(&self->state);
    LIST_CLEAR(&self->failures);
    mem_free(self);
}

struct firewall_worker *firewall_worker_new(enum firewall_kind kind, HANDLE news,
                                            struct error *err)
{
    struct firewall_worker *self = mem_alloc(sizeof *self);

    InitializeSRWLock(&self->lock);
    self->kind = kind;
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

void firewall_worker_stop(struct firewall_worker *self)
{
    AcquireSRWLockExclusive(&self->lock);
    self->stop = true;
    ReleaseSRWLockExclusive(&self->lock);
    SetEvent(self->work);
}

void firewall_worker_free(struct firewall_worker *self, DWORD wait_ms)
{
    /* Left behind, the thread still needs everything that destroy would take. */
    if (WaitForSingleObject(self->thread, wait_ms) == WAIT_OBJECT_0)
        destroy(self);
}

bool firewall_worker_is_alive(struct firewall_worker *self, struct error *err)
{
    if (WaitForSingleObject(self->thread, 0) != WAIT_OBJECT_0)
        return true;
    return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(ERROR_OPERATION_ABORTED),
                            "hand changes to the firewall's thread, which has ended");
}

void firewall_worker_change(struct firewall_worker *self,
                            const struct firewall_changes *changes)
{
    struct firewall_job job = {0};
    struct firewall_job former;

    firewall_job_fill(&job, changes, self->kind);
    if (!has_changes(&job))
        return;
    AcquireSRWLockExclusive(&self->lock);
    former = self->pending;
    job.switches = former.switches; /* of which nothing is said here */
    job.switch_count = former.switch_count;
    former.switches = NULL;
    self->pending = job;
    ReleaseSRWLockExclusive(&self->lock);
    firewall_job_clear(&former);
    SetEvent(self->work);
}

void firewall_worker_switch(struct firewall_worker *self,
                            const struct script_rule_switch *switches, size_t count)
{
    AcquireSRWLockExclusive(&self->lock);
    firewall_job_fill_switches(&self->pending, switches, count);
    ReleaseSRWLockExclusive(&self->lock);
    SetEvent(self->work);
}

void firewall_worker_refresh(struct firewall_worker *self)
{
    AcquireSRWLockExclusive(&self->lock);
    self->refresh = true;
    ReleaseSRWLockExclusive(&self->lock);
    SetEvent(self->work);
}

void firewall_worker_watch(struct firewall_worker *self, bool watched)
{
    bool changed;

    AcquireSRWLockExclusive(&self->lock);
    changed = self->watched != watched;
    self->watched = watched;
    self->refresh = self->refresh || changed;
    ReleaseSRWLockExclusive(&self->lock);
    if (changed)
        SetEvent(self->work);
}

static void *append(void *items, size_t *count, const void *more, size_t more_count,
                    size_t size)
{
    if (more_count == 0)
        return items;
    items = mem_resize(items, *count + more_count, size);
    memcpy((char *)items + *count * size, more, more_count * size);
    *count += more_count;
    return items;
}

static void add_reading(const struct firewall_worker *self, struct firewall_state *out)
{
    const struct firewall_state *state = &self->state;
    const bool is_busy = self->is_working || has_changes(&self->pending);

    if (self->kind == FIREWALL_HOST) {
        *out = *state;
        out->rules = (struct firewall_rule_list){0};
        out->script_rules = (struct script_rule_list){0};
        out->host_busy = is_busy;
        out->script_rules.items =
            append(NULL, &out->script_rules.count, state->script_rules.items,
                   state->script_rules.count, sizeof *state->script_rules.items);
        out->script_rules.capacity = out->script_rules.count;
        return;
    }
    out->hyperv_known = state->hyperv_known;
    out->hyperv_available = state->hyperv_available;
    out->hyperv_has_profiles = state->hyperv_has_profiles;
    out->hyperv_error = state->hyperv_error;
    out->hyperv_busy = is_busy;
}

void firewall_worker_add_state(struct firewall_worker *self, struct firewall_state *out)
{
    AcquireSRWLockShared(&self->lock);
    add_reading(self, out);
    out->rules.items = append(out->rules.items, &out->rules.count, self->state.rules.items,
                              self->state.rules.count, sizeof *out->rules.items);
    out->rules.capacity = out->rules.count;
    out->failures = append(out->failures, &out->failure_count, self->failures.items,
                           self->failures.count, sizeof *out->failures);
    ReleaseSRWLockShared(&self->lock);
}
