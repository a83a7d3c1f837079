/*
 * Text made to fit a line.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/short_text.h"

#include "core/base/text.h"

#include <stdint.h>
#include <string.h>

#define ELLIPSIS "\xe2\x80\xa6"

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

static size_t character_size(const char *at)
{
    size_t size = 1;

    while (is_continuation(at[size]))
        size++;
    return size;
}

/* From U+1100, which begins with E1 84: Hangul, then everything from U+2E80 (E2 BA) on but for
 * few; a guess too wide only makes a text a little shorter. */
static size_t character_columns(const char *at)
{
    const unsigned char *bytes = (const unsigned char *)at;

    if (bytes[0] < 0xE1)
        return 1;
    if (bytes[0] == 0xE1)
        return bytes[1] >= 0x84 && bytes[1] <= 0x87 ? 2 : 1;
    return bytes[0] > 0xE2 || bytes[1] >= 0xBA ? 2 : 1;
}

size_t text_columns(const char *text)
{
    size_t columns = 0;

    for (; *text != '\0'; text += character_size(text))
        columns += character_columns(text);
    return columns;
}

/* Bytes of the longest beginning that takes at most so many columns. */
static size_t beginning(const char *text, size_t columns)
{
    size_t size = 0;

    while (text[size] != '\0' && character_columns(text + size) <= columns) {
        columns -= character_columns(text + size);
        size += character_size(text + size);
    }
    return size;
}

/* Where the longest end begins that takes at most so many columns. */
static const char *ending(const char *text, size_t columns)
{
    const size_t all = text_columns(text);
    size_t left_out = 0;

    while (all - left_out > columns) {
        left_out += character_columns(text);
        text += character_size(text);
    }
    return text;
}

static void put_short(const char *from, size_t size, const char *rest, char *out,
                      size_t capacity)
{
    struct text text = text_over(out, capacity);

    text_append_format(&text, "%.*s", (int)size, from);
    text_append(&text, ELLIPSIS);
    text_append(&text, rest);
}

void text_shorten_end(const char *from, size_t columns, char *out, size_t capacity)
{
    struct text text = text_over(out, capacity);

    if (text_columns(from) <= columns)
        text_append(&text, from);
    else
        put_short(from, beginning(from, columns - 1), "", out, capacity);
}

void text_shorten_middle(const char *from, size_t columns, char *out, size_t capacity)
{
    struct text text = text_over(out, capacity);

    if (text_columns(from) <= columns)
        text_append(&text, from);
    else
        put_short(from, beginning(from, (columns - 1) - (columns - 1) / 2),
                  ending(from, (columns - 1) / 2), out, capacity);
}
