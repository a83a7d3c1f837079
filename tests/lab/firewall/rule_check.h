/*
 * What Windows accepts as a port or address list, and how it spells it afterwards.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_LAB_RULE_CHECK_H
#define TIDEGATE_LAB_RULE_CHECK_H

#include <winsock2.h>
#include <ws2tcpip.h>
#include <stdbool.h>
#include <wchar.h>

/* `out` holds 4096 characters; an empty result means any. False: not acceptable. */
bool rule_check_ports(const wchar_t *text, wchar_t out[4096]);
bool rule_check_addresses(const wchar_t *text, wchar_t out[4096]);

bool rule_check_port_matches(const wchar_t *list, unsigned port);

/* Whether the peer is in the list; `is_on_link` tells whether it is in a local subnet. */
bool rule_check_address_matches(const wchar_t *list, const SOCKADDR_INET *peer,
                                bool is_on_link);

#endif
