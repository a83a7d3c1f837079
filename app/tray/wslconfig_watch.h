/*
 * Tells when the user's .wslconfig changes, appears or goes away. Windows tells of the whole
 * folder: what concerns other files is passed over.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_WSLCONFIG_WATCH_H
#define TIDEGATE_TRAY_WSLCONFIG_WATCH_H

#include <stdbool.h>
#include <windows.h>

struct wslconfig_watch;

/* NULL when Windows watches no such folder. */
struct wslconfig_watch *wslconfig_watch_new(const wchar_t *folder);
void wslconfig_watch_free(struct wslconfig_watch *self); /* NULL is harmless */

/* Set when wslconfig_watch_take has something to do. Borrowed. */
HANDLE wslconfig_watch_event(const struct wslconfig_watch *self);

/* Watches on; true when it was about .wslconfig, which the caller reads after that. */
bool wslconfig_watch_take(struct wslconfig_watch *self);

#endif
