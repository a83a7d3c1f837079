/*
 * What the user interface knows and may ask.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/session.h"

void session_clear(struct session *session)
{
    report_free(session->report);
    pending_clear(&session->pending);
    *session = (struct session){0};
}

uint32_t session_ask(struct session *session, const struct request *request)
{
    if (pending_covers(&session->pending, request))
        return 0;
    session->last_job++;
    session->last_error = (struct error){0};
    session->last_declined = false;
    pending_add(&session->pending, session->last_job, request);
    worker_ask(session->worker, session->last_job, request);
    return session->last_job;
}

void session_refresh(const struct session *session)
{
    if (session->report != NULL)
        worker_refresh(session->worker);
}

static void take_result(struct session *session, const struct mail *mail)
{
    pending_finish(&session->pending, mail->job);
    if (mail->error.kind == ERR_NONE)
        return;
    session->last_error = mail->error;
    session->last_declined = mail->declined;
}

void session_take(struct session *session, struct mail *mail)
{
    switch (mail->kind) {
    case MAIL_CONNECTED:
        session->user = mail->user;
        session->may_change = mail->may_change;
        session->may_widen = mail->may_widen;
        break;
    case MAIL_LOST:
        session->trouble = mail->error;
        report_free(session->report);
        session->report = NULL;
        break;
    case MAIL_REPORT:
        report_free(session->report);
        session->report = mail->report;
        mail->report = NULL;
        session->starting = false;
        break;
    case MAIL_RESULT:
        take_result(session, mail);
        break;
    case MAIL_APPROVING:
        break;
    }
}

struct view_state session_view(const struct session *session)
{
    /* Who may not change anything may still ask: an administrator can approve, or the
     * service says no. So only a missing service takes choices away. */
    return (struct view_state){.report = session->report,
                               .user = session->user,
                               .starting = session->starting,
                               .may_change = session->report != NULL,
                               .pending = &session->pending};
}

const struct rule *session_rule(const struct session *session, const struct rule_id *id)
{
    if (session->report == NULL)
        return NULL;
    for (size_t i = 0; i < session->report->rule_count; i++) {
        const struct rule *rule = &session->report->rules[i].rule;

        if (rule_id_equals(&rule->id, id) && user_sid_equals(&rule->owner, &session->user))
            return rule;
    }
    return NULL;
}

uint32_t session_enable(struct session *session, const struct rule_id *id, bool enabled)
{
    struct request request = {.verb = VERB_ENABLE};

    request.enable.rule_id = *id;
    request.enable.enabled = enabled;
    return session_ask(session, &request);
}

uint32_t session_do(struct session *session, enum verb verb)
{
    const struct request request = {.verb = verb};

    return session_ask(session, &request);
}

uint32_t session_do_rule(struct session *session, enum verb verb, const struct rule_id *id)
{
    struct request request = {.verb = verb};

    request.rule_id = *id;
    return session_ask(session, &request);
}
