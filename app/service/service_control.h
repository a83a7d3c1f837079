/*
 * The service as the service control manager knows it, and in the foreground.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_SERVICE_CONTROL_H
#define TIDEGATE_SERVICE_SERVICE_CONTROL_H

#include "core/base/error.h"

/* Runs until the SCM stops the service. Fails when this process was not started by the SCM. */
bool service_control_run(struct error *err) MUST_CHECK;

/* Runs in this terminal until Ctrl+C. */
bool service_control_run_in_foreground(struct error *err) MUST_CHECK;

#endif
