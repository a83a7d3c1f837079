/*
 * The tray's start at every user's sign-in: a machine-wide Run value, which each user can
 * switch off in Windows' own settings.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_AUTOSTART_H
#define TIDEGATE_SERVICE_AUTOSTART_H

#include "core/base/error.h"

bool autostart_put(struct error *err) MUST_CHECK;
bool autostart_delete(struct error *err) MUST_CHECK; /* success when there is none */

#endif
