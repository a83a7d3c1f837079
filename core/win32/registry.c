/*
 * Small typed readers for the registry.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/registry.h"

#include "core/base/mem.h"
#include "core/win32/utf.h"

LSTATUS registry_open(HKEY root, const wchar_t *path, HKEY *out)
{
    HKEY key = NULL;
    const LSTATUS status = RegOpenKeyExW(root, path, 0, KEY_READ | KEY_WOW64_64KEY, &key);

    *out = status == ERROR_SUCCESS ? key : NULL;
    return status;
}

void registry_close(HKEY *key)
{
    if (*key != NULL)
        RegCloseKey(*key);
    *key = NULL;
}

/* `text` has room for one character more than `size` bytes. Windows promises neither a NUL at
 * the end of a REG_SZ nor that there is only one. */
static bool terminate(wchar_t *text, DWORD size)
{
    const DWORD count = size / (DWORD)sizeof *text;
    DWORD length = 0;

    if (size % sizeof *text != 0)
        return false;
    while (length < count && text[length] != L'\0')
        length++;
    for (DWORD i = length; i < count; i++) {
        if (text[i] != L'\0')
            return false;
    }
    text[length] = L'\0';
    return true;
}

void registry_read_text(HKEY root, const wchar_t *path, const wchar_t *name, char *out,
                        size_t capacity)
{
    wchar_t text[REGISTRY_TEXT_CAPACITY];
    DWORD size = sizeof text - sizeof text[0];
    DWORD type = REG_NONE;
    HKEY key = NULL;

    out[0] = '\0';
    if (registry_open(root, path, &key) != ERROR_SUCCESS)
        return;
    if (RegQueryValueExW(key, name, NULL, &type, (BYTE *)text, &size) == ERROR_SUCCESS &&
        type == REG_SZ && terminate(text, size))
        utf8_from_utf16(text, out, capacity);
    registry_close(&key);
}

LSTATUS registry_read_long_text(HKEY key, const wchar_t *name, DWORD *type, wchar_t **out)
{
    wchar_t *text = NULL;
    DWORD capacity = 0;
    DWORD size = 0;
    LSTATUS status;

    *out = NULL;
    /* The first time only asks for the size. Later ones find that it has grown; `size` is then
     * what it would take, and nothing of the text is given. */
    do {
        mem_free(text);
        text = mem_alloc(capacity + sizeof *text);
        size = capacity;
        status = RegQueryValueExW(key, name, NULL, type, (BYTE *)text, &size);
        capacity = size;
    } while (status == ERROR_MORE_DATA);
    if (status == ERROR_SUCCESS && *type != REG_SZ && *type != REG_EXPAND_SZ)
        status = ERROR_UNSUPPORTED_TYPE;
    if (status == ERROR_SUCCESS) {
        text[size / sizeof *text] = L'\0';
        *out = text;
    } else {
        mem_free(text);
    }
    return status;
}

DWORD registry_read_number(HKEY root, const wchar_t *path, const wchar_t *name,
                           DWORD otherwise)
{
    DWORD number = otherwise;
    DWORD size = sizeof number;
    DWORD type = REG_NONE;
    LSTATUS status;
    HKEY key = NULL;

    if (registry_open(root, path, &key) != ERROR_SUCCESS)
        return otherwise;
    status = RegQueryValueExW(key, name, NULL, &type, (BYTE *)&number, &size);
    registry_close(&key);
    return status == ERROR_SUCCESS && type == REG_DWORD && size == sizeof number
               ? number
               : otherwise;
}

enum registry_value_kind registry_value_at(HKEY key, DWORD index,
                                           struct registry_value *out)
{
    wchar_t name[REGISTRY_TEXT_CAPACITY];
    wchar_t text[REGISTRY_TEXT_CAPACITY];
    DWORD name_length = REGISTRY_TEXT_CAPACITY;
    DWORD size = sizeof text - sizeof text[0];
    DWORD type = REG_NONE;
    const LSTATUS status =
        RegEnumValueW(key, index, name, &name_length, NULL, &type, (BYTE *)text, &size);

    *out = (struct registry_value){0};
    if (status == ERROR_NO_MORE_ITEMS)
        return REGISTRY_VALUE_END;
    if (status == ERROR_MORE_DATA)
        return REGISTRY_VALUE_OTHER;
    if (status != ERROR_SUCCESS) {
        out->os_code = (uint32_t)HRESULT_FROM_WIN32(status);
        return REGISTRY_VALUE_FAILED;
    }
    /* A name may hold NULs; only the native API makes such names, and only to hide them. */
    if (wcsnlen(name, REGISTRY_TEXT_CAPACITY) != name_length ||
        !utf8_from_utf16(name, out->name, sizeof out->name))
        return REGISTRY_VALUE_OTHER;
    if (type == REG_DWORD)
        return REGISTRY_VALUE_NUMBER;
    if (type == REG_SZ && terminate(text, size) &&
        utf8_from_utf16(text, out->text, sizeof out->text))
        return REGISTRY_VALUE_TEXT;
    return REGISTRY_VALUE_OTHER;
}

DWORD registry_value_count(HKEY key)
{
    DWORD count = 0;

    if (RegQueryInfoKeyW(key, NULL, NULL, NULL, NULL, NULL, NULL, &count, NULL, NULL,
                         NULL, NULL) != ERROR_SUCCESS)
        return 0;
    return count;
}
