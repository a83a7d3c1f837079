/*
 * A newer version whose service does not start (--wrap=windows_system_new): it has brought the
 * database to a form that the older one refuses, and then fails.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/program_path.h"
#include "core/win32/utf.h"
#include "core/win32/windows_system.h"

#include <stdio.h>

/* Of the file's header: the version that the database has for its program, big-endian. */
#define USER_VERSION_OFFSET 60

struct windows_system *__wrap_windows_system_new(HANDLE firewall_news, struct error *err);

static void raise_version(const char *path)
{
    wchar_t wide[PROGRAM_PATH_SIZE];
    FILE *file = NULL;

    if (utf16_from_utf8(path, wide, PROGRAM_PATH_SIZE))
        file = _wfopen(wide, L"r+b");
    if (file == NULL)
        return;
    fseek(file, USER_VERSION_OFFSET, SEEK_SET);
    fwrite("\0\0\0\x63", 1, 4, file);
    fclose(file);
}

struct windows_system *__wrap_windows_system_new(HANDLE firewall_news, struct error *err)
{
    char path[PROGRAM_PATH_SIZE];

    (void)firewall_news;
    if (program_path_beside("Data\\tidegate.db", path, err))
        raise_version(path);
    error_set(err, ERR_INVALID, "this version never starts");
    return NULL;
}
