/*
 * One instance of the pipe: waits for a client, reads one message at a time, writes answers and
 * events, and starts again when the client goes or misbehaves. Never blocks.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_CONNECTION_H
#define TIDEGATE_SERVICE_CONNECTION_H

#include "app/service/requests.h"

#include <windows.h>

/* A tray for each signed-in user keeps one for good. Two handles for each fit into one wait. */
#define CONNECTION_COUNT_MAX 24
#define NEVER_DUE UINT64_MAX

enum connection_phase {
    CONNECTION_BROKEN,    /* no pipe; made again at retry_at_ms */
    CONNECTION_LISTENING, /* for a client */
    CONNECTION_OPEN,
    CONNECTION_ENDING /* the last answer is out; waits for the client to go */
};

struct pipe_connection {
    enum connection_phase phase;
    HANDLE pipe;
    OVERLAPPED incoming; /* connecting or reading; hEvent is owned */
    OVERLAPPED outgoing;
    bool incoming_under_way;
    bool outgoing_under_way;
    bool has_message;
    DWORD message_size;
    uint8_t *message; /* owned, MESSAGE_SIZE_MAX bytes while a client is there */
    struct wire_writer sending;
    struct client client;

    uint64_t event_revision;    /* of the event to send when the pipe is free; 0: none */
    uint64_t silent_until_ms;   /* the client has to say something, or go, by then */
    uint64_t stranger_since_ms; /* it connected, or had its last answer */
    uint64_t written_by_ms;     /* the write under way has to end by then */
    uint64_t read_from_ms;      /* not read from before then: it asks too often */
    uint64_t retry_at_ms;
    uint64_t rate_since_ms;
    unsigned rate_count; /* messages since then */
};

/* Makes the pipe instance and listens. `security` is borrowed. */
bool connection_open(struct pipe_connection *self, bool is_first,
                     PSECURITY_DESCRIPTOR security, struct error *err) MUST_CHECK;
void connection_close(struct pipe_connection *self);

/* Takes the results of what has finished, ends what took too long. */
void connection_settle(struct pipe_connection *self, uint64_t now_ms);

/* Whether a message lies in `message` and the pipe is free for its answer. */
bool connection_is_ready(const struct pipe_connection *self);

/* Sends what is in `sending` as the answer to that message. With `is_last` the client is let
 * go when it has read it, or after 2 s. */
void connection_answer(struct pipe_connection *self, bool is_last, uint64_t now_ms);

/* All instances are taken: a client that has not said who it is, or has had its last answer, holds
 * its own for a quarter of a second at most. */
void connection_hurry(struct pipe_connection *self);

/* Lets the client go and listens for another. */
void connection_drop(struct pipe_connection *self, uint64_t now_ms);

/* Starts the next write (a waiting event) or read. */
void connection_continue(struct pipe_connection *self, uint64_t now_ms);

/* When settle or continue has something to do although nothing finished; or NEVER_DUE. */
uint64_t connection_due_ms(const struct pipe_connection *self);

/* The events of what is under way, at most two; gives how many. */
size_t connection_handles(const struct pipe_connection *self, HANDLE out[2]);

#endif
