/*
 * Watches of the keys in users' hives where WSL leaves its traces.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_HIVE_WATCH_H
#define TIDEGATE_WIN32_HIVE_WATCH_H

#include "core/model/rule.h"

#include <windows.h>

struct key_watch;

struct hive_watch {
    struct user_sid user;
    struct key_watch *lxss;          /* owned */
    struct key_watch *local_devices; /* owned */
};

/* {0} is empty. One thread. */
struct hive_watch_list {
    struct hive_watch *items;
    size_t count, capacity;
};

/* Watches the hives that are loaded and not watched yet; gives how many these were. `bell`
 * (borrowed) is set whenever hive_watch_list_take has something to do. */
size_t hive_watch_list_find(struct hive_watch_list *list, HANDLE bell);

/* Whether a trace may have changed; re-arms what fired, and lets hives go that were unloaded. */
bool hive_watch_list_take(struct hive_watch_list *list);

/* Closes every handle into the user's hive. NULL: of all users. */
void hive_watch_list_release(struct hive_watch_list *list, const struct user_sid *user);

#endif
