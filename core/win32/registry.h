/*
 * Small typed readers for the registry. What is read may be hostile (a user hive, another
 * program's value): every read is bounded, and a value of another type, of odd size, with an
 * embedded NUL or malformed UTF-16 is no text. All keys are those of the 64-bit view.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_REGISTRY_H
#define TIDEGATE_WIN32_REGISTRY_H

#include "core/base/error.h"

#include <windows.h>

#include <stddef.h>

/* Characters of the longest value name and text that are looked at, the NUL included. */
#define REGISTRY_TEXT_CAPACITY 512

/* Opens for reading. A Win32 code; `*out` is NULL unless it is ERROR_SUCCESS. */
LSTATUS registry_open(HKEY root, const wchar_t *path, HKEY *out);

/* Closes and forgets; NULL is harmless. */
void registry_close(HKEY *key);

/* A REG_SZ as UTF-8; "" when the key or the value is missing or is no text of that length. */
void registry_read_text(HKEY root, const wchar_t *path, const wchar_t *name, char *out,
                        size_t capacity);

/* A REG_SZ or REG_EXPAND_SZ of an open key, whatever its length, up to its first NUL; only for what
 * administrators alone can write. It may change meanwhile: what is given was there at one moment.
 * A Win32 code, ERROR_UNSUPPORTED_TYPE for another type; `*out` is NULL unless it is ERROR_SUCCESS,
 * then to be released with mem_free. */
LSTATUS registry_read_long_text(HKEY key, const wchar_t *name, DWORD *type, wchar_t **out);

/* A REG_DWORD, or `otherwise`. */
DWORD registry_read_number(HKEY root, const wchar_t *path, const wchar_t *name,
                           DWORD otherwise);

enum registry_value_kind {
    REGISTRY_VALUE_END,    /* no value of that index */
    REGISTRY_VALUE_TEXT,   /* name and REG_SZ data are given */
    REGISTRY_VALUE_NUMBER, /* only the name is given */
    REGISTRY_VALUE_OTHER,  /* neither: another type, too long, or not text */
    REGISTRY_VALUE_FAILED  /* os_code is an HRESULT */
};

struct registry_value {
    char name[REGISTRY_TEXT_CAPACITY * 3]; /* UTF-8 takes at most three bytes per character */
    char text[REGISTRY_TEXT_CAPACITY * 3];
    uint32_t os_code;
};

/* The value at `index` of an open key. */
enum registry_value_kind registry_value_at(HKEY key, DWORD index,
                                           struct registry_value *out);

/* How many values the key holds; 0 when that cannot be told. */
DWORD registry_value_count(HKEY key);

#endif
