/*
 * Appends JSON lines to files in the lab's log folder.
 * SPDX-License-Identifier: MIT
 */
#include "event_log.h"

#include <windows.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILETIME_OF_1970 116444736000000000ULL

uint64_t event_log_now(void)
{
    FILETIME now;

    GetSystemTimePreciseAsFileTime(&now);
    const uint64_t ticks = ((uint64_t)now.dwHighDateTime << 32) | now.dwLowDateTime;
    return (ticks - FILETIME_OF_1970) * 100;
}

static void reserve(struct line *line, size_t more)
{
    if (line->size + more + 1 <= line->capacity)
        return;
    line->capacity = (line->size + more + 1) * 2;
    line->bytes = realloc(line->bytes, line->capacity);
    if (!line->bytes)
        abort();
}

void line_format(struct line *line, const char *format, ...)
{
    va_list arguments;
    va_list again;

    va_start(arguments, format);
    va_copy(again, arguments);
    const int size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (size > 0) {
        reserve(line, (size_t)size);
        vsnprintf(line->bytes + line->size, (size_t)size + 1, format, arguments);
        line->size += (size_t)size;
    }
    va_end(arguments);
}

void line_quote(struct line *line, const wchar_t *text)
{
    const int size = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    char *utf8 = malloc((size_t)size + 1);

    if (!utf8)
        abort();
    utf8[0] = '\0';
    WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8, size, NULL, NULL);
    line_format(line, "\"");
    for (const char *at = utf8; *at; at++) {
        if (*at == '"' || *at == '\\')
            line_format(line, "\\%c", *at);
        else if ((unsigned char)*at < 0x20)
            line_format(line, "\\u%04x", (unsigned)*at);
        else
            line_format(line, "%c", *at);
    }
    line_format(line, "\"");
    free(utf8);
}

void line_clear(struct line *line)
{
    free(line->bytes);
    *line = (struct line){0};
}

void event_log_append(const wchar_t *name, struct line *line)
{
    wchar_t folder[MAX_PATH] = L"C:\\lab";
    wchar_t path[MAX_PATH * 2];
    DWORD size = sizeof(folder);
    DWORD written = 0;

    RegGetValueW(HKEY_LOCAL_MACHINE, L"Software\\TidegateLab", L"LogFolder",
                 RRF_RT_REG_SZ, NULL, folder, &size);
    _snwprintf(path, ARRAYSIZE(path), L"%ls\\%ls", folder, name);
    line_format(line, "\n");
    const HANDLE file =
        CreateFileW(path, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                    OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file != INVALID_HANDLE_VALUE) {
        WriteFile(file, line->bytes, (DWORD)line->size, &written, NULL);
        CloseHandle(file);
    }
    line_clear(line);
}
