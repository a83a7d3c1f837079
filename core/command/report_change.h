/*
 * What became different from one report to the next, in the order in which a reader wants
 * to hear it: the circumstances first, then the rules they concern.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_COMMAND_REPORT_CHANGE_H
#define TIDEGATE_COMMAND_REPORT_CHANGE_H

#include "core/engine/report.h"

enum report_change_kind {
    REPORT_CHANGE_FAULT,
    REPORT_CHANGE_NOTICE,
    REPORT_CHANGE_PAUSE,
    REPORT_CHANGE_WSL,
    REPORT_CHANGE_IP_HELPER,
    REPORT_CHANGE_RULE_REMOVED,
    REPORT_CHANGE_RULE_ADDED,
    REPORT_CHANGE_RULE_EDITED,
    REPORT_CHANGE_RULE_STATE,
    REPORT_CHANGE_KIND_COUNT
};

struct report_change {
    enum report_change_kind kind;
    const struct report_rule
        *rule; /* RULE_…: as it is now, or was before its removal; borrowed */
};

struct report_change_list {
    struct report_change *items;
    size_t count, capacity;
};

const char *report_change_name(enum report_change_kind kind); /* "rule-state"; stable */

/* What concerns `user`; `out` is replaced and borrows from both reports. */
void report_change_find(const struct report *before, const struct report *now,
                        const struct user_sid *user, struct report_change_list *out);
void report_change_list_clear(struct report_change_list *list);

#endif
