/*
 * All instances of the pipe.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/pipe_server.h"

#include "core/base/mem.h"
#include "core/win32/security.h"
#include "core/win32/token.h"

#define WIDE_PIPE_NAME L"" PIPE_NAME
/* So that one user's programs cannot keep everybody else out. Elevated callers are free of it. */
#define CONNECTIONS_PER_USER 6

struct pipe_server {
    struct pipe_connection connections[CONNECTION_COUNT_MAX];
    PSECURITY_DESCRIPTOR security;
};

/* 0: nobody, or it cannot be told. Whoever it is learns nothing about us. */
static ULONG find_holder_of_name(void)
{
    const HANDLE pipe =
        CreateFileW(WIDE_PIPE_NAME, FILE_READ_ATTRIBUTES, 0, NULL, OPEN_EXISTING,
                    SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, NULL);
    ULONG holder = 0;

    if (pipe == INVALID_HANDLE_VALUE)
        return 0;
    if (!GetNamedPipeServerProcessId(pipe, &holder))
        holder = 0;
    CloseHandle(pipe);
    return holder;
}

/* Windows says "access denied" both for a name that is taken and for a caller who may not
 * create it. */
static bool explain_failure(struct error *err)
{
    const ULONG holder = find_holder_of_name();

    if (holder != 0)
        return error_set(
            err, ERR_CONFLICT,
            "process %lu has the pipe's name: another tidegate-service that is "
            "running already, or a program that poses as it",
            holder);
    if (WaitNamedPipeW(WIDE_PIPE_NAME, 1) || GetLastError() != ERROR_FILE_NOT_FOUND)
        return error_set(err, ERR_CONFLICT, "another tidegate-service is running already");
    return error_set(err, ERR_ACCESS_DENIED, "only an administrator can run the service");
}

struct pipe_server *pipe_server_new(struct error *err)
{
    struct pipe_server *server = mem_alloc(sizeof *server);
    struct error reason = {0};

    server->security = security_pipe_descriptor(&reason);
    if (server->security == NULL)
        goto failed;
    for (size_t i = 0; i < CONNECTION_COUNT_MAX; i++) {
        if (!connection_open(&server->connections[i], i == 0, server->security, &reason)) {
            if (reason.os_code == (uint32_t)HRESULT_FROM_WIN32(ERROR_ACCESS_DENIED) ||
                reason.os_code == (uint32_t)HRESULT_FROM_WIN32(ERROR_PIPE_BUSY))
                explain_failure(&reason);
            goto failed;
        }
    }
    return server;

failed:
    if (err != NULL)
        *err = reason;
    pipe_server_free(server);
    return NULL;
}

void pipe_server_free(struct pipe_server *server)
{
    if (server == NULL)
        return;
    for (size_t i = 0; i < CONNECTION_COUNT_MAX; i++)
        connection_close(&server->connections[i]);
    LocalFree(server->security);
    mem_free(server);
}

size_t pipe_server_handles(const struct pipe_server *server, HANDLE *out)
{
    size_t count = 0;

    for (size_t i = 0; i < CONNECTION_COUNT_MAX; i++)
        count += connection_handles(&server->connections[i], out + count);
    return count;
}

uint64_t pipe_server_due_ms(const struct pipe_server *server)
{
    uint64_t due_ms = NEVER_DUE;

    for (size_t i = 0; i < CONNECTION_COUNT_MAX; i++) {
        const uint64_t one_ms = connection_due_ms(&server->connections[i]);

        if (one_ms < due_ms)
            due_ms = one_ms;
    }
    return due_ms;
}

/* The caller's own new connection counts. */
static bool has_too_many(const struct pipe_server *server, const struct caller *caller)
{
    size_t count = 0;

    if (caller->is_elevated)
        return false;
    for (size_t i = 0; i < CONNECTION_COUNT_MAX; i++) {
        const struct client *client = &server->connections[i].client;

        if (client->identified && user_sid_equals(&client->caller.user, &caller->user))
            count++;
    }
    return count > CONNECTIONS_PER_USER;
}

/* Who it is stays the same for the connection's life: Windows took the token's identity down when
 * the client opened the pipe. */
static bool identify(struct pipe_connection *connection)
{
    if (connection->client.identified)
        return true;
    connection->client.identified =
        token_read_pipe_client(connection->pipe, &connection->client.caller, NULL);
    return connection->client.identified;
}

/* It is told, so that it may come again; a pipe that merely ends looks like a service that died. */
static void turn_away(struct pipe_connection *connection)
{
    connection->client.identified = false;
    requests_encode_busy(&connection->sending);
    connection_answer(connection, true, GetTickCount64());
}

static void serve(const struct pipe_server *server, struct pipe_connection *connection,
                  struct requests *requests)
{
    const bool is_new = !connection->client.identified;
    bool understood;

    if (!identify(connection)) {
        connection_drop(connection, GetTickCount64());
        return;
    }
    connection->sending.size = 0;
    if (is_new && has_too_many(server, &connection->client.caller)) {
        turn_away(connection);
        return;
    }
    understood = requests_answer(requests, &connection->client, connection->message,
                                 connection->message_size, &connection->sending);
    /* A request may have taken a while. */
    connection_answer(connection, !understood, GetTickCount64());
}

static bool has_room(const struct pipe_server *server)
{
    for (size_t i = 0; i < CONNECTION_COUNT_MAX; i++) {
        if (server->connections[i].phase == CONNECTION_LISTENING)
            return true;
    }
    return false;
}

void pipe_server_serve(struct pipe_server *server, struct requests *requests)
{
    for (size_t i = 0; i < CONNECTION_COUNT_MAX; i++) {
        struct pipe_connection *connection = &server->connections[i];

        if (connection->phase == CONNECTION_BROKEN &&
            GetTickCount64() >= connection->retry_at_ms &&
            !connection_open(connection, false, server->security, NULL))
            connection->retry_at_ms = GetTickCount64() + 1000;
        connection_settle(connection, GetTickCount64());
        if (connection_is_ready(connection))
            serve(server, connection, requests);
        connection_continue(connection, GetTickCount64());
    }
    for (size_t i = 0; i < CONNECTION_COUNT_MAX && !has_room(server); i++)
        connection_hurry(&server->connections[i]);
}

void pipe_server_publish(struct pipe_server *server, uint64_t revision)
{
    for (size_t i = 0; i < CONNECTION_COUNT_MAX; i++) {
        struct pipe_connection *connection = &server->connections[i];

        if (connection->phase == CONNECTION_OPEN && connection->client.subscribed) {
            connection->event_revision = revision;
            connection_continue(connection, GetTickCount64());
        }
    }
}
