/*
 * One line of the activity log: what changed, when and why.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_STORE_ACTIVITY_H
#define TIDEGATE_STORE_ACTIVITY_H

#include <stddef.h>
#include <stdint.h>

#define ACTIVITY_TEXT_SIZE 240

/* Stable numbers: they are stored. */
enum activity_kind {
    ACTIVITY_RULE_ADDED = 1,
    ACTIVITY_RULE_CHANGED = 2,
    ACTIVITY_RULE_REMOVED = 3,
    ACTIVITY_WSL_MOVED = 4,
    ACTIVITY_ENTRIES_CHANGED = 5,
    ACTIVITY_FIREWALL_CHANGED = 6,
    ACTIVITY_PROBLEM = 7,
    ACTIVITY_PAUSED = 8,
    ACTIVITY_RESUMED = 9,
    ACTIVITY_TAKEN_OVER = 10,
    ACTIVITY_SETTINGS = 11,
    ACTIVITY_SERVICE = 12,
    ACTIVITY_WSL_STATE = 13
};

struct activity {
    int64_t time_ms; /* since 1970-01-01 UTC */
    enum activity_kind kind;
    char text[ACTIVITY_TEXT_SIZE]; /* UTF-8 English sentence */
};

struct activity_list {
    struct activity *items;
    size_t count, capacity;
};

const char *activity_kind_name(enum activity_kind kind); /* "wsl-moved"; stable */

#endif
