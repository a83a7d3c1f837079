/*
 * Combo boxes with a field to type in, whose lists change while they are used.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_COMBO_H
#define TIDEGATE_TRAY_COMBO_H

#include "app/tray/words.h"

#include <windows.h>

/* The part of a field that takes the keyboard: of a combo box its edit control, else itself. */
HWND combo_edit(HWND control);

void combo_add(HWND combo, const wchar_t *text, int data);

/* Selects the item of that data; false, and nothing is changed, when there is none. */
bool combo_select(HWND combo, int data);

/* The data of the item whose text stands in the field, or -1: what is typed counts, however it
 * came there. */
int combo_chosen(HWND combo);

/* Takes all items out. What is typed, and where the caret is, stays. */
void combo_remove_items(HWND combo);

/* Makes the list as wide as its widest item, if that is wider than the field. */
void combo_widen_list(HWND combo);

#endif
