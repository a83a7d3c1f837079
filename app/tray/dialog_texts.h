/*
 * Makes a dialog in the direction of its language, and gives its controls their texts, which stand
 * in the string table under the controls' own numbers; buttons of Windows' own numbers get theirs
 * from IDS_OK and its like.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_DIALOG_TEXTS_H
#define TIDEGATE_TRAY_DIALOG_TEXTS_H

#include <stdbool.h>
#include <windows.h>

/* CreateDialogParamW for each of our dialogs. Windows mirrors neither a dialog nor a window with an
 * owner by itself (SetProcessDefaultLayout). */
HWND dialog_create(UINT template, HWND owner, DLGPROC procedure, LPARAM context);

/* `title`: a string, or 0 for none. `cancel`: the word for IDCANCEL. */
void dialog_load_texts(HWND dialog, UINT title, UINT cancel);

/* Gives a control its text only when it differs: no flicker, and screen readers speak each change.
 * True when it did. */
bool dialog_show_text(HWND control, const wchar_t *text);

#endif
