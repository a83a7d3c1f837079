/*
 * Relays one TCP connection to another address; shared by IP Helper and wslrelay.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_LAB_TCP_RELAY_H
#define TIDEGATE_LAB_TCP_RELAY_H

#include <winsock2.h>
#include <ws2tcpip.h>
#include <stdbool.h>
#include <wchar.h>

struct relay_target {
    int family;
    wchar_t host[256];
    wchar_t port[8];
    char greeting[64]; /* sent to the target first; may be empty */
};

/*
 * Listens and makes the socket's owner visible to GetExtendedTcpTable. Returns
 * INVALID_SOCKET and sets the Winsock error on failure. A system account may take the
 * wildcard so that others cannot listen under it (port_sharing.c).
 */
SOCKET relay_listen(int family, const wchar_t *host, const wchar_t *port,
                    bool system_account);

/* Takes ownership of `client`, connects to a copy of the target, relays on threads of its own. */
void relay_start(SOCKET client, const struct relay_target *target);

/* Closes with a reset, as if nobody were there. */
void relay_refuse(SOCKET client);

#endif
