/*
 * Taking over from scripts, as bytes.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/adopt_wire.h"

#include "core/base/mem.h"
#include "core/protocol/wire_value.h"

#include <string.h>

#define KEY_SIZE_MIN (1 + 2 + 1 + 2)
#define SCRIPT_RULE_SIZE_MIN (2 + 1 + 1 + 1 + 2 + 2 + 1)

void wire_put_adopt(struct wire_writer *writer, const struct adopt_request *adopt)
{
    wire_put_u8(writer, (uint8_t)adopt->order);
    if (adopt->order != ADOPT_TAKE)
        return;
    wire_put_bool(writer, adopt->replace_firewall_rules);
    wire_put_u32(writer, (uint32_t)adopt->count);
    for (size_t i = 0; i < adopt->count; i++) {
        wire_put_u8(writer, (uint8_t)adopt->items[i].type);
        wire_put_text(writer, adopt->items[i].listen);
        wire_put_u16(writer, adopt->items[i].port);
    }
}

/* Names other than "*" and addresses cannot be taken over, and 256 long ones would not fit. */
static void get_key(struct wire_reader *reader, struct portproxy_key *out)
{
    struct address address;

    wire_field(reader, "entry type");
    out->type = (enum portproxy_type)wire_get_enum(reader, PORTPROXY_TYPE_COUNT);
    wire_field(reader, "entry listen address");
    wire_get_text(reader, out->listen, sizeof out->listen);
    if (strcmp(out->listen, "*") != 0 && !address_parse(out->listen, &address))
        wire_fail(reader, "must be an address or *");
    wire_field(reader, "entry listen port");
    out->port = wire_get_port(reader);
}

void wire_get_adopt(struct wire_reader *reader, struct adopt_request *out)
{
    size_t count;

    wire_field(reader, "adopt order");
    out->order = (enum adopt_order)wire_get_enum(reader, ADOPT_ORDER_COUNT);
    if (out->order != ADOPT_TAKE)
        return;
    wire_field(reader, "adopt firewall rules");
    out->replace_firewall_rules = wire_get_bool(reader);
    wire_field(reader, "adopt entries");
    count = wire_get_count(reader, RULES_PER_USER_MAX, KEY_SIZE_MIN);
    if (count == 0)
        return;
    out->items = mem_alloc(count * sizeof *out->items);
    out->count = out->capacity = count;
    for (size_t i = 0; i < count && reader->fault == NULL; i++)
        get_key(reader, &out->items[i]);
}

static void put_script_rule(struct wire_writer *writer,
                            const struct adopt_script_rule *item)
{
    const struct script_rule *rule = &item->rule;

    wire_put_text(writer, rule->name);
    wire_put_bool(writer, rule->enabled);
    wire_put_bool(writer, rule->inbound);
    wire_put_u8(writer, (uint8_t)(rule->profiles & PROFILE_MASK));
    wire_put_text(writer, rule->local_ports);
    wire_put_text(writer, rule->remote_addresses);
    wire_put_u8(writer, (uint8_t)item->mark);
}

static void get_script_rule(struct wire_reader *reader, struct adopt_script_rule *item)
{
    struct script_rule *out = &item->rule;

    wire_field(reader, "script's firewall rule");
    wire_get_text(reader, out->name, sizeof out->name);
    out->enabled = wire_get_bool(reader);
    out->inbound = wire_get_bool(reader);
    out->profiles = wire_get_enum(reader, PROFILE_MASK + 1);
    wire_get_text(reader, out->local_ports, sizeof out->local_ports);
    wire_get_text(reader, out->remote_addresses, sizeof out->remote_addresses);
    item->mark = (enum script_rule_mark)wire_get_enum(reader, SCRIPT_RULE_MARK_COUNT);
}

void wire_put_adopt_reply(struct wire_writer *writer, const struct adopt_reply *adopt)
{
    const size_t count = adopt->count < SCRIPT_RULES_MAX ? adopt->count : SCRIPT_RULES_MAX;

    wire_put_u32(writer, adopt->rule_count);
    wire_put_u32(writer, adopt->firewall_rule_count);
    wire_put_u32(writer, adopt->undo_entry_count);
    wire_put_u32(writer, adopt->undo_firewall_rule_count);
    wire_put_u32(writer, adopt->pending_entry_count);
    wire_put_u32(writer, adopt->pending_firewall_rule_count);
    wire_put_error(writer, &adopt->failure);
    wire_put_u32(writer, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        put_script_rule(writer, &adopt->items[i]);
}

void wire_get_adopt_reply(struct wire_reader *reader, struct adopt_reply *out)
{
    size_t count;

    wire_field(reader, "adopt counts");
    out->rule_count = wire_get_u32(reader);
    out->firewall_rule_count = wire_get_u32(reader);
    out->undo_entry_count = wire_get_u32(reader);
    out->undo_firewall_rule_count = wire_get_u32(reader);
    out->pending_entry_count = wire_get_u32(reader);
    out->pending_firewall_rule_count = wire_get_u32(reader);
    wire_get_error(reader, &out->failure);
    wire_field(reader, "scripts' firewall rules");
    count = wire_get_count(reader, SCRIPT_RULES_MAX, SCRIPT_RULE_SIZE_MIN);
    if (count == 0)
        return;
    out->items = mem_alloc(count * sizeof *out->items);
    out->count = count;
    for (size_t i = 0; i < count && reader->fault == NULL; i++)
        get_script_rule(reader, &out->items[i]);
}
