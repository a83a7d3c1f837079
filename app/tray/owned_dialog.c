/*
 * Modeless dialogs that hold their owner.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/owned_dialog.h"

#include "app/tray/dialog_texts.h"

bool owned_dialog_open(UINT template, HWND owner, DLGPROC procedure, LPARAM context)
{
    const HWND dialog = dialog_create(template, owner, procedure, context);

    if (dialog == NULL)
        return false;
    EnableWindow(owner, FALSE);
    ShowWindow(dialog, SW_SHOW);
    return true;
}

void owned_dialog_close(HWND dialog)
{
    /* Before the dialog goes, else Windows activates some other program's window. */
    EnableWindow(GetWindow(dialog, GW_OWNER), TRUE);
    DestroyWindow(dialog);
}

bool owned_dialog_translate(HWND dialog, MSG *message)
{
    return dialog != NULL && IsDialogMessageW(dialog, message);
}
