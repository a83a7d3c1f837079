/*
 * What importing a file of rules comes to, beside the rules that are there. Pure.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_COMMAND_RULE_IMPORT_H
#define TIDEGATE_COMMAND_RULE_IMPORT_H

#include "core/engine/report.h"

enum rule_import_kind {
    RULE_IMPORT_ADD,
    RULE_IMPORT_SKIP,    /* an equal rule is there, or stands earlier in the file */
    RULE_IMPORT_CONFLICT /* a different one listens in the same place */
};

struct rule_import {
    enum rule_import_kind kind;
    const struct rule *other; /* in the way, or equal; borrowed; NULL: none */
};

/* Equal in everything but id, owner and age. */
bool rule_import_same(const struct rule *a, const struct rule *b);

/* What becomes of each rule of the file, in its order, for `user`; `out` has room for all. Rules
 * that are off may listen in one place with others of the file, but not with those that are there:
 * importing must not double what somebody has changed since. */
void rule_import_plan(const struct rule_list *file, const struct report *report,
                      const struct user_sid *user, struct rule_import *out);

#endif
