/*
 * UTF-8, UTF-16LE and their marks.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/text_encoding.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define MARK_UTF8 "\xef\xbb\xbf"
#define MARK_UTF16 "\xff\xfe"
/* One unit of UTF-16 becomes three bytes at most. */
#define UTF8_PER_UNIT 3
#define SURROGATE_FIRST 0xd800u
#define SURROGATE_LOW 0xdc00u
#define SURROGATE_END 0xe000u

static bool begins_with(const void *bytes, size_t size, const char *mark)
{
    const size_t length = strlen(mark);

    return size >= length && memcmp(bytes, mark, length) == 0;
}

static size_t mark_size(enum text_encoding encoding)
{
    if (encoding == TEXT_UTF8_MARKED)
        return strlen(MARK_UTF8);
    return encoding == TEXT_UTF16_MARKED ? strlen(MARK_UTF16) : 0;
}

static bool is_utf16(enum text_encoding encoding)
{
    return encoding == TEXT_UTF16 || encoding == TEXT_UTF16_MARKED;
}

enum text_encoding text_encoding_of(const void *bytes, size_t size)
{
    if (begins_with(bytes, size, MARK_UTF8))
        return TEXT_UTF8_MARKED;
    if (begins_with(bytes, size, MARK_UTF16))
        return TEXT_UTF16_MARKED;
    return size > 0 && memchr(bytes, 0, size) != NULL ? TEXT_UTF16 : TEXT_UTF8;
}

static size_t put_utf8(char *out, uint32_t point)
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xc0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xe0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 0x3f));
        out[2] = (char)(0x80 | (point & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | point >> 18);
    out[1] = (char)(0x80 | (point >> 12 & 0x3f));
    out[2] = (char)(0x80 | (point >> 6 & 0x3f));
    out[3] = (char)(0x80 | (point & 0x3f));
    return 4;
}

static uint32_t unit_at(const uint8_t *bytes, size_t index)
{
    return (uint32_t)(bytes[2 * index] | bytes[2 * index + 1] << 8);
}

/* False for half a surrogate pair. */
static bool take_utf16(const uint8_t *bytes, size_t count, size_t *at, uint32_t *point)
{
    const uint32_t unit = unit_at(bytes, (*at)++);
    uint32_t low;

    *point = unit;
    if (unit < SURROGATE_FIRST || unit >= SURROGATE_END)
        return true;
    if (unit >= SURROGATE_LOW || *at == count)
        return false;
    low = unit_at(bytes, (*at)++);
    *point = 0x10000 + ((unit - SURROGATE_FIRST) << 10) + (low - SURROGATE_LOW);
    return low >= SURROGATE_LOW && low < SURROGATE_END;
}

static bool decode_utf16(const uint8_t *bytes, size_t size, char *out, size_t *out_size)
{
    const size_t count = size / 2;

    *out_size = 0;
    for (size_t at = 0; at < count;) {
        uint32_t point;

        if (!take_utf16(bytes, count, &at, &point))
            return false;
        *out_size += put_utf8(out + *out_size, point);
    }
    return size % 2 == 0;
}

char *text_decode(const void *bytes, size_t size, enum text_encoding encoding,
                  size_t *out_size)
{
    const size_t mark = mark_size(encoding);
    const uint8_t *from = (const uint8_t *)(size > 0 ? bytes : "") + mark;
    char *text = mem_alloc(size / 2 * UTF8_PER_UNIT + size + 1);

    /* The mark was seen, else the encoding would be another. */
    assert(size >= mark);
    *out_size = size - mark;
    if (!is_utf16(encoding)) {
        if (*out_size > 0)
            memcpy(text, from, *out_size);
        return text;
    }
    if (decode_utf16(from, size - mark, text, out_size)) {
        text[*out_size] = '\0';
        return text;
    }
    mem_free(text);
    return NULL;
}

/* Of well-formed UTF-8. */
static uint32_t take_utf8(const uint8_t **at)
{
    const uint32_t first = *(*at)++;
    uint32_t point;
    int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;

    point = more == 0 ? first : first & (0x3fu >> more);
    while (more-- > 0)
        point = point << 6 | (*(*at)++ & 0x3fu);
    return point;
}

static void put_unit(uint8_t *out, size_t *size, uint32_t unit)
{
    out[(*size)++] = (uint8_t)unit;
    out[(*size)++] = (uint8_t)(unit >> 8);
}

static void encode_utf16(const char *text, size_t size, uint8_t *out, size_t *out_size)
{
    const uint8_t *at = (const uint8_t *)text;
    const uint8_t *end = at + size;

    while (at < end) {
        const uint32_t point = take_utf8(&at);

        if (point < 0x10000) {
            put_unit(out, out_size, point);
        } else {
            put_unit(out, out_size, SURROGATE_FIRST + ((point - 0x10000) >> 10));
            put_unit(out, out_size, SURROGATE_LOW + ((point - 0x10000) & 0x3ff));
        }
    }
}

void *text_encode(const char *text, size_t size, enum text_encoding encoding,
                  size_t *out_size)
{
    const size_t mark = mark_size(encoding);
    uint8_t *out;

    if (is_utf16(encoding) && !utf8_is_valid(text, size))
        return NULL;
    out = mem_alloc(mark + 2 * size + 1);
    memcpy(out, encoding == TEXT_UTF8_MARKED ? MARK_UTF8 : MARK_UTF16, mark);
    *out_size = mark;
    if (is_utf16(encoding)) {
        encode_utf16(text, size, out, out_size);
    } else {
        memcpy(out + mark, text, size);
        *out_size += size;
    }
    return out;
}
