/*
 * Has a held request approved by an administrator: starts tidegatectl.exe beside this program
 * with the verb runas. The ticket names the request; nothing else is handed over.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_APPROVAL_H
#define TIDEGATE_TRAY_APPROVAL_H

#include "core/base/error.h"

#include <windows.h>

#define APPROVAL_TIMEOUT_MS 120000

/* Blocks while the user account control prompt stands. True: `process` is the caller's to close.
 * False with `declined`: somebody said no, which is no failure to be shown as one. */
bool approval_start(const char *ticket, HANDLE *process, bool *declined,
                    struct error *err);

/* How the ended process fared; ERR_NONE when the request was carried out. */
void approval_outcome(HANDLE process, struct error *err);

#endif
