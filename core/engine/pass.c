/*
 * One pass: read, compare, plan, apply, look again, report.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/engine_state.h"

#include "core/base/mem.h"

/* What the last pass reported of this user's WSL, or NULL. */
static const struct wsl_view *last_view(const struct engine *engine,
                                        const struct user_sid *user)
{
    return report_wsl(engine->report, user);
}

static void log_wsl_changes(struct engine *engine, const struct world *world)
{
    for (size_t i = 0; i < world->wsl.count; i++) {
        const struct wsl_view *view = &world->wsl.items[i];
        const struct wsl_view *before = last_view(engine, &view->user);
        char address[ADDRESS_TEXT_SIZE];

        if (before == NULL)
            continue;
        address_format(&view->address, address);
        if (view->address_known && before->address_known &&
            !address_equals(&view->address, &before->address))
            engine_add_activity(engine, ACTIVITY_WSL_MOVED, "WSL moved to %s", address);
        if (view->state != before->state)
            engine_add_activity(engine, ACTIVITY_WSL_STATE, "WSL is %s now",
                                wsl_state_name(view->state));
    }
}

static void log_changes(struct engine *engine, const struct apply_result *result,
                        uint64_t took_ms)
{
    if (result->written_count + result->deleted_count > 0)
        engine_add_activity(engine, ACTIVITY_ENTRIES_CHANGED,
                            "%zu portproxy entries written, %zu removed in %u ms",
                            result->written_count, result->deleted_count,
                            (unsigned)took_ms);
    if (result->firewall_count > 0)
        engine_add_activity(engine, ACTIVITY_FIREWALL_CHANGED,
                            "%zu firewall changes handed to Windows Firewall",
                            result->firewall_count);
}

static bool needs_user(enum rule_state state)
{
    return state == RULE_STATE_BLOCKED || state == RULE_STATE_CONFLICT ||
           state == RULE_STATE_FAILED;
}

static const struct report_rule *find_report_rule(const struct report *report,
                                                  const struct rule_id *id)
{
    for (size_t i = 0; i < report->rule_count; i++) {
        if (rule_id_equals(&report->rules[i].rule.id, id))
            return &report->rules[i];
    }
    return NULL;
}

static void log_problems(struct engine *engine, const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->now->rules->count; i++) {
        const struct rule *rule = &outcome->now->rules->items[i];
        const struct rule_status *status = &outcome->statuses[i];
        const struct report_rule *before = find_report_rule(engine->report, &rule->id);
        char title[RULE_TEXT_SIZE];
        char sentence[ACTIVITY_TEXT_SIZE];
        struct text text = TEXT_OVER(sentence);

        if (!needs_user(status->state) ||
            (before != NULL && before->status.state == status->state &&
             before->status.reason == status->reason))
            continue;
        rule_title(rule, title, sizeof title);
        rule_status_explain(status, &text);
        engine_add_activity(engine, ACTIVITY_PROBLEM, "%s: %s", title, sentence);
    }
}

static bool has_firewall_change(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->items[i].kind == STEP_ADD_FIREWALL_RULE ||
            plan->items[i].kind == STEP_REMOVE_FIREWALL_RULE)
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
    else if (!after->snapshot.firewall.busy)
        schedule_succeeded(&engine->firewall_schedule);
}

static bool firewall_must_wait(const struct engine *engine, const struct world *world,
                               uint64_t now_ms)
{
    return world->snapshot.firewall.busy ||
           schedule_is_backing_off(&engine->firewall_schedule, now_ms);
}

static void report_failure(struct engine *engine, const struct error *err, uint64_t now_ms)
{
    struct text text = TEXT_OVER(engine->fault);

    text_append(&text, err->detail);
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
static void finish_pass(struct engine *engine, const struct plan *plan,
                        struct world *after, const struct apply_result *result)
{
    const struct system *system = engine->system;
    const uint64_t now_ms = system->monotonic_ms(system->self);
    struct rule_status *statuses = mem_alloc(after->rules.count * sizeof *statuses);
    struct outcome outcome = {
        .now = &after->now,
        .desired = &after->desired,
        .drift = &after->drift,
        .plan = plan,
        .result = result,
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
    schedule_looks_at_listeners(engine, &outcome, now_ms);
    outcome.settling = schedule_is_settling(&engine->schedule);
    for (size_t i = 0; i < after->rules.count; i++)
        statuses[i] = status_of_rule(&outcome, i);
    schedule_looks_at_wsl(engine, &outcome, now_ms);
    schedule_retries(engine, after, result, now_ms);
    note_relays(engine, &after->snapshot);
    log_wsl_changes(engine, after);
    log_problems(engine, &outcome);
    engine_publish(engine, after, &outcome);
    mem_free(statuses);
}

static void apply(struct engine *engine, const struct world *before,
                  struct apply_result *result)
{
    const struct system *system = engine->system;
    const uint64_t began_ms = system->monotonic_ms(system->self);
    uint64_t now_ms;

    plan_apply(&before->plan, engine->store, system,
               firewall_must_wait(engine, before, began_ms), result);
    now_ms = system->monotonic_ms(system->self);
    memory_note_rewrites(&engine->memory, &before->plan, result, now_ms);
    log_changes(engine, result, now_ms - engine->last_pass_ms);
}

void engine_pass(struct engine *engine)
{
    const struct system *system = engine->system;
    const uint64_t now_ms = system->monotonic_ms(system->self);
    struct apply_result result = {0};
    struct world before;
    struct world after;
    struct error err = {0};

    schedule_begin_pass(&engine->schedule, now_ms);
    engine->last_pass_ms = now_ms;
    if (!engine_open_store(engine)) {
        engine_publish(engine, NULL, NULL);
        return;
    }
    if (!world_read(engine->store, system, &engine->memory, engine->withdrawing, &before,
                    &err)) {
        report_failure(engine, &err, now_ms);
        return;
    }
    if (before.plan.count == 0) {
        finish_pass(engine, &before.plan, &before, &result);
        world_clear(&before);
        return;
    }
    apply(engine, &before, &result);
    if (world_read(engine->store, system, &engine->memory, engine->withdrawing, &after,
                   &err)) {
        finish_pass(engine, &before.plan, &after, &result);
        world_clear(&after);
    } else {
        report_failure(engine, &err, now_ms);
    }
    apply_result_clear(&result);
    world_clear(&before);
}
