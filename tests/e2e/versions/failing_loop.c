/*
 * A newer version whose service does not start (--wrap=loop_new): it has brought the database to a
 * form that the older one refuses, and then fails.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/data_folder.h"
#include "app/service/loop.h"
#include "core/win32/utf.h"

#include <stdio.h>

/* Of the file's header: the version that the database has for its program, big-endian. */
#define USER_VERSION_OFFSET 60

struct loop *__wrap_loop_new(struct control_news *news, struct error *err);

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

struct loop *__wrap_loop_new(struct control_news *news, struct error *err)
{
    char path[PROGRAM_PATH_SIZE];

    (void)news;
    if (data_folder_open(path, err))
        raise_version(path);
    error_set(err, ERR_INVALID, "this version never starts");
    return NULL;
}
