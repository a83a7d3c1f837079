/*
 * Text for the clipboard.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_CLIPBOARD_H
#define TIDEGATE_TRAY_CLIPBOARD_H

#include <stddef.h>
#include <windows.h>

/* Zeroed: empty. */
struct clipboard_text {
    wchar_t *text; /* owned */
    size_t length;
};

void clipboard_text_append(struct clipboard_text *text, const wchar_t *more);

/* Puts the text on the clipboard, unless it is empty, and frees it. Another program may hold the
 * clipboard: then nothing is copied. */
void clipboard_text_give(struct clipboard_text *text, HWND owner);

#endif
