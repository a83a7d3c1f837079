/*
 * Comparing two reports.
 * SPDX-License-Identifier: MIT
 */
#include "core/command/report_change.h"

#include "core/base/mem.h"

#include <assert.h>
#include <string.h>

const char *report_change_name(enum report_change_kind kind)
{
    static const char *const names[REPORT_CHANGE_KIND_COUNT] = {
        [REPORT_CHANGE_FAULT] = "fault",
        [REPORT_CHANGE_NOTICE] = "notice",
        [REPORT_CHANGE_PAUSE] = "pause",
        [REPORT_CHANGE_WSL] = "wsl",
        [REPORT_CHANGE_IP_HELPER] = "ip-helper",
        [REPORT_CHANGE_RULE_REMOVED] = "rule-removed",
        [REPORT_CHANGE_RULE_ADDED] = "rule-added",
        [REPORT_CHANGE_RULE_EDITED] = "rule-edited",
        [REPORT_CHANGE_RULE_STATE] = "rule-state",
    };

    assert(kind < REPORT_CHANGE_KIND_COUNT);
    return names[kind];
}

static void add(struct report_change_list *list, enum report_change_kind kind,
                const struct report_rule *rule)
{
    *LIST_ADD(list) = (struct report_change){.kind = kind, .rule = rule};
}

static bool wsl_differs(const struct wsl_view *before, const struct wsl_view *now)
{
    if (before == NULL || now == NULL)
        return before != now;
    return before->state != now->state || before->mode != now->mode ||
           before->address_known != now->address_known ||
           (now->address_known && !address_equals(&before->address, &now->address)) ||
           strcmp(before->problem, now->problem) != 0;
}

static bool ip_helper_differs(const struct ip_helper *before, const struct ip_helper *now)
{
    return before->installed != now->installed || before->running != now->running ||
           before->disabled != now->disabled;
}

static void compare_circumstances(const struct report *before, const struct report *now,
                                  const struct user_sid *user,
                                  struct report_change_list *out)
{
    if (strcmp(before->fault, now->fault) != 0)
        add(out, REPORT_CHANGE_FAULT, NULL);
    if (strcmp(before->notice, now->notice) != 0)
        add(out, REPORT_CHANGE_NOTICE, NULL);
    if (report_is_paused(before, user) != report_is_paused(now, user))
        add(out, REPORT_CHANGE_PAUSE, NULL);
    if (wsl_differs(report_wsl(before, user), report_wsl(now, user)))
        add(out, REPORT_CHANGE_WSL, NULL);
    if (ip_helper_differs(&before->ip_helper, &now->ip_helper))
        add(out, REPORT_CHANGE_IP_HELPER, NULL);
}

static bool rule_differs(const struct rule *before, const struct rule *now)
{
    /* The analyzer takes a report's rules for absent although it counted some. */
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference)
    return before->enabled != now->enabled || before->forced != now->forced ||
           strcmp(before->name, now->name) != 0 ||
           strcmp(before->comment, now->comment) != 0 ||
           !rule_forwards_equal(before, now);
}

static bool status_differs(const struct rule_status *before, const struct rule_status *now)
{
    return before->state != now->state || before->reason != now->reason ||
           before->warning != now->warning || before->active_count != now->active_count ||
           before->os_code != now->os_code || strcmp(before->subject, now->subject) != 0;
}

static void compare_rule(const struct report_rule *before, const struct report_rule *now,
                         struct report_change_list *out)
{
    if (before == NULL) {
        add(out, REPORT_CHANGE_RULE_ADDED, now);
        return;
    }
    if (rule_differs(&before->rule, &now->rule))
        add(out, REPORT_CHANGE_RULE_EDITED, now);
    if (status_differs(&before->status, &now->status))
        add(out, REPORT_CHANGE_RULE_STATE, now);
}

void report_change_find(const struct report *before, const struct report *now,
                        const struct user_sid *user, struct report_change_list *out)
{
    report_change_list_clear(out);
    compare_circumstances(before, now, user, out);
    for (size_t i = 0; i < before->rule_count; i++) {
        const struct report_rule *rule = &before->rules[i];

        if (user_sid_equals(&rule->rule.owner, user) &&
            report_find_rule(now, &rule->rule.id) == NULL)
            add(out, REPORT_CHANGE_RULE_REMOVED, rule);
    }
    for (size_t i = 0; i < now->rule_count; i++) {
        const struct report_rule *rule = &now->rules[i];

        if (user_sid_equals(&rule->rule.owner, user))
            compare_rule(report_find_rule(before, &rule->rule.id), rule, out);
    }
}

void report_change_list_clear(struct report_change_list *list)
{
    LIST_CLEAR(list);
}
