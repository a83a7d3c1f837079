/*
 * Gives a dialog's controls their texts.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/dialog_texts.h"

#include "app/tray/words.h"
#include "resources/resource.h"

void dialog_load_texts(HWND dialog, UINT title, UINT cancel)
{
    for (HWND control = GetWindow(dialog, GW_CHILD); control != NULL;
         control = GetWindow(control, GW_HWNDNEXT)) {
        const UINT id = (UINT)GetDlgCtrlID(control);
        const UINT text = id == IDOK ? IDS_OK : id == IDCANCEL ? cancel : id;
        const struct words words = words_load(text);

        if (words.text[0] != L'\0')
            SetWindowTextW(control, words.text);
    }
    if (title != 0) {
        const struct words words = words_load(title);

        SetWindowTextW(dialog, words.text);
    }
}
