/*
 * What a pass does for entries that were taken over from scripts: puts the former ones back where
 * an undo says so.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/adopt.h"
#include "core/reconcile/adoption.h"

/* Former entries being put back. */
struct restoring {
    struct engine *engine;
    struct adoption adoption;
    struct ledger ledger;
    struct portproxy_list live;
};

/* Somebody else's value stays: what an undo would put there is gone for good then. Whoever is
 * quicker than this makes it fail, and is seen by the next pass. */
static bool put_back(struct restoring *self, const struct adopted_entry *entry,
                     struct error *err)
{
    const struct system *system = self->engine->system;
    const struct portproxy_entry former = {entry->key, entry->former};
    const struct portproxy_entry *live = portproxy_list_find(&self->live, &entry->key);
    const struct owned_entry *owned = ledger_find_entry(&self->ledger, &entry->key);

    if (live != NULL && (portproxy_value_equals(&live->value, &entry->former) ||
                         owned == NULL || !owned_entry_covers(owned, &live->value)))
        return true;
    return system->portproxy_write(system->self, &former,
                                   live != NULL ? &live->value : NULL, err);
}

static bool put_all_back(struct restoring *self, struct error *err)
{
    const struct system *system = self->engine->system;
    size_t count = 0;

    for (size_t i = 0; i < self->adoption.entries.count; i++) {
        if (!self->adoption.entries.items[i].undoing)
            continue;
        if (!put_back(self, &self->adoption.entries.items[i], err))
            return false;
        count++;
    }
    return count == 0 || (system->portproxy_announce(system->self, err) &&
                          system->portproxy_flush(system->self, err));
}

static bool forget_entry(struct store *store, const struct adopted_entry *entry,
                         struct error *err)
{
    return store_forget_entry(store, &entry->key, err) &&
           store_forget_adopted_entry(store, &entry->key, err);
}

/* The entries are the script's again. */
static bool forget_entries(struct restoring *self, struct error *err)
{
    struct store *store = self->engine->store;

    if (!store_begin(store, err))
        return false;
    for (size_t i = 0; i < self->adoption.entries.count; i++) {
        if (self->adoption.entries.items[i].undoing &&
            !forget_entry(store, &self->adoption.entries.items[i], err)) {
            store_rollback(store);
            return false;
        }
    }
    return store_commit(store, err);
}

static bool restore(struct restoring *self, struct error *err)
{
    const struct system *system = self->engine->system;
    struct snapshot snapshot = {0};
    bool ok;

    if (!store_load_adoption(self->engine->store, &self->adoption, err))
        return false;
    if (!adoption_has_undoing(&self->adoption))
        return true;
    if (!store_load_ledger(self->engine->store, &self->ledger, err) ||
        !system->observe(system->self, &snapshot, err))
        return false;
    self->live = snapshot.portproxy;
    ok = put_all_back(self, err) && forget_entries(self, err);
    snapshot_clear(&snapshot);
    return ok;
}

void adopt_restore_entries(struct engine *engine)
{
    const struct system *system = engine->system;
    struct restoring self = {.engine = engine};
    struct error err = {0};

    if (engine->adoption_rests)
        return;
    if (restore(&self, &err))
        engine->restore_error = (struct error){0};
    else {
        engine->restore_error = err;
        schedule_retry(&engine->switch_schedule, system->monotonic_ms(system->self));
    }
    adoption_clear(&self.adoption);
    ledger_clear(&self.ledger);
}
