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

/* Column headers take no keyboard. */
static void append_sort(HMENU menu, enum row_column sort)
{
    static const UINT titles[ROW_COLUMNS] = {IDS_COLUMN_NAME, IDS_COLUMN_LISTEN,
                                             IDS_COLUMN_CONNECT, IDS_COLUMN_STATE,
                                             IDS_COLUMN_REASON};
    const struct words title = words_load(IDS_LIST_MENU_SORT);
    HMENU columns = CreatePopupMenu();

    for (UINT i = 0; i < ROW_COLUMNS; i++)
        append(columns, MF_ENABLED, IDM_LIST_SORT_FIRST + i, titles[i]);
    CheckMenuRadioItem(columns, IDM_LIST_SORT_FIRST, IDM_LIST_SORT_FIRST + ROW_COLUMNS - 1,
                       IDM_LIST_SORT_FIRST + (UINT)sort, MF_BYCOMMAND);
    AppendMenuW(menu, MF_POPUP, (UINT_PTR)columns, title.text);
}

static HMENU build_menu(const struct rule_row *row, const struct report *report,
                        enum row_column sort)
{
    const UINT changeable = usable(row != NULL && row->can_change);
    const UINT takeable = usable(row != NULL && row->can_take_over);
    const UINT checked = row != NULL && row->checked ? (UINT)MF_CHECKED : 0;
    HMENU menu = CreatePopupMenu();

    append(menu, changeable, IDC_RULES_EDIT, IDS_LIST_MENU_EDIT);
    append(menu, changeable | checked, IDM_LIST_ENABLED, IDS_LIST_MENU_ENABLED);
    append(menu, changeable, IDC_RULES_REMOVE, IDS_LIST_MENU_REMOVE);
    append(menu, takeable, IDC_RULES_TAKE_OVER, IDC_RULES_TAKE_OVER);
    AppendMenuW(menu, MF_SEPARATOR, 0, NULL);
    append(menu, usable(report != NULL), IDC_RULES_ADD, IDS_LIST_MENU_ADD);
    append_sort(menu, sort);
    append(menu, MF_ENABLED, IDM_LIST_REFRESH, IDS_LIST_MENU_REFRESH);
    if (report != NULL && !report->ip_helper.running)
        append(menu, MF_ENABLED, IDM_LIST_START_IP_HELPER, IDS_LIST_MENU_START_IP_HELPER);
    SetMenuDefaultItem(menu, IDC_RULES_EDIT, FALSE);
    return menu;
}

int rules_menu_run(HWND owner, POINT at, const struct rule_row *row,
                   const struct report *report, enum row_column sort)
{
    HMENU menu = build_menu(row, report, sort);
    const int chosen =
        TrackPopupMenuEx(menu, TPM_RETURNCMD | TPM_RIGHTBUTTON, at.x, at.y, owner, NULL);

    DestroyMenu(menu);
    return chosen;
}
