/*
 * The installation's mark: version and time. The tray only reads it (core/win32/installation_stamp)
 * and cannot even call what writes it.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/installation_mark.h"

#include "core/win32/installation_stamp.h"
#include "core/win32/utf.h"

#include <windows.h>

#include <stdio.h>
#include <wchar.h>

static bool fail(struct error *err, LSTATUS status, const char *what)
{
    return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(status), "%s", what);
}

static DWORD make_stamp(const char *version, wchar_t out[INSTALLATION_STAMP_SIZE])
{
    char stamp[INSTALLATION_STAMP_SIZE];
    FILETIME now;

    GetSystemTimeAsFileTime(&now);
    snprintf(stamp, sizeof stamp, "%.40s %08lx%08lx", version,
             (unsigned long)now.dwHighDateTime, (unsigned long)now.dwLowDateTime);
    utf16_from_utf8(stamp, out, INSTALLATION_STAMP_SIZE);
    return (DWORD)((wcslen(out) + 1) * sizeof *out);
}

bool installation_mark_put(const char *version, struct error *err)
{
    wchar_t stamp[INSTALLATION_STAMP_SIZE];
    const DWORD size = make_stamp(version, stamp);
    HKEY key = NULL;
    LSTATUS status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, INSTALLATION_KEY, 0, NULL, 0,
                                     KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key, NULL);

    if (status == ERROR_SUCCESS) {
        status =
            RegSetValueExW(key, INSTALLATION_VALUE, 0, REG_SZ, (const BYTE *)stamp, size);
        RegCloseKey(key);
    }
    return status == ERROR_SUCCESS || fail(err, status, "mark the installation");
}

static bool is_empty(HKEY key)
{
    DWORD keys = 1;
    DWORD values = 1;

    return RegQueryInfoKeyW(key, NULL, NULL, NULL, &keys, NULL, NULL, &values, NULL, NULL,
                            NULL, NULL) == ERROR_SUCCESS &&
           keys == 0 && values == 0;
}

bool installation_mark_delete(struct error *err)
{
    HKEY key = NULL;
    LSTATUS status =
        RegOpenKeyExW(HKEY_LOCAL_MACHINE, INSTALLATION_KEY, 0,
                      KEY_SET_VALUE | KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key);
    bool empty;

    if (status == ERROR_FILE_NOT_FOUND)
        return true;
    if (status != ERROR_SUCCESS)
        return fail(err, status, "open the installation's key");
    status = RegDeleteValueW(key, INSTALLATION_VALUE);
    empty = is_empty(key);
    RegCloseKey(key);
    if (status != ERROR_SUCCESS && status != ERROR_FILE_NOT_FOUND)
        return fail(err, status, "remove the installation's mark");
    if (empty)
        RegDeleteKeyExW(HKEY_LOCAL_MACHINE, INSTALLATION_KEY, KEY_WOW64_64KEY, 0);
    return true;
}
