/*
 * Non-blocking connects.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/connect_probe.h"

#include <string.h>
#include <ws2tcpip.h>

/* A client that went away never asks for its result. */
#define FORGOTTEN_MS (2 * CONNECT_PROBE_LIMIT_MS)

static void end(struct connect_probe *probe)
{
    if (probe->begun)
        closesocket(probe->socket);
    *probe = (struct connect_probe){0};
}

void connect_probes_expire(struct connect_probes *self)
{
    const uint64_t now_ms = GetTickCount64();

    for (size_t i = 0; i < CONNECT_PROBE_COUNT; i++) {
        if (self->items[i].begun && now_ms - self->items[i].begun_ms > FORGOTTEN_MS)
            end(&self->items[i]);
    }
}

void connect_probes_clear(struct connect_probes *self)
{
    for (size_t i = 0; i < CONNECT_PROBE_COUNT; i++)
        end(&self->items[i]);
    if (self->has_winsock)
        WSACleanup();
    self->has_winsock = false;
}

static bool start_winsock(struct connect_probes *self)
{
    WSADATA data;

    if (!self->has_winsock)
        self->has_winsock = WSAStartup(MAKEWORD(2, 2), &data) == 0;
    return self->has_winsock;
}

static enum probe_result result_of(int code)
{
    switch (code) {
    case WSAECONNREFUSED:
        return PROBE_REFUSED;
    case WSAETIMEDOUT:
    case WSAEHOSTUNREACH:
    case WSAENETUNREACH:
        return PROBE_SILENT;
    default:
        return PROBE_FAILED;
    }
}

/* Gives 0 or the code of the failure. */
static int connect_to(SOCKET socket, const struct address *address, uint16_t port)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    const bool is_v4 = address->family == ADDRESS_IPV4;
    const struct sockaddr *name =
        is_v4 ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6;

    memcpy(&v4.sin_addr, address->bytes, sizeof v4.sin_addr);
    memcpy(&v6.sin6_addr, address->bytes, sizeof v6.sin6_addr);
    return connect(socket, name, is_v4 ? sizeof v4 : sizeof v6) == 0 ? 0
                                                                     : WSAGetLastError();
}

static enum probe_result begin(struct connect_probe *probe, const struct address *address,
                               uint16_t port)
{
    u_long is_non_blocking = 1;
    int code;

    probe->socket = socket(address->family == ADDRESS_IPV4 ? AF_INET : AF_INET6,
                           SOCK_STREAM, IPPROTO_TCP);
    if (probe->socket == INVALID_SOCKET)
        return PROBE_FAILED;
    probe->begun = true;
    probe->address = *address;
    probe->port = port;
    probe->begun_ms = GetTickCount64();
    if (ioctlsocket(probe->socket, (long)FIONBIO, &is_non_blocking) != 0)
        code = WSAGetLastError();
    else
        code = connect_to(probe->socket, address, port);
    if (code == WSAEWOULDBLOCK || code == WSAEINPROGRESS)
        return PROBE_UNDER_WAY;
    return code == 0 ? PROBE_CONNECTED : result_of(code);
}

static enum probe_result look(const struct connect_probe *probe)
{
    struct timeval at_once = {0};
    fd_set writable;
    fd_set failed;
    int code = 0;
    int size = sizeof code;

    FD_ZERO(&writable);
    FD_ZERO(&failed);
    FD_SET(probe->socket, &writable);
    FD_SET(probe->socket, &failed);
    if (select(0, NULL, &writable, &failed, &at_once) < 0)
        return PROBE_FAILED;
    /* Which of the two sets tells a failure differs; the socket's own code does not. */
    if (getsockopt(probe->socket, SOL_SOCKET, SO_ERROR, (char *)&code, &size) == 0 &&
        code != 0)
        return result_of(code);
    if (FD_ISSET(probe->socket, &writable))
        return PROBE_CONNECTED;
    return GetTickCount64() - probe->begun_ms < CONNECT_PROBE_LIMIT_MS ? PROBE_UNDER_WAY
                                                                       : PROBE_SILENT;
}

/* The one to this place, else one that is free, else the oldest. */
static struct connect_probe *choose(struct connect_probes *self,
                                    const struct address *address, uint16_t port)
{
    struct connect_probe *best = &self->items[0];

    for (size_t i = 0; i < CONNECT_PROBE_COUNT; i++) {
        struct connect_probe *probe = &self->items[i];

        if (probe->begun && probe->port == port &&
            address_equals(&probe->address, address))
            return probe;
        if (best->begun && (!probe->begun || probe->begun_ms < best->begun_ms))
            best = probe;
    }
    end(best);
    return best;
}

enum probe_result connect_probes_ask(struct connect_probes *self,
                                     const struct address *address, uint16_t port)
{
    struct connect_probe *probe;
    enum probe_result result;

    connect_probes_expire(self);
    if (!start_winsock(self))
        return PROBE_FAILED;
    probe = choose(self, address, port);
    result = probe->begun ? look(probe) : begin(probe, address, port);
    if (result != PROBE_UNDER_WAY)
        end(probe);
    return result;
}
