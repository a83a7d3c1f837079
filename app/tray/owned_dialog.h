/*
 * A modeless dialog over a window that takes no input meanwhile: a modal one whose messages the
 * main loop has. Its procedure is the dialog's own.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_OWNED_DIALOG_H
#define TIDEGATE_TRAY_OWNED_DIALOG_H

#include <stdbool.h>
#include <windows.h>

/* dialog_create, and shows it. False when Windows gives no window. */
bool owned_dialog_open(UINT template, HWND owner, DLGPROC procedure, LPARAM context);

/* Gives the owner its input back. */
void owned_dialog_close(HWND dialog);

/* For the main loop; `dialog` is NULL once it is closed. */
bool owned_dialog_translate(HWND dialog, MSG *message);

#endif
