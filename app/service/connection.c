/*
 * One pipe instance as a state machine over two overlapped operations.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/connection.h"

#include "core/base/mem.h"

#define WIDE_PIPE_NAME L"" PIPE_NAME
#define FIRST_WORD_MS 2000
#define WRITE_MS 2000
/* For who has not said a word, or was answered for good, while others wait. */
#define HURRY_MS 250
#define IDLE_MS                                                                          \
    60000 /* a client without a subscription; a subscriber may stay for ever */
#define RETRY_MS 1000
#define RATE_WINDOW_MS 1000
#define RATE_MAX 200
#define CONNECT_ATTEMPTS 16

static bool make_events(struct pipe_connection *self)
{
    if (self->incoming.hEvent == NULL)
        self->incoming.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (self->outgoing.hEvent == NULL)
        self->outgoing.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    return self->incoming.hEvent != NULL && self->outgoing.hEvent != NULL;
}

/* A client was there already, so no operation is under way that could tell: as if one had
 * ended well. */
static void pretend_connected(struct pipe_connection *self)
{
    self->incoming.Internal = 0;
    self->incoming.InternalHigh = 0;
    SetEvent(self->incoming.hEvent);
}

/* False: this instance is of no more use. */
static bool listen_again(struct pipe_connection *self)
{
    /* Clients that came and went before we looked leave ERROR_NO_DATA behind, each once. */
    for (int i = 0; i < CONNECT_ATTEMPTS; i++) {
        const DWORD code = ConnectNamedPipe(self->pipe, &self->incoming)
                               ? ERROR_PIPE_CONNECTED
                               : GetLastError();

        if (code == ERROR_NO_DATA) {
            DisconnectNamedPipe(self->pipe);
            continue;
        }
        if (code == ERROR_PIPE_CONNECTED)
            pretend_connected(self);
        else if (code != ERROR_IO_PENDING)
            return false;
        self->incoming_under_way = true;
        self->phase = CONNECTION_LISTENING;
        return true;
    }
    return false;
}

static void close_pipe(struct pipe_connection *self)
{
    if (self->pipe != NULL)
        CloseHandle(self->pipe);
    self->pipe = NULL;
    self->phase = CONNECTION_BROKEN;
}

bool connection_open(struct pipe_connection *self, bool is_first,
                     PSECURITY_DESCRIPTOR security, struct error *err)
{
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof attributes,
                                      .lpSecurityDescriptor = security};
    const DWORD first = is_first ? FILE_FLAG_FIRST_PIPE_INSTANCE : 0;
    HANDLE pipe;

    self->phase = CONNECTION_BROKEN;
    if (!make_events(self))
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                                "create the events of a pipe");
    pipe = CreateNamedPipeW(
        WIDE_PIPE_NAME, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | first,
        PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE | PIPE_REJECT_REMOTE_CLIENTS,
        CONNECTION_COUNT_MAX, MESSAGE_SIZE_MAX, MESSAGE_SIZE_MAX, 0, &attributes);
    if (pipe == INVALID_HANDLE_VALUE)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                                "create the pipe '%s'", PIPE_NAME);
    self->pipe = pipe;
    if (!listen_again(self)) {
        const DWORD code = GetLastError();

        close_pipe(self);
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(code),
                                "wait for clients of the pipe '%s'", PIPE_NAME);
    }
    return true;
}

/* Ends an operation before its memory goes. Pipes cancel at once. */
static void cancel(HANDLE pipe, OVERLAPPED *operation, bool *under_way)
{
    DWORD size;

    if (!*under_way)
        return;
    if (CancelIoEx(pipe, operation) || GetLastError() != ERROR_NOT_FOUND)
        GetOverlappedResult(pipe, operation, &size, TRUE);
    *under_way = false;
}

static void forget_client(struct pipe_connection *self)
{
    cancel(self->pipe, &self->incoming, &self->incoming_under_way);
    cancel(self->pipe, &self->outgoing, &self->outgoing_under_way);
    mem_free(self->message);
    self->message = NULL;
    self->has_message = false;
    self->event_revision = 0;
    self->read_from_ms = 0;
    self->rate_since_ms = 0;
    self->rate_count = 0;
    wire_writer_clear(&self->sending);
    client_clear(&self->client);
}

void connection_close(struct pipe_connection *self)
{
    if (self->pipe != NULL)
        forget_client(self);
    close_pipe(self);
    if (self->incoming.hEvent != NULL)
        CloseHandle(self->incoming.hEvent);
    if (self->outgoing.hEvent != NULL)
        CloseHandle(self->outgoing.hEvent);
    *self = (struct pipe_connection){0};
}

void connection_drop(struct pipe_connection *self, uint64_t now_ms)
{
    forget_client(self);
    DisconnectNamedPipe(self->pipe);
    if (!listen_again(self)) {
        close_pipe(self);
        self->retry_at_ms = now_ms + RETRY_MS;
    }
}

static bool start_read(struct pipe_connection *self)
{
    if (!ReadFile(self->pipe, self->message, MESSAGE_SIZE_MAX, NULL, &self->incoming)) {
        const DWORD code = GetLastError();

        /* The result of a read that ended at once is taken like any other. */
        if (code != ERROR_IO_PENDING && code != ERROR_MORE_DATA)
            return false;
    }
    self->incoming_under_way = true;
    return true;
}

static bool start_write(struct pipe_connection *self, uint64_t now_ms)
{
    if (!WriteFile(self->pipe, self->sending.bytes, (DWORD)self->sending.size, NULL,
                   &self->outgoing) &&
        GetLastError() != ERROR_IO_PENDING)
        return false;
    self->outgoing_under_way = true;
    self->written_by_ms = now_ms + WRITE_MS;
    return true;
}

enum outcome { OUTCOME_PENDING, OUTCOME_DONE, OUTCOME_FAILED };

static enum outcome take_outcome(HANDLE pipe, OVERLAPPED *operation, bool *under_way,
                                 DWORD *size)
{
    if (!*under_way || WaitForSingleObject(operation->hEvent, 0) != WAIT_OBJECT_0)
        return OUTCOME_PENDING;
    *under_way = false;
    /* A message beyond 64 KiB ends with ERROR_MORE_DATA, which fails like the rest. */
    return GetOverlappedResult(pipe, operation, size, FALSE) ? OUTCOME_DONE
                                                             : OUTCOME_FAILED;
}

static void greet_client(struct pipe_connection *self, uint64_t now_ms)
{
    self->phase = CONNECTION_OPEN;
    self->message = mem_alloc(MESSAGE_SIZE_MAX);
    self->stranger_since_ms = now_ms;
    self->silent_until_ms = now_ms + FIRST_WORD_MS;
}

static void count_message(struct pipe_connection *self, uint64_t now_ms)
{
    if (now_ms - self->rate_since_ms >= RATE_WINDOW_MS) {
        self->rate_since_ms = now_ms;
        self->rate_count = 0;
    }
    self->rate_count++;
    if (self->rate_count >= RATE_MAX)
        self->read_from_ms = self->rate_since_ms + RATE_WINDOW_MS;
}

static void settle_incoming(struct pipe_connection *self, uint64_t now_ms)
{
    DWORD size = 0;

    switch (take_outcome(self->pipe, &self->incoming, &self->incoming_under_way, &size)) {
    case OUTCOME_PENDING:
        break;
    case OUTCOME_FAILED:
        connection_drop(self, now_ms);
        break;
    case OUTCOME_DONE:
        if (self->phase == CONNECTION_LISTENING) {
            greet_client(self, now_ms);
        } else if (self->phase == CONNECTION_OPEN) {
            self->has_message = true;
            self->message_size = size;
            count_message(self, now_ms);
        } else {
            /* It goes on talking although it was told that it is not understood. */
            connection_drop(self, now_ms);
        }
        break;
    }
}

static bool is_overdue(const struct pipe_connection *self, uint64_t now_ms)
{
    if (self->outgoing_under_way && now_ms >= self->written_by_ms)
        return true;
    return (self->phase == CONNECTION_OPEN || self->phase == CONNECTION_ENDING) &&
           !self->has_message && now_ms >= self->silent_until_ms;
}

void connection_settle(struct pipe_connection *self, uint64_t now_ms)
{
    DWORD size = 0;

    if (self->phase == CONNECTION_BROKEN)
        return;
    if (take_outcome(self->pipe, &self->outgoing, &self->outgoing_under_way, &size) ==
        OUTCOME_FAILED)
        connection_drop(self, now_ms);
    settle_incoming(self, now_ms);
    if (is_overdue(self, now_ms))
        connection_drop(self, now_ms);
}

bool connection_is_ready(const struct pipe_connection *self)
{
    return self->has_message && !self->outgoing_under_way;
}

void connection_answer(struct pipe_connection *self, bool is_last, uint64_t now_ms)
{
    self->has_message = false;
    if (is_last) {
        self->phase = CONNECTION_ENDING;
        self->stranger_since_ms = now_ms;
        self->silent_until_ms = now_ms + WRITE_MS;
    } else {
        self->silent_until_ms = self->client.subscribed ? NEVER_DUE : now_ms + IDLE_MS;
    }
    if (!start_write(self, now_ms))
        connection_drop(self, now_ms);
}

void connection_hurry(struct pipe_connection *self)
{
    const bool is_stranger = self->phase == CONNECTION_ENDING ||
                             (self->phase == CONNECTION_OPEN &&
                              !self->client.identified && !self->has_message);

    if (is_stranger && self->silent_until_ms > self->stranger_since_ms + HURRY_MS)
        self->silent_until_ms = self->stranger_since_ms + HURRY_MS;
}

static bool send_event(struct pipe_connection *self, uint64_t now_ms)
{
    self->sending.size = 0;
    requests_encode_event(self->event_revision, &self->sending);
    self->event_revision = 0;
    return start_write(self, now_ms);
}

void connection_continue(struct pipe_connection *self, uint64_t now_ms)
{
    if (self->phase != CONNECTION_OPEN && self->phase != CONNECTION_ENDING)
        return;
    if (self->event_revision != 0 && !self->outgoing_under_way && !self->has_message &&
        !send_event(self, now_ms)) {
        connection_drop(self, now_ms);
        return;
    }
    /* While a write is under way the next request waits in the pipe; but the end of a client
     * has to be seen, and an event may wait for a reader that never comes: so a read is
     * started anyway, and its message is answered when the write has ended. */
    if (!self->incoming_under_way && !self->has_message && now_ms >= self->read_from_ms &&
        !start_read(self))
        connection_drop(self, now_ms);
}

static void sooner(uint64_t *due_ms, uint64_t other_ms)
{
    if (other_ms < *due_ms)
        *due_ms = other_ms;
}

uint64_t connection_due_ms(const struct pipe_connection *self)
{
    uint64_t due_ms = NEVER_DUE;

    if (self->phase == CONNECTION_BROKEN)
        return self->retry_at_ms;
    if (self->phase == CONNECTION_LISTENING)
        return NEVER_DUE;
    if (self->outgoing_under_way)
        sooner(&due_ms, self->written_by_ms);
    if (!self->has_message)
        sooner(&due_ms, self->silent_until_ms);
    if (!self->incoming_under_way && !self->has_message)
        sooner(&due_ms, self->read_from_ms);
    return due_ms;
}

size_t connection_handles(const struct pipe_connection *self, HANDLE out[2])
{
    size_t count = 0;

    if (self->incoming_under_way)
        out[count++] = self->incoming.hEvent;
    if (self->outgoing_under_way)
        out[count++] = self->outgoing.hEvent;
    return count;
}
