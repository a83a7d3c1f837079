/*
 * Makes dialogs and gives their controls texts.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/dialog_texts.h"

#include "app/tray/language.h"
#include "app/tray/words.h"
#include "core/base/mem.h"
#include "resources/resource.h"

#include <string.h>
#include <wchar.h>

/* How an extended dialog template (DIALOGEX) begins. */
struct template_head {
    WORD version;
    WORD signature;
    DWORD help_id;
    DWORD ex_style;
};

/* The template is in memory that cannot be written. */
static HWND create_mirrored(HRSRC found, HWND owner, DLGPROC procedure, LPARAM context)
{
    const DWORD size = SizeofResource(NULL, found);
    BYTE *copy = mem_resize(NULL, size, 1);
    struct template_head head;
    HWND hwnd;

    memcpy(copy, LockResource(LoadResource(NULL, found)), size);
    memcpy(&head, copy, sizeof head);
    head.ex_style |= WS_EX_LAYOUTRTL;
    memcpy(copy, &head, sizeof head);
    hwnd = CreateDialogIndirectParamW(GetModuleHandleW(NULL), (LPCDLGTEMPLATEW)copy,
                                      owner, procedure, context);
    mem_free(copy);
    return hwnd;
}

HWND dialog_create(UINT template, HWND owner, DLGPROC procedure, LPARAM context)
{
    const wchar_t *name = MAKEINTRESOURCEW(template);
    const HRSRC found = FindResourceW(NULL, name, (LPCWSTR)RT_DIALOG);

    if (found != NULL && language_is_mirrored())
        return create_mirrored(found, owner, procedure, context);
    return CreateDialogParamW(GetModuleHandleW(NULL), name, owner, procedure, context);
}

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

bool dialog_show_text(HWND control, const wchar_t *text)
{
    const size_t size = (size_t)GetWindowTextLengthW(control) + 1;
    wchar_t *shown = mem_resize(NULL, size, sizeof *shown);
    bool differs;

    GetWindowTextW(control, shown, (int)size);
    differs = wcscmp(shown, text) != 0;
    mem_free(shown);
    if (differs)
        SetWindowTextW(control, text);
    return differs;
}
