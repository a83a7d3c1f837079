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

struct session {
    struct worker *worker; /* borrowed */
    struct report *report; /* owned; NULL while the service does not answer */
    struct user_sid user;
    bool may_change;
    bool may_widen;
    bool starting;           /* too early to complain */
    struct error trouble;    /* why there is no report */
    struct error last_error; /* of the last request; ERR_NONE when it went well */
    bool last_declined;
    struct pending_list pending;
    uint32_t last_job;
};

void session_clear(struct session *session);

/* Gives the number its MAIL_RESULT will have, or 0 when the like is under way already. */
uint32_t session_ask(struct session *session, const struct request *request);

/* Has the report read afresh, for facts that no event announces; nothing while there is none. */
void session_refresh(const struct session *session);

/* Takes in what a mail says; the report moves from the mail to the session. */
void session_take(struct session *session, struct mail *mail);

struct view_state session_view(const struct session *session);

/* One's own rule of that id in the report, or NULL. Borrowed until the next mail. */
const struct rule *session_rule(const struct session *session, const struct rule_id *id);

/* The requests that several windows make. */
uint32_t session_enable(struct session *session, const struct rule_id *id, bool enabled);
uint32_t session_do(struct session *session, enum verb verb);
uint32_t session_do_rule(struct session *session, enum verb verb,
                         const struct rule_id *id);

#endif
