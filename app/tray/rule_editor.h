/*
 * The dialog for one rule: edits a draft, and closes when the service has confirmed it.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_RULE_EDITOR_H
#define TIDEGATE_TRAY_RULE_EDITOR_H

#include "app/tray/session.h"

#include <windows.h>

struct rule_editor;

/* Opens over `owner`, which takes no input until the dialog closes. `rule` is copied; without an id
 * it is the draft of a new rule, and NULL is an empty one. `session` is borrowed until
 * rule_editor_free. NULL when Windows gives no window. */
struct rule_editor *rule_editor_open(HWND owner, struct session *session,
                                     const struct rule *rule);
void rule_editor_free(struct rule_editor *editor); /* closes it, too */

/* Of the functions below NULL is harmless. */
/* For each mail, after the session took it: True when it was the outcome that this dialog waits
 * for, and is shown by it. */
bool rule_editor_take(struct rule_editor *editor, const struct mail *mail);
bool rule_editor_translate(struct rule_editor *editor, MSG *message);
bool rule_editor_is_closed(const struct rule_editor *editor);

#endif
