/*
 * IP addresses and prefixes: reading, spelling, comparing. Written out rather than left to
 * inet_pton, which lives in winsock on one side and accepts zone ids on the other.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/address.h"

#include "core/base/text.h"

#include <string.h>

static size_t address_size(enum address_family family)
{
    return family == ADDRESS_IPV4 ? 4 : family == ADDRESS_IPV6 ? 16 : 0;
}

static bool parse_ipv4(const char *text, uint8_t out[4])
{
    for (int i = 0; i < 4; i++) {
        unsigned value = 0;
        int digits = 0;

        /* "010" is refused: some programs read it as octal 8, others as 10. */
        while (*text >= '0' && *text <= '9' && digits < 3 && !(digits > 0 && value == 0)) {
            value = value * 10 + (unsigned)(*text++ - '0');
            digits++;
        }
        if (digits == 0 || value > 255 || *text != (i < 3 ? '.' : '\0'))
            return false;
        out[i] = (uint8_t)value;
        text++;
    }
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One group of one to four digits; gives how many were read. */
static int parse_group(const char *text, unsigned *out)
{
    int digits = 0;

    *out = 0;
    while (digits < 5 && hex_digit(text[digits]) >= 0) {
        *out = *out << 4 | (unsigned)hex_digit(text[digits]);
        digits++;
    }
    return digits <= 4 ? digits : 0;
}

/* Groups up to the end of `text`, a dotted quad being allowed as the last 32 bits. Gives
 * the bytes written, or -1. `*gap` is where "::" stood, or -1. */
static int parse_groups(const char *text, uint8_t out[16], int *gap)
{
    int size = 0;

    *gap = -1;
    if (text[0] == ':') {
        if (text[1] != ':')
            return -1;
        *gap = 0;
        text += 2;
    }
    while (*text != '\0') {
        unsigned group;
        const int digits = parse_group(text, &group);

        if (size <= 12 && strchr(text, '.') != NULL && strchr(text, ':') == NULL)
            return parse_ipv4(text, out + size) ? size + 4 : -1;
        if (digits == 0 || size > 14)
            return -1;
        out[size++] = (uint8_t)(group >> 8);
        out[size++] = (uint8_t)group;
        text += digits;
        if (*text == '\0')
            break;
        if (*text++ != ':' || *text == '\0')
            return -1;
        if (*text == ':') {
            if (*gap >= 0)
                return -1;
            *gap = size;
            text++;
        }
    }
    return size;
}

static bool parse_ipv6(const char *text, uint8_t out[16])
{
    uint8_t bytes[16] = {0};
    int gap;
    const int size = parse_groups(text, bytes, &gap);

    if (size < 0 || (gap < 0 && size != 16) || (gap >= 0 && size > 14))
        return false;
    if (gap >= 0) {
        const int tail = size - gap;

        memmove(bytes + 16 - tail, bytes + gap, (size_t)tail);
        memset(bytes + gap, 0, (size_t)(16 - size));
    }
    memcpy(out, bytes, 16);
    return true;
}

bool address_parse(const char *text, struct address *out)
{
    struct address parsed = {0};

    if (strlen(text) >= ADDRESS_TEXT_SIZE)
        return false;
    if (parse_ipv4(text, parsed.bytes))
        parsed.family = ADDRESS_IPV4;
    else if (parse_ipv6(text, parsed.bytes))
        parsed.family = ADDRESS_IPV6;
    else
        return false;
    *out = parsed;
    return true;
}

static unsigned group_at(const struct address *address, int index)
{
    return (unsigned)address->bytes[index * 2] << 8 | address->bytes[index * 2 + 1];
}

/* The longest run of at least two zero groups, the first of equals (RFC 5952 §4.2). */
static void find_zero_run(const struct address *address, int *start, int *length)
{
    *start = -1;
    *length = 1;
    for (int i = 0; i < 8; i++) {
        int run = 0;

        while (i + run < 8 && group_at(address, i + run) == 0)
            run++;
        if (run > *length) {
            *start = i;
            *length = run;
        }
        i += run > 0 ? run - 1 : 0;
    }
}

static void format_ipv6(const struct address *address, struct text *out)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    const uint8_t *bytes = address->bytes;
    int start;
    int length;

    if (memcmp(bytes, mapped, sizeof mapped) == 0) {
        text_append_format(out, "::ffff:%u.%u.%u.%u", bytes[12], bytes[13], bytes[14],
                           bytes[15]);
        return;
    }
    find_zero_run(address, &start, &length);
    for (int i = 0; i < 8; i++) {
        if (i == start) {
            text_append(out, "::");
            i += length - 1;
            continue;
        }
        if (i > 0 && i != start + length)
            text_append(out, ":");
        text_append_format(out, "%x", group_at(address, i));
    }
}

void address_format(const struct address *address, char out[ADDRESS_TEXT_SIZE])
{
    struct text text = text_over(out, ADDRESS_TEXT_SIZE);
    const uint8_t *bytes = address->bytes;

    if (address->family == ADDRESS_IPV4)
        text_append_format(&text, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
    else if (address->family == ADDRESS_IPV6)
        format_ipv6(address, &text);
}

bool address_equals(const struct address *a, const struct address *b)
{
    return a->family == b->family &&
           memcmp(a->bytes, b->bytes, address_size(a->family)) == 0;
}

bool address_is_any(const struct address *address)
{
    static const uint8_t zero[16];

    return address->family != ADDRESS_NONE &&
           memcmp(address->bytes, zero, address_size(address->family)) == 0;
}

bool address_is_loopback(const struct address *address)
{
    struct prefix loopback;
    static const char *const prefixes[] = {"127.0.0.0/8", "::1/128",
                                           "::ffff:127.0.0.0/104"};

    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (prefix_parse(prefixes[i], &loopback) && prefix_contains(&loopback, address))
            return true;
    }
    return false;
}

bool address_is_multicast(const struct address *address)
{
    return (address->family == ADDRESS_IPV4 && address->bytes[0] >= 224 &&
            address->bytes[0] < 240) ||
           (address->family == ADDRESS_IPV6 && address->bytes[0] == 0xff);
}

bool address_is_broadcast(const struct address *address)
{
    struct address broadcast;
    static const char *const spellings[] = {"255.255.255.255", "::ffff:255.255.255.255"};

    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        if (address_parse(spellings[i], &broadcast) && address_equals(&broadcast, address))
            return true;
    }
    return false;
}

static void clear_host_bits(struct prefix *prefix)
{
    const size_t size = address_size(prefix->network.family);

    for (size_t i = 0; i < size; i++) {
        const unsigned first_bit = (unsigned)i * 8;

        if (prefix->length <= first_bit)
            prefix->network.bytes[i] = 0;
        else if (prefix->length < first_bit + 8)
            prefix->network.bytes[i] &=
                (uint8_t)(0xFFu << (first_bit + 8 - prefix->length));
    }
}

/* A netmask's length; false when its ones are not all in front. */
static bool netmask_length(const struct address *mask, unsigned *out)
{
    const uint32_t bits = (uint32_t)mask->bytes[0] << 24 |
                          (uint32_t)mask->bytes[1] << 16 | (uint32_t)mask->bytes[2] << 8 |
                          mask->bytes[3];
    unsigned length = 0;

    while (length < 32 && (bits & (0x80000000u >> length)) != 0)
        length++;
    if (length < 32 && (bits << length) != 0)
        return false;
    *out = length;
    return true;
}

static bool parse_length(const char *text, enum address_family family, unsigned *out)
{
    const unsigned long maximum = family == ADDRESS_IPV4 ? 32 : 128;
    struct address mask;
    unsigned long length;

    if (text_parse_number(text, maximum, &length)) {
        *out = (unsigned)length;
        return true;
    }
    return family == ADDRESS_IPV4 && address_parse(text, &mask) &&
           mask.family == ADDRESS_IPV4 && netmask_length(&mask, out);
}

bool prefix_parse(const char *text, struct prefix *out)
{
    char address[ADDRESS_TEXT_SIZE];
    const char *slash = strchr(text, '/');
    const size_t size = slash != NULL ? (size_t)(slash - text) : strlen(text);
    struct prefix parsed = {0};

    if (size >= sizeof address)
        return false;
    memcpy(address, text, size);
    address[size] = '\0';
    if (!address_parse(address, &parsed.network))
        return false;
    parsed.length = parsed.network.family == ADDRESS_IPV4 ? 32 : 128;
    if (slash != NULL && !parse_length(slash + 1, parsed.network.family, &parsed.length))
        return false;
    clear_host_bits(&parsed);
    *out = parsed;
    return true;
}

void prefix_format(const struct prefix *prefix, char out[PREFIX_TEXT_SIZE])
{
    char address[ADDRESS_TEXT_SIZE];
    struct text text = text_over(out, PREFIX_TEXT_SIZE);

    address_format(&prefix->network, address);
    text_append_format(&text, "%s/%u", address, prefix->length);
}

bool prefix_equals(const struct prefix *a, const struct prefix *b)
{
    return a->length == b->length && address_equals(&a->network, &b->network);
}

bool prefix_contains(const struct prefix *prefix, const struct address *address)
{
    struct prefix other = {.network = *address, .length = prefix->length};

    if (prefix->network.family != address->family || address->family == ADDRESS_NONE)
        return false;
    clear_host_bits(&other);
    return address_equals(&other.network, &prefix->network);
}

bool prefix_has_host(const struct prefix *prefix, const struct address *address)
{
    if (!prefix_contains(prefix, address))
        return false;
    /* Too short for addresses of its own: RFC 3021, RFC 6164. */
    if (prefix->length + 1 >= address_size(address->family) * 8)
        return true;
    if (address_equals(&prefix->network, address))
        return false;
    if (address->family == ADDRESS_IPV4) {
        struct address broadcast = prefix->network;

        for (unsigned bit = prefix->length; bit < 32; bit++)
            broadcast.bytes[bit / 8] |= (uint8_t)(0x80u >> (bit % 8));
        return !address_equals(&broadcast, address);
    }
    return true;
}
