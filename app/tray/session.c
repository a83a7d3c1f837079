/*
 * What the user interface knows and may ask.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/session.h"

#include "core/base/mem.h"
#include "core/protocol/caller.h"

#include <string.h>

void session_clear(struct session *session)
{
    report_free(session->report);
    pending_clear(&session->pending);
    *session = (struct session){0};
}

uint32_t session_ask(struct session *session, const struct request *request)
{
    if (pending_covers(&session->pending, request))
        return pending_find_reading(&session->pending, request);
    session->last_job++;
    if (!request_is_reading(request) && request->verb != VERB_REPORT_WSL) {
        session->last_error = (struct error){0};
        session->last_declined = false;
    }
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
    const bool is_quiet = pending_is_reading(&session->pending, mail->job) ||
                          pending_is_report(&session->pending, mail->job);

    pending_finish(&session->pending, mail->job);
    if (is_quiet || mail->error.kind == ERR_NONE)
        return;
    session->last_error = mail->error;
    session->last_declined = mail->declined;
}

void session_take(struct session *session, struct mail *mail)
{
    switch (mail->kind) {
    case MAIL_CONNECTED:
        session->user = mail->user;
        session->is_elevated = mail->is_elevated;
        session->may_change = mail->may_change;
        session->may_widen = mail->may_widen;
        memcpy(session->service_version, mail->version, sizeof session->service_version);
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
    case MAIL_WSL_HINT:
        session->has_hint = true;
        session->hint = mail->hint;
        break;
    case MAIL_WSL_DONE:
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
                               .trouble = &session->trouble,
                               .service_version = session->service_version,
                               .may_change = session->report != NULL,
                               .pending = &session->pending,
                               .wsl_hint = session->has_hint ? &session->hint : NULL};
}

bool session_needs_approval(const struct session *session, const struct request *request)
{
    const struct caller caller = {.user = session->user,
                                  .is_elevated = session->is_elevated,
                                  .is_administrator = session->may_change};
    struct settings settings = {.users_may_widen = session->may_widen};
    struct rule_list rules = {0};
    enum verdict verdict;

    for (size_t i = 0; session->report != NULL && i < session->report->rule_count; i++)
        *LIST_ADD(&rules) = session->report->rules[i].rule;
    verdict = authorize(&caller, request, &rules, &settings);
    rule_list_clear(&rules);
    return verdict == VERDICT_NEEDS_ELEVATION;
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

bool session_has_rules(const struct session *session)
{
    const struct report *report = session->report;

    for (size_t i = 0; report != NULL && i < report->rule_count; i++) {
        if (user_sid_equals(&report->rules[i].rule.owner, &session->user))
            return true;
    }
    return false;
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

uint32_t session_batch(struct session *session, const struct batch *batch)
{
    const struct request request = {.verb = VERB_BATCH, .batch = *batch};

    return session_ask(session, &request);
}

uint32_t session_report_wsl(struct session *session, const struct wsl_hint *hint)
{
    struct request request = {.verb = VERB_REPORT_WSL};

    request.wsl_hint = *hint;
    return session_ask(session, &request);
}

uint32_t session_read_activity(struct session *session, uint32_t limit,
                               const struct rule_id *rule_id)
{
    struct request request = {.verb = VERB_ACTIVITY};

    request.activity_limit = limit;
    if (rule_id != NULL)
        request.activity_rule = *rule_id;
    return session_ask(session, &request);
}
