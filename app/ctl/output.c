/*
 * Writing to a console, a pipe or a file, and wording errors.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/output.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/win32/utf.h"

#include <string.h>

/* WriteConsoleW takes a bounded number of characters at once (64 KiB before Windows 8). */
#define CONSOLE_CHUNK 8192

void output_init(struct output *output, DWORD which)
{
    DWORD mode;

    *output = (struct output){.handle = GetStdHandle(which)};
    if (output->handle == INVALID_HANDLE_VALUE)
        output->handle = NULL;
    output->is_console = GetConsoleMode(output->handle, &mode) != 0;
}

void output_clear(struct output *output)
{
    mem_free(output->bytes);
    *output = (struct output){0};
}

static void append(struct output *output, const char *bytes, size_t size)
{
    const size_t needed = output->size + size;

    if (needed > output->capacity) {
        output->capacity = needed * 2;
        output->bytes = mem_resize(output->bytes, output->capacity, 1);
    }
    memcpy(output->bytes + output->size, bytes, size);
    output->size = needed;
}

void output_text(struct output *output, const char *text)
{
    append(output, text, strlen(text));
}

void output_format(struct output *output, const char *format, ...)
{
    char piece[2048];
    struct text text = TEXT_OVER(piece);
    va_list args;

    va_start(args, format);
    text_append_args(&text, format, args);
    va_end(args);
    append(output, text.bytes, text.length);
}

static size_t character_size(const char *text)
{
    size_t size = 1;

    while (((unsigned char)text[size] & 0xC0) == 0x80)
        size++;
    return size;
}

void output_foreign(struct output *output, const char *text)
{
    while (*text != '\0') {
        const size_t size = character_size(text);
        char character[5] = "";

        if (size < sizeof character)
            memcpy(character, text, size);
        output_text(output,
                    size < sizeof character && utf8_is_plain(character) ? character : "?");
        text += size;
    }
}

static bool write_console(HANDLE console, const wchar_t *text, size_t count)
{
    while (count > 0) {
        DWORD chunk = count < CONSOLE_CHUNK ? (DWORD)count : CONSOLE_CHUNK;
        DWORD written = 0;

        if (chunk > 1 && IS_HIGH_SURROGATE(text[chunk - 1]))
            chunk--;
        if (!WriteConsoleW(console, text, chunk, &written, NULL) || written == 0)
            return false;
        text += written;
        count -= written;
    }
    return true;
}

static bool flush_to_console(const struct output *output)
{
    wchar_t *text = mem_alloc(output->size * sizeof *text);
    const int count = MultiByteToWideChar(CP_UTF8, 0, output->bytes, (int)output->size,
                                          text, (int)output->size);
    const bool ok = write_console(output->handle, text, (size_t)count);

    mem_free(text);
    return ok;
}

static bool flush_to_file(const struct output *output)
{
    const char *bytes = output->bytes;
    size_t left = output->size;

    while (left > 0) {
        const DWORD chunk = left < MAXLONG ? (DWORD)left : MAXLONG;
        DWORD written = 0;

        if (!WriteFile(output->handle, bytes, chunk, &written, NULL))
            return false;
        bytes += written;
        left -= written;
    }
    return true;
}

bool output_flush(struct output *output, struct error *err)
{
    bool ok = true;

    if (output->size == 0)
        return true;
    /* Started without a console (by the tray, hidden) nobody reads: that is no failure. */
    if (output->handle == NULL) {
        output->size = 0;
        return true;
    }
    if (output->is_console ? !flush_to_console(output) : !flush_to_file(output))
        ok = error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                              "write the output");
    output->size = 0;
    return ok;
}

/* Windows' words in the language of Windows; a HRESULT that wraps a Win32 code is known to
 * the system under that code. */
static void append_system_text(struct output *output, uint32_t os_code)
{
    const DWORD code =
        HRESULT_FACILITY(os_code) == FACILITY_WIN32 ? HRESULT_CODE(os_code) : os_code;
    wchar_t wide[512];
    char text[sizeof wide / sizeof wide[0] * 3];
    DWORD size =
        FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS |
                           FORMAT_MESSAGE_MAX_WIDTH_MASK,
                       NULL, code, 0, wide, ARRAYSIZE(wide), NULL);

    while (size > 0 && (wide[size - 1] == L' ' || wide[size - 1] == L'.'))
        wide[--size] = L'\0';
    output_text(output, ": ");
    if (size > 0 && utf8_from_utf16(wide, text, sizeof text))
        output_foreign(output, text);
    output_format(output, " (0x%08lX)", (unsigned long)os_code);
}

void output_reason(struct output *output, const struct error *error)
{
    output_foreign(output, error->detail[0] != '\0' ? error->detail
                                                    : error_kind_name(error->kind));
    if (error->os_code != 0)
        append_system_text(output, error->os_code);
    output_text(output, "\n");
}

void output_error(struct output *output, const struct error *error)
{
    output_text(output, "tidegatectl: ");
    output_reason(output, error);
}
