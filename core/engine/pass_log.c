/*
 * What a pass writes into the log: what it did, and what it found changed since the last.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/pass_log.h"

#include "core/base/mem.h"

#include <stdio.h>
#include <string.h>

#define COUNT_TEXT_SIZE 24

static void format_count(uint64_t count, char out[COUNT_TEXT_SIZE])
{
    snprintf(out, COUNT_TEXT_SIZE, "%llu", (unsigned long long)count);
}

/* A user may make his WSL seem to come and go as often as he likes. */
static bool may_log(struct engine *engine, const struct user_sid *user)
{
    const struct system *system = engine->system;

    return memory_may_log(&engine->memory, user, system->monotonic_ms(system->self));
}

/* The same for what that makes the passes write. */
static bool may_log_changes(struct engine *engine)
{
    const struct system *system = engine->system;

    return line_budget_take(&engine->memory.changes, system->monotonic_ms(system->self));
}

/* Where this user's WSL was last; NULL when it was not known yet. */
static struct last_address *find_last_address(struct engine *engine,
                                              const struct user_sid *user)
{
    for (size_t i = 0; i < engine->last_address_count; i++) {
        if (user_sid_equals(&engine->last_addresses[i].user, user))
            return &engine->last_addresses[i];
    }
    return NULL;
}

static void remember_address(struct engine *engine, const struct wsl_view *view)
{
    struct last_address *last = find_last_address(engine, &view->user);

    if (last == NULL) {
        engine->last_addresses =
            mem_grow(engine->last_addresses, engine->last_address_count,
                     &engine->last_address_capacity, sizeof *engine->last_addresses);
        last = &engine->last_addresses[engine->last_address_count++];
        last->user = view->user;
    }
    last->address = view->address;
}

static bool is_repointing(const struct doing *doing, size_t step_index,
                          const struct user_sid *user)
{
    const struct step *step = &doing->plan->items[step_index];

    return step->kind == STEP_WRITE_ENTRY && step->rule_index != NO_INDEX &&
           doing->rules->items[step->rule_index].connect.kind == CONNECT_WSL &&
           user_sid_equals(&doing->rules->items[step->rule_index].owner, user) &&
           apply_result_find(doing->result, step_index) == NULL;
}

/* How many of this user's rules were pointed at WSL's address. */
static size_t count_repointed(const struct doing *doing, const struct user_sid *user)
{
    bool *counted = mem_alloc((doing->rules->count + 1) * sizeof *counted);
    size_t count = 0;

    for (size_t i = 0; i < doing->plan->count; i++) {
        if (!is_repointing(doing, i, user) || counted[doing->plan->items[i].rule_index])
            continue;
        counted[doing->plan->items[i].rule_index] = true;
        count++;
    }
    mem_free(counted);
    if (doing->result->store_failed || doing->result->announce_failed)
        return 0; /* and tried again */
    return count;
}

static void log_move(struct engine *engine, const struct wsl_view *view,
                     const struct doing *doing)
{
    const size_t count = count_repointed(doing, &view->user);
    char address[ADDRESS_TEXT_SIZE];
    char rules[COUNT_TEXT_SIZE];
    char took_ms[COUNT_TEXT_SIZE];

    address_format(&view->address, address);
    format_count(count, rules);
    format_count(doing->took_ms, took_ms);
    if (count > 0)
        engine_add_activity(engine, ACTIVITY_WSL_MOVED_RULES, NULL, address, rules,
                            took_ms);
    else
        engine_add_activity(engine, ACTIVITY_WSL_MOVED, NULL, address, NULL, NULL);
}

static enum activity_kind kind_of_state(enum wsl_state state)
{
    static const enum activity_kind kinds[] = {
        [WSL_UNKNOWN] = ACTIVITY_WSL_UNKNOWN, [WSL_STOPPED] = ACTIVITY_WSL_STOPPED,
        [WSL_RUNNING] = ACTIVITY_WSL_RUNNING, [WSL_SIGNED_OUT] = ACTIVITY_WSL_SIGNED_OUT,
        [WSL_ABSENT] = ACTIVITY_WSL_STOPPED,
    };

    return kinds[state];
}

/* Whoever has no rules may report what he likes of his WSL: it fills no log. */
static bool has_rules(const struct world *world, const struct user_sid *user)
{
    for (size_t i = 0; i < world->rules.count; i++) {
        if (user_sid_equals(&world->rules.items[i].owner, user))
            return true;
    }
    return false;
}

static void log_wsl_changes(struct engine *engine, const struct world *world,
                            const struct doing *doing)
{
    for (size_t i = 0; i < world->wsl.count; i++) {
        const struct wsl_view *view = &world->wsl.items[i];
        const struct wsl_view *before = report_wsl(engine->report, &view->user);
        const struct last_address *last = find_last_address(engine, &view->user);

        if (!has_rules(world, &view->user))
            continue;
        if (view->address_known) {
            if (last != NULL && !address_equals(&last->address, &view->address) &&
                may_log(engine, &view->user))
                log_move(engine, view, doing);
            remember_address(engine, view);
        }
        if (before != NULL && view->state != before->state && may_log(engine, &view->user))
            engine_add_activity(engine, kind_of_state(view->state), NULL, NULL, NULL,
                                NULL);
    }
}

/* What policy set already when the service started is no news; what is refused is told anew. */
static void log_policy_value(struct engine *engine, const struct world *world,
                             enum setting setting)
{
    const struct policy *now = &world->policy;
    const struct policy *before = &engine->policy;
    const struct message *problem = &now->problems[setting];
    const bool was_set =
        policy_source(before, setting) == SETTING_BY_POLICY || !engine->policy_is_known;
    char value[SETTING_VALUE_SIZE];
    char former[SETTING_VALUE_SIZE];

    setting_format(&world->settings, setting, value);
    setting_format(&engine->settings, setting, former);
    if (problem->id != MESSAGE_NONE) {
        if (policy_problem_is_news(now, before, setting))
            engine_add_activity(engine, ACTIVITY_POLICY_REFUSED, NULL,
                                problem->arguments[0], problem->arguments[1],
                                problem->arguments[2]);
    } else if (now->sets[setting]) {
        if (!was_set || (engine->policy_is_known && strcmp(value, former) != 0))
            engine_add_activity(engine, ACTIVITY_POLICY_SETS, NULL, setting_key(setting),
                                value, NULL);
    } else if (before->sets[setting]) {
        engine_add_activity(engine, ACTIVITY_POLICY_LEAVES, NULL, setting_key(setting),
                            value, NULL);
    }
}

void pass_log_policy(struct engine *engine, const struct world *world)
{
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++)
        log_policy_value(engine, world, setting);
    engine->policy = world->policy;
    engine->settings = world->settings;
    engine->policy_is_known = true;
}

void pass_log_changes(struct engine *engine, const struct doing *doing)
{
    const struct apply_result *result = doing->result;
    char first[COUNT_TEXT_SIZE];
    char second[COUNT_TEXT_SIZE];
    char took_ms[COUNT_TEXT_SIZE];

    if (result->written_count + result->deleted_count > 0 && may_log_changes(engine)) {
        format_count(result->written_count, first);
        format_count(result->deleted_count, second);
        format_count(doing->took_ms, took_ms);
        engine_add_activity(engine, ACTIVITY_ENTRIES_CHANGED, NULL, first, second,
                            took_ms);
    }
    if (result->firewall_count > 0 && may_log_changes(engine)) {
        format_count(result->firewall_count, first);
        engine_add_activity(engine, ACTIVITY_FIREWALL_CHANGED, NULL, first, NULL, NULL);
    }
}

static bool needs_user(enum rule_state state)
{
    return state == RULE_STATE_BLOCKED || state == RULE_STATE_CONFLICT ||
           state == RULE_STATE_FAILED;
}

static void log_problems(struct engine *engine, const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->now->rules->count; i++) {
        const struct rule *rule = &outcome->now->rules->items[i];
        const struct rule_status *status = &outcome->statuses[i];
        const struct report_rule *before = report_find_rule(engine->report, &rule->id);
        struct activity *line;
        char title[RULE_TEXT_SIZE];

        if (!needs_user(status->state) ||
            (before != NULL && before->status.state == status->state &&
             before->status.reason == status->reason) ||
            !may_log(engine, &rule->owner))
            continue;
        rule_title(rule, title, sizeof title);
        line = engine_add_activity(engine, ACTIVITY_PROBLEM, &rule->id, title,
                                   reason_name(status->reason), status->subject);
        if (line != NULL)
            line->subject_message = status->subject_message;
    }
}

void pass_log_outcome(struct engine *engine, const struct doing *doing,
                      const struct world *after, const struct outcome *outcome)
{
    log_wsl_changes(engine, after, doing);
    log_problems(engine, outcome);
}
