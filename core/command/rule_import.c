/*
 * What importing a file of rules comes to.
 * SPDX-License-Identifier: MIT
 */
#include "core/command/rule_import.h"

#include <string.h>

bool rule_import_same(const struct rule *a, const struct rule *b)
{
    return rule_forwards_equal(a, b) && a->enabled == b->enabled &&
           a->forced == b->forced && strcmp(a->name, b->name) == 0 &&
           strcmp(a->comment, b->comment) == 0;
}

static struct rule_import compare_with_report(const struct rule *rule,
                                              const struct report *report,
                                              const struct user_sid *user)
{
    struct rule_import result = {.kind = RULE_IMPORT_ADD};

    for (size_t i = 0; i < report->rule_count; i++) {
        const struct rule *other = &report->rules[i].rule;
        const bool own = user_sid_equals(&other->owner, user);

        if (own && rule_import_same(rule, other))
            return (struct rule_import){RULE_IMPORT_SKIP, other};
        if ((own || (other->enabled && rule->enabled)) &&
            rule_listens_overlap(rule, other))
            result = (struct rule_import){RULE_IMPORT_CONFLICT, other};
    }
    return result;
}

static struct rule_import compare_with_file(const struct rule_list *file, size_t index)
{
    const struct rule *rule = &file->items[index];
    struct rule_import result = {.kind = RULE_IMPORT_ADD};

    for (size_t i = 0; i < index; i++) {
        const struct rule *other = &file->items[i];

        if (rule_import_same(rule, other))
            return (struct rule_import){RULE_IMPORT_SKIP, other};
        if (rule->enabled && other->enabled && rule_listens_overlap(rule, other))
            result = (struct rule_import){RULE_IMPORT_CONFLICT, other};
    }
    return result;
}

void rule_import_plan(const struct rule_list *file, const struct report *report,
                      const struct user_sid *user, struct rule_import *out)
{
    for (size_t i = 0; i < file->count; i++) {
        out[i] = compare_with_report(&file->items[i], report, user);
        if (out[i].kind == RULE_IMPORT_ADD)
            out[i] = compare_with_file(file, i);
    }
}
