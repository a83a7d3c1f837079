/*
 * What a pass does for scripts' firewall rules: has them turned off or on again.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/engine/adopt.h"
#include "core/reconcile/adoption.h"

#include <string.h>

/* The scripts' firewall rules on their way. */
struct switching {
    struct engine *engine;
    const struct firewall_state *firewall;
    struct adopted_rule_list settled;
    struct adopted_rule_list done; /* those of them that this service has switched */
    struct script_rule_switch *items;
    size_t count, capacity;
};

static bool was_handed_over(const struct engine *engine, const struct script_rule *rule,
                            bool on)
{
    for (size_t i = 0; i < engine->handed.count; i++) {
        if (engine->handed.items[i].on == on &&
            script_rule_same(&engine->handed.items[i].rule, rule))
            return true;
    }
    return false;
}

static bool is_on(const struct switching *self, const struct script_rule *rule,
                  bool wanted, bool *differs)
{
    bool found = false;

    *differs = false;
    for (size_t i = 0; i < self->firewall->script_rules.count; i++) {
        const struct script_rule *live = &self->firewall->script_rules.items[i];

        if (!script_rule_same(live, rule))
            continue;
        found = true;
        *differs = *differs || live->enabled != wanted;
    }
    return found;
}

/* One that is gone needs nothing any more. */
static void sort_out(struct switching *self, const struct adopted_rule *adopted)
{
    const bool wanted = adopted->state == ADOPTED_TURNING_ON;
    bool found;
    bool differs;

    if (adopted->state == ADOPTED_OFF)
        return;
    found = is_on(self, &adopted->rule, wanted, &differs);
    if (found && differs) {
        *LIST_ADD(self) = (struct script_rule_switch){adopted->rule, wanted};
        return;
    }
    *LIST_ADD(&self->settled) = *adopted;
    if (found && was_handed_over(self->engine, &adopted->rule, wanted))
        *LIST_ADD(&self->done) = *adopted;
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

/* Ours come first, and go first: they are not on their way now. The scripts know nothing of the
 * Hyper-V firewall. */
static bool firewall_rests(const struct world *world)
{
    const struct firewall_state *firewall = &world->snapshot.firewall;

    if (!firewall->known || firewall->host_busy)
        return false;
    for (size_t i = 0; i < world->plan.count; i++) {
        if (step_changes_firewall(&world->plan.items[i]) &&
            world->plan.items[i].firewall_rule.kind == FIREWALL_HOST)
            return false;
    }
    return true;
}

/* The scripts' two rules, in and out, read alike: they are told of once. */
static bool is_told(const struct adopted_rule_list *list, size_t index)
{
    const struct adopted_rule *rule = &list->items[index];

    for (size_t i = 0; i < index; i++) {
        if (list->items[i].state == rule->state &&
            strcmp(list->items[i].rule.name, rule->rule.name) == 0 &&
            strcmp(list->items[i].rule.local_ports, rule->rule.local_ports) == 0)
            return true;
    }
    return false;
}

static void note_done(const struct switching *self)
{
    for (size_t i = 0; i < self->done.count; i++) {
        const struct adopted_rule *rule = &self->done.items[i];

        if (!is_told(&self->done, i))
            engine_add_activity(self->engine,
                                rule->state == ADOPTED_TURNING_ON
                                    ? ACTIVITY_SCRIPT_RULE_TURNED_ON
                                    : ACTIVITY_SCRIPT_RULE_TURNED_OFF,
                                NULL, rule->rule.name, rule->rule.local_ports, NULL);
    }
}

/* The first that was handed over and is not so by now; NULL: none has failed. */
static const struct script_rule_switch *find_failed(const struct switching *self)
{
    for (size_t i = 0; i < self->count; i++) {
        if (was_handed_over(self->engine, &self->items[i].rule, self->items[i].on))
            return &self->items[i];
    }
    return NULL;
}

static void note_failure(const struct switching *self,
                         const struct script_rule_switch *failed)
{
    const struct firewall_state *firewall = self->firewall;
    uint32_t code = 0;

    for (size_t i = 0; i < firewall->failure_count; i++) {
        if (strcmp(firewall->failures[i].name, failed->rule.name) == 0)
            code = firewall->failures[i].os_code;
    }
    error_set_system(&self->engine->switch_error, code, "turn firewall rule '%s' %s",
                     failed->rule.name, failed->on ? "on" : "off");
}

/* What has failed is tried again later. */
static void hand_over(struct switching *self)
{
    struct engine *engine = self->engine;
    const struct system *system = engine->system;
    const struct script_rule_switch *failed = find_failed(self);
    const uint64_t now_ms = system->monotonic_ms(system->self);

    if (self->count == 0 || schedule_is_backing_off(&engine->switch_schedule, now_ms))
        return;
    LIST_CLEAR(&engine->handed);
    if (failed != NULL) {
        note_failure(self, failed);
        schedule_retry(&engine->switch_schedule, now_ms);
        return;
    }
    if (!system->firewall_switch(system->self, self->items, self->count,
                                 &engine->switch_error)) {
        schedule_retry(&engine->switch_schedule, now_ms);
        return;
    }
    for (size_t i = 0; i < self->count; i++)
        *LIST_ADD(&engine->handed) = self->items[i];
}

static void rest(struct engine *engine)
{
    LIST_CLEAR(&engine->handed);
    engine->switch_error = (struct error){0};
    engine->adoption_rests = true;
    schedule_succeeded(&engine->switch_schedule);
}

static void settle(struct switching *self, const struct adoption *adoption)
{
    struct engine *engine = self->engine;
    const struct system *system = engine->system;
    struct error err = {0};

    for (size_t i = 0; i < adoption->rules.count; i++)
        sort_out(self, &adoption->rules.items[i]);
    hand_over(self);
    if (!store_settled(self, &err)) {
        engine->switch_error = err;
        schedule_retry(&engine->switch_schedule, system->monotonic_ms(system->self));
    } else {
        note_done(self);
        if (self->count == 0 && !adoption_has_undoing(adoption))
            rest(engine);
    }
    LIST_CLEAR(&self->settled);
    LIST_CLEAR(&self->done);
    LIST_CLEAR(self);
}

void adopt_switch_firewall_rules(struct engine *engine, const struct world *world)
{
    struct switching self = {.engine = engine, .firewall = &world->snapshot.firewall};
    struct adoption adoption = {0};
    struct error err = {0};

    if (engine->adoption_rests || !firewall_rests(world) ||
        !store_load_adoption(engine->store, &adoption, &err))
        return;
    settle(&self, &adoption);
    adoption_clear(&adoption);
}
