/*
 * UTF-8 inside, UTF-16 at the border.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/utf.h"

#include <windows.h>

#include <limits.h>

bool utf16_from_utf8(const char *from, wchar_t *out, size_t capacity)
{
    const int room = capacity > INT_MAX ? INT_MAX : (int)capacity;

    if (room == 0)
        return false;
    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, from, -1, out, room) > 0)
        return true;
    out[0] = L'\0';
    return false;
}

bool utf8_from_utf16(const wchar_t *from, char *out, size_t capacity)
{
    const int room = capacity > INT_MAX ? INT_MAX : (int)capacity;

    if (room == 0)
        return false;
    if (WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, from, -1, out, room, NULL,
                            NULL) > 0)
        return true;
    out[0] = '\0';
    return false;
}
