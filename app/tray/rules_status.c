/*
 * The one line of the rules window.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/rules_status.h"

#include "resources/resource.h"

static struct words last_error(const struct session *session)
{
    struct words reason;

    if (session->last_declined)
        return words_load(IDS_ERROR_DECLINED);
    reason = words_of_error(&session->last_error);
    return words_format(IDS_STATUS_LAST_ERROR, reason.text, NULL, NULL);
}

static bool has_rules(const struct session *session)
{
    for (size_t i = 0; i < session->report->rule_count; i++) {
        if (user_sid_equals(&session->report->rules[i].rule.owner, &session->user))
            return true;
    }
    return false;
}

struct words rules_status_line(const struct session *session,
                               const struct rule_row *selected)
{
    const struct report *report = session->report;

    if (report == NULL)
        return session->starting || session->trouble.kind == ERR_NONE
                   ? words_load(IDS_STATUS_STARTING)
                   : words_of_error(&session->trouble);
    if (report->fault[0] != '\0')
        return words_format_utf8(IDS_STATUS_FAULT, report->fault);
    if (session->last_error.kind != ERR_NONE)
        return last_error(session);
    if (session->pending.count > 0)
        return words_load(IDS_STATUS_PENDING);
    if (report->ip_helper.installed && !report->ip_helper.running)
        return words_load(IDS_STATUS_IP_HELPER);
    if (selected != NULL && (selected->status.reason != REASON_NONE ||
                             selected->status.warning != REASON_NONE))
        return words_of_reason(selected);
    if (report->notice[0] != '\0')
        return words_from_utf8(report->notice);
    if (!has_rules(session))
        return words_load(IDS_STATUS_NO_RULES);
    if (!session->may_change)
        return words_load(IDS_STATUS_NEEDS_ADMINISTRATOR);
    if (report->malformed_count > 0) {
        char count[24];
        struct text text = TEXT_OVER(count);

        text_append_format(&text, "%zu", report->malformed_count);
        return words_format_utf8(IDS_STATUS_MALFORMED, count);
    }
    return (struct words){0};
}
