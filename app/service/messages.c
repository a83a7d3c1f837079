/*
 * Terminal output in UTF-8.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/messages.h"

#include "core/base/text.h"
#include "core/win32/utf.h"

#include <windows.h>

#define MESSAGE_SIZE 1024

/* A console gets UTF-16, whatever its code page is; a file or pipe gets UTF-8. */
static void write_line(DWORD stream, const char *line)
{
    const HANDLE out = GetStdHandle(stream);
    wchar_t wide[MESSAGE_SIZE];
    DWORD mode;
    DWORD written;

    if (out == NULL || out == INVALID_HANDLE_VALUE)
        return;
    if (GetConsoleMode(out, &mode) && utf16_from_utf8(line, wide, MESSAGE_SIZE))
        WriteConsoleW(out, wide, (DWORD)wcslen(wide), &written, NULL);
    else
        WriteFile(out, line, (DWORD)strlen(line), &written, NULL);
}

void message_say(const char *format, ...)
{
    char line[MESSAGE_SIZE];
    struct text text = text_over(line, sizeof line - 2);
    va_list args;

    va_start(args, format);
    text_append_args(&text, format, args);
    va_end(args);
    memcpy(line + text.length, "\r\n", 3);
    write_line(STD_OUTPUT_HANDLE, line);
}

static void append_system_words(struct text *text, uint32_t os_code)
{
    wchar_t wide[256];
    char words[512];
    DWORD length =
        FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS |
                           FORMAT_MESSAGE_MAX_WIDTH_MASK,
                       NULL, os_code, 0, wide, sizeof wide / sizeof wide[0], NULL);

    while (length > 0 && (wide[length - 1] == L' ' || wide[length - 1] == L'.'))
        wide[--length] = L'\0';
    if (length > 0 && utf8_from_utf16(wide, words, sizeof words))
        text_append_format(text, ": %s", words);
    text_append_format(text, " (0x%08X)", (unsigned)os_code);
}

void message_format_error(const struct error *err, char *out, size_t capacity)
{
    struct text text = text_over(out, capacity);

    text_append(&text, err->detail);
    if (err->os_code != 0)
        append_system_words(&text, err->os_code);
}

void message_complain(const struct error *err)
{
    char words[MESSAGE_SIZE - 64];
    char line[MESSAGE_SIZE];
    struct text text = TEXT_OVER(line);

    message_format_error(err, words, sizeof words);
    text_append_format(&text, "tidegate-service: %s\r\n", words);
    write_line(STD_ERROR_HANDLE, line);
}
