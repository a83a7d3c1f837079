/*
 * What stands in place of the list while the user has no rules: the ports that WSL listens on right
 * now, each one click away from a rule. A child dialog; its host moves and shows it.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_PORTS_INVITE_H
#define TIDEGATE_TRAY_PORTS_INVITE_H

#include "app/tray/session.h"

#include <windows.h>

struct ports_invite;

/* Hidden at first. `session` is borrowed until ports_invite_free. NULL when Windows gives no
 * window; the functions below take NULL and then do nothing.
 *
 * "Add port" asks the service itself and then sends the parent WM_COMMAND with IDC_INVITE_ADD_PORT,
 * so that the parent draws the session anew; "Add…" sends IDC_RULES_ADD, and the offer to take over
 * what a script set up IDC_ADOPT_OFFER. */
struct ports_invite *ports_invite_create(HWND parent, struct session *session);
void ports_invite_free(struct ports_invite *self);
HWND ports_invite_window(const struct ports_invite *self);

/* After each report. Changes only what differs. */
void ports_invite_show(struct ports_invite *self, const struct view_state *view);

/* Puts the keyboard where one would begin: the list, or "Add…" when it is empty. */
void ports_invite_focus(struct ports_invite *self);

#endif
