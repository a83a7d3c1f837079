/*
 * Waits for changes of one registry key, whether or not it exists yet: while it does not, its
 * nearest existing ancestor is watched for names, and the watch steps down when it appears.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_KEY_WATCH_H
#define TIDEGATE_WIN32_KEY_WATCH_H

#include <windows.h>

#include <stdbool.h>
#include <stddef.h>

struct key_watch;

struct key_watch_spec {
    HKEY root;           /* predefined */
    const wchar_t *path; /* copied */
    size_t floor; /* as many characters of the path must exist: no stepping above them */
    bool subtree; /* the keys below it as well */
};

/* `bell` (borrowed) is set whenever key_watch_take has something to do. */
struct key_watch *key_watch_new(const struct key_watch_spec *spec, HANDLE bell);
void key_watch_free(struct key_watch *self); /* NULL is harmless */

enum key_watch_news {
    KEY_WATCH_QUIET,
    KEY_WATCH_CHANGED, /* changed, appeared or went away; it is being watched again already */
    KEY_WATCH_LOST     /* even the floor is gone: free it */
};

/* Re-arms when it fired; the caller reads the key's content after that. One thread. */
enum key_watch_news key_watch_take(struct key_watch *self);

#endif
