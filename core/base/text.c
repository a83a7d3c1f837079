/*
 * Bounded text and the few questions we ask of UTF-8 and ASCII.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/text.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct text text_over(char *buffer, size_t capacity)
{
    assert(capacity > 0);
    buffer[0] = '\0';
    return (struct text){.bytes = buffer, .capacity = capacity};
}

/* Steps back from a cut inside a character to the character's first byte. */
static size_t character_border(const char *bytes, size_t length)
{
    size_t start = length;

    while (start > 0 && ((unsigned char)bytes[start] & 0xC0) == 0x80)
        start--;
    return start;
}

void text_append(struct text *text, const char *more)
{
    const size_t room = text->capacity - 1 - text->length;
    size_t size = strlen(more);

    if (text->truncated)
        return;
    if (size > room) {
        size = character_border(more, room);
        text->truncated = true;
    }
    memcpy(text->bytes + text->length, more, size);
    text->length += size;
    text->bytes[text->length] = '\0';
}

/* Drops the last character of a piece that was cut blindly, for it may be half of one. */
static void drop_last_character(char *piece)
{
    size_t length = strlen(piece);

    while (length > 0 && ((unsigned char)piece[length - 1] & 0xC0) == 0x80)
        length--;
    piece[length > 0 ? length - 1 : 0] = '\0';
}

void text_append_args(struct text *text, const char *format, va_list args)
{
    char piece[2048] = "";

    /* Nothing that we show is longer; a longer one is cut and marked. The analyzer of clang 14
     * loses sight of va_start in the caller. */
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized)
    const int size = vsnprintf(piece, sizeof piece, format, args);
    const bool is_cut = size < 0 || (size_t)size >= sizeof piece;

    if (is_cut)
        drop_last_character(piece);
    text_append(text, piece);
    if (is_cut)
        text->truncated = true;
}

void text_append_format(struct text *text, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    text_append_args(text, format, args);
    va_end(args);
}

struct text_number text_of_number(size_t number)
{
    struct text_number out = {0};
    struct text text = TEXT_OVER(out.digits);

    text_append_format(&text, "%zu", number);
    return out;
}

struct text_number text_of_code(uint32_t code)
{
    struct text_number out = {0};
    struct text text = TEXT_OVER(out.digits);

    text_append_format(&text, "0x%08X", (unsigned)code);
    return out;
}

bool text_copy(char *buffer, size_t capacity, const char *from)
{
    const size_t size = strlen(from);

    if (size >= capacity) {
        buffer[0] = '\0';
        return false;
    }
    memcpy(buffer, from, size + 1);
    return true;
}

/* Decodes one character; 0 bytes consumed means malformed. */
static size_t decode(const unsigned char *bytes, size_t size, uint32_t *out)
{
    static const uint32_t lowest[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length;
    uint32_t character;

    if (bytes[0] < 0x80) {
        *out = bytes[0];
        return 1;
    }
    if (bytes[0] < 0xC2 || bytes[0] > 0xF4)
        return 0;
    length = bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
    if (length > size)
        return 0;
    character = bytes[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        character = character << 6 | (bytes[i] & 0x3Fu);
    }
    if (character < lowest[length] || character > 0x10FFFF ||
        (character >= 0xD800 && character <= 0xDFFF))
        return 0;
    *out = character;
    return length;
}

bool utf8_is_valid(const char *bytes, size_t size)
{
    const unsigned char *at = (const unsigned char *)bytes;

    while (size > 0) {
        uint32_t character;
        const size_t length = decode(at, size, &character);

        if (length == 0)
            return false;
        at += length;
        size -= length;
    }
    return true;
}

static bool is_control_or_bidi(uint32_t character)
{
    return character < 0x20 || (character >= 0x7F && character < 0xA0) ||
           character == 0x2028 || character == 0x2029 || character == 0x061C ||
           (character >= 0x200E && character <= 0x200F) ||
           (character >= 0x202A && character <= 0x202E) ||
           (character >= 0x2066 && character <= 0x2069);
}

bool utf8_is_plain(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t size = strlen(text);

    while (size > 0) {
        uint32_t character;
        const size_t length = decode(at, size, &character);

        if (length == 0 || is_control_or_bidi(character))
            return false;
        at += length;
        size -= length;
    }
    return true;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool ascii_equals_ignoring_case(const char *a, const char *b)
{
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}

bool text_parse_number(const char *text, unsigned long maximum, unsigned long *out)
{
    unsigned long value = 0;

    if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0'))
        return false;
    for (; *text != '\0'; text++) {
        const unsigned digit = (unsigned)(*text - '0');

        if (*text < '0' || *text > '9' || value > (maximum - digit) / 10 ||
            digit > maximum)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}
