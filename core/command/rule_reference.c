/*
 * Finding the rule a user means.
 * SPDX-License-Identifier: MIT
 */
#include "core/command/rule_reference.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <string.h>

static bool listens_on(const struct rule *rule, const char *reference)
{
    unsigned long port;

    return text_parse_number(reference, 65535, &port) &&
           port >= rule->listen.first_port && port <= rule->listen.last_port;
}

static bool fits_exactly(const struct rule *rule, const char *reference)
{
    /* The analyzer takes a report's rules for absent although it counted some. */
    // NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker)
    return strcmp(rule->name, reference) == 0 || listens_on(rule, reference);
}

static bool fits_ignoring_case(const struct rule *rule, const char *reference)
{
    return ascii_equals_ignoring_case(rule->name, reference);
}

static void find(const struct report *report, const struct user_sid *user,
                 bool (*fits)(const struct rule *rule, const char *reference),
                 const char *reference, struct rule_match_list *out)
{
    for (size_t i = 0; i < report->rule_count; i++) {
        const struct report_rule *candidate = &report->rules[i];

        if (user_sid_equals(&candidate->rule.owner, user) &&
            fits(&candidate->rule, reference))
            *LIST_ADD(out) = candidate;
    }
}

static const struct report_rule *find_id(const struct report *report,
                                         const char *reference)
{
    for (size_t i = 0; i < report->rule_count; i++) {
        if (ascii_equals_ignoring_case(report->rules[i].rule.id.text, reference))
            return &report->rules[i];
    }
    return NULL;
}

void rule_reference_find(const struct report *report, const struct user_sid *user,
                         const char *reference, struct rule_match_list *out)
{
    const struct report_rule *by_id;

    rule_match_list_clear(out);
    if (reference[0] == '\0')
        return; /* an empty name is no name */
    by_id = find_id(report, reference);
    if (by_id != NULL) {
        *LIST_ADD(out) = by_id;
        return;
    }
    find(report, user, fits_exactly, reference, out);
    if (out->count == 0)
        find(report, user, fits_ignoring_case, reference, out);
}

void rule_match_list_clear(struct rule_match_list *list)
{
    LIST_CLEAR(list);
}

static bool fits_other_user(const struct report *report, const struct user_sid *user,
                            const char *reference)
{
    for (size_t i = 0; i < report->rule_count; i++) {
        const struct rule *rule = &report->rules[i].rule;

        if (!user_sid_equals(&rule->owner, user) && fits_exactly(rule, reference))
            return true;
    }
    return false;
}

const struct report_rule *rule_reference_resolve(const struct report *report,
                                                 const struct user_sid *user,
                                                 const char *reference, struct error *err)
{
    struct rule_match_list matches = {0};
    const struct report_rule *found = NULL;

    rule_reference_find(report, user, reference, &matches);
    if (matches.count == 1)
        found = matches.items[0];
    else if (matches.count > 1)
        error_set(err, ERR_NOT_FOUND,
                  "rule '%s': %zu rules fit; give the id of the one that is meant",
                  reference, matches.count);
    else if (fits_other_user(report, user, reference))
        error_set(
            err, ERR_NOT_FOUND,
            "rule '%s': no such rule of this user, but of another; --user SID chooses "
            "the user",
            reference);
    else
        error_set(err, ERR_NOT_FOUND,
                  "rule '%s': no rule has this name, id or listen port", reference);
    rule_match_list_clear(&matches);
    return found;
}
