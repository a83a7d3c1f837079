/*
 * The one line of the rules window.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/rules_status.h"

#include "core/view/mode_switch.h"
#include "core/view/service_trouble.h"
#include "resources/resource.h"

static struct words last_error(const struct session *session)
{
    struct words reason;

    if (session->last_declined)
        return words_load(IDS_ERROR_DECLINED);
    reason = words_of_error(&session->last_error);
    return words_format(IDS_STATUS_LAST_ERROR, reason.text, NULL, NULL);
}

static struct words count_words(UINT id, size_t number)
{
    char count[24];
    struct text text = TEXT_OVER(count);

    text_append_format(&text, "%zu", number);
    return words_format_utf8(id, count);
}

static struct words what_was_done(const struct undo *undo)
{
    static const struct {
        UINT one, many;
    } texts[] = {
        [UNDO_REMOVED] = {IDS_DONE_REMOVED_ONE, IDS_DONE_REMOVED_MANY},
        [UNDO_ENABLED] = {IDS_DONE_ENABLED_ONE, IDS_DONE_ENABLED_MANY},
        [UNDO_DISABLED] = {IDS_DONE_DISABLED_ONE, IDS_DONE_DISABLED_MANY},
    };
    char title[RULE_TEXT_SIZE];

    if (undo->before.count > 1)
        return count_words(texts[undo->kind].many, undo->before.count);
    rule_title(&undo->before.items[0], title, sizeof title);
    return words_format_utf8(texts[undo->kind].one, title);
}

static struct words about_rows(const struct rules_list *list, bool explained)
{
    const struct rule_row *selected = rules_list_selected(list);
    const size_t count = rules_list_count_selected(list);
    const struct words nothing = {0};

    if (selected != NULL)
        return explained ? nothing : words_of_reason(selected);
    if (count > 1)
        return count_words(IDS_STATUS_SELECTED, count);
    if (list->shown.count == 0 && list->search[0] != '\0')
        return words_format_utf8(IDS_STATUS_NO_MATCH, list->search);
    return nothing;
}

static bool awaits_restart(const struct session *session)
{
    return session->has_hint &&
           mode_awaits_restart(&session->hint,
                               report_wsl(session->report, &session->user));
}

static struct words news(const struct session *session, bool invited)
{
    const struct report *report = session->report;

    if (report->notice[0] != '\0')
        return words_of_message_or(&report->notice_message, report->notice);
    if (awaits_restart(session))
        return words_format(IDS_HEADER_AWAITS_RESTART,
                            words_of_mode(session->hint.configured).text, NULL, NULL);
    if (!invited && !session_has_rules(session))
        return words_load(IDS_STATUS_NO_RULES);
    if (!session->may_change)
        return words_load(IDS_STATUS_NEEDS_ADMINISTRATOR);
    if (report->malformed_count > 0)
        return count_words(IDS_STATUS_MALFORMED, report->malformed_count);
    return (struct words){0};
}

static bool is_changing(const struct pending_list *pending)
{
    for (size_t i = 0; i < pending->count; i++) {
        if (!pending->items[i].is_reading && pending->items[i].verb != VERB_REPORT_WSL)
            return true;
    }
    return false;
}

static struct words no_report(const struct session *session)
{
    if (session->starting || session->trouble.kind == ERR_NONE)
        return words_load(IDS_STATUS_STARTING);
    if (service_trouble_of(&session->trouble) == SERVICE_NOT_INSTALLED)
        return words_load(IDS_HEADER_NOT_INSTALLED);
    return words_of_error(&session->trouble);
}

struct words rules_status_line(const struct session *session,
                               const struct rules_list *list, const struct undo *undo,
                               bool explained, bool invited)
{
    const struct report *report = session->report;
    struct words words;

    if (report == NULL)
        return no_report(session);
    if (report->fault[0] != '\0') {
        words = words_of_message_or(&report->fault_message, report->fault);
        return words_format(IDS_STATUS_FAULT, words.text, NULL, NULL);
    }
    if (session->last_error.kind != ERR_NONE)
        return last_error(session);
    if (is_changing(&session->pending))
        return words_load(IDS_STATUS_PENDING);
    if (report->ip_helper.installed && !report->ip_helper.running)
        return words_load(IDS_STATUS_IP_HELPER);
    if (undo_is_possible(undo))
        return what_was_done(undo);
    words = list != NULL ? about_rows(list, explained) : (struct words){0};
    return words.text[0] != L'\0' ? words : news(session, invited);
}
