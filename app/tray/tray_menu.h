/*
 * The notification icon's one menu, for both mouse buttons and the keyboard.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_TRAY_MENU_H
#define TIDEGATE_TRAY_TRAY_MENU_H

#include "app/tray/session.h"
#include "core/view/menu_model.h"

#include <windows.h>

struct tray_menu {
    struct menu_model model; /* as it stands on the screen; reports may come meanwhile */
    bool is_open;
    UINT picked; /* in a rule's own menu; 0: nothing */
};

/* IDM_TRAY_EDIT, IDM_TRAY_SETTINGS or IDM_TRAY_EXIT; or IDM_RULE_DIAGNOSE_FIRST with the rule. 0:
 * nothing is left to do, `keeps_focus` says whether another program has the user's attention. */
struct tray_choice {
    UINT command;
    struct rule_id rule_id;
    bool keeps_focus;
};

/* Shows the menu beside the icon and waits for a choice. What is asked of the service, and what
 * concerns a rule's address, is done here. */
struct tray_choice tray_menu_run(struct tray_menu *menu, HWND owner, const RECT *icon,
                                 struct session *session);

/* WM_MENURBUTTONUP, which comes to the owner while the menu is open. */
void tray_menu_right_click(struct tray_menu *menu, HWND owner, HMENU of, UINT position);

#endif
