/*
 * The list view of the rules window.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/rules_list.h"

#include "app/tray/words.h"
#include "core/base/mem.h"
#include "resources/resource.h"

#include <string.h>
#include <wchar.h>

static const struct {
    UINT title;
    int width; /* at 96 DPI */
} columns[ROW_COLUMNS] = {
    [ROW_NAME] = {IDS_COLUMN_NAME, 190},       [ROW_LISTEN] = {IDS_COLUMN_LISTEN, 150},
    [ROW_CONNECT] = {IDS_COLUMN_CONNECT, 150}, [ROW_STATE] = {IDS_COLUMN_STATE, 150},
    [ROW_REASON] = {IDS_COLUMN_REASON, 200},
};

void rules_list_init(struct rules_list *list, HWND control)
{
    *list = (struct rules_list){.control = control, .dpi = GetDpiForWindow(control)};
    ListView_SetExtendedListViewStyle(control, LVS_EX_CHECKBOXES | LVS_EX_FULLROWSELECT |
                                                   LVS_EX_DOUBLEBUFFER | LVS_EX_LABELTIP |
                                                   LVS_EX_INFOTIP);
    for (int i = 0; i < ROW_COLUMNS; i++) {
        struct words title = words_load(columns[i].title);
        LVCOLUMNW column = {.mask = LVCF_TEXT | LVCF_WIDTH | LVCF_SUBITEM,
                            .cx = MulDiv(columns[i].width, (int)list->dpi, 96),
                            .pszText = title.text,
                            .iSubItem = i};

        SendMessageW(control, LVM_INSERTCOLUMNW, (WPARAM)i, (LPARAM)&column);
    }
}

void rules_list_clear(struct rules_list *list)
{
    rule_rows_clear(&list->shown);
}

/* What is the matter; what to do about it is told for the selected row and under the mouse. */
/* Chinese and Japanese end a sentence without a blank behind it. */
static struct words first_sentence(struct words words)
{
    wchar_t *end = wcsstr(words.text, L". ");
    wchar_t *ideographic_end = wcschr(words.text, L'\u3002');

    if (end == NULL || (ideographic_end != NULL && ideographic_end < end))
        end = ideographic_end;
    if (end != NULL)
        end[1] = L'\0';
    return words;
}

static struct words cell(const struct rule_row *row, enum row_column column)
{
    switch (column) {
    case ROW_NAME:
        if (row->kind == ROW_OTHER_USER)
            return words_format_utf8(IDS_ROW_OTHER_USER,
                                     row->name[0] != '\0' ? row->name : row->listen);
        if (row->kind == ROW_FOREIGN)
            return words_load(IDS_ROW_FOREIGN);
        /* The first column is a row's name for screen readers, so it is never empty. */
        return words_from_utf8(row->name[0] != '\0' ? row->name : row->listen);
    case ROW_LISTEN:
        return words_from_utf8(row->listen);
    case ROW_CONNECT:
        return words_from_utf8(row->connect);
    case ROW_STATE:
        return words_of_state(row);
    case ROW_REASON:
        return first_sentence(words_of_reason(row));
    case ROW_COLUMNS:
        break;
    }
    return (struct words){0};
}

/* State image 0 is no check box at all: what is not ours cannot be turned on or off. */
static UINT check_image(const struct rule_row *row)
{
    const UINT image = row->kind != ROW_MINE ? 0 : row->checked ? 2 : 1;

    return INDEXTOSTATEIMAGEMASK(image);
}

static void set_state(struct rules_list *list, size_t item, UINT state, UINT mask)
{
    LVITEMW change = {.stateMask = mask, .state = state};

    SendMessageW(list->control, LVM_SETITEMSTATE, item, (LPARAM)&change);
}

static void fill(struct rules_list *list, size_t item, const struct rule_row *row)
{
    for (int i = 0; i < ROW_COLUMNS; i++) {
        struct words text = cell(row, (enum row_column)i);
        LVITEMW change = {.iSubItem = i, .pszText = text.text};

        SendMessageW(list->control, LVM_SETITEMTEXTW, item, (LPARAM)&change);
    }
    set_state(list, item, check_image(row), LVIS_STATEIMAGEMASK);
}

static void insert(struct rules_list *list, size_t item, const struct rule_row *row,
                   UINT state)
{
    wchar_t nothing[] = L"";
    LVITEMW added = {.mask = LVIF_TEXT, .iItem = (int)item, .pszText = nothing};

    SendMessageW(list->control, LVM_INSERTITEMW, 0, (LPARAM)&added);
    fill(list, item, row);
    if (state != 0)
        set_state(list, item, state, LVIS_SELECTED | LVIS_FOCUSED);
}

static UINT take_out(struct rules_list *list, size_t item)
{
    const UINT state = (UINT)SendMessageW(list->control, LVM_GETITEMSTATE, item,
                                          LVIS_SELECTED | LVIS_FOCUSED);

    SendMessageW(list->control, LVM_DELETEITEM, item, 0);
    return state;
}

/* The control's items, as keys of rows, while they are brought in line. */
static void remove_key(struct rule_row_list *shown, size_t at)
{
    memmove(&shown->items[at], &shown->items[at + 1],
            (shown->count - at - 1) * sizeof *shown->items);
    shown->count--;
}

static void remove_gone(struct rules_list *list, const struct rule_row_list *rows)
{
    for (size_t i = list->shown.count; i-- > 0;) {
        if (rule_rows_find(rows, list->shown.items[i].key) < rows->count)
            continue;
        take_out(list, i);
        remove_key(&list->shown, i);
    }
}

/* Puts `row` at place `item`, where it may already be. What lies before is in line. */
static void place(struct rules_list *list, size_t item, const struct rule_row *row)
{
    const size_t at = rule_rows_find(&list->shown, row->key);
    UINT state = 0;

    if (at == item && at < list->shown.count) {
        if (!rule_row_equals(&list->shown.items[at], row))
            fill(list, item, row);
        return;
    }
    if (at < list->shown.count) {
        state = take_out(list, at);
        remove_key(&list->shown, at);
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
    set_state(list, item, LVIS_SELECTED | LVIS_FOCUSED, LVIS_SELECTED | LVIS_FOCUSED);
    SendMessageW(list->control, LVM_ENSUREVISIBLE, item, FALSE);
}

void rules_list_select(struct rules_list *list, const char *key)
{
    (void)text_copy(list->wanted, sizeof list->wanted, key);
    select_wanted(list);
}

/* Brings the control's items in line with the rows. */
static void show_rows(struct rules_list *list, const struct rule_row_list *rows)
{
    list->updating = true;
    SendMessageW(list->control, WM_SETREDRAW, FALSE, 0);
    remove_gone(list, rows);
    for (size_t i = 0; i < rows->count; i++)
        place(list, i, &rows->items[i]);
    SendMessageW(list->control, WM_SETREDRAW, TRUE, 0);
    list->updating = false;
}

void rules_list_show(struct rules_list *list, const struct view_state *state)
{
    struct rule_row_list rows = {0};

    rule_rows_build(state, &rows);
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

const struct rule_row *rules_list_selected(const struct rules_list *list)
{
    const LRESULT item =
        SendMessageW(list->control, LVM_GETNEXTITEM, (WPARAM)-1, LVNI_SELECTED);

    if (item < 0 || (size_t)item >= list->shown.count)
        return NULL;
    return &list->shown.items[item];
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

static void show_sort_arrow(const struct rules_list *list)
{
    const HWND header = (HWND)SendMessageW(list->control, LVM_GETHEADER, 0, 0);

    for (int i = 0; i < ROW_COLUMNS; i++) {
        HDITEMW item = {.mask = HDI_FORMAT};

        SendMessageW(header, HDM_GETITEMW, (WPARAM)i, (LPARAM)&item);
        item.fmt &= ~(HDF_SORTUP | HDF_SORTDOWN);
        if (i == (int)list->sort)
            item.fmt |= list->descending ? HDF_SORTDOWN : HDF_SORTUP;
        SendMessageW(header, HDM_SETITEMW, (WPARAM)i, (LPARAM)&item);
    }
}

void rules_list_sort_by(struct rules_list *list, enum row_column column,
                        const struct view_state *state)
{
    list->descending = list->sort == column && !list->descending;
    list->sort = column;
    show_sort_arrow(list);
    rules_list_show(list, state);
}

void rules_list_fit(struct rules_list *list)
{
    const UINT dpi = GetDpiForWindow(list->control);

    for (int i = 0; dpi != list->dpi && i < ROW_REASON; i++) {
        const int width =
            (int)SendMessageW(list->control, LVM_GETCOLUMNWIDTH, (WPARAM)i, 0);

        SendMessageW(list->control, LVM_SETCOLUMNWIDTH, (WPARAM)i,
                     MulDiv(width, (int)dpi, (int)list->dpi));
    }
    list->dpi = dpi;
    SendMessageW(list->control, LVM_SETCOLUMNWIDTH, ROW_REASON, LVSCW_AUTOSIZE_USEHEADER);
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
