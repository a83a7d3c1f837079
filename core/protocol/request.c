/*
 * Requests as bytes: version, verb, id, user, then what the verb needs.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/request.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/protocol/adopt_wire.h"
#include "core/protocol/batch_wire.h"
#include "core/protocol/hint_wire.h"
#include "core/protocol/wire_value.h"

#include <string.h>

#define ACTIVITY_LIMIT_MAX 1000

static const char *const verb_names[] = {
    [VERB_HELLO] = "hello",
    [VERB_SNAPSHOT] = "snapshot",
    [VERB_SUBSCRIBE] = "subscribe",
    [VERB_PLAN] = "plan",
    [VERB_RECONCILE] = "reconcile",
    [VERB_PUT_RULE] = "put-rule",
    [VERB_DELETE_RULE] = "delete-rule",
    [VERB_ENABLE] = "enable",
    [VERB_PAUSE] = "pause",
    [VERB_RESUME] = "resume",
    [VERB_BATCH] = "batch",
    [VERB_REPORT_WSL] = "report-wsl",
    [VERB_DIAGNOSE] = "diagnose",
    [VERB_START_IP_HELPER] = "start-ip-helper",
    [VERB_ADOPT] = "adopt",
    [VERB_TAKE_OVER] = "take-over",
    [VERB_SETTINGS] = "settings",
    [VERB_ACTIVITY] = "activity",
    [VERB_APPROVE] = "approve",
};

bool verb_is_known(unsigned number)
{
    return number < sizeof verb_names / sizeof verb_names[0] && verb_names[number] != NULL;
}

const char *verb_name(enum verb verb)
{
    return verb_is_known(verb) ? verb_names[verb] : "unknown";
}

bool ticket_text_is_valid(const char *text)
{
    return strlen(text) == TICKET_SIZE - 1 &&
           strspn(text, "0123456789abcdef") == TICKET_SIZE - 1;
}

bool request_is_reading(const struct request *request)
{
    switch (request->verb) {
    case VERB_HELLO:
    case VERB_SNAPSHOT:
    case VERB_SUBSCRIBE:
    case VERB_PLAN:
    case VERB_DIAGNOSE:
    case VERB_ACTIVITY:
        return true;
    case VERB_ADOPT:
        return request->adopt.order == ADOPT_LIST;
    case VERB_SETTINGS:
        return request->settings.count == 0;
    default:
        return false;
    }
}

bool request_add_setting(struct request *request, const char *key, const char *value)
{
    struct setting_text *item = &request->settings.items[request->settings.count];

    if (request->settings.count == REQUEST_SETTING_CAPACITY ||
        strlen(key) >= sizeof item->key || strlen(value) >= sizeof item->value)
        return false;
    text_copy(item->key, sizeof item->key, key);
    text_copy(item->value, sizeof item->value, value);
    request->settings.count++;
    return true;
}

const struct rule_id *request_named_rule(const struct request *request)
{
    switch (request->verb) {
    case VERB_PUT_RULE:
        return &request->rule.id;
    case VERB_ENABLE:
        return &request->enable.rule_id;
    case VERB_DELETE_RULE:
    case VERB_TAKE_OVER:
    case VERB_DIAGNOSE:
        return &request->rule_id;
    default:
        return NULL;
    }
}

struct request request_copy(const struct request *request)
{
    struct request copy = *request;

    if (copy.verb == VERB_BATCH) {
        copy.batch.items = NULL;
        copy.batch.count = copy.batch.capacity = 0;
        for (size_t i = 0; i < request->batch.count; i++)
            *LIST_ADD(&copy.batch) = request->batch.items[i];
    } else if (copy.verb == VERB_ADOPT) {
        copy.adopt.items = NULL;
        copy.adopt.count = copy.adopt.capacity = 0;
        for (size_t i = 0; i < request->adopt.count; i++)
            *LIST_ADD(&copy.adopt) = request->adopt.items[i];
    }
    return copy;
}

void request_clear(struct request *request)
{
    if (request->verb == VERB_BATCH)
        LIST_CLEAR(&request->batch);
    else if (request->verb == VERB_ADOPT)
        LIST_CLEAR(&request->adopt);
    *request = (struct request){0};
}

struct request request_part(const struct request *request, size_t first)
{
    struct request part = *request;
    struct wire_writer head = {0};
    size_t count;

    if (part.verb != VERB_BATCH)
        return part;
    part.batch.count = 0;
    request_encode(&part, &head);
    count = wire_batch_fit(&request->batch, first, MESSAGE_SIZE_MAX - head.size);
    wire_writer_clear(&head);
    if (first < request->batch.count)
        part.batch.items = request->batch.items + first;
    part.batch.count = part.batch.capacity = count;
    part.batch.more = request->batch.more || first + count < request->batch.count;
    return part;
}

static void put_settings(const struct request *request, struct wire_writer *out)
{
    wire_put_u8(out, (uint8_t)request->settings.count);
    for (size_t i = 0; i < request->settings.count; i++) {
        wire_put_text(out, request->settings.items[i].key);
        wire_put_text(out, request->settings.items[i].value);
    }
}

static void put_payload(const struct request *request, struct wire_writer *out)
{
    switch (request->verb) {
    case VERB_SNAPSHOT:
        wire_put_u64(out, request->snapshot.revision);
        wire_put_u32(out, request->snapshot.page);
        break;
    case VERB_PUT_RULE:
        wire_put_rule(out, &request->rule);
        break;
    case VERB_DELETE_RULE:
    case VERB_TAKE_OVER:
        wire_put_text(out, request->rule_id.text);
        break;
    case VERB_DIAGNOSE:
        wire_put_text(out, request->rule_id.text);
        wire_put_bool(out, request->probe);
        break;
    case VERB_ENABLE:
        wire_put_text(out, request->enable.rule_id.text);
        wire_put_bool(out, request->enable.enabled);
        break;
    case VERB_BATCH:
        wire_put_batch(out, &request->batch);
        break;
    case VERB_ADOPT:
        wire_put_adopt(out, &request->adopt);
        break;
    case VERB_REPORT_WSL:
        wire_put_wsl_hint(out, &request->wsl_hint);
        break;
    case VERB_SETTINGS:
        put_settings(request, out);
        break;
    case VERB_ACTIVITY:
        wire_put_u32(out, request->activity_limit);
        wire_put_text(out, request->activity_rule.text);
        break;
    case VERB_APPROVE:
        wire_put_text(out, request->ticket);
        break;
    case VERB_HELLO:
    case VERB_SUBSCRIBE:
    case VERB_PLAN:
    case VERB_RECONCILE:
    case VERB_PAUSE:
    case VERB_RESUME:
    case VERB_START_IP_HELPER:
        break;
    }
}

void request_encode(const struct request *request, struct wire_writer *out)
{
    wire_put_u16(out, PROTOCOL_VERSION);
    wire_put_u16(out, (uint16_t)request->verb);
    wire_put_u32(out, request->id);
    wire_put_text(out, request->user.text);
    put_payload(request, out);
}

static void get_settings(struct wire_reader *reader, struct request *out)
{
    wire_field(reader, "settings");
    out->settings.count = wire_get_enum(reader, REQUEST_SETTING_CAPACITY + 1);
    for (size_t i = 0; i < out->settings.count; i++) {
        struct setting_text *item = &out->settings.items[i];

        wire_field(reader, "setting key");
        wire_get_text(reader, item->key, sizeof item->key);
        if (item->key[0] == '\0')
            wire_fail(reader, "missing");
        wire_field(reader, "setting value");
        wire_get_text(reader, item->value, sizeof item->value);
    }
}

static void get_activity(struct wire_reader *reader, struct request *out)
{
    wire_field(reader, "activity limit");
    out->activity_limit = wire_get_u32(reader);
    if (out->activity_limit < 1 || out->activity_limit > ACTIVITY_LIMIT_MAX)
        wire_fail(reader, "must be 1 to 1000");
    wire_field(reader, "activity rule");
    out->activity_rule = wire_get_rule_id(reader, WIRE_OPTIONAL);
}

static void get_ticket(struct wire_reader *reader, struct request *out)
{
    wire_field(reader, "ticket");
    wire_get_text(reader, out->ticket, sizeof out->ticket);
    if (!ticket_text_is_valid(out->ticket))
        wire_fail(reader, "must be 32 hexadecimal digits");
}

static void get_payload(struct wire_reader *reader, struct request *out)
{
    switch (out->verb) {
    case VERB_SNAPSHOT:
        wire_field(reader, "snapshot page");
        out->snapshot.revision = wire_get_u64(reader);
        out->snapshot.page = wire_get_u32(reader);
        break;
    case VERB_PUT_RULE:
        wire_get_rule(reader, &out->rule);
        break;
    case VERB_DELETE_RULE:
    case VERB_TAKE_OVER:
        wire_field(reader, "rule id");
        out->rule_id = wire_get_rule_id(reader, WIRE_REQUIRED);
        break;
    case VERB_DIAGNOSE:
        wire_field(reader, "rule id");
        out->rule_id = wire_get_rule_id(reader, WIRE_REQUIRED);
        wire_field(reader, "probe");
        out->probe = wire_get_bool(reader);
        break;
    case VERB_ENABLE:
        wire_field(reader, "rule id");
        out->enable.rule_id = wire_get_rule_id(reader, WIRE_REQUIRED);
        wire_field(reader, "rule enabled");
        out->enable.enabled = wire_get_bool(reader);
        break;
    case VERB_BATCH:
        wire_get_batch(reader, &out->batch);
        break;
    case VERB_ADOPT:
        wire_get_adopt(reader, &out->adopt);
        break;
    case VERB_REPORT_WSL:
        wire_get_wsl_hint(reader, &out->wsl_hint);
        break;
    case VERB_SETTINGS:
        get_settings(reader, out);
        break;
    case VERB_ACTIVITY:
        get_activity(reader, out);
        break;
    case VERB_APPROVE:
        get_ticket(reader, out);
        break;
    case VERB_HELLO:
    case VERB_SUBSCRIBE:
    case VERB_PLAN:
    case VERB_RECONCILE:
    case VERB_PAUSE:
    case VERB_RESUME:
    case VERB_START_IP_HELPER:
        break;
    }
}

bool request_decode(const void *bytes, size_t size, struct request *out, struct error *err)
{
    struct wire_reader reader = wire_reader_over(bytes, size);
    struct request request = {0};
    unsigned version;
    unsigned verb;

    if (size > MESSAGE_SIZE_MAX)
        return error_set(err, ERR_INVALID, "message: longer than %u bytes",
                         MESSAGE_SIZE_MAX);
    wire_field(&reader, "protocol version");
    version = wire_get_u16(&reader);
    /* Before anything else: what follows may look different in another version. */
    if (reader.fault == NULL && version != PROTOCOL_VERSION)
        return error_set(err, ERR_INVALID, "protocol version %u, this service speaks %u",
                         version, PROTOCOL_VERSION);
    wire_field(&reader, "verb");
    verb = wire_get_u16(&reader);
    if (!verb_is_known(verb))
        wire_fail(&reader, "unknown value");
    else
        request.verb = (enum verb)verb;
    wire_field(&reader, "request id");
    request.id = wire_get_u32(&reader);
    wire_field(&reader, "user");
    request.user = wire_get_user(&reader, WIRE_OPTIONAL);
    get_payload(&reader, &request);
    if (!wire_reader_finish(&reader, err)) {
        request_clear(&request);
        return false;
    }
    *out = request;
    return true;
}
