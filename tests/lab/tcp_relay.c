/*
 * Relays TCP both ways, two threads per connection, half-close preserved.
 * SPDX-License-Identifier: MIT
 */
#include "tcp_relay.h"

#include <windows.h>
#include <stdlib.h>
#include <string.h>

#define STACK_SIZE (256 * 1024)
#define BUFFER_SIZE (64 * 1024)

struct relay {
    SOCKET client;
    SOCKET server;
    struct relay_target target;
    LONG directions_left;
};

struct direction {
    struct relay *relay;
    SOCKET from;
    SOCKET to;
};

static ADDRINFOW *resolve(int family, const wchar_t *host, const wchar_t *port, int flags)
{
    ADDRINFOW hints = {.ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = flags};
    ADDRINFOW *found = NULL;

    return GetAddrInfoW(host, port, &hints, &found) == 0 ? found : NULL;
}

SOCKET relay_listen(int family, const wchar_t *host, const wchar_t *port,
                    bool system_account)
{
    ADDRINFOW *address = resolve(family, host, port, AI_NUMERICHOST | AI_PASSIVE);
    const SOCKET listener =
        address ? socket(family, SOCK_STREAM, IPPROTO_TCP) : INVALID_SOCKET;
    const DWORD on = 1;
    int error = 0;

    if (!address) {
        WSASetLastError(WSAEADDRNOTAVAIL);
        return INVALID_SOCKET;
    }
    if (family == AF_INET6)
        setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, (const char *)&on, sizeof(on));
    if (system_account)
        setsockopt(listener, SOL_SOCKET, SO_KEEPALIVE, (const char *)&on, sizeof(on));
    if (bind(listener, address->ai_addr, (int)address->ai_addrlen) != 0 ||
        listen(listener, SOMAXCONN) != 0)
        error = WSAGetLastError();
    FreeAddrInfoW(address);
    if (error) {
        closesocket(listener);
        WSASetLastError(error);
        return INVALID_SOCKET;
    }
    /* Wine shows an owner only for a socket that its process touched after listen(). */
    setsockopt(listener, SOL_SOCKET, SO_KEEPALIVE, (const char *)&on, sizeof(on));
    return listener;
}

void relay_refuse(SOCKET client)
{
    const struct linger reset = {.l_onoff = 1, .l_linger = 0};

    setsockopt(client, SOL_SOCKET, SO_LINGER, (const char *)&reset, sizeof(reset));
    closesocket(client);
}

static void release(struct relay *relay)
{
    if (InterlockedDecrement(&relay->directions_left) > 0)
        return;
    closesocket(relay->client);
    closesocket(relay->server);
    free(relay);
}

static bool send_all(SOCKET to, const char *bytes, int size)
{
    int sent = 0;

    while (sent < size) {
        const int now = send(to, bytes + sent, size - sent, 0);

        if (now <= 0)
            return false;
        sent += now;
    }
    return true;
}

/* After an orderly end only this direction closes; after a reset both do. */
static void pump(const struct direction *direction)
{
    char *buffer = malloc(BUFFER_SIZE);
    int size = -1;

    while (buffer) {
        size = recv(direction->from, buffer, BUFFER_SIZE, 0);
        if (size <= 0 || !send_all(direction->to, buffer, size))
            break;
    }
    free(buffer);
    if (size == 0) {
        shutdown(direction->to, SD_SEND);
        return;
    }
    shutdown(direction->to, SD_BOTH);
    shutdown(direction->from, SD_BOTH);
}

static DWORD WINAPI pump_answers(void *context)
{
    struct relay *relay = context;

    pump(&(struct direction){.relay = relay, .from = relay->server, .to = relay->client});
    release(relay);
    return 0;
}

static SOCKET connect_target(const struct relay_target *target)
{
    ADDRINFOW *address = resolve(target->family, target->host, target->port, 0);
    SOCKET server = INVALID_SOCKET;

    if (address)
        server = socket(target->family, SOCK_STREAM, IPPROTO_TCP);
    if (server != INVALID_SOCKET &&
        (connect(server, address->ai_addr, (int)address->ai_addrlen) != 0 ||
         !send_all(server, target->greeting, (int)strlen(target->greeting)))) {
        closesocket(server);
        server = INVALID_SOCKET;
    }
    if (address)
        FreeAddrInfoW(address);
    return server;
}

static DWORD WINAPI run_relay(void *context)
{
    struct relay *relay = context;

    relay->server = connect_target(&relay->target);
    if (relay->server == INVALID_SOCKET) {
        relay_refuse(relay->client);
        free(relay);
        return 0;
    }
    relay->directions_left = 2;
    const HANDLE answers = CreateThread(NULL, STACK_SIZE, pump_answers, relay,
                                        STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    if (!answers) {
        relay_refuse(relay->client);
        closesocket(relay->server);
        free(relay);
        return 0;
    }
    CloseHandle(answers);
    pump(&(struct direction){.relay = relay, .from = relay->client, .to = relay->server});
    release(relay);
    return 0;
}

void relay_start(SOCKET client, const struct relay_target *target)
{
    struct relay *relay = calloc(1, sizeof(*relay));
    u_long blocking = 0;
    HANDLE thread = NULL;

    /* An accepted socket inherits its listener's event and its non-blocking mode. */
    WSAEventSelect(client, NULL, 0);
    ioctlsocket(client, (long)FIONBIO, &blocking);
    if (relay) {
        relay->client = client;
        relay->target = *target;
        thread = CreateThread(NULL, STACK_SIZE, run_relay, relay,
                              STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    }
    if (!thread) {
        relay_refuse(client);
        free(relay);
        return;
    }
    CloseHandle(thread);
}
