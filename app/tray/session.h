/*
 * What the user interface knows and may ask: a copy of the last report, whom the service takes us
 * for, and the requests under way. Only the UI thread uses it.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_SESSION_H
#define TIDEGATE_TRAY_SESSION_H

#include "app/tray/mailbox.h"
#include "app/tray/worker.h"
#include "core/view/view_state.h"

struct wsl_inquiry;

struct session {
    struct worker *worker; /* borrowed */
    struct report *report; /* owned; NULL while the service does not answer */
    struct user_sid user;
    bool is_elevated;
    bool may_change;
    bool may_widen;
    char service_version[VERSION_TEXT_SIZE];
    bool starting;           /* too early to complain */
    struct error trouble;    /* why there is no report */
    struct error last_error; /* of the last request; ERR_NONE when it went well */
    bool last_declined;
    struct pending_list pending;
    uint32_t last_job;
    bool has_hint; /* what this user's own WSL was found to be */
    struct wsl_hint hint;
    struct wsl_inquiry *inquiry; /* borrowed; NULL: there is none */
    bool settings_changed;       /* the user's own; whoever follows them clears it */
    bool editor_expanded;        /* how the rule editor was left, for the next time */
};

void session_clear(struct session *session);

/* Copies the request and gives the number its MAIL_RESULT will have; 0 when the like is under way
 * already (pending_covers). Of a request that only reads, and is under way already for somebody
 * else, it gives that one's number. Reading leaves last_error alone: whoever asked finds the
 * answer, or why there is none, in the mail. */
uint32_t session_ask(struct session *session, const struct request *request);

/* Has the report read afresh, for facts that no event announces; nothing while there is none. */
void session_refresh(const struct session *session);

/* Takes in what a mail says; the report moves from the mail to the session. */
void session_take(struct session *session, struct mail *mail);

struct view_state session_view(const struct session *session);

/* Whether an administrator will be asked to approve it: the service's own judgement (authorize), on
 * what it told of the caller. */
bool session_needs_approval(const struct session *session, const struct request *request);

/* One's own rule of that id in the report, or NULL. Borrowed until the next mail. */
const struct rule *session_rule(const struct session *session, const struct rule_id *id);

/* One's own; false without a report, too. */
bool session_has_rules(const struct session *session);

/* The requests that several windows make. */
uint32_t session_enable(struct session *session, const struct rule_id *id, bool enabled);
uint32_t session_do(struct session *session, enum verb verb);
uint32_t session_do_rule(struct session *session, enum verb verb,
                         const struct rule_id *id);
/* The items are copied. */
uint32_t session_batch(struct session *session, const struct batch *batch);
/* What this user's WSL does; for good once its MAIL_RESULT is there. 0, and nothing is sent, while
 * the last one is under way. Like reading it leaves last_error alone. */
uint32_t session_report_wsl(struct session *session, const struct wsl_hint *hint);
/* Newest first; of one rule, or of all when `rule_id` is NULL. */
uint32_t session_read_activity(struct session *session, uint32_t limit,
                               const struct rule_id *rule_id);

#endif
