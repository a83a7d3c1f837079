/*
 * The few things the store does to whole files. SQLite's own file layer knows UTF-8 names on every
 * system; only renaming has to come from C, which on Windows takes UTF-8 because the
 * service's manifest makes that its code page.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/text.h"
#include "core/store/database.h"

#include <errno.h>
#include <string.h>

#define ASIDE_MAX 1000

/* Everything SQLite keeps of one database. The file itself comes first: without it the others mean
 * nothing, while a file that lost its WAL would look sound and be out of date. */
static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};

#define SUFFIX_COUNT (sizeof suffixes / sizeof suffixes[0])

bool file_exists(const char *path)
{
    sqlite3_vfs *files = sqlite3_vfs_find(NULL);
    int found = 0;

    return files->xAccess(files, path, SQLITE_ACCESS_EXISTS, &found) == SQLITE_OK && found;
}

/* "<path>.damaged-N" for the first N of which no part exists. */
static bool name_aside(const char *path, char out[DATABASE_PATH_SIZE], struct error *err)
{
    for (int number = 1; number <= ASIDE_MAX; number++) {
        bool is_free = true;

        for (size_t i = 0; i < SUFFIX_COUNT; i++) {
            struct text text = text_over(out, DATABASE_PATH_SIZE);

            text_append_format(&text, "%s.damaged-%d%s", path, number, suffixes[i]);
            is_free = is_free && !file_exists(out);
        }
        if (is_free) {
            struct text text = text_over(out, DATABASE_PATH_SIZE);

            text_append_format(&text, "%s.damaged-%d", path, number);
            return true;
        }
    }
    return error_set(err, ERR_STORE, "move '%s' aside: %d damaged ones are there already",
                     path, ASIDE_MAX);
}

bool file_move_aside(const char *path, char *moved_to, size_t moved_to_size,
                     struct error *err)
{
    char aside[DATABASE_PATH_SIZE];

    if (!name_aside(path, aside, err))
        return false;
    for (size_t i = 0; i < SUFFIX_COUNT; i++) {
        char from[DATABASE_PATH_SIZE];
        char to[DATABASE_PATH_SIZE];
        struct text from_text = TEXT_OVER(from);
        struct text to_text = TEXT_OVER(to);

        text_append_format(&from_text, "%s%s", path, suffixes[i]);
        text_append_format(&to_text, "%s%s", aside, suffixes[i]);
        if (file_exists(from) && rename(from, to) != 0)
            return error_set(err, ERR_STORE, "rename '%s': %s", from, strerror(errno));
    }
    if (moved_to != NULL) {
        struct text name = text_over(moved_to, moved_to_size);

        text_append(&name, aside);
    }
    return true;
}
