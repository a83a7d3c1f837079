/*
 * Answering requests.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/requests.h"

#include "app/service/event_log.h"
#include "core/base/mem.h"
#include "core/win32/watch.h"

void client_clear(struct client *client)
{
    wire_writer_clear(&client->report);
    staging_clear(&client->staging);
    *client = (struct client){0};
}

/* A client may belong to a user whose hive was loaded without our hearing of it. */
static void greet(struct requests *self, struct client *client)
{
    if (client->greeted)
        return;
    client->greeted = true;
    watch_hives(self->watch);
    engine_notify(self->engine, EVENT_CLIENT_HELLO);
}

/* Keeps the newest report for this connection, if the engine lets the client read. */
static void begin_report(struct requests *self, struct client *client,
                         const struct request *request, struct reply *reply)
{
    const struct wire_writer *newest;

    engine_handle(self->engine, &client->caller, request, reply);
    if (reply->error.kind != ERR_NONE)
        return;
    newest = engine_report_bytes(self->engine);
    client->report.size = 0;
    wire_put_bytes(&client->report, newest->bytes, newest->size);
    client->report_revision = engine_report(self->engine)->revision;
}

static void answer_snapshot(struct requests *self, struct client *client,
                            const struct request *request, struct reply *reply)
{
    const uint32_t page = request->snapshot.page;
    uint32_t page_count;
    size_t offset;
    size_t size;

    if (request->snapshot.revision == 0 && page == 0)
        begin_report(self, client, request, reply);
    else if (client->report.size == 0 ||
             request->snapshot.revision != client->report_revision)
        error_set(&reply->error, ERR_NOT_FOUND, "that revision is not kept any more");
    if (reply->error.kind != ERR_NONE)
        return;
    page_count =
        (uint32_t)((client->report.size + SNAPSHOT_PAGE_SIZE - 1) / SNAPSHOT_PAGE_SIZE);
    if (page >= page_count) {
        error_set(&reply->error, ERR_NOT_FOUND, "the snapshot has %u pages",
                  (unsigned)page_count);
        return;
    }
    offset = (size_t)page * SNAPSHOT_PAGE_SIZE;
    size = client->report.size - offset;
    reply->snapshot.revision = client->report_revision;
    reply->snapshot.page = page;
    reply->snapshot.page_count = page_count;
    reply->snapshot.bytes = client->report.bytes + offset;
    reply->snapshot.size = size < SNAPSHOT_PAGE_SIZE ? size : SNAPSHOT_PAGE_SIZE;
}

static void note_change(const struct client *client, const struct reply *reply)
{
    switch (reply->done_verb) {
    case VERB_PUT_RULE:
    case VERB_BATCH:
    case VERB_TAKE_OVER:
    case VERB_ADOPT:
    case VERB_SETTINGS:
        event_log_widened(verb_name(reply->done_verb), &reply->done_for,
                          &client->caller.user, client->caller.is_elevated);
        break;
    default:
        break;
    }
}

/* True when the request goes on to the engine: it is whole. Who may ask for nothing may not have
 * anything kept here either. */
static bool stage(struct client *client, struct request *request, struct reply *reply)
{
    const bool is_part = request->verb == VERB_BATCH && request->batch.more;

    if (request->verb != VERB_BATCH)
        return true;
    if (client->caller.is_restricted)
        return error_set_message(&reply->error, ERR_ACCESS_DENIED, MESSAGE_NOT_ALLOWED,
                                 verb_name(request->verb), NULL, NULL);
    return staging_take(&client->staging, request, &reply->error) && !is_part;
}

static void answer_request(struct requests *self, struct client *client,
                           struct request *request, struct reply *reply)
{
    if (!stage(client, request, reply))
        return;
    if (request->verb == VERB_HELLO)
        greet(self, client);
    if (request->verb == VERB_SNAPSHOT) {
        answer_snapshot(self, client, request, reply);
    } else {
        engine_handle(self->engine, &client->caller, request, reply);
        if (reply->error.kind == ERR_NONE && !request_is_reading(request))
            note_change(client, reply);
    }
    if (request->verb == VERB_SUBSCRIBE && reply->error.kind == ERR_NONE)
        client->subscribed = true;
}

bool requests_answer(struct requests *self, struct client *client, const void *bytes,
                     size_t size, struct wire_writer *answer)
{
    struct request *request = mem_alloc(sizeof *request);
    struct reply *reply = mem_alloc(sizeof *reply);
    const bool ok = request_decode(bytes, size, request, &reply->error);

    /* Without a readable request the reply has verb and id 0. */
    if (ok) {
        reply->id = request->id;
        reply->verb = request->verb;
        answer_request(self, client, request, reply);
    }
    reply_encode(reply, answer);
    reply_clear(reply);
    request_clear(request);
    mem_free(reply);
    mem_free(request);
    return ok;
}

void requests_encode_event(uint64_t revision, struct wire_writer *out)
{
    struct reply *event = mem_alloc(sizeof *event);

    event->verb = VERB_SUBSCRIBE;
    event->is_event = true;
    event->event.revision = revision;
    reply_encode(event, out);
    mem_free(event);
}

void requests_encode_busy(struct wire_writer *out)
{
    struct reply *refusal = mem_alloc(sizeof *refusal);

    error_set_message(&refusal->error, ERR_UNAVAILABLE, MESSAGE_SERVICE_BUSY, NULL, NULL,
                      NULL);
    reply_encode(refusal, out);
    mem_free(refusal);
}
