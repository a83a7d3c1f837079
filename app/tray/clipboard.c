/*
 * Text for the clipboard.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/clipboard.h"

#include "core/base/mem.h"

#include <string.h>
#include <wchar.h>

void clipboard_text_append(struct clipboard_text *text, const wchar_t *more)
{
    const size_t length = wcslen(more);

    text->text = mem_resize(text->text, text->length + length + 1, sizeof *more);
    wmemcpy(text->text + text->length, more, length + 1);
    text->length += length;
}

/* The clipboard owns the memory it accepted. */
static void set_text(const struct clipboard_text *text)
{
    const size_t size = (text->length + 1) * sizeof *text->text;
    HGLOBAL memory = GlobalAlloc(GMEM_MOVEABLE, size);

    if (memory == NULL)
        return;
    memcpy(GlobalLock(memory), text->text, size);
    GlobalUnlock(memory);
    EmptyClipboard();
    if (SetClipboardData(CF_UNICODETEXT, memory) == NULL)
        GlobalFree(memory);
}

void clipboard_text_give(struct clipboard_text *text, HWND owner)
{
    if (text->length > 0 && OpenClipboard(owner)) {
        set_text(text);
        CloseClipboard();
    }
    mem_free(text->text);
    *text = (struct clipboard_text){0};
}
