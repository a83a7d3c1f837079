/*
 * One pass: read, compare, plan, apply, look again, report.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/engine_state.h"

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
        const struct rule_status status = status_of_rule(outcome, i);
        const struct report_rule *before = find_report_rule(engine->report, &rule->id);
        char title[RULE_TEXT_SIZE];
        char sentence[ACTIVITY_TEXT_SIZE];
        struct text text = TEXT_OVER(sentence);

        if (!needs_user(status.state) ||
            (before != NULL && before->status.state == status.state &&
             before->status.reason == status.reason))
            continue;
        rule_title(rule, title, sizeof title);
        rule_status_explain(&status, &text);
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

static void schedule_later_looks(struct engine *engine, const struct world *before,
                                 const struct world *after, const struct outcome *outcome,
                                 uint64_t now_ms)
{
    const struct apply_result *result = outcome->result;
    bool relay_missing = false;

    for (size_t i = 0; i < after->wsl.count; i++)
        relay_missing = relay_missing || after->wsl.items[i].look_again;
    if (!relay_missing)
        schedule_relay_found(&engine->schedule);
    else if (engine->memory.new_vm)
        schedule_look_for_relay(&engine->schedule, now_ms);
    engine->memory.new_vm = false;
    if (!status_awaits_listeners(outcome))
        schedule_listeners_found(&engine->schedule);
    else if (plan_changes_windows(&before->plan))
        schedule_look_for_listeners(&engine->schedule, now_ms);
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

static void finish_pass(struct engine *engine, const struct world *before,
                        const struct world *after, const struct apply_result *result,
                        uint64_t began_ms)
{
    const struct system *system = engine->system;
    const uint64_t now_ms = system->monotonic_ms(system->self);
    struct outcome outcome = {
        .now = &after->now,
        .desired = &after->desired,
        .drift = &after->drift,
        .plan = &before->plan,
        .result = result,
        .system = system,
    };

    schedule_later_looks(engine, before, after, &outcome, now_ms);
    outcome.settling = schedule_is_settling(&engine->schedule);
    engine->relay_count = 0;
    for (size_t i = 0; i < after->snapshot.wsl_traces.count; i++) {
        const struct wsl_trace *trace = &after->snapshot.wsl_traces.items[i];

        if (trace->relay_found && engine->relay_count < RELAY_CAPACITY)
            engine->relays[engine->relay_count++] = trace->relay_process_id;
    }
    engine->fault[0] = '\0';
    log_wsl_changes(engine, after);
    log_changes(engine, result, now_ms - began_ms);
    log_problems(engine, &outcome);
    engine_publish(engine, after, &outcome);
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
        finish_pass(engine, &before, &before, &result, now_ms);
        world_clear(&before);
        return;
    }
    plan_apply(&before.plan, engine->store, system,
               firewall_must_wait(engine, &before, now_ms), &result);
    memory_note_rewrites(&engine->memory, &before.plan, &result, now_ms);
    if (world_read(engine->store, system, &engine->memory, engine->withdrawing, &after,
                   &err)) {
        finish_pass(engine, &before, &after, &result, now_ms);
        world_clear(&after);
    } else {
        report_failure(engine, &err, now_ms);
    }
    apply_result_clear(&result);
    world_clear(&before);
}
