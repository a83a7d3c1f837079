/*
 * The list view of the rules window.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/rules_list.h"

#include "app/tray/rules_cells.h"
#include "app/tray/rules_columns.h"
#include "core/base/mem.h"

#include <string.h>
#include <wchar.h>

#define SELECTED_AND_FOCUSED (LVIS_SELECTED | LVIS_FOCUSED)

/* The control destroys its last images itself. Told LVS_SHAREIMAGELISTS it would not, but neither
 * the check boxes that it made, which nobody else knows of. */
static void load_images(struct rules_list *list)
{
    HIMAGELIST former = list->images;

    list->images = rules_cell_images(list->dpi);
    SendMessageW(list->control, LVM_SETIMAGELIST, LVSIL_SMALL, (LPARAM)list->images);
    if (former != NULL)
        ImageList_Destroy(former);
}

void rules_list_init(struct rules_list *list, HWND control)
{
    *list = (struct rules_list){.control = control, .dpi = GetDpiForWindow(control)};
    ListView_SetExtendedListViewStyle(control, LVS_EX_CHECKBOXES | LVS_EX_FULLROWSELECT |
                                                   LVS_EX_DOUBLEBUFFER | LVS_EX_LABELTIP |
                                                   LVS_EX_INFOTIP);
    load_images(list);
    rules_columns_insert(control, list->dpi);
}

void rules_list_clear(struct rules_list *list)
{
    rule_rows_clear(&list->shown);
}

static void set_state(struct rules_list *list, size_t item, UINT state, UINT mask)
{
    LVITEMW change = {.stateMask = mask, .state = state};

    SendMessageW(list->control, LVM_SETITEMSTATE, item, (LPARAM)&change);
}

static void set_cell(struct rules_list *list, size_t item, const struct rule_row *row,
                     enum row_column column, const struct rule_row *before)
{
    struct words text = rules_cell_text(row, column);
    LVITEMW change = {.iItem = (int)item,
                      .iSubItem = (int)column,
                      .pszText = text.text,
                      .iImage = rules_cell_image(row, column)};

    /* A new item's cells are empty. */
    if (before == NULL ? text.text[0] != L'\0'
                       : wcscmp(rules_cell_text(before, column).text, text.text) != 0)
        change.mask |= LVIF_TEXT;
    if (column == ROW_NAME &&
        (before == NULL || rules_cell_image(before, column) != change.iImage))
        change.mask |= LVIF_IMAGE;
    if (change.mask != 0)
        SendMessageW(list->control, LVM_SETITEMW, 0, (LPARAM)&change);
}

/* Each call that changes nothing would repaint all the same. `before` NULL: a new item. */
static void fill(struct rules_list *list, size_t item, const struct rule_row *row,
                 const struct rule_row *before)
{
    for (int i = 0; i < ROW_COLUMNS; i++)
        set_cell(list, item, row, (enum row_column)i, before);
    if (before == NULL || rules_cell_check(before) != rules_cell_check(row))
        set_state(list, item, rules_cell_check(row), LVIS_STATEIMAGEMASK);
}

static void insert(struct rules_list *list, size_t item, const struct rule_row *row,
                   UINT state)
{
    LVITEMW added = {.iItem = (int)item};

    SendMessageW(list->control, LVM_INSERTITEMW, 0, (LPARAM)&added);
    fill(list, item, row, NULL);
    if (state != 0)
        set_state(list, item, state, SELECTED_AND_FOCUSED);
}

static UINT take_out(struct rules_list *list, size_t item)
{
    const UINT state =
        (UINT)SendMessageW(list->control, LVM_GETITEMSTATE, item, SELECTED_AND_FOCUSED);

    SendMessageW(list->control, LVM_DELETEITEM, item, 0);
    return state;
}

/* The control's items, as rows, while they are brought in line. */
static void remove_row(struct rules_list *list, size_t at)
{
    struct rule_row_list *shown = &list->shown;

    memmove(&shown->items[at], &shown->items[at + 1],
            (shown->count - at - 1) * sizeof *shown->items);
    shown->count--;
}

/* The keyboard's place stays where it was, even if its row goes: on the next one, or the last. */
static void keep_focus(struct rules_list *list, size_t item)
{
    if (list->shown.count == 0)
        return;
    if (item >= list->shown.count)
        item = list->shown.count - 1;
    set_state(list, item, SELECTED_AND_FOCUSED, SELECTED_AND_FOCUSED);
}

static void remove_gone(struct rules_list *list, const struct rule_row_list *rows)
{
    bool lost_focus = false;
    size_t place = 0;

    for (size_t i = list->shown.count; i-- > 0;) {
        if (rule_rows_find(rows, list->shown.items[i].key) < rows->count)
            continue;
        if ((take_out(list, i) & LVIS_FOCUSED) != 0)
            lost_focus = true;
        remove_row(list, i);
        place = i;
    }
    if (lost_focus && rules_list_count_selected(list) == 0)
        keep_focus(list, place);
}

/* Puts `row` at place `item`, where it may already be. What lies before is in line. */
static void place_row(struct rules_list *list, size_t item, const struct rule_row *row)
{
    const size_t at =
        item < list->shown.count && strcmp(list->shown.items[item].key, row->key) == 0
            ? item
            : rule_rows_find(&list->shown, row->key);
    UINT state = 0;

    if (at == item && at < list->shown.count) {
        if (!rule_row_equals(&list->shown.items[at], row))
            fill(list, item, row, &list->shown.items[at]);
        return;
    }
    if (at < list->shown.count) {
        state = take_out(list, at);
        remove_row(list, at);
    }
    insert(list, item, row, state);
    (void)LIST_ADD(&list->shown);
    memmove(&list->shown.items[item + 1], &list->shown.items[item],
            (list->shown.count - item - 1) * sizeof *list->shown.items);
    list->shown.items[item] = *row;
}

static void select_wanted(struct rules_list *list)
{
    const size_t item = rule_rows_find(&list->shown, list->wanted);

    if (list->wanted[0] == '\0' || item == list->shown.count)
        return;
    list->wanted[0] = '\0';
    set_state(list, (size_t)-1, 0, LVIS_SELECTED);
    set_state(list, item, SELECTED_AND_FOCUSED, SELECTED_AND_FOCUSED);
    SendMessageW(list->control, LVM_ENSUREVISIBLE, item, FALSE);
}

void rules_list_select(struct rules_list *list, const char *key)
{
    (void)text_copy(list->wanted, sizeof list->wanted, key);
    select_wanted(list);
}

void rules_list_select_all(struct rules_list *list)
{
    set_state(list, (size_t)-1, LVIS_SELECTED, LVIS_SELECTED);
}

static bool same_keys(const struct rule_row_list *a, const struct rule_row_list *b)
{
    size_t i = 0;

    while (i < a->count && i < b->count && strcmp(a->items[i].key, b->items[i].key) == 0)
        i++;
    return i == a->count && i == b->count;
}

/* Brings the control's items in line with the rows. Drawing stops only while rows come, go or move:
 * starting it again repaints the whole, and one row that changed is to repaint that row. */
static void show_rows(struct rules_list *list, const struct rule_row_list *rows)
{
    const bool moves = !same_keys(&list->shown, rows);

    list->updating = true;
    if (moves)
        SendMessageW(list->control, WM_SETREDRAW, FALSE, 0);
    remove_gone(list, rows);
    if (moves)
        SendMessageW(list->control, LVM_SETITEMCOUNT, rows->count, 0);
    for (size_t i = 0; i < rows->count; i++)
        place_row(list, i, &rows->items[i]);
    /* The vertical scroll bar may have come or gone. */
    if (moves)
        rules_columns_fit(list->control, list->dpi, list->dpi);
    if (moves)
        SendMessageW(list->control, WM_SETREDRAW, TRUE, 0);
    list->updating = false;
}

void rules_list_show(struct rules_list *list, const struct view_state *state)
{
    struct rule_row_list rows = {0};

    rule_rows_build(state, &rows);
    rule_rows_keep(&rows, list->search, rules_cell_words, NULL);
    rule_rows_sort(&rows, list->sort, list->descending);
    /* Most reports change nothing here: no flicker every two seconds. */
    if (!rule_rows_equal(&list->shown, &rows))
        show_rows(list, &rows);
    rule_rows_clear(&list->shown);
    list->shown = rows;
    select_wanted(list);
}

LRESULT rules_list_draw(const struct rules_list *list, NMLVCUSTOMDRAW *draw)
{
    const size_t item = draw->nmcd.dwItemSpec;

    if (draw->nmcd.dwDrawStage == CDDS_PREPAINT)
        return CDRF_NOTIFYITEMDRAW;
    if (draw->nmcd.dwDrawStage == CDDS_ITEMPREPAINT && item < list->shown.count &&
        list->shown.items[item].kind != ROW_MINE)
        draw->clrText = GetSysColor(COLOR_GRAYTEXT);
    return CDRF_DODEFAULT;
}

void rules_list_tip(const struct rules_list *list, const NMLVGETINFOTIPW *tip)
{
    struct words words;

    if (tip->iItem < 0 || (size_t)tip->iItem >= list->shown.count || tip->cchTextMax <= 0)
        return;
    words = words_of_reason(&list->shown.items[tip->iItem]);
    if (words.text[0] == L'\0')
        return;
    wcsncpy(tip->pszText, words.text, (size_t)tip->cchTextMax - 1);
    tip->pszText[tip->cchTextMax - 1] = L'\0';
}

const struct rule_row *rules_list_next_selected(const struct rules_list *list, int *at)
{
    *at = (int)SendMessageW(list->control, LVM_GETNEXTITEM, (WPARAM)*at, LVNI_SELECTED);
    if (*at < 0 || (size_t)*at >= list->shown.count)
        return NULL;
    return &list->shown.items[*at];
}

size_t rules_list_count_selected(const struct rules_list *list)
{
    return (size_t)SendMessageW(list->control, LVM_GETSELECTEDCOUNT, 0, 0);
}

const struct rule_row *rules_list_selected(const struct rules_list *list)
{
    int at = -1;

    return rules_list_count_selected(list) == 1 ? rules_list_next_selected(list, &at)
                                                : NULL;
}

const struct rule_row *rules_list_focused(const struct rules_list *list)
{
    const int item = (int)SendMessageW(list->control, LVM_GETNEXTITEM, (WPARAM)-1,
                                       LVNI_FOCUSED | LVNI_SELECTED);
    int at = -1;

    if (item >= 0 && (size_t)item < list->shown.count)
        return &list->shown.items[item];
    return rules_list_next_selected(list, &at);
}

const struct rule_row *rules_list_toggled(const struct rules_list *list,
                                          const NMLISTVIEW *change)
{
    if (list->updating || (change->uChanged & LVIF_STATE) == 0 || change->iItem < 0 ||
        (size_t)change->iItem >= list->shown.count ||
        ((change->uOldState ^ change->uNewState) & LVIS_STATEIMAGEMASK) == 0)
        return NULL;
    return &list->shown.items[change->iItem];
}

void rules_list_sort_by(struct rules_list *list, enum row_column column, bool descending,
                        const struct view_state *state)
{
    list->sort = column;
    list->descending = descending;
    rules_columns_show_arrow(list->control, column, descending);
    rules_list_show(list, state);
}

void rules_list_toggle_sort(struct rules_list *list, enum row_column column,
                            const struct view_state *state)
{
    rules_list_sort_by(list, column, list->sort == column && !list->descending, state);
}

void rules_list_fit(struct rules_list *list)
{
    const UINT dpi = GetDpiForWindow(list->control);
    const UINT former = list->dpi;

    list->dpi = dpi;
    if (dpi != former)
        load_images(list);
    rules_columns_fit(list->control, former, dpi);
}

POINT rules_list_menu_point(const struct rules_list *list)
{
    const LRESULT item =
        SendMessageW(list->control, LVM_GETNEXTITEM, (WPARAM)-1, LVNI_FOCUSED);
    RECT rect = {.left = LVIR_LABEL};
    POINT point = {0};

    if (item >= 0 &&
        SendMessageW(list->control, LVM_GETITEMRECT, (WPARAM)item, (LPARAM)&rect))
        point = (POINT){rect.left, rect.bottom};
    ClientToScreen(list->control, &point);
    return point;
}
