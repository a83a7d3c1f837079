/*
 * Whole text files.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/text_file.h"

#include "core/base/mem.h"
#include "core/win32/utf.h"
#include "core/wsl/text_encoding.h"

#include <windows.h>

#include <string.h>

#define NAME_CAPACITY 32768
#define READ_SIZE 65536

/* INVALID_HANDLE_VALUE on failure. */
static HANDLE open_file(const char *name, DWORD access, DWORD disposition,
                        struct error *err)
{
    wchar_t *wide = mem_resize(NULL, NAME_CAPACITY, sizeof *wide);
    HANDLE file = INVALID_HANDLE_VALUE;

    if (!utf16_from_utf8(name, wide, NAME_CAPACITY)) {
        error_set(err, ERR_INVALID, "file '%s': is no name of a file", name);
    } else {
        file = CreateFileW(wide, access, FILE_SHARE_READ, NULL, disposition,
                           FILE_ATTRIBUTE_NORMAL, NULL);
        if (file == INVALID_HANDLE_VALUE)
            error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                             "open file '%s'", name);
    }
    mem_free(wide);
    return file;
}

struct bytes {
    char *items;
    size_t count, capacity;
};

static bool read_all(HANDLE file, const char *name, size_t most, struct bytes *out,
                     struct error *err)
{
    for (;;) {
        DWORD got = 0;

        if (out->capacity - out->count < READ_SIZE) {
            out->capacity += READ_SIZE;
            out->items = mem_resize(out->items, out->capacity, 1);
        }
        /* A pipe whose writer is gone has ended. */
        if (!ReadFile(file, out->items + out->count, READ_SIZE, &got, NULL) &&
            GetLastError() != ERROR_BROKEN_PIPE)
            return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                                    "read file '%s'", name);
        if (got == 0)
            return true;
        out->count += got;
        if (out->count > most)
            return error_set(err, ERR_INVALID, "file '%s': must be at most %zu bytes",
                             name, most);
    }
}

static char *decode(const struct bytes *bytes, const char *name, size_t *size,
                    struct error *err)
{
    char *text = text_decode(bytes->items, bytes->count,
                             text_encoding_of(bytes->items, bytes->count), size);

    if (text == NULL)
        error_set(err, ERR_INVALID, "file '%s': is not text", name);
    return text;
}

char *text_file_read(const char *name, size_t most, size_t *size, struct error *err)
{
    const bool is_input = strcmp(name, "-") == 0;
    HANDLE file = is_input ? GetStdHandle(STD_INPUT_HANDLE)
                           : open_file(name, GENERIC_READ, OPEN_EXISTING, err);
    struct bytes bytes = {0};
    char *text = NULL;

    if (is_input && (file == NULL || file == INVALID_HANDLE_VALUE)) {
        error_set(err, ERR_INVALID, "file '-': there is no standard input");
        return NULL;
    }
    if (file == INVALID_HANDLE_VALUE)
        return NULL;
    if (read_all(file, name, most, &bytes, err))
        text = decode(&bytes, name, size, err);
    if (!is_input)
        CloseHandle(file);
    mem_free(bytes.items);
    return text;
}

bool text_file_write(const char *name, const char *text, struct error *err)
{
    const HANDLE file = open_file(name, GENERIC_WRITE, CREATE_ALWAYS, err);
    const DWORD size = (DWORD)strlen(text);
    DWORD written = 0;
    bool ok;

    if (file == INVALID_HANDLE_VALUE)
        return false;
    ok = WriteFile(file, text, size, &written, NULL) && written == size;
    if (!ok)
        error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                         "write file '%s'", name);
    CloseHandle(file);
    return ok;
}
