/*
 * Checks and normalises the port and address lists of firewall rules.
 * SPDX-License-Identifier: MIT
 */
#include "rule_check.h"

#include <stdlib.h>
#include <string.h>

#define LIST_SIZE 4096
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const wchar_t *const port_tokens[] = {L"RPC", L"RPC-EPMap", L"IPHTTPS", L"Teredo"};
static const wchar_t *const address_tokens[] = {L"LocalSubnet", L"DNS", L"DHCP", L"WINS",
                                                L"DefaultGateway"};

struct address {
    int family;
    unsigned char bytes[16];
};

typedef bool (*normalise_item)(const wchar_t *item, wchar_t out[128]);

static const wchar_t *find_token(const wchar_t *item, const wchar_t *const *tokens,
                                 size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (_wcsicmp(item, tokens[i]) == 0)
            return tokens[i];
    return NULL;
}

static bool normalise_list(const wchar_t *text, wchar_t out[LIST_SIZE],
                           normalise_item normalise)
{
    wchar_t copy[LIST_SIZE];
    wchar_t *rest = NULL;
    size_t used = 0;

    out[0] = L'\0';
    if (!text || !*text || wcscmp(text, L"*") == 0)
        return true;
    if (wcslen(text) >= LIST_SIZE || wcsstr(text, L",,") || text[wcslen(text) - 1] == L',')
        return false;
    wcscpy(copy, text);
    for (wchar_t *item = wcstok_s(copy, L",", &rest); item;
         item = wcstok_s(NULL, L",", &rest)) {
        wchar_t spelled[128];
        wchar_t *end = item + wcslen(item);

        while (*item == L' ')
            item++;
        while (end > item && end[-1] == L' ')
            *--end = L'\0';
        if (wcslen(item) > 100 || !normalise(item, spelled) ||
            used + wcslen(spelled) + 2 > LIST_SIZE)
            return false;
        if (used)
            out[used++] = L',';
        wcscpy(out + used, spelled);
        used += wcslen(spelled);
    }
    return used > 0;
}

static bool parse_port(const wchar_t **at, unsigned *port)
{
    const wchar_t *start = *at;

    *port = 0;
    while (**at >= L'0' && **at <= L'9' && *port <= 65535)
        *port = *port * 10 + (unsigned)(*(*at)++ - L'0');
    return *at != start && *port <= 65535;
}

static bool parse_port_range(const wchar_t *item, unsigned *first, unsigned *last)
{
    if (!parse_port(&item, first))
        return false;
    *last = *first;
    if (*item == L'-') {
        item++;
        if (!parse_port(&item, last))
            return false;
    }
    return !*item && *first <= *last;
}

static bool normalise_port(const wchar_t *item, wchar_t out[128])
{
    const wchar_t *token = find_token(item, port_tokens, COUNT(port_tokens));
    unsigned first;
    unsigned last;

    if (token) {
        wcscpy(out, token);
        return true;
    }
    if (!parse_port_range(item, &first, &last))
        return false;
    if (first == last)
        _snwprintf(out, 128, L"%u", first);
    else
        _snwprintf(out, 128, L"%u-%u", first, last);
    return true;
}

static bool parse_address(const wchar_t *text, struct address *out)
{
    *out = (struct address){.family = wcschr(text, L':') ? AF_INET6 : AF_INET};
    return InetPtonW(out->family, text, out->bytes) == 1;
}

static unsigned address_bits(const struct address *address)
{
    return address->family == AF_INET6 ? 128 : 32;
}

static void mask(struct address *address, unsigned prefix)
{
    for (unsigned bit = prefix; bit < address_bits(address); bit++)
        address->bytes[bit / 8] &= (unsigned char)~(0x80u >> (bit % 8));
}

/* "24" or "255.255.255.0"; a mask with holes is refused. */
static bool parse_prefix(const wchar_t *text, const struct address *address,
                         unsigned *prefix)
{
    struct address written;
    wchar_t *end = NULL;

    if (!wcschr(text, L'.')) {
        *prefix = (unsigned)wcstoul(text, &end, 10);
        return end != text && !*end && *text != L'-' && *prefix <= address_bits(address);
    }
    if (address->family != AF_INET || !parse_address(text, &written))
        return false;
    const unsigned value = ((unsigned)written.bytes[0] << 24) |
                           ((unsigned)written.bytes[1] << 16) |
                           ((unsigned)written.bytes[2] << 8) | written.bytes[3];
    *prefix = (unsigned)__builtin_popcount(value);
    return value == (*prefix ? 0xffffffffu << (32 - *prefix) : 0);
}

/* Splits "address", "address/prefix" or "first-last" into an inclusive range. */
static bool parse_range(const wchar_t *item, struct address *first, struct address *last,
                        unsigned *prefix)
{
    wchar_t copy[128];
    wchar_t *part;

    wcscpy(copy, item);
    part = wcspbrk(copy, L"/-");
    const wchar_t separator = part ? *part : L'\0';
    if (part)
        *part++ = L'\0';
    if (!parse_address(copy, first))
        return false;
    *last = *first;
    *prefix = address_bits(first);
    if (separator == L'-') {
        *prefix = UINT_MAX;
        return parse_address(part, last) && first->family == last->family &&
               memcmp(first->bytes, last->bytes, 16) <= 0;
    }
    if (separator == L'/' && !parse_prefix(part, first, prefix))
        return false;
    mask(first, *prefix);
    *last = *first;
    for (unsigned bit = *prefix; bit < address_bits(first); bit++)
        last->bytes[bit / 8] |= (unsigned char)(0x80u >> (bit % 8));
    return true;
}

/* COM gives an IPv4 network back with a mask and an IPv6 network with a prefix length. */
static bool normalise_address(const wchar_t *item, wchar_t out[128])
{
    const wchar_t *token = find_token(item, address_tokens, COUNT(address_tokens));
    struct address first;
    struct address last;
    unsigned prefix;
    wchar_t text[64];
    wchar_t other[64];

    if (token) {
        wcscpy(out, token);
        return true;
    }
    if (!parse_range(item, &first, &last, &prefix))
        return false;
    InetNtopW(first.family, first.bytes, text, COUNT(text));
    if (prefix == UINT_MAX) {
        InetNtopW(last.family, last.bytes, other, COUNT(other));
        _snwprintf(out, 128, L"%ls-%ls", text, other);
    } else if (first.family == AF_INET6) {
        _snwprintf(out, 128, L"%ls/%u", text, prefix);
    } else {
        struct address bits = {.family = AF_INET, .bytes = {255, 255, 255, 255}};

        mask(&bits, prefix);
        InetNtopW(AF_INET, bits.bytes, other, COUNT(other));
        _snwprintf(out, 128, L"%ls/%ls", text, other);
    }
    return true;
}

bool rule_check_ports(const wchar_t *text, wchar_t out[LIST_SIZE])
{
    return normalise_list(text, out, normalise_port);
}

bool rule_check_addresses(const wchar_t *text, wchar_t out[LIST_SIZE])
{
    return normalise_list(text, out, normalise_address);
}

bool rule_check_port_matches(const wchar_t *list, unsigned port)
{
    wchar_t copy[LIST_SIZE];
    wchar_t *rest = NULL;
    unsigned first;
    unsigned last;

    if (!*list || wcslen(list) >= LIST_SIZE)
        return !*list;
    wcscpy(copy, list);
    for (wchar_t *item = wcstok_s(copy, L",", &rest); item;
         item = wcstok_s(NULL, L",", &rest))
        if (parse_port_range(item, &first, &last) && port >= first && port <= last)
            return true;
    return false;
}

static bool item_matches(const wchar_t *item, const struct address *peer, bool is_on_link)
{
    struct address first;
    struct address last;
    unsigned prefix;

    if (wcscmp(item, L"*") == 0)
        return true;
    if (_wcsicmp(item, L"LocalSubnet") == 0)
        return is_on_link;
    return wcslen(item) <= 100 && parse_range(item, &first, &last, &prefix) &&
           first.family == peer->family && memcmp(first.bytes, peer->bytes, 16) <= 0 &&
           memcmp(last.bytes, peer->bytes, 16) >= 0;
}

bool rule_check_address_matches(const wchar_t *list, const SOCKADDR_INET *peer,
                                bool is_on_link)
{
    wchar_t copy[LIST_SIZE];
    wchar_t *rest = NULL;
    struct address address = {.family = peer->si_family};

    if (!*list || wcslen(list) >= LIST_SIZE)
        return !*list;
    if (peer->si_family == AF_INET)
        memcpy(address.bytes, &peer->Ipv4.sin_addr, 4);
    else
        memcpy(address.bytes, &peer->Ipv6.sin6_addr, 16);
    wcscpy(copy, list);
    for (wchar_t *item = wcstok_s(copy, L",", &rest); item;
         item = wcstok_s(NULL, L",", &rest))
        if (item_matches(item, &address, is_on_link))
            return true;
    return false;
}
