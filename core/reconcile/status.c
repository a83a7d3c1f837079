/*
 * What each rule's forward does now, and why.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/status.h"

#include "core/reconcile/firewall_evidence.h"
#include "core/reconcile/firewall_status.h"
#include "core/reconcile/listener_evidence.h"
#include "core/reconcile/verdict.h"

static void format_key(const struct portproxy_key *key, char *out, size_t capacity)
{
    char listen[PORTPROXY_TEXT_SIZE];
    struct text text = text_over(out, capacity);

    portproxy_key_format(key, listen);
    text_append_format(&text, "%s %s", portproxy_type_name(key->type), listen);
}

/* The subject: the entry that stands there, and what ours would connect to, or NULL. */
static void name_live(const struct outcome *outcome, const struct entry_drift *drift,
                      const struct portproxy_value *ours, struct rule_status *status)
{
    const struct portproxy_entry *live =
        &outcome->now->snapshot->portproxy.items[drift->live_index];
    char key[STATUS_SUBJECT_SIZE];
    char value[PORTPROXY_TEXT_SIZE];
    char other[PORTPROXY_TEXT_SIZE];

    format_key(&live->key, key, sizeof key);
    portproxy_value_format(&live->value, value);
    if (ours == NULL) {
        verdict_set_subject(status, MESSAGE_ENTRY, key, value, NULL);
        return;
    }
    portproxy_value_format(ours, other);
    verdict_set_subject(status, MESSAGE_ENTRY_AND_OURS, key, value, other);
}

/* A warning about an entry that is not ours. */
static void warn_of_live(const struct outcome *outcome, const struct entry_drift *drift,
                         enum reason warning, struct rule_status *status)
{
    status->warning = warning;
    name_live(outcome, drift, NULL, status);
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

/* Told to listen, the helper does not, and neither does anybody else. */
static void blame_nobody(const struct outcome *outcome, const struct desired_entry *entry,
                         struct rule_status *status)
{
    const struct system *system = outcome->system;

    if (system->port_is_reserved(system->self, &entry->listen, entry->key.port))
        verdict_set(status, RULE_STATE_BLOCKED, REASON_PORT_EXCLUDED, "%u",
                    entry->key.port);
    else
        verdict_set(status, RULE_STATE_BLOCKED, REASON_NOT_LISTENING, "%s", "");
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
        verdict_set(status, RULE_STATE_APPLYING, REASON_NOT_LISTENING, "%s", "");
    else if (holder == NULL)
        blame_nobody(outcome, entry, status);
    else if (program[0] != '\0')
        verdict_set(status, RULE_STATE_BLOCKED, REASON_PORT_IN_USE, "%s", program);
    else
        verdict_set_with_words(status, RULE_STATE_BLOCKED, REASON_PORT_IN_USE,
                               MESSAGE_PROCESS, text_of_number(holder->process_id).digits);
}

/* The IP Helper's part; true when it listens. */
static bool check_listener(const struct outcome *outcome,
                           const struct desired_entry *entry, struct rule_status *status)
{
    const struct ip_helper *helper = &outcome->now->snapshot->ip_helper;

    if (helper->disabled && !helper->running)
        verdict_set(status, RULE_STATE_BLOCKED, REASON_IP_HELPER_DISABLED, "%s", "");
    else if (!helper->running)
        verdict_set(status, RULE_STATE_BLOCKED, REASON_IP_HELPER_STOPPED, "%s", "");
    else if (!helper_listens(outcome->now->snapshot, entry))
        blame_listener(outcome, entry, status);
    else
        return true;
    return false;
}

/* It says nothing of sockets bound to eth0 alone, hence only a warning. */
static void warn_if_nothing_listens(const struct outcome *outcome, const struct rule *rule,
                                    const struct desired_entry *entry,
                                    struct rule_status *status)
{
    struct text subject;

    if (rule->connect.kind != CONNECT_WSL ||
        relay_evidence_find(outcome->now->snapshot, &rule->owner, entry->value.port) !=
            RELAY_HAS_NOT)
        return;
    status->warning = REASON_NOTHING_LISTENS;
    subject = TEXT_OVER(status->subject);
    text_append_format(&subject, "%u", entry->value.port);
}

static void warn_of_target(const struct outcome *outcome, const struct rule *rule,
                           const struct desired_entry *entry, struct rule_status *status)
{
    if (!outcome->desired->rules[entry->rule_index].has_outbound_rule &&
        firewall_blocks_outbound(&outcome->now->snapshot->firewall))
        status->warning = REASON_OUTBOUND_BLOCKED;
    else
        warn_if_nothing_listens(outcome, rule, entry, status);
}

/* An entry that stands and says what it should. */
static void judge_standing(const struct outcome *outcome,
                           const struct desired_entry *entry,
                           const struct entry_drift *drift, struct rule_status *status)
{
    const struct rule *rule = &outcome->now->rules->items[entry->rule_index];
    const bool foreign = drift->kind == DRIFT_FOREIGN_EQUAL;

    if (!check_listener(outcome, entry, status))
        return;
    if (!foreign && outcome->desired->rules[entry->rule_index].has_firewall_rule &&
        (!firewall_status_check(outcome, entry->rule_index, status) ||
         !firewall_status_check_policy(outcome, rule, status)))
        return;
    if (!foreign && !firewall_status_check_outbound(outcome, entry->rule_index, status))
        return;
    verdict_set(status, RULE_STATE_ACTIVE, REASON_NONE, "%s", "");
    status->active_count = 1;
    if (foreign)
        warn_of_live(outcome, drift, REASON_FOREIGN_EQUAL, status);
    else
        warn_of_target(outcome, rule, entry, status);
}

/* An entry that should stand and does not. */
static void judge_missing(const struct outcome *outcome,
                          const struct desired_entry *entry, struct rule_status *status)
{
    const struct error *failure = find_failure(outcome, &entry->key);

    verdict_set(status, RULE_STATE_APPLYING, REASON_NONE, "%s", "");
    if (outcome->result->store_failed)
        verdict_set(status, RULE_STATE_FAILED, REASON_STORE_FAILED, "%s",
                    outcome->result->error.detail);
    else if (failure != NULL)
        verdict_set_error(status, REASON_WRITE_FAILED, failure);
    else if (outcome->desired->rules[entry->rule_index].has_firewall_rule)
        firewall_status_check(outcome, entry->rule_index, status);
}

static void judge_conflict(const struct outcome *outcome,
                           const struct desired_entry *entry,
                           const struct entry_drift *drift, struct rule_status *status)
{
    verdict_set(status, RULE_STATE_CONFLICT, REASON_FOREIGN_ENTRY, "%s", "");
    name_live(outcome, drift, &entry->value, status);
}

static void judge_given_up(const struct desired_entry *entry, struct rule_status *status)
{
    char key[STATUS_SUBJECT_SIZE];

    format_key(&entry->key, key, sizeof key);
    verdict_set(status, RULE_STATE_CONFLICT, REASON_CHANGED_BACK, "%s", key);
}

/* Nothing of ours should stand: the rule's own reason, unless something of ours could not be
 * removed, or somebody else's entry keeps the port of an off rule open. */
static void judge_unwanted(const struct outcome *outcome,
                           const struct desired_entry *entry,
                           const struct entry_drift *drift, struct rule_status *status)
{
    const struct error *failure = find_failure(outcome, &entry->key);

    if (drift->kind == DRIFT_SURPLUS && outcome->result->store_failed) {
        verdict_set(status, RULE_STATE_FAILED, REASON_STORE_FAILED, "%s",
                    outcome->result->error.detail);
    } else if (drift->kind == DRIFT_SURPLUS && failure != NULL) {
        verdict_set_error(status, REASON_WRITE_FAILED, failure);
    } else if ((drift->kind == DRIFT_KEPT_OPEN || drift->kind == DRIFT_LOST) &&
               status->state == RULE_STATE_OFF) {
        warn_of_live(outcome, drift, REASON_FOREIGN_KEEPS_OPEN, status);
    }
}

/* Linux listens by itself, once nothing of ours is in its way: what is left is its firewall. */
static struct rule_status judge_mirrored(const struct outcome *outcome, size_t rule_index)
{
    const struct desired_rule *decided = &outcome->desired->rules[rule_index];
    struct rule_status status = decided->status;

    if (status.state != RULE_STATE_APPLYING ||
        (decided->has_firewall_rule &&
         !firewall_status_check(outcome, rule_index, &status)))
        return status;
    verdict_set(&status, RULE_STATE_ACTIVE, REASON_NONE, "%s", "");
    return status;
}

/* An entry stands where Linux is to listen. */
static struct rule_status judge_mirrored_port(const struct outcome *outcome,
                                              const struct desired_entry *entry,
                                              const struct entry_drift *drift)
{
    struct rule_status status = judge_mirrored(outcome, entry->rule_index);

    status.port_count = 1;
    status.active_count = status.state == RULE_STATE_ACTIVE;
    if (drift->kind == DRIFT_SURPLUS)
        judge_unwanted(outcome, entry, drift, &status);
    if (drift->kind != DRIFT_KEPT_OPEN && drift->kind != DRIFT_LOST)
        return status;
    verdict_set(&status, RULE_STATE_CONFLICT, REASON_FOREIGN_ENTRY, "%s", "");
    name_live(outcome, drift, NULL, &status);
    status.active_count = 0;
    return status;
}

static struct rule_status judge(const struct outcome *outcome, size_t entry_index)
{
    const struct desired_entry *entry = &outcome->desired->entries[entry_index];
    const struct entry_drift *drift = &outcome->drift->entries[entry_index];
    struct rule_status status = entry->status;

    if (outcome->desired->rules[entry->rule_index].is_mirrored)
        return judge_mirrored_port(outcome, entry, drift);
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
    size_t worst_entry;

    return status_of_worst_port(outcome, rule_index, &worst_entry);
}

struct rule_status status_of_worst_port(const struct outcome *outcome, size_t rule_index,
                                        size_t *worst_entry)
{
    const bool is_mirrored = outcome->desired->rules[rule_index].is_mirrored;
    struct rule_status worst = is_mirrored ? judge_mirrored(outcome, rule_index)
                                           : outcome->desired->rules[rule_index].status;
    const bool all_active = is_mirrored && worst.state == RULE_STATE_ACTIVE;
    uint16_t active_count = 0;
    uint16_t inactive_count = 0;

    *worst_entry = NO_INDEX;
    for (size_t i = 0; i < outcome->desired->entry_count; i++) {
        /* gcc 12's analyzer takes a struct that a function gave for uninitialized. */
        struct rule_status status = {0}; // NOLINT(clang-analyzer-deadcode.DeadStores)

        if (outcome->desired->entries[i].rule_index != rule_index)
            continue;
        status = judge(outcome, i);
        active_count = (uint16_t)(active_count + status.active_count);
        inactive_count = (uint16_t)(inactive_count + (status.active_count == 0));
        if (*worst_entry != NO_INDEX &&
            rule_state_severity(status.state) <= rule_state_severity(worst.state) &&
            (status.state != worst.state || worst.warning != REASON_NONE))
            continue;
        worst = status;
        *worst_entry = i;
    }
    worst.port_count = (uint16_t)rule_port_count(&outcome->now->rules->items[rule_index]);
    /* Then entries tell of those ports alone at which something stands. */
    if (all_active)
        active_count = inactive_count < worst.port_count
                           ? (uint16_t)(worst.port_count - inactive_count)
                           : 0;
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
