/*
 * Edits of a list of folders parted by semicolons, as in the environment variable Path. Whatever
 * else stands in it keeps its place and its spelling, and it may be of any length. Pure.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_PATH_LIST_H
#define TIDEGATE_WIN32_PATH_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

/* Whether one of the folders is this one, in whatever case, with or without a final backslash. */
bool path_list_has(const wchar_t *list, const wchar_t *folder);

/* What path_list_add needs at most, in characters with the NUL. */
size_t path_list_capacity(const wchar_t *list, const wchar_t *folder);

/* The list with the folder at its end. */
void path_list_add(const wchar_t *list, const wchar_t *folder, wchar_t *out);

/* Takes the folder out, once, where it stands last. After path_list_add it is again what it was.
 * False when it is not there. */
bool path_list_remove(wchar_t *list, const wchar_t *folder);

#endif
