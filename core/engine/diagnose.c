/*
 * Reading what a diagnosis is made from.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/diagnose.h"

#include "core/base/mem.h"
#include "core/engine/engine_state.h"
#include "core/reconcile/diagnosis.h"

/* A step that failed is known to the pass that tried it alone; to a look from outside the entry is
 * just not there yet. */
static void recall_failure(const struct engine *engine, const struct rule_id *id,
                           struct rule_status *status)
{
    const struct report_rule *reported = report_find_rule(engine->report, id);

    if (reported != NULL && reported->status.state == RULE_STATE_FAILED &&
        status->state != RULE_STATE_ACTIVE)
        *status = reported->status;
}

/* Only ever to where the rule itself connects to. */
static enum probe_result probe_target(const struct world *world,
                                      const struct system *system, size_t entry_index)
{
    const struct desired_entry *entry;
    struct address address;

    if (entry_index == NO_INDEX)
        return PROBE_NONE;
    entry = &world->desired.entries[entry_index];
    if (entry->kind != DESIRED_VALUE || !address_parse(entry->value.connect, &address))
        return PROBE_NONE;
    return system->probe(system->self, &address, entry->value.port);
}

static void diagnose(const struct engine *engine, const struct world *world,
                     const struct connection_list *connections, const struct rule *rule,
                     bool probe, struct diagnosis *out)
{
    const struct system *system = engine->system;
    const struct plan nothing_planned = {0};
    const struct apply_result nothing_done = {0};
    const struct outcome outcome = {
        .now = &world->now,
        .desired = &world->desired,
        .drift = &world->drift,
        .plan = &nothing_planned,
        .result = &nothing_done,
        .settling = schedule_is_settling(&engine->schedule),
        .system = system,
    };
    struct diagnosis_evidence evidence = {
        .outcome = &outcome,
        .rule_index = (size_t)(rule - world->rules.items),
        .connections = connections,
    };

    evidence.status =
        status_of_worst_port(&outcome, evidence.rule_index, &evidence.worst_entry);
    recall_failure(engine, &rule->id, &evidence.status);
    if (probe)
        evidence.probe = probe_target(world, system, evidence.worst_entry);
    diagnosis_find(&evidence, out);
    out->time_ms = system->wall_clock_ms(system->self);
}

bool engine_diagnose(struct engine *engine, const struct rule_id *id, bool probe,
                     struct diagnosis *out, struct error *err)
{
    const struct system *system = engine->system;
    struct connection_list connections = {0};
    const struct rule *rule = NULL;
    struct world world;

    if (!world_read(engine->store, system, &engine->memory, false, &world, err))
        return false;
    if (system->observe_listeners(system->self, &world.snapshot.listeners, err) &&
        system->observe_connections(system->self, &connections, err)) {
        rule = rule_list_find(&world.rules, id);
        if (rule != NULL)
            diagnose(engine, &world, &connections, rule, probe, out);
        else
            error_set_message(err, ERR_NOT_FOUND, MESSAGE_RULE_UNKNOWN, id->text, NULL,
                              NULL);
    }
    LIST_CLEAR(&connections);
    world_clear(&world);
    return rule != NULL;
}
