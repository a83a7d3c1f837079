/*
 * The service's entry at the service control manager.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_REGISTRATION_H
#define TIDEGATE_SERVICE_REGISTRATION_H

#include "core/base/error.h"

/* Success when no program is registered, or the one at `path`. */
bool registration_check(const char *path, struct error *err) MUST_CHECK;

/* Registers the program at `path`, or brings an existing entry in line, and restricts it. A
 * restriction that this Windows does not know is reported on standard error and left out. */
bool registration_put(const char *path, struct error *err) MUST_CHECK;

/* Success when it runs already. Waits up to 30 s, and as long again for one that stops. */
bool registration_start(struct error *err) MUST_CHECK;

/* Success when it is not registered or does not run. Waits up to 30 s; one that still starts then
 * is ended. */
bool registration_stop(struct error *err) MUST_CHECK;

/* Success when it is not registered. */
bool registration_delete(struct error *err) MUST_CHECK;

#endif
