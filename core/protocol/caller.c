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
    /* Wherever such a rule leads, the service would lead its user there, to places perhaps that
     * let the PC in and the user not. */
    if (proposed->connect.kind == CONNECT_ADDRESS && !narrows)
        return DEMAND_ELEVATION;
    return narrows ? DEMAND_CHANGE : DEMAND_WIDEN;
}

/* One thing that is asked: a whole request, or an item of a batch. */
struct asked {
    enum verb verb;
    const struct rule *proposed; /* put */
    const struct rule *existing; /* NULL: none is named, or a new one */
};

static enum demand demand_of(const struct caller *caller, const struct asked *asked)
{
    switch (asked->verb) {
    case VERB_PUT_RULE:
        return demand_of_put(caller, asked->proposed, asked->existing);
    case VERB_DIAGNOSE: /* with a probe */
    case VERB_DELETE_RULE:
    case VERB_ENABLE:
    case VERB_RECONCILE:
    case VERB_PAUSE:
    case VERB_RESUME:
        return DEMAND_CHANGE;
    default:
        return DEMAND_ELEVATION;
    }
}

static bool is_met(enum demand demand, const struct caller *caller,
                   const struct settings *settings)
{
    switch (demand) {
    case DEMAND_CHANGE:
        return caller_may_change(caller, settings);
    case DEMAND_WIDEN:
        return caller_may_widen(caller, settings);
    case DEMAND_ELEVATION:
        break;
    }
    return false;
}

static bool is_allowed(const struct caller *caller, const struct asked *asked,
                       const struct settings *settings)
{
    return (asked->existing == NULL ||
            user_sid_equals(&asked->existing->owner, &caller->user)) &&
           is_met(demand_of(caller, asked), caller, settings);
}

static bool is_batch_allowed(const struct caller *caller, const struct batch *batch,
                             const struct rule_list *rules,
                             const struct settings *settings)
{
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_item *item = &batch->items[i];
        /* What is made again counts as new, whatever else the batch does to its id. */
        const struct asked asked = {
            .verb = item->verb,
            .proposed = &item->rule,
            .existing = item->restore ? NULL : rule_list_find(rules, &item->rule.id)};

        if (!is_allowed(caller, &asked, settings))
            return false;
    }
    return true;
}

/* The service connects to the rule's target then: that is not for whoever may look at the rule. */
static bool asks_for_probe(const struct request *request)
{
    return request->verb == VERB_DIAGNOSE && request->probe;
}

static bool is_request_allowed(const struct caller *caller, const struct request *request,
                               const struct rule_list *rules,
                               const struct settings *settings)
{
    const struct rule_id *id = request_named_rule(request);
    const struct asked asked = {.verb = request->verb,
                                .proposed = &request->rule,
                                .existing = id != NULL ? rule_list_find(rules, id) : NULL};

    if (!names_caller(caller, &request->user))
        return false;
    if (request_is_reading(request) && !asks_for_probe(request))
        return true;
    if (request->verb == VERB_BATCH)
        return is_batch_allowed(caller, &request->batch, rules, settings);
    return is_allowed(caller, &asked, settings);
}

enum verdict authorize(const struct caller *caller, const struct request *request,
                       const struct rule_list *rules, const struct settings *settings)
{
    if (!verb_is_known(request->verb))
        return VERDICT_DENY;
    if (caller->is_restricted)
        return request->verb == VERB_HELLO && names_caller(caller, &request->user)
                   ? VERDICT_ALLOW
                   : VERDICT_DENY;
    /* What only the user can know nobody else can say, with whatever rights. */
    if (request->verb == VERB_REPORT_WSL)
        return names_caller(caller, &request->user) ? VERDICT_ALLOW : VERDICT_DENY;
    if (caller->is_elevated)
        return VERDICT_ALLOW;
    if (request->verb == VERB_APPROVE)
        return VERDICT_DENY;
    return is_request_allowed(caller, request, rules, settings) ? VERDICT_ALLOW
                                                                : VERDICT_NEEDS_ELEVATION;
}
