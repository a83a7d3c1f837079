/*
 * Overlapped reads and writes on one pipe handle. One read stays under way between calls, so
 * that an event is seen whatever the client waits for.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/pipe_client.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/win32/security.h"

#include <assert.h>

#define ASK_TIMEOUT_MS 15000
#define BUSY_RETRY_MS 20
#define TURNED_AWAY_RETRY_MS 50
#define FETCH_ATTEMPTS 8
#define WIDE_PIPE_NAME L"" PIPE_NAME

struct pipe_client {
    HANDLE pipe;
    OVERLAPPED reading; /* hEvent is owned */
    OVERLAPPED writing;
    bool read_under_way;
    bool changed; /* an event came that nobody was told of */
    uint32_t last_id;
    DWORD received; /* size of the last message, which is in `buffer` */
    uint8_t buffer[MESSAGE_SIZE_MAX];
};

/* Until when; GetTickCount64 never goes back. */
struct deadline {
    ULONGLONG at;
    bool never;
};

static struct deadline deadline_in(DWORD timeout_ms)
{
    return (struct deadline){.at = GetTickCount64() + timeout_ms,
                             .never = timeout_ms == INFINITE};
}

static DWORD left_ms(struct deadline deadline)
{
    const ULONGLONG now = GetTickCount64();

    if (deadline.never)
        return INFINITE;
    return deadline.at > now ? (DWORD)(deadline.at - now) : 0;
}

static bool refuse(struct error *err, enum message_id message)
{
    return error_set_message(err, ERR_UNAVAILABLE, message, NULL, NULL, NULL);
}

static bool lost(struct error *err, DWORD code)
{
    refuse(err, MESSAGE_CONNECTION_LOST);
    if (err != NULL)
        err->os_code = (uint32_t)HRESULT_FROM_WIN32(code);
    return false;
}

/* The process the SCM knows as the service; 0: not registered, or not running under it. */
static DWORD service_process_id(void)
{
    SERVICE_STATUS_PROCESS status = {0};
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = NULL;
    DWORD size;

    if (manager != NULL)
        service = OpenServiceW(manager, SERVICE_NAME, SERVICE_QUERY_STATUS);
    if (service == NULL || !QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO,
                                                 (BYTE *)&status, sizeof status, &size))
        status.dwProcessId = 0;
    if (service != NULL)
        CloseServiceHandle(service);
    if (manager != NULL)
        CloseServiceHandle(manager);
    return status.dwProcessId;
}

/* Nobody but administrators can create the pipe's name; this holds even if that should fail.
 * `expected`: the service's process before the pipe was opened. To ask the SCM takes time under
 * load, and a connected client has little before it must speak; so it is asked again only if the
 * service has been restarted in between. */
static bool check_server(HANDLE pipe, DWORD expected, struct error *err)
{
    ULONG actual = 0;

    if (expected == 0) {
        if (security_is_owned_by_system(pipe))
            return true;
        return refuse(err, MESSAGE_SERVICE_NOT_TRUSTED);
    }
    if (!GetNamedPipeServerProcessId(pipe, &actual))
        actual = 0;
    if (actual != expected)
        expected = service_process_id();
    if (actual == 0 || actual != expected)
        return error_set_message(err, ERR_UNAVAILABLE, MESSAGE_SERVICE_IMPOSTOR,
                                 text_of_number(actual).digits,
                                 text_of_number(expected).digits, NULL);
    return true;
}

static bool refuse_connection(struct error *err, DWORD code)
{
    switch (code) {
    case ERROR_FILE_NOT_FOUND:
        return refuse(err, MESSAGE_SERVICE_NOT_RUNNING);
    case ERROR_PIPE_BUSY:
        return refuse(err, MESSAGE_SERVICE_BUSY);
    default:
        refuse(err, MESSAGE_SERVICE_UNREACHABLE);
        if (err != NULL)
            err->os_code = (uint32_t)HRESULT_FROM_WIN32(code);
        return false;
    }
}

static HANDLE open_pipe(void)
{
    return CreateFileW(
        WIDE_PIPE_NAME, PIPE_CLIENT_ACCESS, 0, NULL, OPEN_EXISTING,
        FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
}

/* INVALID_HANDLE_VALUE on failure. A free instance may be taken by another client between the
 * waiting and the opening, hence the loop. */
static HANDLE connect_pipe(struct deadline deadline, struct error *err)
{
    for (;;) {
        const HANDLE pipe = open_pipe();
        const DWORD code = pipe == INVALID_HANDLE_VALUE ? GetLastError() : ERROR_SUCCESS;

        if (code == ERROR_SUCCESS)
            return pipe;
        if (code != ERROR_PIPE_BUSY || left_ms(deadline) == 0) {
            refuse_connection(err, code);
            return INVALID_HANDLE_VALUE;
        }
        /* Whether it may wait for a protected name is Windows' affair; it may try again. */
        if (!WaitNamedPipeW(WIDE_PIPE_NAME, left_ms(deadline)) &&
            GetLastError() != ERROR_SEM_TIMEOUT)
            Sleep(BUSY_RETRY_MS);
    }
}

static bool say_hello(struct pipe_client *client, struct reply *hello, struct error *err)
{
    struct request request = {.verb = VERB_HELLO};
    struct reply *answer = mem_alloc(sizeof *answer);
    bool ok = pipe_client_ask(client, &request, answer, err);

    if (ok && answer->error.kind != ERR_NONE) {
        if (err != NULL)
            *err = answer->error;
        ok = false;
    }
    if (ok && hello != NULL)
        *hello = *answer;
    else
        reply_clear(answer);
    mem_free(answer);
    return ok;
}

static struct pipe_client *open_once(struct deadline deadline, struct reply *hello,
                                     struct error *err)
{
    const DWORD service = service_process_id();
    const HANDLE pipe = connect_pipe(deadline, err);
    DWORD mode = PIPE_READMODE_MESSAGE;
    struct pipe_client *client;

    if (pipe == INVALID_HANDLE_VALUE)
        return NULL;
    client = mem_alloc(sizeof *client);
    client->pipe = pipe;
    client->reading.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    client->writing.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (client->reading.hEvent == NULL || client->writing.hEvent == NULL) {
        refuse_connection(err, GetLastError());
    } else if (!SetNamedPipeHandleState(pipe, &mode, NULL, NULL)) {
        lost(err, GetLastError());
    } else if (check_server(pipe, service, err) && say_hello(client, hello, err)) {
        return client;
    }
    pipe_client_close(client);
    return NULL;
}

/* Turned away before anything was asked: by a service that ended, that had too many clients, or
 * that waited too long for the first word of a program that stood still meanwhile. */
static bool was_turned_away(const struct error *failure)
{
    return failure->message.id == MESSAGE_CONNECTION_LOST ||
           failure->message.id == MESSAGE_SERVICE_BUSY;
}

struct pipe_client *pipe_client_open(uint32_t timeout_ms, struct reply *hello,
                                     struct error *err)
{
    const struct deadline deadline = deadline_in(timeout_ms);

    for (;;) {
        struct error failure = {0};
        struct pipe_client *client = open_once(deadline, hello, &failure);

        if (client != NULL)
            return client;
        if (!was_turned_away(&failure) || left_ms(deadline) == 0) {
            if (err != NULL)
                *err = failure;
            return NULL;
        }
        Sleep(TURNED_AWAY_RETRY_MS);
    }
}

/* Ends an operation before its memory goes. */
static void cancel(HANDLE pipe, OVERLAPPED *operation)
{
    DWORD size;

    CancelIoEx(pipe, operation);
    GetOverlappedResult(pipe, operation, &size, TRUE);
}

void pipe_client_close(struct pipe_client *client)
{
    if (client == NULL)
        return;
    if (client->read_under_way)
        cancel(client->pipe, &client->reading);
    CloseHandle(client->pipe);
    if (client->reading.hEvent != NULL)
        CloseHandle(client->reading.hEvent);
    if (client->writing.hEvent != NULL)
        CloseHandle(client->writing.hEvent);
    mem_free(client);
}

static bool start_read(struct pipe_client *client)
{
    if (client->read_under_way)
        return true;
    if (!ReadFile(client->pipe, client->buffer, sizeof client->buffer, NULL,
                  &client->reading)) {
        const DWORD code = GetLastError();

        if (code != ERROR_IO_PENDING && code != ERROR_MORE_DATA)
            return false;
    }
    client->read_under_way = true;
    return true;
}

/* Takes the message of a finished read. One that is longer than the protocol allows counts as
 * a lost connection. */
static bool finish_read(struct pipe_client *client)
{
    client->read_under_way = false;
    return GetOverlappedResult(client->pipe, &client->reading, &client->received,
                               FALSE) != 0;
}

static bool send_message(struct pipe_client *client, const struct wire_writer *message,
                         struct deadline deadline, struct error *err)
{
    DWORD sent = 0;

    if (!WriteFile(client->pipe, message->bytes, (DWORD)message->size, NULL,
                   &client->writing)) {
        const DWORD code = GetLastError();

        if (code != ERROR_IO_PENDING)
            return lost(err, code);
        if (WaitForSingleObject(client->writing.hEvent, left_ms(deadline)) !=
            WAIT_OBJECT_0) {
            cancel(client->pipe, &client->writing);
            return refuse(err, MESSAGE_SERVICE_NOT_READING);
        }
    }
    if (!GetOverlappedResult(client->pipe, &client->writing, &sent, TRUE))
        return lost(err, GetLastError());
    return true;
}

/* Waits for the next message; it lies in the buffer then. */
static bool receive_message(struct pipe_client *client, struct deadline deadline,
                            struct error *err)
{
    if (!start_read(client))
        return lost(err, GetLastError());
    if (WaitForSingleObject(client->reading.hEvent, left_ms(deadline)) != WAIT_OBJECT_0)
        return refuse(err, MESSAGE_SERVICE_SILENT);
    if (!finish_read(client))
        return lost(err, GetLastError());
    return true;
}

static bool receive_reply(struct pipe_client *client, const struct request *request,
                          struct reply *out, struct error *err)
{
    const struct deadline deadline = deadline_in(ASK_TIMEOUT_MS);

    for (;;) {
        struct reply reply = {0};

        if (!receive_message(client, deadline, err) ||
            !reply_decode(client->buffer, client->received, &reply, err))
            return false;
        if (reply.is_event) {
            client->changed = true;
        } else if (reply.id == request->id) {
            *out = reply;
            return true;
        } else if (reply.id == 0 && reply.error.kind != ERR_NONE) {
            /* It could not even read the request's id, for instance in another version. */
            if (err != NULL)
                *err = reply.error;
            return false;
        }
        reply_clear(&reply);
    }
}

static bool ask_part(struct pipe_client *client, struct request *request,
                     struct reply *out, struct error *err)
{
    struct wire_writer message = {0};
    bool sent;

    client->last_id = client->last_id == UINT32_MAX ? 1 : client->last_id + 1;
    request->id = client->last_id;
    request_encode(request, &message);
    sent = send_message(client, &message, deadline_in(ASK_TIMEOUT_MS), err);
    wire_writer_clear(&message);
    return sent && receive_reply(client, request, out, err);
}

bool pipe_client_ask(struct pipe_client *client, struct request *request,
                     struct reply *out, struct error *err)
{
    size_t item_count = 0;

    for (;;) {
        struct request part = request_part(request, item_count);
        const bool ok = ask_part(client, &part, out, err);

        request->id = part.id;
        if (!ok || part.verb != VERB_BATCH || out->error.kind != ERR_NONE)
            return ok;
        item_count += part.batch.count;
        if (item_count == request->batch.count)
            return true;
        reply_clear(out);
    }
}

enum fetched { FETCHED_ALL, FETCHED_OUTDATED, FETCHED_NOTHING };

/* All pages of one revision, one after the other. */
static enum fetched fetch_pages(struct pipe_client *client, struct wire_writer *bytes,
                                struct error *err)
{
    struct request *request = mem_alloc(sizeof *request);
    struct reply *reply = mem_alloc(sizeof *reply);
    enum fetched fetched = FETCHED_NOTHING;
    uint32_t page_count = 1;

    request->verb = VERB_SNAPSHOT;
    for (uint32_t page = 0; page < page_count; page++) {
        request->snapshot.page = page;
        if (!pipe_client_ask(client, request, reply, err))
            goto done;
        if (reply->error.kind != ERR_NONE) {
            if (err != NULL)
                *err = reply->error;
            fetched =
                reply->error.kind == ERR_NOT_FOUND ? FETCHED_OUTDATED : FETCHED_NOTHING;
            goto done;
        }
        wire_put_bytes(bytes, reply->snapshot.bytes, reply->snapshot.size);
        request->snapshot.revision = reply->snapshot.revision;
        page_count = reply->snapshot.page_count;
        reply_clear(reply);
    }
    fetched = FETCHED_ALL;

done:
    mem_free(reply);
    mem_free(request);
    return fetched;
}

struct report *pipe_client_fetch_report(struct pipe_client *client, struct error *err)
{
    struct wire_writer bytes = {0};
    struct report *report = NULL;
    enum fetched fetched = FETCHED_OUTDATED;

    for (int i = 0; i < FETCH_ATTEMPTS && fetched == FETCHED_OUTDATED; i++) {
        bytes.size = 0;
        fetched = fetch_pages(client, &bytes, err);
    }
    if (fetched == FETCHED_ALL) {
        report = report_new();
        if (!report_decode(bytes.bytes, bytes.size, report, err)) {
            report_free(report);
            report = NULL;
        }
    }
    wire_writer_clear(&bytes);
    return report;
}

/* What an unasked message means. */
static bool take_event(struct pipe_client *client)
{
    struct reply *reply = mem_alloc(sizeof *reply);
    const bool ok = reply_decode(client->buffer, client->received, reply, NULL);

    if (ok) {
        client->changed = client->changed || reply->is_event;
        reply_clear(reply);
    }
    mem_free(reply);
    return ok;
}

/* Takes all that has come already, so that many events become one. */
static bool drain_events(struct pipe_client *client)
{
    for (;;) {
        if (!start_read(client))
            return false;
        if (WaitForSingleObject(client->reading.hEvent, 0) != WAIT_OBJECT_0)
            return true;
        if (!finish_read(client) || !take_event(client))
            return false;
    }
}

enum pipe_wait pipe_client_wait(struct pipe_client *client, const HANDLE *others,
                                DWORD count, DWORD timeout_ms, DWORD *which)
{
    const struct deadline deadline = deadline_in(timeout_ms);
    HANDLE handles[MAXIMUM_WAIT_OBJECTS];

    assert(count < MAXIMUM_WAIT_OBJECTS);
    handles[0] = client->reading.hEvent;
    for (DWORD i = 0; i < count; i++)
        handles[i + 1] = others[i];
    for (;;) {
        DWORD woken;

        if (!drain_events(client))
            return PIPE_WAIT_LOST;
        if (client->changed) {
            client->changed = false;
            return PIPE_WAIT_CHANGED;
        }
        woken = WaitForMultipleObjects(count + 1, handles, FALSE, left_ms(deadline));
        if (woken == WAIT_TIMEOUT)
            return PIPE_WAIT_TIMEOUT;
        if (woken > WAIT_OBJECT_0 && woken <= WAIT_OBJECT_0 + count) {
            *which = woken - WAIT_OBJECT_0 - 1;
            return PIPE_WAIT_OTHER;
        }
        if (woken != WAIT_OBJECT_0)
            return PIPE_WAIT_LOST;
    }
}
