/*
 * A report of a problem on the clipboard, to paste where somebody can help.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_PROBLEM_CLIPBOARD_H
#define TIDEGATE_TRAY_PROBLEM_CLIPBOARD_H

#include "app/tray/session.h"

#include <windows.h>

/* English, and without names of accounts and of this PC. `diagnosis` is of the selected rule, or
 * NULL. */
void problem_clipboard_copy(HWND owner, const struct session *session,
                            const struct diagnosis *diagnosis);

#endif
