/*
 * Bounded text: builds UTF-8 in a caller's buffer, never beyond it, and remembers
 * whether something was cut. What is in the buffer always ends with NUL and never
 * in the middle of a character.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_BASE_TEXT_H
#define TIDEGATE_BASE_TEXT_H

#include "core/attributes.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *bytes;     /* borrowed */
    size_t capacity; /* bytes, the NUL included */
    size_t length;   /* bytes, without the NUL */
    bool truncated;
};

/* Starts an empty text over `buffer`; capacity at least 1. */
struct text text_over(char *buffer, size_t capacity);
#define TEXT_OVER(array) text_over((array), sizeof(array))

void text_append(struct text *text, const char *more);
void text_append_format(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);
void text_append_args(struct text *text, const char *format, va_list args);

/* A number's decimal digits, by value: `text_of_number(5).digits` lives until the end of the
 * expression it stands in, such as a call that takes it as an argument. */
struct text_number {
    char digits[21];
};
struct text_number text_of_number(size_t number);

/* The same for a code of Windows', as it is written everywhere: "0x80070005". */
struct text_number text_of_code(uint32_t code);

/* Copies `from` into `buffer`; false (and an empty buffer) when it does not fit whole. */
bool text_copy(char *buffer, size_t capacity, const char *from);

/* Whether `bytes` is well-formed UTF-8: no overlong form, no surrogate, nothing beyond U+10FFFF. */
bool utf8_is_valid(const char *bytes, size_t size);

/* Whether well-formed `text` is free of control characters (C0, DEL, C1, U+2028/9) and of
 * bidirectional overrides and isolates, which could make one name look like another. */
bool utf8_is_plain(const char *text);

/* ASCII only: locale never changes what a keyword is. */
bool ascii_equals_ignoring_case(const char *a, const char *b);

/* A decimal number without sign, blanks or leading zeros, at most `maximum`. */
bool text_parse_number(const char *text, unsigned long maximum, unsigned long *out);

#endif
