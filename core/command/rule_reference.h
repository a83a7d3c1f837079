/*
 * Which rule a user means: by name, by id or by listen port, if only one matches.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_COMMAND_RULE_REFERENCE_H
#define TIDEGATE_COMMAND_RULE_REFERENCE_H

#include "core/engine/report.h"

/* Rules that a reference fits; the items are borrowed from the report. */
struct rule_match_list {
    const struct report_rule **items;
    size_t count, capacity;
};

/*
 * `user`'s rules that `reference` fits: with this name or this listen port (inside a range,
 * too); if there are none, with this name in other ASCII case. The id is certain: it finds one
 * rule, of any user, and nothing else. `out` is replaced.
 */
void rule_reference_find(const struct report *report, const struct user_sid *user,
                         const char *reference, struct rule_match_list *out);
void rule_match_list_clear(struct rule_match_list *list);

/* The one rule that is meant, borrowed from the report; else NULL and ERR_NOT_FOUND, whose
 * detail tells whether none or several fit. */
const struct report_rule *rule_reference_resolve(const struct report *report,
                                                 const struct user_sid *user,
                                                 const char *reference, struct error *err);

#endif
