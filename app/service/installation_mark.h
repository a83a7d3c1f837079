/*
 * Writes and removes the mark of core/win32/installation_stamp.h.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_INSTALLATION_MARK_H
#define TIDEGATE_SERVICE_INSTALLATION_MARK_H

#include "core/base/error.h"

/* Writes a mark that no earlier installation had. */
bool installation_mark_put(const char *version, struct error *err) MUST_CHECK;

/* And the key, when nothing else is in it. Success when there is none. */
bool installation_mark_delete(struct error *err) MUST_CHECK;

#endif
