/*
 * The dialog that takes over what a script set up: a list of the forwards to choose from, whether
 * the script's firewall rules are turned off, and undo.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_ADOPT_DIALOG_H
#define TIDEGATE_TRAY_ADOPT_DIALOG_H

#include "app/tray/session.h"

#include <windows.h>

struct adopt_dialog;

/* Opens over `owner`, which takes no input until it closes. `session` is borrowed until
 * adopt_dialog_free. NULL when Windows gives no window. */
struct adopt_dialog *adopt_dialog_open(HWND owner, struct session *session);
void adopt_dialog_free(struct adopt_dialog *dialog); /* closes it, too */

/* Of the functions below NULL is harmless. After the session has taken the mail; true when it was
 * the answer to this dialog, which has told it then. */
bool adopt_dialog_take(struct adopt_dialog *dialog, const struct mail *mail);
bool adopt_dialog_translate(struct adopt_dialog *dialog, MSG *message);
bool adopt_dialog_is_closed(const struct adopt_dialog *dialog);

#endif
