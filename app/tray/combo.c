/*
 * Combo boxes with a field to type in.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/combo.h"

#include "app/dialog.h"

#include <wchar.h>

HWND combo_edit(HWND control)
{
    COMBOBOXINFO info = {.cbSize = sizeof info};

    return GetComboBoxInfo(control, &info) && info.hwndItem != NULL ? info.hwndItem
                                                                    : control;
}

void combo_add(HWND combo, const wchar_t *text, int data)
{
    const LRESULT item = SendMessageW(combo, CB_ADDSTRING, 0, (LPARAM)text);

    if (item >= 0)
        SendMessageW(combo, CB_SETITEMDATA, (WPARAM)item, data);
}

bool combo_select(HWND combo, int data)
{
    const int count = ComboBox_GetCount(combo);

    for (int i = 0; i < count; i++) {
        if (ComboBox_GetItemData(combo, i) == data) {
            ComboBox_SetCurSel(combo, i);
            return true;
        }
    }
    return false;
}

int combo_chosen(HWND combo)
{
    struct words typed;
    LRESULT item;

    GetWindowTextW(combo, typed.text, WORDS_SIZE);
    if (typed.text[0] == L'\0')
        return -1;
    item = SendMessageW(combo, CB_FINDSTRINGEXACT, (WPARAM)-1, (LPARAM)typed.text);
    return item < 0 ? -1 : (int)SendMessageW(combo, CB_GETITEMDATA, (WPARAM)item, 0);
}

void combo_remove_items(HWND combo)
{
    struct words before;
    struct words after;
    const LRESULT caret = SendMessageW(combo, CB_GETEDITSEL, 0, 0);

    GetWindowTextW(combo, before.text, WORDS_SIZE);
    /* One by one: CB_RESETCONTENT would empty the field as well. */
    for (int i = ComboBox_GetCount(combo); i > 0; i--)
        SendMessageW(combo, CB_DELETESTRING, (WPARAM)(i - 1), 0);
    GetWindowTextW(combo, after.text, WORDS_SIZE);
    if (wcscmp(before.text, after.text) == 0)
        return;
    SetWindowTextW(combo, before.text);
    SendMessageW(combo, CB_SETEDITSEL, 0, caret);
}

static int widest_item(HWND combo, HDC dc)
{
    const int count = ComboBox_GetCount(combo);
    int widest = 0;

    for (int i = 0; i < count; i++) {
        struct words item;
        SIZE size;

        if (SendMessageW(combo, CB_GETLBTEXTLEN, (WPARAM)i, 0) >= WORDS_SIZE)
            continue;
        SendMessageW(combo, CB_GETLBTEXT, (WPARAM)i, (LPARAM)item.text);
        GetTextExtentPoint32W(dc, item.text, (int)wcslen(item.text), &size);
        widest = max(widest, (int)size.cx);
    }
    return widest;
}

void combo_widen_list(HWND combo)
{
    const UINT dpi = GetDpiForWindow(combo);
    const int around = GetSystemMetricsForDpi(SM_CXVSCROLL, dpi) +
                       4 * GetSystemMetricsForDpi(SM_CXEDGE, dpi);
    const HDC dc = GetDC(combo);
    const HGDIOBJ former = SelectObject(dc, GetWindowFont(combo));
    const int width = widest_item(combo, dc);

    SelectObject(dc, former);
    ReleaseDC(combo, dc);
    SendMessageW(combo, CB_SETDROPPEDWIDTH, (WPARAM)(width + around), 0);
}
