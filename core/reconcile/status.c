/*
 * What each rule's forward does now, and why.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/status.h"

#include <stdarg.h>
#include <string.h>

#define HRESULT_ACCESS_DENIED 0x80070005u

PRINTF_LIKE(4, 5)
static void set(struct rule_status *status, enum rule_state state, enum reason reason,
                const char *format, ...)
{
    struct text text = TEXT_OVER(status->subject);
    va_list args;

    status->state = state;
    status->reason = reason;
    status->os_code = 0;
    va_start(args, format);
    text_append_args(&text, format, args);
    va_end(args);
}

static void warn(struct rule_status *status, enum reason warning, const char *subject)
{
    struct text text = TEXT_OVER(status->subject);

    status->warning = warning;
    text_append(&text, subject);
}

static void set_error(struct rule_status *status, enum reason reason,
                      const struct error *err)
{
    const bool denied = err->os_code == HRESULT_ACCESS_DENIED;

    set(status, RULE_STATE_FAILED, denied ? REASON_ACCESS_DENIED : reason, "%s",
        err->detail);
    status->os_code = err->os_code;
}

static void describe_live(const struct outcome *outcome, const struct entry_drift *drift,
                          struct text *out)
{
    const struct portproxy_entry *live =
        &outcome->now->snapshot->portproxy.items[drift->live_index];
    char key[PORTPROXY_TEXT_SIZE];
    char value[PORTPROXY_TEXT_SIZE];

    portproxy_key_format(&live->key, key);
    portproxy_value_format(&live->value, value);
    text_append_format(out, "%s %s to %s", portproxy_type_name(live->key.type), key,
                       value);
}

/* The failure of the step that concerned this key, or NULL. */
static const struct error *find_failure(const struct outcome *outcome,
                                        const struct portproxy_key *key)
{
    for (size_t i = 0; i < outcome->result->failure_count; i++) {
        const struct step_failure *failure = &outcome->result->failures[i];
        const struct step *step = &outcome->plan->items[failure->step_index];

        if ((step->kind == STEP_WRITE_ENTRY || step->kind == STEP_DELETE_ENTRY) &&
            portproxy_key_equals(&step->entry.key, key))
            return &failure->error;
    }
    return NULL;
}

static const struct firewall_failure *find_firewall_failure(
    const struct firewall_state *state, const char *name)
{
    for (size_t i = 0; i < state->failure_count; i++) {
        if (strcmp(state->failures[i].name, name) == 0)
            return &state->failures[i];
    }
    return NULL;
}

/* Why the addition of this firewall rule could not even be handed over, or NULL. */
static const struct error *find_hand_over_failure(const struct outcome *outcome,
                                                  const char *name)
{
    for (size_t i = 0; i < outcome->result->failure_count; i++) {
        const struct step_failure *failure = &outcome->result->failures[i];
        const struct step *step = &outcome->plan->items[failure->step_index];

        if (step->kind == STEP_ADD_FIREWALL_RULE &&
            strcmp(step->firewall_rule.name, name) == 0)
            return &failure->error;
    }
    return NULL;
}

/* The firewall rule's own state; true when it stands. */
static bool check_firewall_rule(const struct outcome *outcome, size_t rule_index,
                                struct rule_status *status)
{
    const struct firewall_drift *drift = &outcome->drift->firewall_rules[rule_index];
    const char *name = outcome->desired->rules[rule_index].firewall_rule.name;
    const struct firewall_failure *failure =
        find_firewall_failure(&outcome->now->snapshot->firewall, name);
    const struct error *hand_over = find_hand_over_failure(outcome, name);

    switch (drift->kind) {
    case DRIFT_IN_PLACE:
    case DRIFT_UNCONFIRMED:
    case DRIFT_FOREIGN_EQUAL:
        return true;
    case DRIFT_CONFLICT:
        set(status, RULE_STATE_BLOCKED, REASON_FIREWALL_CHANGED, "%s", name);
        return false;
    case DRIFT_GIVEN_UP:
        set(status, RULE_STATE_CONFLICT, REASON_CHANGED_BACK, "firewall rule '%s'", name);
        return false;
    default:
        break;
    }
    if (hand_over != NULL) {
        set_error(status, REASON_FIREWALL_FAILED, hand_over);
    } else if (failure != NULL) {
        set(status, RULE_STATE_FAILED, REASON_FIREWALL_FAILED, "error 0x%08X",
            (unsigned)failure->os_code);
        status->os_code = failure->os_code;
    } else {
        set(status, RULE_STATE_APPLYING, REASON_FIREWALL_PENDING, "%s", "");
    }
    return false;
}

static const char *category_name(unsigned profiles)
{
    if ((profiles & PROFILE_PUBLIC) != 0)
        return "public";
    return (profiles & PROFILE_DOMAIN) != 0 ? "domain" : "private";
}

/* Whether the firewall as a whole lets the rule's traffic through. */
static bool check_policy(const struct outcome *outcome, const struct rule *rule,
                         struct rule_status *status)
{
    const struct firewall_state *state = &outcome->now->snapshot->firewall;
    const unsigned guarded = state->current_profiles & state->enabled_profiles;

    if (guarded == 0 || (state->current_profiles & ~state->enabled_profiles) != 0)
        return true;
    if (state->overridden_by_policy)
        set(status, RULE_STATE_BLOCKED, REASON_FIREWALL_OVERRIDDEN, "%s", "");
    else if ((guarded & ~state->block_all_profiles) == 0)
        set(status, RULE_STATE_BLOCKED, REASON_FIREWALL_BLOCK_ALL, "%s", "");
    else if ((guarded & rule->scope.profiles) == 0)
        set(status, RULE_STATE_BLOCKED, REASON_PROFILE_MISMATCH, "%s",
            category_name(guarded));
    else
        return true;
    return false;
}

/* An owner that cannot be told (0, seen for IPv6 under Wine) is no evidence against the helper. */
static bool may_be_helper(const struct snapshot *snapshot, const struct listener *listener)
{
    return listener->process_id == snapshot->ip_helper.process_id ||
           listener->process_id == 0;
}

static bool helper_listens(const struct snapshot *snapshot,
                           const struct desired_entry *entry)
{
    for (size_t i = 0; i < snapshot->listeners.count; i++) {
        const struct listener *listener = &snapshot->listeners.items[i];

        if (listener->port == entry->key.port && may_be_helper(snapshot, listener) &&
            address_equals(&listener->address, &entry->listen))
            return true;
    }
    return false;
}

static void blame_listener(const struct outcome *outcome,
                           const struct desired_entry *entry, struct rule_status *status)
{
    const struct listener *holder = listener_list_find(&outcome->now->snapshot->listeners,
                                                       &entry->listen, entry->key.port);
    char program[PROGRAM_NAME_SIZE] = "";

    if (holder != NULL)
        outcome->system->program_name(outcome->system->self, holder->process_id, program);
    if (outcome->settling)
        set(status, RULE_STATE_APPLYING, REASON_NOT_LISTENING, "%s", "");
    else if (holder == NULL)
        set(status, RULE_STATE_BLOCKED, REASON_NOT_LISTENING, "%s", "");
    else if (program[0] != '\0')
        set(status, RULE_STATE_BLOCKED, REASON_PORT_IN_USE, "%s", program);
    else
        set(status, RULE_STATE_BLOCKED, REASON_PORT_IN_USE, "process %u",
            (unsigned)holder->process_id);
}

/* The IP Helper's part; true when it listens. */
static bool check_listener(const struct outcome *outcome,
                           const struct desired_entry *entry, struct rule_status *status)
{
    const struct ip_helper *helper = &outcome->now->snapshot->ip_helper;

    if (helper->disabled && !helper->running)
        set(status, RULE_STATE_BLOCKED, REASON_IP_HELPER_DISABLED, "%s", "");
    else if (!helper->running)
        set(status, RULE_STATE_BLOCKED, REASON_IP_HELPER_STOPPED, "%s", "");
    else if (!helper_listens(outcome->now->snapshot, entry))
        blame_listener(outcome, entry, status);
    else
        return true;
    return false;
}

static const struct wsl_trace *find_trace(const struct snapshot *snapshot,
                                          const struct user_sid *user)
{
    for (size_t i = 0; i < snapshot->wsl_traces.count; i++) {
        if (user_sid_equals(&snapshot->wsl_traces.items[i].user, user))
            return &snapshot->wsl_traces.items[i];
    }
    return NULL;
}

/* Whether the relay listens for this port of WSL; also when nothing can be said: it cannot bind
 * beside somebody else's wildcard, such as an entry of ours on all addresses that was there first,
 * and does not try again (facts/wsl.md §6). */
static bool may_be_relayed(const struct snapshot *snapshot, const struct wsl_trace *trace,
                           uint16_t port)
{
    for (size_t i = 0; i < snapshot->listeners.count; i++) {
        const struct listener *listener = &snapshot->listeners.items[i];

        if (listener->port == port && (listener->process_id == trace->relay_process_id ||
                                       address_is_any(&listener->address) ||
                                       address_is_loopback(&listener->address)))
            return true;
    }
    return false;
}

/* WSL's relay listens on loopback for each port that Linux listens on, with a lag of a second; it
 * says nothing of sockets bound to eth0 alone, hence only a warning. */
static void warn_if_nothing_listens(const struct outcome *outcome, const struct rule *rule,
                                    const struct desired_entry *entry,
                                    struct rule_status *status)
{
    const struct wsl_trace *trace = find_trace(outcome->now->snapshot, &rule->owner);
    char port[8];
    struct text text = TEXT_OVER(port);

    if (rule->connect.kind != CONNECT_WSL || trace == NULL || !trace->relay_found ||
        may_be_relayed(outcome->now->snapshot, trace, entry->value.port))
        return;
    text_append_format(&text, "%u", entry->value.port);
    warn(status, REASON_NOTHING_LISTENS, port);
}

/* An entry that stands and says what it should. */
static void judge_standing(const struct outcome *outcome,
                           const struct desired_entry *entry,
                           const struct entry_drift *drift, struct rule_status *status)
{
    const struct rule *rule = &outcome->now->rules->items[entry->rule_index];
    const bool foreign = drift->kind == DRIFT_FOREIGN_EQUAL;
    char subject[STATUS_SUBJECT_SIZE];
    struct text text = TEXT_OVER(subject);

    if (!check_listener(outcome, entry, status))
        return;
    if (!foreign && outcome->desired->rules[entry->rule_index].has_firewall_rule &&
        (!check_firewall_rule(outcome, entry->rule_index, status) ||
         !check_policy(outcome, rule, status)))
        return;
    set(status, RULE_STATE_ACTIVE, REASON_NONE, "%s", "");
    status->active_count = 1;
    if (foreign) {
        describe_live(outcome, drift, &text);
        warn(status, REASON_FOREIGN_EQUAL, subject);
    } else {
        warn_if_nothing_listens(outcome, rule, entry, status);
    }
}

/* An entry that should stand and does not. */
static void judge_missing(const struct outcome *outcome,
                          const struct desired_entry *entry, struct rule_status *status)
{
    const struct error *failure = find_failure(outcome, &entry->key);

    set(status, RULE_STATE_APPLYING, REASON_NONE, "%s", "");
    if (outcome->result->store_failed)
        set(status, RULE_STATE_FAILED, REASON_STORE_FAILED, "%s",
            outcome->result->error.detail);
    else if (failure != NULL)
        set_error(status, REASON_WRITE_FAILED, failure);
    else if (outcome->desired->rules[entry->rule_index].has_firewall_rule)
        check_firewall_rule(outcome, entry->rule_index, status);
}

static void judge_conflict(const struct outcome *outcome,
                           const struct desired_entry *entry,
                           const struct entry_drift *drift, struct rule_status *status)
{
    char subject[STATUS_SUBJECT_SIZE];
    struct text text = TEXT_OVER(subject);
    char value[PORTPROXY_TEXT_SIZE];

    portproxy_value_format(&entry->value, value);
    describe_live(outcome, drift, &text);
    set(status, RULE_STATE_CONFLICT, REASON_FOREIGN_ENTRY, "%s (Tidegate's would be %s)",
        subject, value);
}

static void judge_given_up(const struct desired_entry *entry, struct rule_status *status)
{
    char key[PORTPROXY_TEXT_SIZE];

    portproxy_key_format(&entry->key, key);
    set(status, RULE_STATE_CONFLICT, REASON_CHANGED_BACK, "%s %s",
        portproxy_type_name(entry->key.type), key);
}

/* Nothing of ours should stand: the rule's own reason, unless something of ours could not be
 * removed, or somebody else's entry keeps the port of an off rule open. */
static void judge_unwanted(const struct outcome *outcome,
                           const struct desired_entry *entry,
                           const struct entry_drift *drift, struct rule_status *status)
{
    const struct error *failure = find_failure(outcome, &entry->key);
    char subject[STATUS_SUBJECT_SIZE];
    struct text text = TEXT_OVER(subject);

    if (drift->kind == DRIFT_SURPLUS && outcome->result->store_failed) {
        set(status, RULE_STATE_FAILED, REASON_STORE_FAILED, "%s",
            outcome->result->error.detail);
    } else if (drift->kind == DRIFT_SURPLUS && failure != NULL) {
        set_error(status, REASON_WRITE_FAILED, failure);
    } else if ((drift->kind == DRIFT_KEPT_OPEN || drift->kind == DRIFT_LOST) &&
               status->state == RULE_STATE_OFF) {
        describe_live(outcome, drift, &text);
        warn(status, REASON_FOREIGN_KEEPS_OPEN, subject);
    }
}

static struct rule_status judge(const struct outcome *outcome, size_t entry_index)
{
    const struct desired_entry *entry = &outcome->desired->entries[entry_index];
    const struct entry_drift *drift = &outcome->drift->entries[entry_index];
    struct rule_status status = entry->status;

    switch (drift->kind) {
    case DRIFT_IN_PLACE:
    case DRIFT_UNCONFIRMED:
    case DRIFT_FOREIGN_EQUAL:
        judge_standing(outcome, entry, drift, &status);
        break;
    case DRIFT_MISSING:
    case DRIFT_OUTDATED:
        judge_missing(outcome, entry, &status);
        break;
    case DRIFT_CONFLICT:
        judge_conflict(outcome, entry, drift, &status);
        break;
    case DRIFT_GIVEN_UP:
        judge_given_up(entry, &status);
        break;
    case DRIFT_SURPLUS:
    case DRIFT_GONE:
    case DRIFT_LOST:
    case DRIFT_ABSENT:
    case DRIFT_KEPT_OPEN:
        judge_unwanted(outcome, entry, drift, &status);
        break;
    case DRIFT_HELD:
        break;
    }
    return status;
}

struct rule_status status_of_rule(const struct outcome *outcome, size_t rule_index)
{
    struct rule_status worst = outcome->desired->rules[rule_index].status;
    uint16_t active_count = 0;
    bool first = true;

    for (size_t i = 0; i < outcome->desired->entry_count; i++) {
        struct rule_status status;

        if (outcome->desired->entries[i].rule_index != rule_index)
            continue;
        status = judge(outcome, i);
        active_count = (uint16_t)(active_count + status.active_count);
        if (first ||
            rule_state_severity(status.state) > rule_state_severity(worst.state) ||
            (status.state == worst.state && worst.warning == REASON_NONE))
            worst = status;
        first = false;
    }
    worst.port_count = (uint16_t)rule_port_count(&outcome->now->rules->items[rule_index]);
    /* An interface with several addresses has several entries for each port. */
    worst.active_count = active_count < worst.port_count ? active_count : worst.port_count;
    return worst;
}

bool status_awaits_listeners(const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->desired->entry_count; i++) {
        const enum drift_kind kind = outcome->drift->entries[i].kind;

        if ((kind == DRIFT_IN_PLACE || kind == DRIFT_UNCONFIRMED) &&
            !helper_listens(outcome->now->snapshot, &outcome->desired->entries[i]))
            return outcome->now->snapshot->ip_helper.running;
    }
    return false;
}
