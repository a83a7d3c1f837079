/*
 * Replies as bytes: version, verb, id, event or not, the error; without one, what the verb
 * gives.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/reply.h"

#include "core/base/mem.h"
#include "core/protocol/adopt_wire.h"
#include "core/protocol/diagnosis_wire.h"
#include "core/protocol/wire_value.h"

#include <assert.h>
#include <string.h>

/* No encoded item is shorter. */
#define PLAN_LINE_SIZE_MIN 2
#define ACTIVITY_SIZE_MIN (8 + 2 + 2 + 2 * ACTIVITY_ARGUMENT_COUNT + 2)

static void put_error(const struct reply *reply, struct wire_writer *out)
{
    wire_put_error(out, &reply->error);
    if (reply->error.kind == ERR_NEEDS_APPROVAL)
        wire_put_text(out, reply->ticket);
}

static void put_hello(const struct reply *reply, struct wire_writer *out)
{
    wire_put_text(out, reply->hello.version);
    wire_put_text(out, reply->hello.user.text);
    wire_put_bool(out, reply->hello.is_elevated);
    wire_put_bool(out, reply->hello.may_change);
    wire_put_bool(out, reply->hello.may_widen);
}

static void put_snapshot(const struct reply *reply, struct wire_writer *out)
{
    assert(reply->snapshot.size <= SNAPSHOT_PAGE_SIZE);
    wire_put_u64(out, reply->snapshot.revision);
    wire_put_u32(out, reply->snapshot.page);
    wire_put_u32(out, reply->snapshot.page_count);
    wire_put_u32(out, (uint32_t)reply->snapshot.size);
    wire_put_bytes(out, reply->snapshot.bytes, reply->snapshot.size);
}

static void put_plan(const struct reply *reply, struct wire_writer *out, size_t end)
{
    const size_t count_at = out->size;
    uint32_t count = 0;

    wire_put_u32(out, 0);
    while (count < reply->plan.count && count < REPLY_PLAN_CAPACITY) {
        const char *text = reply->plan.items[count].text;

        if (strlen(text) + PLAN_LINE_SIZE_MIN > end - out->size)
            break;
        wire_put_text(out, text);
        count++;
    }
    wire_set_u32(out, count_at, count);
}

static void put_activity_line(const struct activity *activity, struct wire_writer *out)
{
    wire_put_u64(out, (uint64_t)activity->time_ms);
    wire_put_u16(out, (uint16_t)activity->kind);
    wire_put_text(out, activity->rule_id.text);
    for (size_t i = 0; i < ACTIVITY_ARGUMENT_COUNT; i++)
        wire_put_text(out, activity->arguments[i]);
    wire_put_message(out, &activity->subject_message);
}

static void put_activity(const struct reply *reply, struct wire_writer *out, size_t end)
{
    const size_t count_at = out->size;
    uint32_t count = 0;

    wire_put_u32(out, 0);
    while (count < reply->activity.count && count < REPLY_ACTIVITY_CAPACITY) {
        const size_t line_at = out->size;

        put_activity_line(&reply->activity.items[count], out);
        if (out->size > end) {
            out->size = line_at;
            break;
        }
        count++;
    }
    wire_set_u32(out, count_at, count);
}

static void put_settings(const struct reply *reply, struct wire_writer *out)
{
    assert(reply->settings.count <= REPLY_SETTING_CAPACITY);
    wire_put_u8(out, (uint8_t)reply->settings.count);
    for (size_t i = 0; i < reply->settings.count; i++) {
        wire_put_text(out, reply->settings.keys[i]);
        wire_put_text(out, reply->settings.values[i]);
        wire_put_u8(out, (uint8_t)reply->settings.sources[i]);
    }
}

static void put_payload(const struct reply *reply, struct wire_writer *out, size_t end)
{
    switch (reply->verb) {
    case VERB_HELLO:
        put_hello(reply, out);
        break;
    case VERB_SNAPSHOT:
        put_snapshot(reply, out);
        break;
    case VERB_SUBSCRIBE:
    case VERB_RECONCILE:
        wire_put_u64(out, reply->event.revision);
        break;
    case VERB_PLAN:
        put_plan(reply, out, end);
        break;
    case VERB_PUT_RULE:
        wire_put_text(out, reply->rule_id.text);
        break;
    case VERB_SETTINGS:
        put_settings(reply, out);
        break;
    case VERB_ACTIVITY:
        put_activity(reply, out, end);
        break;
    case VERB_DIAGNOSE:
        wire_put_diagnosis(out, reply->diagnosis);
        break;
    case VERB_ADOPT:
        wire_put_adopt_reply(out, &reply->adopt);
        break;
    case VERB_BATCH:
    case VERB_REPORT_WSL:
    case VERB_DELETE_RULE:
    case VERB_ENABLE:
    case VERB_PAUSE:
    case VERB_RESUME:
    case VERB_START_IP_HELPER:
    case VERB_TAKE_OVER:
    case VERB_APPROVE:
        break;
    }
}

void reply_encode(const struct reply *reply, struct wire_writer *out)
{
    const size_t end = out->size + MESSAGE_SIZE_MAX;

    wire_put_u16(out, PROTOCOL_VERSION);
    wire_put_u16(out, (uint16_t)reply->verb);
    wire_put_u32(out, reply->id);
    wire_put_bool(out, reply->is_event);
    put_error(reply, out);
    if (reply->error.kind == ERR_NONE)
        put_payload(reply, out, end);
}

static void get_error(struct wire_reader *reader, struct reply *out)
{
    wire_get_error(reader, &out->error);
    if (out->error.kind != ERR_NEEDS_APPROVAL)
        return;
    wire_field(reader, "ticket");
    wire_get_text(reader, out->ticket, sizeof out->ticket);
    if (out->ticket[0] != '\0' && !ticket_text_is_valid(out->ticket))
        wire_fail(reader, "must be 32 hexadecimal digits");
}

static void get_hello(struct wire_reader *reader, struct reply *out)
{
    wire_field(reader, "service version");
    wire_get_text(reader, out->hello.version, sizeof out->hello.version);
    wire_field(reader, "user");
    out->hello.user = wire_get_user(reader, WIRE_REQUIRED);
    wire_field(reader, "user's rights");
    out->hello.is_elevated = wire_get_bool(reader);
    out->hello.may_change = wire_get_bool(reader);
    out->hello.may_widen = wire_get_bool(reader);
}

static void get_snapshot(struct wire_reader *reader, struct reply *out)
{
    wire_field(reader, "snapshot page");
    out->snapshot.revision = wire_get_u64(reader);
    out->snapshot.page = wire_get_u32(reader);
    out->snapshot.page_count = wire_get_u32(reader);
    if (out->snapshot.page_count > SNAPSHOT_PAGE_COUNT_MAX)
        wire_fail(reader, "too many");
    if (out->snapshot.page >= out->snapshot.page_count)
        wire_fail(reader, "no such page");
    wire_field(reader, "snapshot bytes");
    out->snapshot.size = wire_get_count(reader, SNAPSHOT_PAGE_SIZE, 1);
    out->snapshot.bytes = wire_get_bytes(reader, out->snapshot.size);
}

static void get_plan(struct wire_reader *reader, struct reply *out)
{
    size_t count;

    wire_field(reader, "plan");
    count = wire_get_count(reader, REPLY_PLAN_CAPACITY, PLAN_LINE_SIZE_MIN);
    if (count == 0)
        return;
    out->plan.items = mem_alloc(count * sizeof *out->plan.items);
    out->plan.count = count;
    for (size_t i = 0; i < count; i++)
        wire_get_text(reader, out->plan.items[i].text, sizeof out->plan.items[i].text);
}

static void get_activity_line(struct wire_reader *reader, struct activity *out)
{
    unsigned kind;

    wire_field(reader, "activity time");
    out->time_ms = (int64_t)wire_get_u64(reader);
    wire_field(reader, "activity kind");
    kind = wire_get_u16(reader);
    if (!activity_kind_is_known(kind))
        wire_fail(reader, "unknown value");
    out->kind = (enum activity_kind)kind;
    wire_field(reader, "activity rule");
    out->rule_id = wire_get_rule_id(reader, WIRE_OPTIONAL);
    wire_field(reader, "activity argument");
    for (size_t i = 0; i < ACTIVITY_ARGUMENT_COUNT; i++)
        wire_get_text(reader, out->arguments[i], sizeof out->arguments[i]);
    wire_field(reader, "activity subject");
    wire_get_message(reader, &out->subject_message);
}

static void get_activity(struct wire_reader *reader, struct reply *out)
{
    size_t count;

    wire_field(reader, "activity");
    count = wire_get_count(reader, REPLY_ACTIVITY_CAPACITY, ACTIVITY_SIZE_MIN);
    if (count == 0)
        return;
    out->activity.items = mem_alloc(count * sizeof *out->activity.items);
    out->activity.count = count;
    for (size_t i = 0; i < count; i++)
        get_activity_line(reader, &out->activity.items[i]);
}

static void get_settings(struct wire_reader *reader, struct reply *out)
{
    size_t count;

    wire_field(reader, "settings");
    count = wire_get_enum(reader, REPLY_SETTING_CAPACITY + 1);
    for (size_t i = 0; i < count; i++) {
        wire_field(reader, "setting key");
        wire_get_text(reader, out->settings.keys[i], sizeof out->settings.keys[i]);
        wire_field(reader, "setting value");
        wire_get_text(reader, out->settings.values[i], sizeof out->settings.values[i]);
        wire_field(reader, "setting source");
        out->settings.sources[i] =
            (enum setting_source)wire_get_enum(reader, SETTING_SOURCE_COUNT);
    }
    out->settings.count = count;
}

static void get_payload(struct wire_reader *reader, struct reply *out)
{
    switch (out->verb) {
    case VERB_HELLO:
        get_hello(reader, out);
        break;
    case VERB_SNAPSHOT:
        get_snapshot(reader, out);
        break;
    case VERB_SUBSCRIBE:
    case VERB_RECONCILE:
        wire_field(reader, "revision");
        out->event.revision = wire_get_u64(reader);
        break;
    case VERB_PLAN:
        get_plan(reader, out);
        break;
    case VERB_PUT_RULE:
        wire_field(reader, "rule id");
        out->rule_id = wire_get_rule_id(reader, WIRE_REQUIRED);
        break;
    case VERB_SETTINGS:
        get_settings(reader, out);
        break;
    case VERB_ACTIVITY:
        get_activity(reader, out);
        break;
    case VERB_DIAGNOSE:
        out->diagnosis = mem_alloc(sizeof *out->diagnosis);
        wire_get_diagnosis(reader, out->diagnosis);
        break;
    case VERB_ADOPT:
        wire_get_adopt_reply(reader, &out->adopt);
        break;
    case VERB_BATCH:
    case VERB_REPORT_WSL:
    case VERB_DELETE_RULE:
    case VERB_ENABLE:
    case VERB_PAUSE:
    case VERB_RESUME:
    case VERB_START_IP_HELPER:
    case VERB_TAKE_OVER:
    case VERB_APPROVE:
        break;
    }
}

static void get_head(struct wire_reader *reader, struct reply *out)
{
    unsigned verb;

    wire_field(reader, "verb");
    verb = wire_get_u16(reader);
    if (verb != 0 && !verb_is_known(verb))
        wire_fail(reader, "unknown value");
    else
        out->verb = (enum verb)verb;
    wire_field(reader, "request id");
    out->id = wire_get_u32(reader);
    wire_field(reader, "event");
    out->is_event = wire_get_bool(reader);
    get_error(reader, out);
    wire_field(reader, "verb");
    if (verb == 0 && out->error.kind == ERR_NONE)
        wire_fail(reader, "missing");
    if (out->is_event &&
        (verb != VERB_SUBSCRIBE || out->id != 0 || out->error.kind != ERR_NONE))
        wire_fail(reader, "no such event");
}

bool reply_decode(const void *bytes, size_t size, struct reply *out, struct error *err)
{
    struct wire_reader reader = wire_reader_over(bytes, size);
    struct reply reply = {0};
    unsigned version;

    if (size > MESSAGE_SIZE_MAX)
        return error_set(err, ERR_INVALID, "message: longer than %u bytes",
                         MESSAGE_SIZE_MAX);
    wire_field(&reader, "protocol version");
    version = wire_get_u16(&reader);
    if (reader.fault == NULL && version != PROTOCOL_VERSION)
        return error_set_message(err, ERR_INVALID, MESSAGE_SERVICE_OTHER_VERSION,
                                 text_of_number(version).digits,
                                 text_of_number(PROTOCOL_VERSION).digits, NULL);
    get_head(&reader, &reply);
    if (reader.fault == NULL && reply.error.kind == ERR_NONE)
        get_payload(&reader, &reply);
    if (!wire_reader_finish(&reader, err)) {
        reply_clear(&reply);
        return false;
    }
    *out = reply;
    return true;
}

void reply_clear(struct reply *reply)
{
    if (reply->verb == VERB_PLAN)
        mem_free(reply->plan.items);
    else if (reply->verb == VERB_ACTIVITY)
        mem_free(reply->activity.items);
    else if (reply->verb == VERB_DIAGNOSE)
        mem_free(reply->diagnosis);
    else if (reply->verb == VERB_ADOPT)
        mem_free(reply->adopt.items);
    *reply = (struct reply){0};
}
