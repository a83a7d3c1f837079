/*
 * The notification icon's kind and tooltip, from a report.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/tray_status.h"

#include "core/view/service_trouble.h"
#include "core/view/short_text.h"

#include <string.h>

/* A tooltip has 127 characters, and a sentence is around it. */
#define SUBJECT_COLUMNS 50

static bool is_trouble(enum rule_state state)
{
    return state == RULE_STATE_BLOCKED || state == RULE_STATE_CONFLICT ||
           state == RULE_STATE_FAILED;
}

static void count_rule(struct tray_status *status, const struct report_rule *item)
{
    const enum rule_state state = item->status.state;

    if (!item->rule.enabled)
        return;
    status->enabled_count++;
    if (state == RULE_STATE_ACTIVE || state == RULE_STATE_NOT_NEEDED)
        status->active_count++;
    if (!is_trouble(state))
        return;
    if (status->troubled_count == 0) {
        char title[RULE_TEXT_SIZE];

        rule_title(&item->rule, title, sizeof title);
        text_shorten_end(title, SUBJECT_COLUMNS, status->subject, sizeof status->subject);
    }
    status->troubled_count++;
}

static enum tray_text text_for(const struct tray_status *status,
                               const struct report *report)
{
    if (report->fault[0] != '\0')
        return TRAY_TEXT_FAULT;
    switch (status->icon) {
    case HEALTH_PAUSED:
        return TRAY_TEXT_PAUSED;
    case HEALTH_WAITING:
        return TRAY_TEXT_WAITING;
    case HEALTH_NEEDS_USER:
        return TRAY_TEXT_NEEDS_USER;
    case HEALTH_UNREACHABLE:
        return TRAY_TEXT_UNREACHABLE;
    case HEALTH_FINE:
        break;
    }
    return status->enabled_count == 0 ? TRAY_TEXT_NO_RULES : TRAY_TEXT_FINE;
}

static enum tray_text trouble_text(const struct view_state *state)
{
    if (state->starting)
        return TRAY_TEXT_STARTING;
    switch (service_trouble_of(state->trouble)) {
    case SERVICE_NOT_INSTALLED:
        return TRAY_TEXT_NOT_INSTALLED;
    case SERVICE_NOT_RUNNING:
        return TRAY_TEXT_SERVICE_STOPPED;
    case SERVICE_OTHER_PROTOCOL:
        return TRAY_TEXT_OTHER_PROTOCOL;
    case SERVICE_SILENT:
        break;
    }
    return TRAY_TEXT_UNREACHABLE;
}

struct tray_status tray_status_from(const struct view_state *state)
{
    struct tray_status status = {0};

    if (state->report == NULL) {
        status.icon = state->starting ? HEALTH_WAITING : HEALTH_UNREACHABLE;
        status.text = trouble_text(state);
        return status;
    }
    for (size_t i = 0; i < state->report->rule_count; i++) {
        if (user_sid_equals(&state->report->rules[i].rule.owner, &state->user))
            count_rule(&status, &state->report->rules[i]);
    }
    status.icon = report_health(state->report, &state->user);
    status.text = text_for(&status, state->report);
    return status;
}

bool tray_status_equals(const struct tray_status *a, const struct tray_status *b)
{
    return a->icon == b->icon && a->text == b->text &&
           a->enabled_count == b->enabled_count && a->active_count == b->active_count &&
           a->troubled_count == b->troubled_count && strcmp(a->subject, b->subject) == 0;
}
