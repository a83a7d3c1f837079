/*
 * The dialog that changes WSL's networking mode: says what becomes of the user's rules and what it
 * needs, has .wslconfig written, and offers to shut WSL down, without which nothing changes.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_MODE_DIALOG_H
#define TIDEGATE_TRAY_MODE_DIALOG_H

#include "app/tray/session.h"

#include <windows.h>

struct mode_dialog;

/* Opens over `owner`, which takes no input until it closes. `session` is borrowed until
 * mode_dialog_free. NULL when Windows gives no window. */
struct mode_dialog *mode_dialog_open(HWND owner, struct session *session);
void mode_dialog_free(struct mode_dialog *dialog); /* closes it, too */

/* Of the functions below NULL is harmless. After the session has taken the mail. */
void mode_dialog_take(struct mode_dialog *dialog, const struct mail *mail);
bool mode_dialog_translate(struct mode_dialog *dialog, MSG *message);
bool mode_dialog_is_closed(const struct mode_dialog *dialog);

#endif
