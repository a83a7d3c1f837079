/*
 * Lines in Windows' Application log: why the service could not run, and each request that
 * opened something.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_EVENT_LOG_H
#define TIDEGATE_SERVICE_EVENT_LOG_H

#include "core/base/error.h"

void event_log_failure(const struct error *err);
void event_log_note(const char *format, ...) PRINTF_LIKE(1, 2);

/* Tells the Event Viewer how to show these lines; for install and uninstall. */
bool event_log_register(struct error *err) MUST_CHECK;
bool event_log_unregister(struct error *err) MUST_CHECK;

#endif
