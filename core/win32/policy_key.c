/*
 * The policy's values.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/policy_key.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/win32/registry.h"
#include "core/win32/utf.h"

#include <wchar.h>

#define NAME_CAPACITY 32
/* A character takes at least one byte of UTF-8: what is longer cannot be taken either. */
#define TEXT_CAPACITY SETTING_VALUE_SIZE

/* "REG_BINARY [12]": the kind and how many bytes. */
static void describe(DWORD type, DWORD size, struct policy_value *out)
{
    static const char *const names[] = {
        [REG_NONE] = "REG_NONE",
        [REG_SZ] = "REG_SZ",
        [REG_EXPAND_SZ] = "REG_EXPAND_SZ",
        [REG_BINARY] = "REG_BINARY",
        [REG_DWORD] = "REG_DWORD",
        [REG_DWORD_BIG_ENDIAN] = "REG_DWORD_BIG_ENDIAN",
        [REG_LINK] = "REG_LINK",
        [REG_MULTI_SZ] = "REG_MULTI_SZ",
        [REG_QWORD] = "REG_QWORD",
    };
    struct text text = TEXT_OVER(out->text);

    out->kind = POLICY_OTHER;
    if (type < sizeof names / sizeof names[0] && names[type] != NULL)
        text_append_format(&text, "%s [%lu]", names[type], size);
    else
        text_append_format(&text, "REG_%lu [%lu]", type, size);
}

static void describe_error(LSTATUS status, struct policy_value *out)
{
    struct text text = TEXT_OVER(out->text);

    out->kind = POLICY_OTHER;
    text_append_format(&text, "error 0x%08lX", (unsigned long)HRESULT_FROM_WIN32(status));
}

/* Windows promises no NUL at the end; `text` has room for two. One in the middle of a REG_SZ is
 * no text. */
static bool take_text(wchar_t *text, DWORD size, struct policy_value *out)
{
    const DWORD count = size / (DWORD)sizeof *text;
    const size_t length = wcsnlen(text, count);

    for (size_t i = length; i < count; i++) {
        if (text[i] != L'\0')
            return false;
    }
    text[length] = L'\0';
    return utf8_from_utf16(text, out->text, sizeof out->text);
}

/* The NUL after each text becomes the end of its line; after the last there is none or another. */
static bool take_texts(wchar_t *texts, DWORD size, struct policy_value *out)
{
    DWORD count = size / (DWORD)sizeof *texts;

    while (count > 0 && texts[count - 1] == L'\0')
        count--;
    for (DWORD i = 0; i < count; i++) {
        if (texts[i] == L'\0')
            texts[i] = L'\n';
    }
    texts[count] = L'\0';
    return utf8_from_utf16(texts, out->text, sizeof out->text);
}

static bool take(DWORD type, wchar_t *data, DWORD size, struct policy_value *out)
{
    if (type == REG_DWORD && size == sizeof out->number) {
        memcpy(&out->number, data, sizeof out->number);
        out->kind = POLICY_NUMBER;
        return true;
    }
    out->kind = type == REG_SZ ? POLICY_TEXT : POLICY_TEXTS;
    if (size % sizeof *data != 0)
        return false;
    return type == REG_SZ ? take_text(data, size, out)
                          : type == REG_MULTI_SZ && take_texts(data, size, out);
}

static void read_value(HKEY key, const char *name, wchar_t data[TEXT_CAPACITY + 2],
                       struct policy_value *out)
{
    wchar_t wide_name[NAME_CAPACITY];
    DWORD size = TEXT_CAPACITY * sizeof *data;
    DWORD type = REG_NONE;
    const bool is_name = utf16_from_utf8(name, wide_name, NAME_CAPACITY);
    const LSTATUS status =
        is_name ? RegQueryValueExW(key, wide_name, NULL, &type, (BYTE *)data, &size)
                : ERROR_INVALID_NAME;

    /* The key itself may go away meanwhile, and takes its values along. */
    if (status == ERROR_FILE_NOT_FOUND || status == ERROR_KEY_DELETED)
        return;
    if (status == ERROR_SUCCESS && take(type, data, size, out))
        return;
    if (status == ERROR_SUCCESS || status == ERROR_MORE_DATA)
        describe(type, size, out);
    else
        describe_error(status, out);
}

void policy_key_read(struct policy_values *out)
{
    HKEY key = NULL;
    const LSTATUS status = registry_open(HKEY_LOCAL_MACHINE, POLICY_KEY_PATH, &key);
    wchar_t *data = mem_alloc((TEXT_CAPACITY + 2) * sizeof *data);

    *out = (struct policy_values){0};
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++) {
        if (status == ERROR_SUCCESS)
            read_value(key, policy_value_name(setting), data, &out->items[setting]);
        else if (status != ERROR_FILE_NOT_FOUND)
            describe_error(status, &out->items[setting]);
    }
    registry_close(&key);
    mem_free(data);
}
