/*
 * Paths around the running program.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/program_path.h"

#include "core/base/text.h"
#include "core/win32/utf.h"

#include <windows.h>

#include <shlobj.h>

bool program_path_own(char out[PROGRAM_PATH_SIZE], struct error *err)
{
    wchar_t path[PROGRAM_PATH_SIZE];
    wchar_t long_path[PROGRAM_PATH_SIZE];
    DWORD length = GetModuleFileNameW(NULL, path, PROGRAM_PATH_SIZE);
    char own[PROGRAM_PATH_SIZE];

    /* A cut path is as long as the buffer. */
    if (length == 0 || length >= PROGRAM_PATH_SIZE)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                                "find the path of this program");
    /* Without short (8.3) names if Windows tells the long ones; Wine does not for each path. */
    length = GetLongPathNameW(path, long_path, PROGRAM_PATH_SIZE);
    if (!utf8_from_utf16(length > 0 && length < PROGRAM_PATH_SIZE ? long_path : path, own,
                         sizeof own))
        return error_set(err, ERR_INVALID, "the path of this program is too long");
    memcpy(out, own, sizeof own);
    return true;
}

bool program_path_beside(const char *name, char out[PROGRAM_PATH_SIZE], struct error *err)
{
    char own[PROGRAM_PATH_SIZE];
    char beside[PROGRAM_PATH_SIZE];
    struct text text = TEXT_OVER(beside);
    char *file;

    if (!program_path_own(own, err))
        return false;
    file = strrchr(own, '\\');
    if (file == NULL)
        return error_set(err, ERR_INVALID, "the path of this program has no folder");
    file[1] = '\0';
    text_append(&text, own);
    text_append(&text, name);
    if (text.truncated)
        return error_set(err, ERR_INVALID, "the path of this program is too long");
    memcpy(out, beside, sizeof beside);
    return true;
}

static bool is_below(const wchar_t *path, const KNOWNFOLDERID *folder_id)
{
    PWSTR folder = NULL;
    bool below = false;

    if (SUCCEEDED(SHGetKnownFolderPath(folder_id, KF_FLAG_DEFAULT, NULL, &folder))) {
        const size_t length = wcslen(folder);

        below = wcslen(path) > length && path[length] == L'\\' &&
                CompareStringOrdinal(path, (int)length, folder, (int)length, TRUE) ==
                    CSTR_EQUAL;
    }
    CoTaskMemFree(folder);
    return below;
}

bool program_path_is_protected(const char *path)
{
    wchar_t wide[PROGRAM_PATH_SIZE];

    if (strstr(path, "..") != NULL || !utf16_from_utf8(path, wide, PROGRAM_PATH_SIZE))
        return false;
    return is_below(wide, &FOLDERID_ProgramFiles) ||
           is_below(wide, &FOLDERID_ProgramFilesX86);
}

bool program_path_own_protected(char out[PROGRAM_PATH_SIZE], struct error *err)
{
    char own[PROGRAM_PATH_SIZE];

    if (!program_path_own(own, err))
        return false;
    if (!program_path_is_protected(own))
        return error_set(err, ERR_ACCESS_DENIED,
                         "'%s' is not below Program Files: programs elsewhere can often be "
                         "replaced by anybody, and these are for all users and SYSTEM",
                         own);
    memcpy(out, own, sizeof own);
    return true;
}
