/*
 * What the firewall means for a rule's state.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/firewall_status.h"

#include "core/reconcile/firewall_evidence.h"
#include "core/reconcile/verdict.h"

#include <string.h>

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

static void set_firewall_refusal(struct rule_status *status, uint32_t code)
{
    verdict_set_with_words(status, RULE_STATE_FAILED, REASON_FIREWALL_FAILED,
                           MESSAGE_ERROR_CODE, text_of_code(code).digits);
    status->os_code = code;
}

/* One firewall rule's own state; true when it stands. */
static bool check_drift(const struct outcome *outcome, const struct firewall_drift *drift,
                        struct rule_status *status)
{
    const struct firewall_rule *rule = firewall_drift_desired(drift, outcome->desired);
    const char *name = rule->name;
    const struct error *hand_over = find_hand_over_failure(outcome, name);
    uint32_t code;

    switch (drift->kind) {
    case DRIFT_IN_PLACE:
    case DRIFT_UNCONFIRMED:
    case DRIFT_FOREIGN_EQUAL:
        return true;
    case DRIFT_CONFLICT:
        verdict_set(status, RULE_STATE_BLOCKED, REASON_FIREWALL_CHANGED, "%s", name);
        return false;
    case DRIFT_GIVEN_UP:
        verdict_set_with_words(status, RULE_STATE_CONFLICT, REASON_CHANGED_BACK,
                               MESSAGE_FIREWALL_RULE, name);
        return false;
    default:
        break;
    }
    if (hand_over != NULL) {
        verdict_set_error(status, REASON_FIREWALL_FAILED, hand_over);
    } else if (firewall_has_failed(&outcome->now->snapshot->firewall, rule, &code)) {
        set_firewall_refusal(status, code);
    } else {
        verdict_set(status, RULE_STATE_APPLYING, REASON_FIREWALL_PENDING, "%s", "");
    }
    return false;
}

bool firewall_status_check(const struct outcome *outcome, size_t rule_index,
                           struct rule_status *status)
{
    return check_drift(outcome, &outcome->drift->firewall_rules[rule_index], status);
}

bool firewall_status_check_outbound(const struct outcome *outcome, size_t rule_index,
                                    struct rule_status *status)
{
    const struct firewall_state *state = &outcome->now->snapshot->firewall;

    if (!outcome->desired->rules[rule_index].has_outbound_rule ||
        !firewall_blocks_outbound(state))
        return true;
    if (!check_drift(outcome,
                     drift_of_outbound(outcome->drift, outcome->desired, rule_index),
                     status))
        return false;
    if (!firewall_overrides_outbound(state))
        return true;
    verdict_set(status, RULE_STATE_BLOCKED, REASON_FIREWALL_OVERRIDDEN, "%s", "");
    return false;
}

bool firewall_status_check_policy(const struct outcome *outcome, const struct rule *rule,
                                  struct rule_status *status)
{
    const struct firewall_state *state = &outcome->now->snapshot->firewall;
    const enum reason reason = firewall_policy_check(state, rule->scope.profiles);

    if (reason == REASON_NONE)
        return true;
    verdict_set(status, RULE_STATE_BLOCKED, reason, "%s", "");
    if (reason == REASON_PROFILE_MISMATCH)
        verdict_set_subject(
            status,
            network_category_message(state->current_profiles & state->enabled_profiles),
            NULL, NULL, NULL);
    return false;
}
