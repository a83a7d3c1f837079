/*
 * The notification icon's one menu, for both mouse buttons and the keyboard.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_TRAY_MENU_H
#define TIDEGATE_TRAY_TRAY_MENU_H

#include "app/tray/session.h"

#include <windows.h>

/*
 * Shows the menu beside the icon and waits for a choice. What concerns rules is asked of the
 * session here; gives IDM_TRAY_EDIT, IDM_TRAY_EXIT, or 0 for everything else.
 */
UINT tray_menu_run(HWND owner, const RECT *icon, struct session *session);

#endif
