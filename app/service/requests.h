/*
 * From a client's message to the service's answer. The engine decides; this keeps what belongs
 * to one connection: who it is, whether it wants events, and the report it is fetching.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_REQUESTS_H
#define TIDEGATE_SERVICE_REQUESTS_H

#include "core/engine/engine.h"
#include "core/protocol/staging.h"

struct watch;

/* One connection's memory. Zeroed is valid. */
struct client {
    struct caller caller;
    bool identified;
    bool greeted;
    bool subscribed;
    /* The report as it was when page 0 was asked for: later pages come from this copy, so a
     * client gets one consistent picture however often the report changes meanwhile. */
    struct wire_writer report;
    uint64_t report_revision;
    struct staging staging; /* of a batch in several messages */
};

void client_clear(struct client *client);

struct requests {
    struct engine *engine; /* borrowed */
    struct watch *watch;   /* borrowed */
};

/* Answers one message of an identified client into `answer` (empty before). False when the
 * message was malformed: the client should be let go once it has read the answer. */
bool requests_answer(struct requests *self, struct client *client, const void *bytes,
                     size_t size, struct wire_writer *answer);

/* The event "changed", for subscribers. */
void requests_encode_event(uint64_t revision, struct wire_writer *out);

/* For a client that is one too many: it may come again. */
void requests_encode_busy(struct wire_writer *out);

#endif
