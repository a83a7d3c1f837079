/*
 * A list of folders.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/path_list.h"

#include <windows.h>

#include <string.h>

static size_t part_length(const wchar_t *part)
{
    return wcscspn(part, L";");
}

static bool is_folder(const wchar_t *part, size_t length, const wchar_t *folder)
{
    if (length > 0 && part[length - 1] == L'\\')
        length--;
    return length == wcslen(folder) &&
           CompareStringOrdinal(part, (int)length, folder, (int)length, TRUE) ==
               CSTR_EQUAL;
}

/* The last part that is the folder, or NULL. */
static const wchar_t *find(const wchar_t *list, const wchar_t *folder)
{
    const wchar_t *found = NULL;

    for (const wchar_t *part = list;; part++) {
        const size_t length = part_length(part);

        if (is_folder(part, length, folder))
            found = part;
        part += length;
        if (*part == L'\0')
            return found;
    }
}

bool path_list_has(const wchar_t *list, const wchar_t *folder)
{
    return find(list, folder) != NULL;
}

size_t path_list_capacity(const wchar_t *list, const wchar_t *folder)
{
    return wcslen(list) + wcslen(folder) + 2;
}

void path_list_add(const wchar_t *list, const wchar_t *folder, wchar_t *out)
{
    const size_t length = wcslen(list);
    /* A list that ends with a semicolon goes on doing so: path_list_remove can tell. */
    const bool ends_open = length > 0 && list[length - 1] == L';';

    memcpy(out, list, length * sizeof *out);
    out += length;
    if (length > 0 && !ends_open)
        *out++ = L';';
    memcpy(out, folder, wcslen(folder) * sizeof *out);
    out += wcslen(folder);
    if (ends_open)
        *out++ = L';';
    *out = L'\0';
}

bool path_list_remove(wchar_t *list, const wchar_t *folder)
{
    wchar_t *first = (wchar_t *)find(list, folder);
    wchar_t *end;

    if (first == NULL)
        return false;
    end = first + part_length(first);
    if (*end == L';')
        end++;
    else if (first > list)
        first--; /* the last one goes with the semicolon before it */
    memmove(first, end, (wcslen(end) + 1) * sizeof *end);
    return true;
}
