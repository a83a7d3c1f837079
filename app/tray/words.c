/*
 * Strings from the resources, with inserts.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/words.h"

#include "app/tray/language.h"
#include "core/win32/utf.h"
#include "resources/resource.h"

#include <wchar.h>

/* LoadStringW would take Windows' language, not the chosen one. Sixteen strings are one resource,
 * each with its length before it. */
struct words words_load_in(LANGID language, UINT id)
{
    const HRSRC found = FindResourceExW(NULL, (LPCWSTR)RT_STRING,
                                        MAKEINTRESOURCEW(id / 16 + 1), language);
    const HGLOBAL loaded = found != NULL ? LoadResource(NULL, found) : NULL;
    const WORD *at = loaded != NULL ? LockResource(loaded) : NULL;
    struct words words = {0};

    if (at == NULL)
        return words;
    for (UINT i = 0; i < id % 16; i++)
        at += 1 + *at;
    wmemcpy(words.text, (const wchar_t *)(at + 1), min(*at, WORDS_SIZE - 1));
    return words;
}

struct words words_load(UINT id)
{
    return words_load_in(language_chosen(), id);
}

struct words words_from_left(const wchar_t *text)
{
    struct words words;

    swprintf(words.text, WORDS_SIZE,
             language_is_mirrored() ? L"\x200E%.*ls\x200E" : L"%.*ls", WORDS_SIZE - 3,
             text);
    return words;
}

struct words words_from_utf8(const char *text)
{
    struct words words = {0};

    (void)utf16_from_utf8(text, words.text, WORDS_SIZE);
    return words;
}

struct words words_format(UINT id, const wchar_t *first, const wchar_t *second,
                          const wchar_t *third)
{
    const struct words pattern = words_load(id);
    const wchar_t *inserts[] = {first != NULL ? first : L"", second != NULL ? second : L"",
                                third != NULL ? third : L""};
    struct words words;

    /* The prototype wants a va_list pointer; with ARGUMENT_ARRAY it is this array. */
    if (FormatMessageW(FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY,
                       pattern.text, 0, 0, words.text, WORDS_SIZE,
                       (va_list *)inserts) == 0)
        words.text[0] = L'\0';
    return words;
}

struct words words_format_utf8(UINT id, const char *insert)
{
    const struct words converted = words_from_utf8(insert);

    return words_format(id, converted.text, NULL, NULL);
}

/* Windows' own sentence for a code, without its line break and full stop. */
static void load_system_text(uint32_t code, struct words *out)
{
    const DWORD flags = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS |
                        FORMAT_MESSAGE_MAX_WIDTH_MASK;
    DWORD size = FormatMessageW(flags, NULL, code, 0, out->text, WORDS_SIZE, NULL);

    while (size > 0 && wcschr(L" \r\n", out->text[size - 1]) != NULL)
        size--;
    out->text[size] = L'\0';
}

static struct words system_error(const struct error *error)
{
    const struct words detail = words_from_utf8(error->detail);
    struct words system;
    wchar_t code[16];

    if (error->os_code == 0)
        return words_format(IDS_ERROR_SYSTEM, detail.text, NULL, NULL);
    load_system_text(error->os_code, &system);
    /* The number for whoever reads a report in a language he does not know. */
    swprintf(code, ARRAYSIZE(code), L"0x%08X", (unsigned)error->os_code);
    return words_format(IDS_ERROR_SYSTEM_CODE, detail.text, system.text, code);
}

/* Details begin in lower case, as they also stand within sentences. */
static struct words capitalized(struct words words)
{
    CharUpperBuffW(words.text, 1);
    return words;
}

struct words words_of_error(const struct error *error)
{
    if (message_is_known(error->message.id))
        return words_of_message(&error->message);
    switch (error->kind) {
    case ERR_NONE:
    case ERR_KIND_COUNT:
        break;
    case ERR_INVALID:
        return capitalized(words_format_utf8(IDS_ERROR_INVALID, error->detail));
    case ERR_CONFLICT:
        if (error->detail[0] == '\0')
            return words_load(IDS_ERROR_CONFLICT_BARE);
        return words_format_utf8(IDS_ERROR_CONFLICT, error->detail);
    case ERR_NOT_FOUND:
        return words_format_utf8(IDS_ERROR_NOT_FOUND, error->detail);
    case ERR_ACCESS_DENIED:
        return words_format_utf8(IDS_ERROR_ACCESS_DENIED, error->detail);
    case ERR_NEEDS_APPROVAL:
        return words_load(IDS_ERROR_NEEDS_APPROVAL);
    case ERR_UNAVAILABLE:
        return words_format_utf8(IDS_ERROR_UNAVAILABLE, error->detail);
    case ERR_STORE:
        return words_format_utf8(IDS_ERROR_STORE, error->detail);
    case ERR_SYSTEM:
        return system_error(error);
    }
    return (struct words){0};
}
