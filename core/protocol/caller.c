/*
 * Who may do what.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/caller.h"

bool caller_may_change(const struct caller *caller, const struct settings *settings)
{
    if (caller->is_restricted)
        return false;
    if (caller->is_elevated || caller->is_administrator)
        return true;
    for (size_t i = 0; i < settings->allowed_user_count; i++) {
        if (user_sid_equals(&settings->allowed_users[i], &caller->user))
            return true;
    }
    return false;
}

bool caller_may_widen(const struct caller *caller, const struct settings *settings)
{
    return caller_may_change(caller, settings) &&
           (caller->is_elevated || settings->users_may_widen);
}

/* What decides about a request of somebody who is neither elevated nor restricted. */
enum demand {
    DEMAND_NOTHING,  /* reading */
    DEMAND_CHANGE,   /* may change rules at all */
    DEMAND_WIDEN,    /* ... and widen them */
    DEMAND_ELEVATION /* an administrator's consent, every time */
};

/* "" in a request stands for the caller. */
static bool names_caller(const struct caller *caller, const struct user_sid *user)
{
    return user->text[0] == '\0' || user_sid_equals(user, &caller->user);
}

static enum demand demand_of_put(const struct caller *caller, const struct rule *proposed,
                                 const struct rule *existing)
{
    const bool narrows = existing != NULL && rule_is_narrower_or_equal(proposed, existing);

    if (!names_caller(caller, &proposed->owner))
        return DEMAND_ELEVATION;
    /* A forced rule that opens something else is forced anew: an old permission for one
     * reserved port is none for another. */
    if (proposed->forced && !(narrows && existing->forced))
        return DEMAND_ELEVATION;
    return narrows ? DEMAND_CHANGE : DEMAND_WIDEN;
}

static enum demand demand_of(const struct caller *caller, const struct request *request,
                             const struct rule *existing)
{
    switch (request->verb) {
    case VERB_HELLO:
    case VERB_SNAPSHOT:
    case VERB_SUBSCRIBE:
    case VERB_PLAN:
    case VERB_ACTIVITY:
        return DEMAND_NOTHING;
    case VERB_SETTINGS:
        return request->settings.key[0] == '\0' ? DEMAND_NOTHING : DEMAND_ELEVATION;
    case VERB_PUT_RULE:
        return demand_of_put(caller, &request->rule, existing);
    case VERB_DELETE_RULE:
    case VERB_ENABLE:
    case VERB_RECONCILE:
    case VERB_PAUSE:
    case VERB_RESUME:
        return DEMAND_CHANGE;
    case VERB_START_IP_HELPER:
    case VERB_TAKE_OVER:
    case VERB_APPROVE:
        break;
    }
    return DEMAND_ELEVATION;
}

static bool is_met(enum demand demand, const struct caller *caller,
                   const struct settings *settings)
{
    switch (demand) {
    case DEMAND_NOTHING:
        return true;
    case DEMAND_CHANGE:
        return caller_may_change(caller, settings);
    case DEMAND_WIDEN:
        return caller_may_widen(caller, settings);
    case DEMAND_ELEVATION:
        break;
    }
    return false;
}

enum verdict authorize(const struct caller *caller, const struct request *request,
                       const struct rule *existing, const struct settings *settings)
{
    const bool is_others =
        !names_caller(caller, &request->user) ||
        (existing != NULL && !user_sid_equals(&existing->owner, &caller->user));

    if (!verb_is_known(request->verb))
        return VERDICT_DENY;
    if (caller->is_restricted)
        return request->verb == VERB_HELLO && !is_others ? VERDICT_ALLOW : VERDICT_DENY;
    if (caller->is_elevated)
        return VERDICT_ALLOW;
    if (request->verb == VERB_APPROVE)
        return VERDICT_DENY;
    if (is_others || !is_met(demand_of(caller, request, existing), caller, settings))
        return VERDICT_NEEDS_ELEVATION;
    return VERDICT_ALLOW;
}
