/*
 * Whether the firewall lets a connection from another machine in to IP Helper, or one of IP
 * Helper's out.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_LAB_ADMISSION_H
#define TIDEGATE_LAB_ADMISSION_H

#include <winsock2.h>
#include <ws2tcpip.h>
#include <stdbool.h>

/* Always true for a peer that is this machine itself. Reads rules and settings anew. */
bool firewall_admits(const SOCKADDR_INET *peer, unsigned local_port);

/* Likewise; as on Windows, most profiles let everything out that no rule blocks. */
bool firewall_lets_out(const SOCKADDR_INET *target, unsigned remote_port);

#endif
