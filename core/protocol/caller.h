/*
 * Who calls: what the service learns from a client's token, and who may do what.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_PROTOCOL_CALLER_H
#define TIDEGATE_PROTOCOL_CALLER_H

#include "core/model/rule.h"
#include "core/protocol/request.h"
#include "core/store/settings.h"

/* Facts of the token, taken by impersonation at identification level. */
struct caller {
    struct user_sid user;
    uint32_t session_id;
    bool is_elevated;      /* an administrator's full token, or SYSTEM */
    bool is_administrator; /* member of Administrators, also by a filtered token (deny-only
                               or linked); facts/ux-security.md §6.3, Tailscale issue 10036 */
    bool is_restricted; /* restricted or AppContainer token, or below medium integrity */
};

enum verdict { VERDICT_ALLOW, VERDICT_NEEDS_ELEVATION, VERDICT_DENY };

/*
 * Who may do what, as one pure function (DESIGN.md §8). `rules` are those that are stored: the
 * rules that a request names are looked up there (not found: new). The proposed rule of a put is
 * in the request. Of a batch each item is judged as if it were asked alone, and the strictest
 * verdict counts.
 *
 * Everyone who can open the pipe reads, of other users' rules too. Restricted callers get nothing
 * but their own hello. An elevated caller may do everything. For one's own rules an administrator
 * with a filtered token or a listed user may do what does not widen: enable, disable, delete,
 * rename, comment, pause, resume, narrow, and have the service reconcile. A new rule, or one that
 * forwards more, is for elevated callers, unless settings say users_may_widen. Always for elevated
 * callers: another user's rule, speaking for another user, forcing (newly, or more than before),
 * connecting to an address instead of WSL (newly, or more than before), take over, adopt, changing
 * settings, starting the IP Helper. What WSL does anybody may report, of oneself alone.
 *
 * What an elevated caller may do, anybody may ask an administrator to approve
 * (VERDICT_NEEDS_ELEVATION), a standard user too. Denied for good: restricted callers, and
 * approve by one who is not elevated, for a ticket cannot approve itself.
 */
enum verdict authorize(const struct caller *caller, const struct request *request,
                       const struct rule_list *rules, const struct settings *settings);

/* Whether routine requests on own rules are allowed, and whether widening ones are: what
 * hello tells, and what authorize goes by. */
bool caller_may_change(const struct caller *caller, const struct settings *settings);
bool caller_may_widen(const struct caller *caller, const struct settings *settings);

#endif
