/*
 * Waits for the end of WSL's relay processes.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_RELAY_WATCH_H
#define TIDEGATE_WIN32_RELAY_WATCH_H

#include <windows.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RELAY_WATCHES_MAX 128

struct relay_watch;

/* {0} is empty. One thread. */
struct relay_watch_list {
    struct relay_watch **items; /* owned */
    size_t count, capacity;
};

/* Watches these processes and no others; one that is watched already is kept. False when one of
 * them has ended before it could be watched. `bell` (borrowed) is set at each end. */
bool relay_watch_list_set(struct relay_watch_list *list, HANDLE bell,
                          const uint32_t *process_ids, size_t count);

/* Whether one has ended since the last call; it is not watched any more. */
bool relay_watch_list_take(struct relay_watch_list *list);

void relay_watch_list_clear(struct relay_watch_list *list);

#endif
