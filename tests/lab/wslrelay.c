/*
 * Plays wslrelay.exe --mode 1: for each TCP port that Linux listens on, listens on
 * 127.0.0.1 or ::1 and relays to Linux' loopback. Ends with the process whose handle it got.
 * SPDX-License-Identifier: MIT
 *
 * The ports stand in LogFolder\listeners.txt, one "4 3000" or "6 3000" per line. As in WSL a
 * port that cannot be bound is logged and not tried again until Linux closes and reopens it.
 */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>

#include "event_log.h"
#include "tcp_relay.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PORT_LIMIT 512
#define LOOK_AGAIN_MS 200

struct forwarded {
    int family;
    unsigned port;
    SOCKET listener;
    bool wanted;
};

static struct forwarded forwarded[PORT_LIMIT];
static size_t forwarded_count;

static DWORD lab_number(const wchar_t *name)
{
    DWORD value = 0;
    DWORD size = sizeof(value);

    RegGetValueW(HKEY_LOCAL_MACHINE, L"Software\\TidegateLab", name, RRF_RT_REG_DWORD,
                 NULL, &value, &size);
    return value;
}

static DWORD WINAPI accept_all(void *context)
{
    const struct forwarded port = *(struct forwarded *)context;
    struct relay_target target = {.family = AF_INET, .host = L"127.0.0.1"};

    free(context);
    _snwprintf(target.port, ARRAYSIZE(target.port), L"%lu", lab_number(L"ControlPort"));
    _snprintf(target.greeting, sizeof(target.greeting), "connect %d %u\n",
              port.family == AF_INET ? 4 : 6, port.port);
    for (;;) {
        const SOCKET client = accept(port.listener, NULL, NULL);

        if (client == INVALID_SOCKET)
            return 0;
        relay_start(client, &target);
    }
}

static void log_bind_failure(const struct forwarded *port, int error)
{
    struct line line = {0};

    line_format(&line,
                "{\"t\":%llu,\"event\":\"bind_failed\",\"family\":%d,\"port\":%u,"
                "\"error\":%d}",
                event_log_now(), port->family == AF_INET ? 4 : 6, port->port, error);
    event_log_append(L"wslrelay.jsonl", &line);
}

static void open_port(struct forwarded *port)
{
    struct forwarded *copy;
    wchar_t text[8];

    _snwprintf(text, ARRAYSIZE(text), L"%u", port->port);
    port->listener = relay_listen(
        port->family, port->family == AF_INET ? L"127.0.0.1" : L"::1", text, false);
    if (port->listener == INVALID_SOCKET) {
        log_bind_failure(port, WSAGetLastError());
        return;
    }
    copy = malloc(sizeof(*copy));
    if (!copy)
        abort();
    *copy = *port;
    CloseHandle(CreateThread(NULL, 0, accept_all, copy, 0, NULL));
}

static void want_port(int family, unsigned port)
{
    for (size_t i = 0; i < forwarded_count; i++) {
        if (forwarded[i].family == family && forwarded[i].port == port) {
            forwarded[i].wanted = true;
            return;
        }
    }
    if (forwarded_count < PORT_LIMIT) {
        struct forwarded *added = &forwarded[forwarded_count++];

        *added = (struct forwarded){.family = family, .port = port, .wanted = true};
        open_port(added);
    }
}

static void close_unwanted(void)
{
    size_t kept = 0;

    for (size_t i = 0; i < forwarded_count; i++) {
        if (forwarded[i].wanted)
            forwarded[kept++] = forwarded[i];
        else if (forwarded[i].listener != INVALID_SOCKET)
            closesocket(forwarded[i].listener);
    }
    forwarded_count = kept;
}

static void follow_listeners(void)
{
    wchar_t path[MAX_PATH] = L"C:\\lab";
    DWORD size = sizeof(path);
    int family;
    unsigned port;

    RegGetValueW(HKEY_LOCAL_MACHINE, L"Software\\TidegateLab", L"LogFolder",
                 RRF_RT_REG_SZ, NULL, path, &size);
    wcscat(path, L"\\listeners.txt");
    FILE *file = _wfopen(path, L"r");
    if (!file)
        return;
    for (size_t i = 0; i < forwarded_count; i++)
        forwarded[i].wanted = false;
    while (fscanf(file, "%d %u", &family, &port) == 2)
        want_port(family == 6 ? AF_INET6 : AF_INET, port);
    fclose(file);
    close_unwanted();
}

int wmain(int argc, wchar_t **argv)
{
    HANDLE vm = NULL;
    WSADATA wsa;

    for (int i = 1; i + 1 < argc; i++)
        if (wcscmp(argv[i], L"--handle") == 0)
            vm = (HANDLE)(uintptr_t)wcstoull(argv[i + 1], NULL, 10);
    WSAStartup(MAKEWORD(2, 2), &wsa);
    do {
        follow_listeners();
    } while (vm ? WaitForSingleObject(vm, LOOK_AGAIN_MS) == WAIT_TIMEOUT
                : (Sleep(LOOK_AGAIN_MS), true));
    return 0;
}
