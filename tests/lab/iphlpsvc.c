/*
 * Plays the portproxy part of Windows' IP Helper service: reads the tables when it starts
 * and at SERVICE_CONTROL_PARAMCHANGE, and at no other time.
 * SPDX-License-Identifier: MIT
 */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>

#include "event_log.h"
#include "firewall/admission.h"
#include "portproxy_table.h"
#include "tcp_relay.h"

#include <stdlib.h>
#include <string.h>

#define CONTROL_LIMIT 4096

struct listener {
    SOCKET socket;
    struct portproxy_entry entry;
    bool wanted;
};

struct service {
    SERVICE_STATUS_HANDLE status;
    HANDLE stop;
    HANDLE changed;
    WSAEVENT arrival; /* shared by all listeners */
    CRITICAL_SECTION lock;
    uint64_t controls[CONTROL_LIMIT]; /* when each PARAMCHANGE came; guarded by the lock */
    size_t control_count;
    struct listener *listeners;
    size_t listener_count;
};

static struct service service;

static void report_state(DWORD state)
{
    SERVICE_STATUS status = {
        .dwServiceType = SERVICE_WIN32_OWN_PROCESS,
        .dwCurrentState = state,
        .dwControlsAccepted =
            SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN | SERVICE_ACCEPT_PARAMCHANGE,
    };

    SetServiceStatus(service.status, &status);
}

static void log_entry_event(const char *event, const struct portproxy_entry *entry,
                            int error)
{
    struct line line = {0};

    line_format(&line,
                "{\"t\":%llu,\"event\":\"%s\",\"error\":%d,\"entry\":", event_log_now(),
                event, error);
    portproxy_entry_describe(entry, &line);
    line_format(&line, "}");
    event_log_append(L"iphlpsvc.jsonl", &line);
}

/* `t` is when the control came, `t_read` when the tables were read, `t_applied` when all
 * listeners stood. */
static void log_table(const char *event, uint64_t came, uint64_t read,
                      const struct portproxy_table *table)
{
    struct line line = {0};

    line_format(&line,
                "{\"t\":%llu,\"t_read\":%llu,\"t_applied\":%llu,\"event\":\"%s\","
                "\"listening\":%zu,\"entries\":[",
                came, read, event_log_now(), event, service.listener_count);
    for (size_t i = 0; i < table->count; i++) {
        if (i)
            line_format(&line, ",");
        portproxy_entry_describe(&table->items[i], &line);
    }
    line_format(&line, "]}");
    event_log_append(L"iphlpsvc.jsonl", &line);
}

static struct listener *find_listener(const struct portproxy_entry *entry)
{
    for (size_t i = 0; i < service.listener_count; i++)
        if (portproxy_entry_listens_like(&service.listeners[i].entry, entry))
            return &service.listeners[i];
    return NULL;
}

static void open_listener(const struct portproxy_entry *entry)
{
    const bool is_any = wcscmp(entry->listen_host, L"*") == 0;
    const wchar_t *any = entry->listen_family == AF_INET ? L"0.0.0.0" : L"::";
    const SOCKET listener =
        relay_listen(entry->listen_family, is_any ? any : entry->listen_host,
                     entry->listen_port, true);

    if (listener == INVALID_SOCKET) {
        log_entry_event("bind_failed", entry, WSAGetLastError());
        return;
    }
    WSAEventSelect(listener, service.arrival, FD_ACCEPT);
    service.listeners = realloc(service.listeners, (service.listener_count + 1) *
                                                       sizeof(*service.listeners));
    if (!service.listeners)
        abort();
    service.listeners[service.listener_count++] =
        (struct listener){.socket = listener, .entry = *entry, .wanted = true};
}

static void close_unwanted(void)
{
    size_t kept = 0;

    for (size_t i = 0; i < service.listener_count; i++) {
        if (service.listeners[i].wanted)
            service.listeners[kept++] = service.listeners[i];
        else
            closesocket(service.listeners[i].socket);
    }
    service.listener_count = kept;
}

/* A listener whose endpoint stays is kept and only gets its new target; of two entries
 * for one endpoint the first counts. */
static void apply_tables(const char *event, uint64_t came)
{
    struct portproxy_table table;

    portproxy_table_read(&table);
    const uint64_t read = event_log_now();
    bool *is_new = calloc(table.count + 1, sizeof(*is_new));
    if (!is_new)
        abort();
    for (size_t i = 0; i < service.listener_count; i++)
        service.listeners[i].wanted = false;
    for (size_t i = 0; i < table.count; i++) {
        struct listener *listener = find_listener(&table.items[i]);

        is_new[i] = !listener || listener->wanted;
        if (!is_new[i])
            *listener = (struct listener){listener->socket, table.items[i], true};
    }
    close_unwanted();
    for (size_t i = 0; i < table.count; i++)
        if (is_new[i])
            open_listener(&table.items[i]);
    free(is_new);
    log_table(event, came, read, &table);
    portproxy_table_clear(&table);
}

/* A host name is not judged: the product writes addresses only. */
static bool is_let_out(const struct portproxy_entry *entry)
{
    SOCKADDR_INET target = {.si_family = (ADDRESS_FAMILY)entry->connect_family};
    void *bytes = entry->connect_family == AF_INET ? (void *)&target.Ipv4.sin_addr
                                                   : (void *)&target.Ipv6.sin6_addr;

    return InetPtonW(entry->connect_family, entry->connect_host, bytes) != 1 ||
           firewall_lets_out(&target, (unsigned)wcstoul(entry->connect_port, NULL, 10));
}

static void accept_one(const struct listener *listener)
{
    const struct portproxy_entry *entry = &listener->entry;
    SOCKADDR_INET peer;
    int size = sizeof(peer);
    struct relay_target target = {.family = entry->connect_family};
    const SOCKET client = accept(listener->socket, (struct sockaddr *)&peer, &size);

    if (client == INVALID_SOCKET)
        return;
    if (!firewall_admits(&peer, (unsigned)wcstoul(entry->listen_port, NULL, 10))) {
        log_entry_event("dropped", entry, 0);
        relay_refuse(client);
        return;
    }
    if (!is_let_out(entry)) {
        log_entry_event("kept-in", entry, 0);
        relay_refuse(client);
        return;
    }
    wcscpy(target.host, entry->connect_host);
    wcscpy(target.port, entry->connect_port);
    relay_start(client, &target);
}

static void accept_waiting(void)
{
    const size_t count = service.listener_count;
    WSAPOLLFD *polled = calloc(count + 1, sizeof(*polled));

    if (!polled)
        abort();
    for (size_t i = 0; i < count; i++)
        polled[i] = (WSAPOLLFD){.fd = service.listeners[i].socket, .events = POLLRDNORM};
    while (count && WSAPoll(polled, (ULONG)count, 0) > 0)
        for (size_t i = 0; i < count; i++)
            if (polled[i].revents)
                accept_one(&service.listeners[i]);
    free(polled);
}

static void apply_controls(void)
{
    for (;;) {
        EnterCriticalSection(&service.lock);
        const bool is_due = service.control_count > 0;
        const uint64_t came = service.controls[0];
        if (is_due)
            memmove(service.controls, service.controls + 1,
                    --service.control_count * sizeof(service.controls[0]));
        LeaveCriticalSection(&service.lock);
        if (!is_due)
            return;
        apply_tables("paramchange", came);
    }
}

static DWORD WINAPI on_control(DWORD control, DWORD type, void *data, void *context)
{
    const uint64_t now = event_log_now();

    (void)type, (void)data, (void)context;
    switch (control) {
    case SERVICE_CONTROL_PARAMCHANGE:
        EnterCriticalSection(&service.lock);
        if (service.control_count < CONTROL_LIMIT)
            service.controls[service.control_count++] = now;
        LeaveCriticalSection(&service.lock);
        SetEvent(service.changed);
        return NO_ERROR;
    case SERVICE_CONTROL_STOP:
    case SERVICE_CONTROL_SHUTDOWN:
        report_state(SERVICE_STOP_PENDING);
        SetEvent(service.stop);
        return NO_ERROR;
    case SERVICE_CONTROL_INTERROGATE:
        return NO_ERROR;
    }
    return ERROR_CALL_NOT_IMPLEMENTED;
}

static void run(void)
{
    const HANDLE events[] = {service.stop, service.changed, service.arrival};

    apply_tables("start", event_log_now());
    report_state(SERVICE_RUNNING);
    for (;;) {
        switch (WaitForMultipleObjects(ARRAYSIZE(events), events, FALSE, INFINITE)) {
        case WAIT_OBJECT_0:
            return;
        case WAIT_OBJECT_0 + 1:
            apply_controls();
            break;
        case WAIT_OBJECT_0 + 2:
            WSAResetEvent(service.arrival);
            accept_waiting();
            break;
        }
    }
}

static void WINAPI service_main(DWORD argc, wchar_t **argv)
{
    WSADATA wsa;
    struct line line = {0};

    (void)argc, (void)argv;
    service.status = RegisterServiceCtrlHandlerExW(L"iphlpsvc", on_control, NULL);
    service.stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    service.changed = CreateEventW(NULL, FALSE, FALSE, NULL);
    service.arrival = WSACreateEvent();
    InitializeCriticalSection(&service.lock);
    report_state(SERVICE_START_PENDING);
    WSAStartup(MAKEWORD(2, 2), &wsa);
    run();
    for (size_t i = 0; i < service.listener_count; i++)
        closesocket(service.listeners[i].socket);
    line_format(&line, "{\"t\":%llu,\"event\":\"stop\",\"entries\":[]}", event_log_now());
    event_log_append(L"iphlpsvc.jsonl", &line);
    report_state(SERVICE_STOPPED);
}

int wmain(void)
{
    wchar_t name[] = L"iphlpsvc";
    const SERVICE_TABLE_ENTRYW table[] = {{name, service_main}, {NULL, NULL}};

    return StartServiceCtrlDispatcherW(table) ? 0 : 1;
}
