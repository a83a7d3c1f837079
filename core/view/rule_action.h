/*
 * The one thing that helps against a rule's problem, for the button of the details pane.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_RULE_ACTION_H
#define TIDEGATE_VIEW_RULE_ACTION_H

#include "core/protocol/request.h"
#include "core/view/rule_rows.h"

enum rule_action {
    RULE_ACTION_NONE,
    RULE_ACTION_START_IP_HELPER,
    RULE_ACTION_TAKE_OVER,
    RULE_ACTION_ALLOW_NETWORK, /* add the current network's category to the rule */
    RULE_ACTION_EDIT,
    RULE_ACTION_RESUME,
    RULE_ACTION_TURN_OTHER_OFF,
    RULE_ACTION_CHECK_AGAIN,
    RULE_ACTION_ALLOW_OUTBOUND, /* the service's setting: firewall rules for what goes out */
    RULE_ACTION_COUNT
};

/* The one that helps against the row's problem; none while a change is under way. */
enum rule_action rule_action_for(const struct view_state *view,
                                 const struct rule_row *row);

/* The request of RULE_ACTION_ALLOW_NETWORK, _RESUME, _TURN_OTHER_OFF or _ALLOW_OUTBOUND; false for
 * the others. */
bool rule_action_request(enum rule_action action, const struct view_state *view,
                         const struct rule_row *row, struct request *out) MUST_CHECK;

/* Whether it lets a public network in, which is to be asked about first. */
bool rule_action_is_risky(enum rule_action action, const struct rule_row *row);

/* What the service is asked in the end, also where a command of the window's own comes before it.
 * False for none. */
bool rule_action_outcome(enum rule_action action, const struct view_state *view,
                         const struct rule_row *row, struct request *out) MUST_CHECK;

#endif
