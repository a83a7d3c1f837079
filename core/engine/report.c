/*
 * The report's memory, and what is read off it at a glance.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/report.h"

#include "core/base/mem.h"

struct report *report_new(void)
{
    return mem_alloc(sizeof(struct report));
}

void report_free(struct report *report)
{
    if (report == NULL)
        return;
    mem_free(report->wsl.items);
    mem_free(report->paused_users);
    mem_free(report->rules);
    mem_free(report->entries);
    mem_free(report->wsl_ports);
    mem_free(report);
}

const struct report_rule *report_find_rule(const struct report *report,
                                           const struct rule_id *id)
{
    for (size_t i = 0; i < report->rule_count; i++) {
        if (rule_id_equals(&report->rules[i].rule.id, id))
            return &report->rules[i];
    }
    return NULL;
}

bool report_is_paused(const struct report *report, const struct user_sid *user)
{
    for (size_t i = 0; i < report->paused_user_count; i++) {
        if (user_sid_equals(&report->paused_users[i], user))
            return true;
    }
    return false;
}

static enum report_health health_of(enum rule_state state)
{
    switch (state) {
    case RULE_STATE_APPLYING:
    case RULE_STATE_WAITING:
        return HEALTH_WAITING;
    case RULE_STATE_BLOCKED:
    case RULE_STATE_CONFLICT:
    case RULE_STATE_FAILED:
        return HEALTH_NEEDS_USER;
    case RULE_STATE_OFF:
    case RULE_STATE_ACTIVE:
    case RULE_STATE_NOT_NEEDED:
    case RULE_STATE_COUNT:
        break;
    }
    return HEALTH_FINE;
}

enum report_health report_health(const struct report *report, const struct user_sid *user)
{
    enum report_health worst = HEALTH_FINE;

    if (report == NULL)
        return HEALTH_UNREACHABLE;
    if (report->fault[0] != '\0')
        return HEALTH_NEEDS_USER;
    if (report_is_paused(report, user))
        return HEALTH_PAUSED;
    for (size_t i = 0; i < report->rule_count; i++) {
        const struct report_rule *item = &report->rules[i];
        const enum report_health health = health_of(item->status.state);

        if (item->rule.enabled && user_sid_equals(&item->rule.owner, user) &&
            health > worst)
            worst = health; /* the enum grows with how much the user is needed */
    }
    return worst;
}

const struct wsl_view *report_wsl(const struct report *report, const struct user_sid *user)
{
    return wsl_view_list_find(&report->wsl, user);
}
