/*
 * The list view of the rules window: rows by rule id, changed in place so that selection, focus
 * and scroll position stay.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_RULES_LIST_H
#define TIDEGATE_TRAY_RULES_LIST_H

#include "core/view/rule_rows.h"

#include <windows.h>
#include <commctrl.h>

struct rules_list {
    HWND control;               /* borrowed: the dialog's */
    struct rule_row_list shown; /* item i of the control shows row i */
    enum row_column sort;
    bool descending;
    bool updating;             /* notifications are our own doing */
    UINT dpi;                  /* of the columns' widths */
    char wanted[ROW_KEY_SIZE]; /* row to select as soon as it is shown, or "" */
};

void rules_list_init(struct rules_list *list, HWND control);
void rules_list_clear(struct rules_list *list);

void rules_list_show(struct rules_list *list, const struct view_state *state);

/* The selected row, or NULL. Borrowed until the next rules_list_show. */
const struct rule_row *rules_list_selected(const struct rules_list *list);

/* Selects the row of that key, now or when it comes. */
void rules_list_select(struct rules_list *list, const char *key);

/* For NM_CUSTOMDRAW and LVN_GETINFOTIP: other programs' entries are grey, and a row under the mouse
 * tells its whole reason. */
LRESULT rules_list_draw(const struct rules_list *list, NMLVCUSTOMDRAW *draw);
void rules_list_tip(const struct rules_list *list, const NMLVGETINFOTIPW *tip);

/* For LVN_ITEMCHANGING: the row whose check box the user wants to change, else NULL. The box must
 * not move by itself: it shows what the service confirmed. */
const struct rule_row *rules_list_toggled(const struct rules_list *list,
                                          const NMLISTVIEW *change);

/* For LVN_COLUMNCLICK: sorts by that column, or the other way round. */
void rules_list_sort_by(struct rules_list *list, enum row_column column,
                        const struct view_state *state);

/* Widths follow the DPI, and the last column takes the room that is left. */
void rules_list_fit(struct rules_list *list);

/* Where a context menu asked for by the keyboard belongs, on the screen. */
POINT rules_list_menu_point(const struct rules_list *list);

#endif
