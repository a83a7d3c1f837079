/*
 * What this user chose for the tray, in HKCU\Software\Tidegate. A value that is missing, of another
 * type or out of range counts as its default; nothing here influences the service.
 *
 *   Language          REG_SZ     a BCP 47 tag ("de", "pt-BR"); "" or missing: Windows' language
 *   StartWithWindows  REG_DWORD  1 (default): run after sign-in; 0: tidegate.exe --autostart leaves
 *   Notifications     REG_DWORD  1 (default): show notifications; 0: none
 *   KeepWslRunning    REG_DWORD  1: keep Distribution running while a rule needs it; 0 (default)
 *   Distribution      REG_SZ     which; "" or missing: none
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_USER_SETTINGS_H
#define TIDEGATE_TRAY_USER_SETTINGS_H

#include "core/base/error.h"

#include <windows.h>

#define USER_DISTRIBUTION_SIZE 260

struct user_settings {
    bool start_with_windows;
    bool notifications;
    wchar_t language[LOCALE_NAME_MAX_LENGTH]; /* "": Windows' language */
    bool keep_wsl;
    wchar_t distribution[USER_DISTRIBUTION_SIZE];
};

/* Quick enough to be read whenever one is needed, so that nobody keeps a stale copy. */
void user_settings_read(struct user_settings *out);

/* Writes what differs from what stands there. */
bool user_settings_save(const struct user_settings *settings, struct error *err);

/* Windows' own list of start-up programs, which the user changes in Windows' settings or in the
 * Task Manager, says that this program is not to start. Only read: that choice is the user's. */
bool user_settings_startup_is_turned_off(void);

/* What a window remembers (place, columns): `size` bytes in the value `name` (REG_BINARY) of the
 * subkey Windows. False when there are none of exactly that size; `out` is then unchanged. */
bool user_settings_read_bytes(const wchar_t *name, void *out, size_t size);
void user_settings_save_bytes(const wchar_t *name, const void *bytes, size_t size);

#endif
