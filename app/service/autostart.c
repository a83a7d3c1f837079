/*
 * The Run value.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/autostart.h"

#include "core/win32/program_path.h"
#include "core/win32/utf.h"

#include <windows.h>

#define RUN_KEY L"Software\\Microsoft\\Windows\\CurrentVersion\\Run"
#define RUN_VALUE L"Tidegate"
#define TRAY_PROGRAM "tidegate.exe"

static bool fail(struct error *err, LSTATUS status, const char *what)
{
    return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(status), "%s", what);
}

static bool make_command(wchar_t *out, size_t capacity, struct error *err)
{
    char path[PROGRAM_PATH_SIZE];
    char command[PROGRAM_PATH_SIZE + 32];

    if (!program_path_beside(TRAY_PROGRAM, path, err))
        return false;
    if (!utf16_from_utf8(path, out, capacity) ||
        GetFileAttributesW(out) == INVALID_FILE_ATTRIBUTES)
        return error_set(err, ERR_NOT_FOUND,
                         "'%s' does not exist, so it will not start at "
                         "sign-in",
                         path);
    snprintf(command, sizeof command, "\"%s\" --autostart", path);
    return utf16_from_utf8(command, out, capacity) ||
           error_set(err, ERR_INVALID, "path '%s' is too long", path);
}

bool autostart_put(struct error *err)
{
    wchar_t command[PROGRAM_PATH_SIZE + 32];
    HKEY key;
    LSTATUS status;

    if (!make_command(command, sizeof command / sizeof command[0], err))
        return false;
    status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, RUN_KEY, 0, NULL, 0,
                             KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key, NULL);
    if (status == ERROR_SUCCESS) {
        const DWORD size = (DWORD)((wcslen(command) + 1) * sizeof(wchar_t));

        status = RegSetValueExW(key, RUN_VALUE, 0, REG_SZ, (const BYTE *)command, size);
        RegCloseKey(key);
    }
    return status == ERROR_SUCCESS || fail(err, status, "write the tray's Run value");
}

bool autostart_delete(struct error *err)
{
    HKEY key;
    LSTATUS status = RegOpenKeyExW(HKEY_LOCAL_MACHINE, RUN_KEY, 0,
                                   KEY_SET_VALUE | KEY_WOW64_64KEY, &key);

    if (status == ERROR_SUCCESS) {
        status = RegDeleteValueW(key, RUN_VALUE);
        RegCloseKey(key);
    }
    return status == ERROR_SUCCESS || status == ERROR_FILE_NOT_FOUND ||
           fail(err, status, "remove the tray's Run value");
}
