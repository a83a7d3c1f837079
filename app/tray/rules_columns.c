/*
 * The columns of the rules window's list.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/rules_columns.h"

#include "app/tray/words.h"
#include "resources/resource.h"

#include <commctrl.h>

static const struct {
    UINT title;
    int width; /* at 96 DPI */
} columns[ROW_COLUMNS] = {
    [ROW_NAME] = {IDS_COLUMN_NAME, 190},       [ROW_LISTEN] = {IDS_COLUMN_LISTEN, 150},
    [ROW_CONNECT] = {IDS_COLUMN_CONNECT, 150}, [ROW_STATE] = {IDS_COLUMN_STATE, 160},
    [ROW_REASON] = {IDS_COLUMN_REASON, 200},
};

UINT rules_column_title(enum row_column column)
{
    return columns[column].title;
}

void rules_columns_insert(HWND list, UINT dpi)
{
    for (int i = 0; i < ROW_COLUMNS; i++) {
        struct words title = words_load(columns[i].title);
        LVCOLUMNW column = {.mask = LVCF_TEXT | LVCF_WIDTH | LVCF_SUBITEM,
                            .cx = MulDiv(columns[i].width, (int)dpi, 96),
                            .pszText = title.text,
                            .iSubItem = i};

        SendMessageW(list, LVM_INSERTCOLUMNW, (WPARAM)i, (LPARAM)&column);
    }
}

static int width_of(HWND list, int column)
{
    return (int)SendMessageW(list, LVM_GETCOLUMNWIDTH, (WPARAM)column, 0);
}

static void set_width(HWND list, int column, int width)
{
    SendMessageW(list, LVM_SETCOLUMNWIDTH, (WPARAM)column, width);
}

/* Not by LVSCW_AUTOSIZE_USEHEADER, which measures each text of the column. */
static int rest_of_width(HWND list, UINT dpi)
{
    RECT client;
    int rest;

    GetClientRect(list, &client);
    rest = client.right;
    for (int i = 0; i < ROW_REASON; i++)
        rest -= width_of(list, i);
    return max(rest, MulDiv(columns[ROW_REASON].width, (int)dpi, 96));
}

void rules_columns_fit(HWND list, UINT former_dpi, UINT dpi)
{
    for (int i = 0; dpi != former_dpi && i < ROW_REASON; i++)
        set_width(list, i, MulDiv(width_of(list, i), (int)dpi, (int)former_dpi));
    set_width(list, ROW_REASON, rest_of_width(list, dpi));
}

void rules_columns_save(HWND list, int32_t widths[ROW_COLUMNS])
{
    for (int i = 0; i < ROW_COLUMNS; i++)
        widths[i] = width_of(list, i);
}

void rules_columns_restore(HWND list, const int32_t widths[ROW_COLUMNS])
{
    for (int i = 0; i < ROW_REASON; i++)
        set_width(list, i, widths[i]);
}

void rules_columns_show_arrow(HWND list, enum row_column column, bool descending)
{
    const HWND header = (HWND)SendMessageW(list, LVM_GETHEADER, 0, 0);

    for (int i = 0; i < ROW_COLUMNS; i++) {
        HDITEMW item = {.mask = HDI_FORMAT};

        SendMessageW(header, HDM_GETITEMW, (WPARAM)i, (LPARAM)&item);
        item.fmt &= ~(HDF_SORTUP | HDF_SORTDOWN);
        if (i == (int)column)
            item.fmt |= descending ? HDF_SORTDOWN : HDF_SORTUP;
        SendMessageW(header, HDM_SETITEMW, (WPARAM)i, (LPARAM)&item);
    }
}
