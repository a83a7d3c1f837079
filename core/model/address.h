/*
 * IP addresses and prefixes as values, with one spelling each.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_MODEL_ADDRESS_H
#define TIDEGATE_MODEL_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum address_family { ADDRESS_NONE, ADDRESS_IPV4, ADDRESS_IPV6 };

#define ADDRESS_TEXT_SIZE 46 /* longest IPv6 spelling and NUL */
#define PREFIX_TEXT_SIZE 50

struct address {
    enum address_family family;
    uint8_t bytes[16]; /* network order; IPv4 uses the first four, the rest is 0 */
};

struct prefix {
    struct address network; /* host bits are 0 */
    unsigned length;        /* 0..32 or 0..128 */
};

/* Strict literals: dotted quad without leading zeros, or IPv6 without zone or brackets.
 * Host names, blanks and `*` are refused; `out` is then unchanged. */
bool address_parse(const char *text, struct address *out);

/* RFC 5952 spelling (lower case, longest run of zeros shortened). "" for ADDRESS_NONE. */
void address_format(const struct address *address, char out[ADDRESS_TEXT_SIZE]);

bool address_equals(const struct address *a, const struct address *b);
bool address_is_any(const struct address *address);      /* 0.0.0.0 or :: */
bool address_is_loopback(const struct address *address); /* 127/8, ::1, ::ffff:127/104 */
bool address_is_multicast(const struct address *address);
bool address_is_broadcast(const struct address *address); /* 255.255.255.255, also mapped */

/* "a.b.c.d/n" or "x::/n"; a bare address is a /32 or /128; a netmask "a.b.c.d/255.255.0.0"
 * is accepted because Windows' firewall COM spells prefixes so. Host bits are cleared. */
bool prefix_parse(const char *text, struct prefix *out);
void prefix_format(const struct prefix *prefix, char out[PREFIX_TEXT_SIZE]);
bool prefix_equals(const struct prefix *a, const struct prefix *b);
bool prefix_contains(const struct prefix *prefix, const struct address *address);

/* Contained, and neither the network nor (IPv4) the broadcast address: WSL has been seen
 * to be given its network's broadcast address (facts/wsl.md §1.1, WSL issue 12256). */
bool prefix_has_host(const struct prefix *prefix, const struct address *address);

#endif
