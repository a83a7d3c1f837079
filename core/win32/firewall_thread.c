/*
 * The two firewalls' threads, as one.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/firewall_thread.h"

#include "core/base/mem.h"
#include "core/win32/firewall_worker.h"

#define FAREWELL_MS 2000

struct firewall_thread {
    HANDLE news; /* borrowed */
    struct firewall_worker *host;
    struct firewall_worker *hyperv; /* NULL until somebody needs it, as few do */
};

struct firewall_thread *firewall_thread_new(HANDLE news, struct error *err)
{
    struct firewall_worker *host = firewall_worker_new(FIREWALL_HOST, news, err);
    struct firewall_thread *self;

    if (host == NULL)
        return NULL;
    self = mem_alloc(sizeof *self);
    self->news = news;
    self->host = host;
    return self;
}

void firewall_thread_free(struct firewall_thread *self)
{
    const ULONGLONG began = GetTickCount64();
    ULONGLONG waited;

    if (self == NULL)
        return;
    firewall_worker_stop(self->host);
    if (self->hyperv != NULL)
        firewall_worker_stop(self->hyperv);
    firewall_worker_free(self->host, FAREWELL_MS);
    waited = GetTickCount64() - began;
    if (self->hyperv != NULL)
        firewall_worker_free(self->hyperv,
                             waited < FAREWELL_MS ? (DWORD)(FAREWELL_MS - waited) : 0);
    mem_free(self);
}

static bool open_hyperv(struct firewall_thread *self, struct error *err)
{
    if (self->hyperv == NULL)
        self->hyperv = firewall_worker_new(FIREWALL_HYPERV, self->news, err);
    return self->hyperv != NULL;
}

static bool concerns_hyperv(const struct firewall_changes *changes)
{
    for (size_t i = 0; i < changes->removal_count; i++) {
        if (changes->removals[i].kind == FIREWALL_HYPERV)
            return true;
    }
    for (size_t i = 0; i < changes->addition_count; i++) {
        if (changes->additions[i].kind == FIREWALL_HYPERV)
            return true;
    }
    return false;
}

bool firewall_thread_change(struct firewall_thread *self,
                            const struct firewall_changes *changes, struct error *err)
{
    const bool for_hyperv = concerns_hyperv(changes);

    if (!firewall_worker_is_alive(self->host, err) ||
        (for_hyperv &&
         (!open_hyperv(self, err) || !firewall_worker_is_alive(self->hyperv, err))))
        return false;
    firewall_worker_change(self->host, changes);
    if (for_hyperv)
        firewall_worker_change(self->hyperv, changes);
    return true;
}

bool firewall_thread_switch(struct firewall_thread *self,
                            const struct script_rule_switch *switches, size_t count,
                            struct error *err)
{
    if (!firewall_worker_is_alive(self->host, err))
        return false;
    firewall_worker_switch(self->host, switches, count);
    return true;
}

void firewall_thread_refresh(struct firewall_thread *self)
{
    firewall_worker_refresh(self->host);
    if (self->hyperv != NULL)
        firewall_worker_refresh(self->hyperv);
}

/* Called with every reading of the world: what fails is tried again. */
void firewall_thread_watch_hyperv(struct firewall_thread *self, bool watched)
{
    struct error ignored;

    if (self->hyperv != NULL || (watched && open_hyperv(self, &ignored)))
        firewall_worker_watch(self->hyperv, watched);
}

void firewall_thread_state(struct firewall_thread *self, struct firewall_state *out)
{
    *out = (struct firewall_state){0};
    firewall_worker_add_state(self->host, out);
    if (self->hyperv != NULL)
        firewall_worker_add_state(self->hyperv, out);
}
