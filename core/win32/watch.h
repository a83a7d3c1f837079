/*
 * Waits for everything that may change what forwards must be: one event handle for the
 * service's loop, set by registry, address, service and process notifications. No timers:
 * at rest nothing runs (DESIGN.md §6).
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_WATCH_H
#define TIDEGATE_WIN32_WATCH_H

#include "core/base/error.h"
#include "core/model/rule.h"

#include <windows.h>

struct watch;

struct watch *watch_new(struct error *err);
void watch_free(struct watch *watch); /* NULL is harmless */

/* Auto-reset; set when watch_take would give something, and now and then in vain: the names beside
 * a watched key are heard as well. Borrowed. */
HANDLE watch_event(const struct watch *watch);

/* A set of (1u << enum engine_event) since the last call; re-arms what fired. Each
 * notification is re-armed before the caller reads the state it stands for, so that no
 * change is lost in between. Called on the loop's thread. */
unsigned watch_take(struct watch *watch);

/* Looks for user hives that were loaded since, and watches them (sign-in, client hello).
 * Gives how many are watched now. */
size_t watch_hives(struct watch *watch);

/* Closes every handle into the hives of users whose session ends: an open handle would
 * delay their sign-out. NULL: of all users. */
void watch_release_hive(struct watch *watch, const struct user_sid *user);

/* Watches the end of a WSL relay process (its end is the VM's end). A process id that is already
 * watched is kept; ids not named any more are let go. */
void watch_relays(struct watch *watch, const uint32_t *process_ids, size_t count);

#endif
