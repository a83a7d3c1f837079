/*
 * Asking an administrator by UAC: this program again, with "approve TICKET". The rule still
 * belongs to who asked, whoever types the password.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_CTL_ELEVATE_H
#define TIDEGATE_CTL_ELEVATE_H

#include "core/attributes.h"
#include "core/base/error.h"

/* Waits until it is done. ERR_NEEDS_APPROVAL when the user declines. */
bool elevate_approve(const char *ticket, struct error *err) MUST_CHECK;

#endif
