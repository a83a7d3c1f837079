/*
 * Lines in Windows' Application log: why the service could not run, each request that opened
 * something, and what of a policy is refused.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_EVENT_LOG_H
#define TIDEGATE_SERVICE_EVENT_LOG_H

#include "core/base/error.h"
#include "core/model/rule.h"

void event_log_failure(const struct error *err);
/* What may open something leaves a line that its author cannot remove. */
void event_log_widened(const char *request, const struct user_sid *for_user,
                       const struct user_sid *by_user, bool is_elevated);

/* As MESSAGE_POLICY_REFUSED. */
void event_log_policy_refused(const struct message *problem);

/* Tells the Event Viewer how to show these lines; for install and uninstall. */
bool event_log_register(struct error *err) MUST_CHECK;
bool event_log_unregister(struct error *err) MUST_CHECK;

#endif
