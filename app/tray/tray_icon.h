/*
 * The icon in the notification area: shown, kept through Explorer's restarts and changes of
 * resolution and theme, and removed.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_TRAY_ICON_H
#define TIDEGATE_TRAY_TRAY_ICON_H

#include "core/view/tray_status.h"

#include <windows.h>

/* LOWORD(lParam): WM_CONTEXTMENU, NIN_SELECT, NIN_KEYSELECT, NIN_BALLOON...; wParam: the position
 * of the first three. */
#define WM_APP_ICON (WM_APP + 2)

#define TIMER_TRAY_ICON 1

struct tray_icon {
    HWND owner;                /* borrowed; gets WM_APP_ICON and the timer */
    HICON icon;                /* owned */
    struct tray_status status; /* as shown, or to be shown */
    bool added;
    UINT retry_ms; /* until the next attempt to add */
};

/* Draws the status; the first time adds the icon. When the taskbar is not ready, a timer of the
 * owner (TIMER_TRAY_ICON) tries again. */
void tray_icon_show(struct tray_icon *icon, HWND owner, const struct tray_status *status);

/* For TIMER_TRAY_ICON: draws it again, or adds it if it is not there. */
void tray_icon_retry(struct tray_icon *icon);

/* Explorer made a new taskbar ("TaskbarCreated"; also sent when the resolution changes). */
void tray_icon_restore(struct tray_icon *icon);

/* Theme or resolution changed: loads the picture again. */
void tray_icon_reload(struct tray_icon *icon);

/* Where it is on the screen; the surroundings of `event`, where its message came from, if the shell
 * does not tell. */
RECT tray_icon_place(const struct tray_icon *icon, POINT event);

/* Gives the keyboard back to the notification area, after the menu was closed. */
void tray_icon_focus(const struct tray_icon *icon);

/* Shows a notification beside the icon, in place of an older one; Windows cuts a title after 63
 * characters and a text after 255. None when the user wants quiet. */
void tray_icon_notify(const struct tray_icon *icon, const wchar_t *title,
                      const wchar_t *text);
void tray_icon_withdraw(const struct tray_icon *icon); /* takes it back */

void tray_icon_remove(struct tray_icon *icon);

#endif
