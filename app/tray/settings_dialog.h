/*
 * The dialog for the user's own settings and for those of the service, which hold for everyone on
 * this PC.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_SETTINGS_DIALOG_H
#define TIDEGATE_TRAY_SETTINGS_DIALOG_H

#include "app/tray/session.h"

#include <windows.h>

struct settings_dialog;

/* Opens over `owner`, which takes no input until the dialog closes; a hidden owner is as good as
 * none. `session` is borrowed until settings_dialog_free. NULL when Windows gives no window. */
struct settings_dialog *settings_dialog_open(HWND owner, struct session *session);
void settings_dialog_free(struct settings_dialog *dialog); /* closes it, too */

/* Of the functions below NULL is harmless. */
/* True when the mail was an outcome that this dialog waits for, and is shown by it. */
bool settings_dialog_take(struct settings_dialog *dialog, const struct mail *mail);
bool settings_dialog_translate(struct settings_dialog *dialog, MSG *message);
bool settings_dialog_is_closed(const struct settings_dialog *dialog);
void settings_dialog_activate(const struct settings_dialog *dialog);

/* To be asked once it is closed: words are now loaded in another language, so that whoever has
 * windows open opens them anew. */
bool settings_dialog_changed_language(const struct settings_dialog *dialog);

#endif
