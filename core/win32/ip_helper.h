/*
 * The IP Helper service (iphlpsvc), which owns every portproxy listener. Each call opens the
 * service with the one right that it needs.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_IP_HELPER_H
#define TIDEGATE_WIN32_IP_HELPER_H

#include "core/base/error.h"
#include "core/model/snapshot.h"

/* No such service is an answer (`installed` is false), not a failure. */
bool ip_helper_query(struct ip_helper *out, struct error *err) MUST_CHECK;

/* Makes it read the portproxy tables again. Success when it is not running or not installed:
 * it reads them when it starts. */
bool ip_helper_announce(struct error *err) MUST_CHECK;

/* Success when it is running already; does not wait until it does. */
bool ip_helper_start(struct error *err) MUST_CHECK;

#endif
