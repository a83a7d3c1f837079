/*
 * The service's end of the pipe: all its instances, fair to each client, deaf to the silent
 * and the talkative. Runs on the loop's thread and never blocks.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_PIPE_SERVER_H
#define TIDEGATE_SERVICE_PIPE_SERVER_H

#include "app/service/connection.h"

#define PIPE_SERVER_HANDLES_MAX (2 * CONNECTION_COUNT_MAX)

struct pipe_server;

/* Creates the pipe, with all instances listening. ERR_CONFLICT when another instance of the
 * service has it already. */
struct pipe_server *pipe_server_new(struct error *err);
void pipe_server_free(struct pipe_server *server); /* NULL is harmless */

/* What to wait for now, at most PIPE_SERVER_HANDLES_MAX; gives how many. */
size_t pipe_server_handles(const struct pipe_server *server, HANDLE *out);

/* Until when, on GetTickCount64; or NEVER_DUE. */
uint64_t pipe_server_due_ms(const struct pipe_server *server);

/* Does everything that can be done now: at most one request of each client. */
void pipe_server_serve(struct pipe_server *server, struct requests *requests);

/* Tells every subscriber, as soon as its pipe is free, that the report has changed. */
void pipe_server_publish(struct pipe_server *server, uint64_t revision);

#endif
