/*
 * What can be done about a rule's problem.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/rule_action.h"

#include "core/store/settings.h"

/* Where nothing stands, waiting or somebody else helps: WSL has to start, an administrator has to
 * change a policy, the next event is noticed by itself. */
static const enum rule_action actions[REASON_COUNT] = {
    [REASON_PAUSED] = RULE_ACTION_RESUME,
    [REASON_ADDRESS_UNKNOWN] = RULE_ACTION_CHECK_AGAIN,
    [REASON_FOREIGN_ENTRY] = RULE_ACTION_TAKE_OVER,
    [REASON_FOREIGN_EQUAL] = RULE_ACTION_TAKE_OVER,
    [REASON_FOREIGN_KEEPS_OPEN] = RULE_ACTION_TAKE_OVER,
    [REASON_CHANGED_BACK] = RULE_ACTION_CHECK_AGAIN,
    [REASON_OTHER_RULE] = RULE_ACTION_TURN_OTHER_OFF,
    [REASON_PORT_IN_USE] = RULE_ACTION_EDIT,
    [REASON_PORT_EXCLUDED] = RULE_ACTION_EDIT,
    [REASON_NOT_LISTENING] = RULE_ACTION_CHECK_AGAIN,
    [REASON_IP_HELPER_STOPPED] = RULE_ACTION_START_IP_HELPER,
    [REASON_FIREWALL_CHANGED] = RULE_ACTION_TAKE_OVER,
    [REASON_FIREWALL_FAILED] = RULE_ACTION_CHECK_AGAIN,
    [REASON_PROFILE_MISMATCH] = RULE_ACTION_ALLOW_NETWORK,
    [REASON_LISTEN_ADDRESS_ABSENT] = RULE_ACTION_EDIT,
    [REASON_CONNECT_IS_THIS_PC] = RULE_ACTION_EDIT,
    [REASON_ACCESS_DENIED] = RULE_ACTION_CHECK_AGAIN,
    [REASON_WRITE_FAILED] = RULE_ACTION_CHECK_AGAIN,
    [REASON_STORE_FAILED] = RULE_ACTION_CHECK_AGAIN,
    [REASON_OUTBOUND_BLOCKED] = RULE_ACTION_ALLOW_OUTBOUND,
    [REASON_MIRRORED_PORT] = RULE_ACTION_EDIT,
};

static const struct rule *find_own(const struct view_state *view, const struct rule_id *id)
{
    for (size_t i = 0; view->report != NULL && i < view->report->rule_count; i++) {
        const struct rule *rule = &view->report->rules[i].rule;

        if (rule_id_equals(&rule->id, id) && user_sid_equals(&rule->owner, &view->user))
            return rule;
    }
    return NULL;
}

/* The older rule of the user that has the place; NULL when it is another user's, or when only
 * the addresses of this moment overlap, which cannot be seen here. */
static const struct rule *find_winner(const struct view_state *view,
                                      const struct rule_row *row)
{
    const struct rule *mine = find_own(view, &row->rule_id);

    for (size_t i = 0; mine != NULL && i < view->report->rule_count; i++) {
        const struct rule *rule = &view->report->rules[i].rule;

        if (rule->enabled && rule->sequence < mine->sequence &&
            user_sid_equals(&rule->owner, &view->user) && rule_listens_overlap(rule, mine))
            return rule;
    }
    return NULL;
}

/* REASON_PROFILE_MISMATCH says which category the network has. */
static unsigned current_profile(const struct rule_row *row)
{
    switch (row->status.subject_message.id) {
    case MESSAGE_NETWORK_PRIVATE:
        return PROFILE_PRIVATE;
    case MESSAGE_NETWORK_DOMAIN:
        return PROFILE_DOMAIN;
    case MESSAGE_NETWORK_PUBLIC:
        return PROFILE_PUBLIC;
    default:
        return 0;
    }
}

enum rule_action rule_action_for(const struct view_state *view, const struct rule_row *row)
{
    const struct rule_status *status = &row->status;
    const enum reason reason =
        status->reason != REASON_NONE ? status->reason : status->warning;
    const enum rule_action action = actions[reason];

    if (row->can_take_over &&
        (row->kind == ROW_FOREIGN || action == RULE_ACTION_TAKE_OVER))
        return RULE_ACTION_TAKE_OVER;
    if (row->kind != ROW_MINE || !row->can_change || action == RULE_ACTION_TAKE_OVER)
        return RULE_ACTION_NONE;
    if (action == RULE_ACTION_ALLOW_OUTBOUND && view->report != NULL &&
        view->report->policy.sets[SETTING_ALLOW_OUTBOUND])
        return RULE_ACTION_NONE; /* an administrator has decided that for all */
    if (action == RULE_ACTION_TURN_OTHER_OFF && find_winner(view, row) == NULL)
        return RULE_ACTION_EDIT;
    if (action == RULE_ACTION_ALLOW_NETWORK && current_profile(row) == 0)
        return RULE_ACTION_EDIT;
    return action;
}

static bool allow_outbound(struct request *out)
{
    *out = (struct request){.verb = VERB_SETTINGS};
    return request_add_setting(out, SETTING_OUTBOUND, SETTING_OUTBOUND_ALLOW);
}

bool rule_action_request(enum rule_action action, const struct view_state *view,
                         const struct rule_row *row, struct request *out)
{
    const struct rule *rule =
        action == RULE_ACTION_ALLOW_NETWORK ? find_own(view, &row->rule_id) : NULL;
    const struct rule *winner =
        action == RULE_ACTION_TURN_OTHER_OFF ? find_winner(view, row) : NULL;

    if (action == RULE_ACTION_RESUME) {
        *out = (struct request){.verb = VERB_RESUME};
        return true;
    }
    if (action == RULE_ACTION_ALLOW_OUTBOUND)
        return allow_outbound(out);
    if (winner != NULL) {
        *out = (struct request){.verb = VERB_ENABLE, .enable.rule_id = winner->id};
        return true;
    }
    if (rule == NULL)
        return false;
    *out = (struct request){.verb = VERB_PUT_RULE, .rule = *rule};
    out->rule.scope.profiles |= current_profile(row);
    return true;
}

bool rule_action_is_risky(enum rule_action action, const struct rule_row *row)
{
    return action == RULE_ACTION_ALLOW_NETWORK &&
           (current_profile(row) & PROFILE_PUBLIC) != 0;
}

bool rule_action_outcome(enum rule_action action, const struct view_state *view,
                         const struct rule_row *row, struct request *out)
{
    if (action == RULE_ACTION_START_IP_HELPER)
        *out = (struct request){.verb = VERB_START_IP_HELPER};
    else if (action == RULE_ACTION_TAKE_OVER)
        *out = (struct request){.verb = VERB_TAKE_OVER, .rule_id = row->rule_id};
    else
        return rule_action_request(action, view, row, out);
    return true;
}
