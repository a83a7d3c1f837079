/*
 * The context menu of the rules window's list.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/rules_menu.h"

#include "app/tray/language.h"
#include "app/tray/rules_columns.h"
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

static UINT checked(bool is_checked)
{
    return is_checked ? (UINT)MF_CHECKED : (UINT)MF_UNCHECKED;
}

/* Column headers take no keyboard. */
static void append_sort(HMENU menu, enum row_column sort)
{
    const struct words title = words_load(IDS_LIST_MENU_SORT);
    HMENU columns = CreatePopupMenu();

    for (UINT i = 0; i < ROW_COLUMNS; i++)
        append(columns, MF_ENABLED, IDM_LIST_SORT_FIRST + i,
               rules_column_title((enum row_column)i));
    CheckMenuRadioItem(columns, IDM_LIST_SORT_FIRST, IDM_LIST_SORT_FIRST + ROW_COLUMNS - 1,
                       IDM_LIST_SORT_FIRST + (UINT)sort, MF_BYCOMMAND);
    AppendMenuW(menu, MF_POPUP, (UINT_PTR)columns, title.text);
}

static void append_rows(HMENU menu, const struct rules_menu *state)
{
    const UINT editable = usable(state->row != NULL && state->row->can_change);
    const UINT takeable = usable(state->row != NULL && state->row->can_take_over);
    const UINT changeable = usable(state->changeable);
    const bool is_on = state->focused != NULL && state->focused->checked;

    append(menu, editable, IDC_RULES_EDIT, IDS_LIST_MENU_EDIT);
    append(menu, changeable | checked(is_on), IDM_LIST_ENABLED, IDS_LIST_MENU_ENABLED);
    append(menu, changeable, IDC_RULES_REMOVE, IDS_LIST_MENU_REMOVE);
    append(menu, takeable, IDC_RULES_TAKE_OVER, IDC_RULES_TAKE_OVER);
    append(menu, usable(state->row != NULL), IDM_LIST_DIAGNOSE, IDS_LIST_MENU_DIAGNOSE);
    append(menu, MF_ENABLED, IDM_LIST_COPY_REPORT, IDS_LIST_MENU_COPY_REPORT);
}

static HMENU build_menu(const struct rules_menu *state)
{
    HMENU menu = CreatePopupMenu();

    append_rows(menu, state);
    AppendMenuW(menu, MF_SEPARATOR, 0, NULL);
    append(menu, usable(state->report != NULL), IDC_RULES_ADD, IDS_LIST_MENU_ADD);
    /* Also when nothing is left to take over: there it can be undone. */
    append(menu, usable(state->report != NULL), IDC_ADOPT_OFFER, IDS_LIST_MENU_ADOPT);
    append(menu, usable(state->undo), IDC_RULES_UNDO, IDS_LIST_MENU_UNDO);
    append(menu, MF_ENABLED, IDM_LIST_SELECT_ALL, IDS_LIST_MENU_SELECT_ALL);
    AppendMenuW(menu, MF_SEPARATOR, 0, NULL);
    append_sort(menu, state->sort);
    append(menu, checked(state->details), IDM_LIST_DETAILS, IDS_LIST_MENU_DETAILS);
    append(menu, MF_ENABLED, IDM_LIST_REFRESH, IDS_LIST_MENU_REFRESH);
    if (state->report != NULL && !state->report->ip_helper.running)
        append(menu, MF_ENABLED, IDM_LIST_START_IP_HELPER, IDS_LIST_MENU_START_IP_HELPER);
    SetMenuDefaultItem(menu, IDC_RULES_EDIT, FALSE);
    return menu;
}

int rules_menu_run(HWND owner, POINT at, const struct rules_menu *state)
{
    const UINT mirrored = language_is_mirrored() ? TPM_LAYOUTRTL : 0;
    HMENU menu = build_menu(state);
    const int chosen = TrackPopupMenuEx(menu, TPM_RETURNCMD | TPM_RIGHTBUTTON | mirrored,
                                        at.x, at.y, owner, NULL);

    DestroyMenu(menu);
    return chosen;
}
