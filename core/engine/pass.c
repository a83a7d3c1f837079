/*
 * One pass: read, compare, plan, apply, look again, report.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/engine_state.h"

#include "core/base/mem.h"
#include "core/engine/adopt.h"
#include "core/engine/pass_log.h"

static bool has_firewall_change(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (step_changes_firewall(&plan->items[i]))
            return true;
    }
    return false;
}

/* After WSL's start its relay appears late, and what listens inside shows with another second's lag
 * (facts/wsl.md §6). No event tells of either. */
static bool wsl_is_settling(const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->now->wsl->count; i++) {
        if (outcome->now->wsl->items[i].look_again)
            return true;
    }
    for (size_t i = 0; i < outcome->now->rules->count; i++) {
        if (outcome->statuses[i].warning == REASON_NOTHING_LISTENS)
            return true;
    }
    return false;
}

static void schedule_looks_at_wsl(struct engine *engine, const struct outcome *outcome,
                                  uint64_t now_ms)
{
    if (!wsl_is_settling(outcome))
        schedule_relay_found(&engine->schedule);
    else if (engine->memory.new_vm)
        schedule_look_for_relay(&engine->schedule, now_ms);
    engine->memory.new_vm = false;
}

/* It says that it runs a moment before it listens, and no event tells of that. */
static bool helper_has_started(const struct engine *engine, const struct outcome *outcome)
{
    const struct ip_helper *before = &engine->report->ip_helper;
    const struct ip_helper *after = &outcome->now->snapshot->ip_helper;

    return after->running && (!before->running || before->process_id != after->process_id);
}

static void schedule_looks_at_listeners(struct engine *engine,
                                        const struct outcome *outcome, uint64_t now_ms)
{
    if (!status_awaits_listeners(outcome))
        schedule_listeners_found(&engine->schedule);
    else if (plan_announces(outcome->plan) || helper_has_started(engine, outcome))
        schedule_look_for_listeners(&engine->schedule, now_ms);
}

static void schedule_retries(struct engine *engine, const struct world *after,
                             const struct apply_result *result, uint64_t now_ms)
{
    if (result->store_failed || result->announce_failed || result->failure_count > 0)
        schedule_retry(&engine->schedule, now_ms);
    else
        schedule_succeeded(&engine->schedule);
    if (after->snapshot.firewall.failure_count > 0 && has_firewall_change(&after->plan))
        schedule_retry(&engine->firewall_schedule, now_ms);
    else if (!after->snapshot.firewall.host_busy && !after->snapshot.firewall.hyperv_busy)
        schedule_succeeded(&engine->firewall_schedule);
}

/* WMI may hang for minutes: what is for Windows Firewall does not wait for that. */
static struct firewall_hold hold_firewalls(const struct engine *engine,
                                           const struct world *world, uint64_t now_ms)
{
    const struct firewall_state *firewall = &world->snapshot.firewall;
    const bool waits = schedule_is_backing_off(&engine->firewall_schedule, now_ms);

    return (struct firewall_hold){.host = waits || firewall->host_busy,
                                  .hyperv = waits || firewall->hyperv_busy};
}

static void report_failure(struct engine *engine, const struct error *err, uint64_t now_ms)
{
    engine_set_fault(engine, err);
    engine_publish(engine, NULL, NULL);
    schedule_retry(&engine->schedule, now_ms);
}

static void note_relays(struct engine *engine, const struct snapshot *snapshot)
{
    engine->relay_count = 0;
    for (size_t i = 0; i < snapshot->wsl_traces.count; i++) {
        const struct wsl_trace *trace = &snapshot->wsl_traces.items[i];

        if (trace->relay_found && engine->relay_count < RELAY_CAPACITY)
            engine->relays[engine->relay_count++] = trace->relay_process_id;
    }
}

/* Looks at what came of it, and tells. */
static void finish_pass(struct engine *engine, const struct doing *doing,
                        struct world *after)
{
    const struct system *system = engine->system;
    const uint64_t now_ms = system->monotonic_ms(system->self);
    struct rule_status *statuses = mem_alloc(after->rules.count * sizeof *statuses);
    struct outcome outcome = {
        .now = &after->now,
        .desired = &after->desired,
        .drift = &after->drift,
        .plan = doing->plan,
        .result = doing->result,
        .statuses = statuses,
        .system = system,
    };
    struct error err = {0};

    if (!system->observe_listeners(system->self, &after->snapshot.listeners, &err)) {
        mem_free(statuses);
        report_failure(engine, &err, now_ms);
        return;
    }
    engine->fault[0] = '\0';
    engine->fault_message = (struct message){0};
    schedule_looks_at_listeners(engine, &outcome, now_ms);
    outcome.settling = schedule_is_settling(&engine->schedule);
    for (size_t i = 0; i < after->rules.count; i++)
        statuses[i] = status_of_rule(&outcome, i);
    schedule_looks_at_wsl(engine, &outcome, now_ms);
    schedule_retries(engine, after, doing->result, now_ms);
    note_relays(engine, &after->snapshot);
    pass_log_outcome(engine, doing, after, &outcome);
    engine_publish(engine, after, &outcome);
    adopt_switch_firewall_rules(engine, after);
    mem_free(statuses);
}

static void apply(struct engine *engine, const struct world *before, struct doing *doing,
                  uint64_t since_ms)
{
    const struct system *system = engine->system;
    const uint64_t began_ms = system->monotonic_ms(system->self);
    uint64_t now_ms;

    plan_apply(&before->plan, engine->store, system,
               hold_firewalls(engine, before, began_ms), doing->result);
    now_ms = system->monotonic_ms(system->self);
    memory_note_rewrites(&engine->memory, &before->plan, doing->result, now_ms);
    doing->took_ms = now_ms - since_ms;
    pass_log_changes(engine, doing);
}

/* Since when what this pass deals with is known: the first event that asked for it. */
static uint64_t begin(struct engine *engine, uint64_t now_ms)
{
    const uint64_t since_ms = engine->event_waits ? engine->event_ms : now_ms;

    engine->event_waits = false;
    schedule_begin_pass(&engine->schedule, now_ms);
    engine->last_pass_ms = now_ms;
    return since_ms;
}

/* First of all, and whatever becomes of the pass: what is due is then done. */
static void look_at_policy(struct engine *engine, uint64_t now_ms)
{
    const struct system *system = engine->system;
    struct policy_values *values = mem_alloc(sizeof *values);

    system->observe_policy(system->self, values);
    policy_hold_see(&engine->memory.policy, values, now_ms);
    mem_free(values);
}

void engine_pass(struct engine *engine)
{
    const struct system *system = engine->system;
    const uint64_t now_ms = system->monotonic_ms(system->self);
    const uint64_t since_ms = begin(engine, now_ms);
    struct apply_result result = {0};
    struct world before;
    struct world after;
    struct doing doing = {.plan = &before.plan, .rules = &before.rules, .result = &result};
    struct error err = {0};

    look_at_policy(engine, now_ms);
    if (!engine_open_store(engine)) {
        engine_publish(engine, NULL, NULL);
        return;
    }
    adopt_restore_entries(engine);
    if (!world_read(engine->store, system, &engine->memory, engine->withdrawing, &before,
                    &err)) {
        report_failure(engine, &err, now_ms);
        return;
    }
    pass_log_policy(engine, &before);
    if (before.plan.count == 0) {
        finish_pass(engine, &doing, &before);
        world_clear(&before);
        return;
    }
    apply(engine, &before, &doing, since_ms);
    if (world_read(engine->store, system, &engine->memory, engine->withdrawing, &after,
                   &err)) {
        finish_pass(engine, &doing, &after);
        world_clear(&after);
    } else {
        report_failure(engine, &err, now_ms);
    }
    apply_result_clear(&result);
    world_clear(&before);
}
