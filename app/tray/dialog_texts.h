/*
 * Gives a dialog's controls their texts, which stand in the string table under the controls' own
 * numbers; buttons of Windows' own numbers get theirs from IDS_OK and its like.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_DIALOG_TEXTS_H
#define TIDEGATE_TRAY_DIALOG_TEXTS_H

#include <windows.h>

/* `title`: a string, or 0 for none. `cancel`: the word for IDCANCEL. */
void dialog_load_texts(HWND dialog, UINT title, UINT cancel);

#endif
