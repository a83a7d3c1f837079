/*
 * Waits for the IP Helper and the firewall service to change their state.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_SERVICE_WATCH_H
#define TIDEGATE_WIN32_SERVICE_WATCH_H

#include "core/base/error.h"

#include <windows.h>

struct service_watch;

/* `bell` (borrowed) is set whenever service_watch_take would say true. */
struct service_watch *service_watch_new(HANDLE bell, struct error *err);
void service_watch_free(struct service_watch *self); /* NULL is harmless */

/* Whether a service changed since the last call. */
bool service_watch_take(struct service_watch *self);

/* Looks again for a service that could not be opened before. Returns at once. */
void service_watch_look_again(struct service_watch *self);

#endif
