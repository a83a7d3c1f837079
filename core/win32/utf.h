/*
 * UTF-8 inside, UTF-16 at the border; strict both ways: invalid input is an error.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_UTF_H
#define TIDEGATE_WIN32_UTF_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

/* False (and an empty `out`) when `from` is malformed or does not fit with its NUL. */
bool utf16_from_utf8(const char *from, wchar_t *out, size_t capacity);
bool utf8_from_utf16(const wchar_t *from, char *out, size_t capacity);

#endif
