/*
 * The context menu of the rules window's list.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/rules_menu.h"

#include "app/tray/words.h"
#include "resources/resource.h"

static void append(HMENU menu, UINT flags, UINT id, UINT text)
{
    const struct words words = words_load(text);

    AppendMenuW(menu, MF_STRING | flags, id, words.text);
}

static UINT usable(bool can_be_chosen)
{
    return can_be_chosen ? (UINT)MF_ENABLED : (UINT)MF_GRAYED;
}

static HMENU build_menu(const struct rule_row *row, const struct report *report)
{
    const UINT changeable = usable(row != NULL && row->can_change);
    const UINT takeable = usable(row != NULL && row->can_take_over);
    const UINT checked = row != NULL && row->checked ? (UINT)MF_CHECKED : 0;
    HMENU menu = CreatePopupMenu();

    append(menu, changeable, IDC_RULES_EDIT, IDC_RULES_EDIT);
    append(menu, changeable | checked, IDM_LIST_ENABLED, IDS_LIST_MENU_ENABLED);
    append(menu, changeable, IDC_RULES_REMOVE, IDC_RULES_REMOVE);
    append(menu, takeable, IDC_RULES_TAKE_OVER, IDC_RULES_TAKE_OVER);
    AppendMenuW(menu, MF_SEPARATOR, 0, NULL);
    append(menu, usable(report != NULL), IDC_RULES_ADD, IDC_RULES_ADD);
    append(menu, MF_ENABLED, IDM_LIST_REFRESH, IDS_LIST_MENU_REFRESH);
    if (report != NULL && !report->ip_helper.running)
        append(menu, MF_ENABLED, IDM_LIST_START_IP_HELPER, IDS_LIST_MENU_START_IP_HELPER);
    SetMenuDefaultItem(menu, IDC_RULES_EDIT, FALSE);
    return menu;
}

int rules_menu_run(HWND owner, POINT at, const struct rule_row *row,
                   const struct report *report)
{
    HMENU menu = build_menu(row, report);
    const int chosen =
        TrackPopupMenuEx(menu, TPM_RETURNCMD | TPM_RIGHTBUTTON, at.x, at.y, owner, NULL);

    DestroyMenu(menu);
    return chosen;
}
