/*
 * A batch as bytes: whether more follows, the count, and each item by its verb.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/batch_wire.h"

#include "core/base/mem.h"
#include "core/protocol/wire_value.h"

/* A verb, and the shortest of what follows: a new rule. */
#define ITEM_SIZE_MIN (2 + 1 + WIRE_RULE_SIZE_MIN)

static void put_item(struct wire_writer *out, const struct batch_item *item)
{
    wire_put_u16(out, (uint16_t)item->verb);
    if (item->verb == VERB_PUT_RULE) {
        wire_put_bool(out, item->restore);
        wire_put_rule(out, &item->rule);
        return;
    }
    wire_put_text(out, item->rule.id.text);
    if (item->verb == VERB_ENABLE)
        wire_put_bool(out, item->enabled);
}

void wire_put_batch(struct wire_writer *writer, const struct batch *batch)
{
    wire_put_bool(writer, batch->more);
    wire_put_u32(writer, (uint32_t)batch->count);
    for (size_t i = 0; i < batch->count; i++)
        put_item(writer, &batch->items[i]);
}

static void get_put(struct wire_reader *reader, struct batch_item *out)
{
    wire_field(reader, "batch restore");
    out->restore = wire_get_bool(reader);
    wire_get_rule(reader, &out->rule);
    wire_field(reader, "batch restore");
    if (out->restore && out->rule.id.text[0] == '\0')
        wire_fail(reader, "needs the rule's id");
}

static void get_item(struct wire_reader *reader, struct batch_item *out)
{
    unsigned verb;

    wire_field(reader, "batch verb");
    verb = wire_get_u16(reader);
    if (verb != VERB_PUT_RULE && verb != VERB_DELETE_RULE && verb != VERB_ENABLE) {
        wire_fail(reader, "cannot be in a batch");
        return;
    }
    out->verb = (enum verb)verb;
    if (out->verb == VERB_PUT_RULE) {
        get_put(reader, out);
        return;
    }
    wire_field(reader, "rule id");
    out->rule.id = wire_get_rule_id(reader, WIRE_REQUIRED);
    wire_field(reader, "rule enabled");
    if (out->verb == VERB_ENABLE)
        out->enabled = wire_get_bool(reader);
}

void wire_get_batch(struct wire_reader *reader, struct batch *out)
{
    size_t count;

    wire_field(reader, "batch more");
    out->more = wire_get_bool(reader);
    wire_field(reader, "batch items");
    count = wire_get_count(reader, RULES_PER_USER_MAX, ITEM_SIZE_MIN);
    if (count == 0)
        return;
    out->items = mem_alloc(count * sizeof *out->items);
    out->count = out->capacity = count;
    for (size_t i = 0; i < count && reader->fault == NULL; i++)
        get_item(reader, &out->items[i]);
}

size_t wire_batch_fit(const struct batch *batch, size_t first, size_t size)
{
    struct wire_writer writer = {0};
    size_t fitting = 0;

    while (first + fitting < batch->count) {
        put_item(&writer, &batch->items[first + fitting]);
        if (writer.size > size)
            break;
        fitting++;
    }
    wire_writer_clear(&writer);
    return fitting;
}
