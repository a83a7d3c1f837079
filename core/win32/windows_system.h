/*
 * The seam's Windows side: registry, service control, IP Helper tables and the firewall's
 * own thread, joined into one struct system.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_WINDOWS_SYSTEM_H
#define TIDEGATE_WIN32_WINDOWS_SYSTEM_H

#include "core/system.h"

#include <windows.h>

struct windows_system;

/* `firewall_news` (borrowed) is set whenever the firewall thread has a new reading, has
 * finished or failed a change. Starts that thread. NULL with ERR_SYSTEM when it cannot. */
struct windows_system *windows_system_new(HANDLE firewall_news, struct error *err);

/* Borrowed, lives as long as the windows_system. */
const struct system *windows_system_seam(struct windows_system *self);

/* Asks the firewall thread to read again (policy changed, network category changed). */
void windows_system_refresh_firewall(struct windows_system *self);

/* Waits at most 2 s for the firewall thread, which may be inside a call that takes
 * minutes; then lets it go with the process. NULL is harmless. */
void windows_system_free(struct windows_system *self);

#endif
