/*
 * What a pass does for scripts' firewall rules: has them turned off or on again.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/engine/adopt.h"
#include "core/reconcile/adoption.h"

/* The scripts' firewall rules on their way. */
struct switching {
    struct engine *engine;
    const struct script_rule_list *live;
    struct adopted_rule_list settled;
    struct script_rule_switch *items;
    size_t count, capacity;
};

static bool is_on(const struct switching *self, const struct script_rule *rule,
                  bool wanted, bool *differs)
{
    bool found = false;

    *differs = false;
    for (size_t i = 0; i < self->live->count; i++) {
        if (!script_rule_same(&self->live->items[i], rule))
            continue;
        found = true;
        *differs = *differs || self->live->items[i].enabled != wanted;
    }
    return found;
}

/* One that is gone needs nothing any more. */
static void sort_out(struct switching *self, const struct adopted_rule *adopted)
{
    const bool wanted = adopted->state == ADOPTED_TURNING_ON;
    bool differs;

    if (adopted->state == ADOPTED_OFF)
        return;
    if (is_on(self, &adopted->rule, wanted, &differs) && differs)
        *LIST_ADD(self) = (struct script_rule_switch){adopted->rule, wanted};
    else
        *LIST_ADD(&self->settled) = *adopted;
}

static bool store_settled_rule(struct store *store, struct adopted_rule *adopted,
                               struct error *err)
{
    if (adopted->state == ADOPTED_TURNING_ON)
        return store_forget_adopted_rule(store, adopted->number, err);
    adopted->state = ADOPTED_OFF;
    return store_put_adopted_rule(store, adopted, err);
}

static bool store_settled(struct switching *self, struct error *err)
{
    struct store *store = self->engine->store;

    if (self->settled.count == 0)
        return true;
    if (!store_begin(store, err))
        return false;
    for (size_t i = 0; i < self->settled.count; i++) {
        if (!store_settled_rule(store, &self->settled.items[i], err)) {
            store_rollback(store);
            return false;
        }
    }
    return store_commit(store, err);
}

/* Ours come first, and go first: they are not on their way now. */
static bool firewall_rests(const struct world *world)
{
    const struct firewall_state *firewall = &world->snapshot.firewall;

    if (!firewall->known || firewall->busy)
        return false;
    for (size_t i = 0; i < world->plan.count; i++) {
        if (world->plan.items[i].kind == STEP_ADD_FIREWALL_RULE ||
            world->plan.items[i].kind == STEP_REMOVE_FIREWALL_RULE)
            return false;
    }
    return true;
}

/* What was handed over and is not so by now has failed: it is tried again later. */
static void hand_over(struct switching *self)
{
    struct engine *engine = self->engine;
    const struct system *system = engine->system;
    const uint64_t now_ms = system->monotonic_ms(system->self);
    struct error err = {0};

    if (self->count == 0 || schedule_is_backing_off(&engine->switch_schedule, now_ms))
        return;
    if (engine->switches_are_out) {
        engine->switches_are_out = false;
        schedule_retry(&engine->switch_schedule, now_ms);
        return;
    }
    engine->switches_are_out =
        system->firewall_switch(system->self, self->items, self->count, &err);
    if (!engine->switches_are_out)
        schedule_retry(&engine->switch_schedule, now_ms);
}

static void settle(struct switching *self, const struct adoption *adoption)
{
    struct engine *engine = self->engine;
    struct error err = {0};

    for (size_t i = 0; i < adoption->rules.count; i++)
        sort_out(self, &adoption->rules.items[i]);
    hand_over(self);
    if (store_settled(self, &err) && self->count == 0 && !adoption_has_undoing(adoption)) {
        engine->switches_are_out = false;
        engine->adoption_rests = true;
        schedule_succeeded(&engine->switch_schedule);
    }
    LIST_CLEAR(&self->settled);
    LIST_CLEAR(self);
}

void adopt_switch_firewall_rules(struct engine *engine, const struct world *world)
{
    struct switching self = {.engine = engine,
                             .live = &world->snapshot.firewall.script_rules};
    struct adoption adoption = {0};
    struct error err = {0};

    if (engine->adoption_rests || !firewall_rests(world) ||
        !store_load_adoption(engine->store, &adoption, &err))
        return;
    settle(&self, &adoption);
    adoption_clear(&adoption);
}
