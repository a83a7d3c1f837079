/*
 * Tells when Tidegate was installed anew, in whichever session, or uninstalled while this tray
 * runs.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_INSTALLATION_WATCH_H
#define TIDEGATE_TRAY_INSTALLATION_WATCH_H

#include "core/win32/installation_stamp.h"

#include <windows.h>

#define WM_APP_INSTALLATION (WM_APP + 3)

struct key_watch;

struct installation_watch {
    HWND hwnd;   /* borrowed; gets WM_APP_INSTALLATION when there may be news */
    HANDLE bell; /* owned */
    HANDLE wait; /* owned */
    struct key_watch *watch;             /* owned; NULL: no news will come */
    char stamp[INSTALLATION_STAMP_SIZE]; /* of the installation that this tray belongs to */
};

enum installation_news {
    INSTALLATION_UNCHANGED,
    INSTALLATION_REPLACED, /* this program is an old one: start the new one */
    INSTALLATION_GONE
};

/* A tray that was not installed (there is no stamp) is not told anything. */
void installation_watch_start(struct installation_watch *self, HWND hwnd);
void installation_watch_stop(struct installation_watch *self);

/* To be asked after WM_APP_INSTALLATION, and as often as one likes. */
enum installation_news installation_watch_take(struct installation_watch *self);

#endif
