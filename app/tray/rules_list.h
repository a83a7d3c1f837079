/*
 * The list view of the rules window: rows by rule id, changed in place so that selection, focus
 * and scroll position stay, and only the cells that differ are set.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_RULES_LIST_H
#define TIDEGATE_TRAY_RULES_LIST_H

#include "core/view/rule_rows.h"

#include <windows.h>
#include <commctrl.h>

struct rules_list {
    HWND control;               /* borrowed: the dialog's */
    HIMAGELIST images;          /* the control's, which destroys its last ones */
    struct rule_row_list shown; /* item i of the control shows row i */
    enum row_column sort;
    bool descending;
    char search[ROW_SEARCH_SIZE]; /* only rows that match are shown; "": all */
    bool updating;                /* notifications are our own doing */
    UINT dpi;                     /* of the columns' widths and the images */
    char wanted[ROW_KEY_SIZE];    /* row to select as soon as it is shown, or "" */
};

void rules_list_init(struct rules_list *list, HWND control);
void rules_list_clear(struct rules_list *list);

void rules_list_show(struct rules_list *list, const struct view_state *state);

/* The selected row when there is one and no more, else NULL. Borrowed until the next
 * rules_list_show. */
const struct rule_row *rules_list_selected(const struct rules_list *list);

/* The rows that are selected: begin with `at` -1; it moves on, and NULL ends. Borrowed as above. */
const struct rule_row *rules_list_next_selected(const struct rules_list *list, int *at);
size_t rules_list_count_selected(const struct rules_list *list);

/* The selected row that has the focus, or the first selected. */
const struct rule_row *rules_list_focused(const struct rules_list *list);

/* Selects the row of that key alone, now or when it comes. */
void rules_list_select(struct rules_list *list, const char *key);
void rules_list_select_all(struct rules_list *list);

/* For NM_CUSTOMDRAW and LVN_GETINFOTIP: other programs' entries are grey, and a row under the mouse
 * tells its whole reason. */
LRESULT rules_list_draw(const struct rules_list *list, NMLVCUSTOMDRAW *draw);
void rules_list_tip(const struct rules_list *list, const NMLVGETINFOTIPW *tip);

/* For LVN_ITEMCHANGING: the row whose check box the user wants to change, else NULL. The box must
 * not move by itself: it shows what the service confirmed. */
const struct rule_row *rules_list_toggled(const struct rules_list *list,
                                          const NMLISTVIEW *change);

/* Sorts by that column; rules_list_toggle_sort, for LVN_COLUMNCLICK, the other way round when it
 * already is. */
void rules_list_sort_by(struct rules_list *list, enum row_column column, bool descending,
                        const struct view_state *state);
void rules_list_toggle_sort(struct rules_list *list, enum row_column column,
                            const struct view_state *state);

/* Widths and images follow the DPI, and the last column takes the room that is left. */
void rules_list_fit(struct rules_list *list);

/* Where a context menu asked for by the keyboard belongs, on the screen. */
POINT rules_list_menu_point(const struct rules_list *list);

#endif
