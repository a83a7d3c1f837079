/*
 * A diagnosis as bytes: the links, then what was seen at the rule's endpoints, each list with its
 * count.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/diagnosis_wire.h"

#include "core/protocol/wire_value.h"

#include <assert.h>

static void put_link(struct wire_writer *out, const struct diagnosis_link *link)
{
    wire_put_u8(out, (uint8_t)link->kind);
    wire_put_u8(out, (uint8_t)link->verdict);
    wire_put_u8(out, (uint8_t)link->reason);
    wire_put_text(out, link->subject);
    wire_put_message(out, &link->subject_message);
}

static void get_link(struct wire_reader *reader, struct diagnosis_link *out)
{
    wire_field(reader, "link kind");
    out->kind = (enum link_kind)wire_get_enum(reader, LINK_KIND_END);
    if (out->kind < LINK_RULE)
        wire_fail(reader, "unknown value");
    wire_field(reader, "link verdict");
    out->verdict = (enum link_verdict)wire_get_enum(reader, LINK_NOT_NEEDED + 1);
    if (out->verdict < LINK_GOOD)
        wire_fail(reader, "unknown value");
    wire_field(reader, "link reason");
    out->reason = (enum reason)wire_get_enum(reader, REASON_COUNT);
    wire_field(reader, "link subject");
    wire_get_text(reader, out->subject, sizeof out->subject);
    wire_get_message(reader, &out->subject_message);
}

static void put_listener(struct wire_writer *out,
                         const struct diagnosis_listener *listener)
{
    wire_put_address(out, &listener->address);
    wire_put_u16(out, listener->port);
    wire_put_bool(out, listener->is_ip_helper);
    wire_put_text(out, listener->program);
}

static void get_listener(struct wire_reader *reader, struct diagnosis_listener *out)
{
    wire_field(reader, "listener address");
    out->address = wire_get_address(reader, WIRE_REQUIRED);
    wire_field(reader, "listener port");
    out->port = wire_get_port(reader);
    wire_field(reader, "listener program");
    out->is_ip_helper = wire_get_bool(reader);
    wire_get_text(reader, out->program, sizeof out->program);
}

static void put_connection(struct wire_writer *out,
                           const struct diagnosis_connection *connection)
{
    wire_put_address(out, &connection->local);
    wire_put_u16(out, connection->local_port);
    wire_put_address(out, &connection->remote);
    wire_put_u16(out, connection->remote_port);
}

static void get_connection(struct wire_reader *reader, struct diagnosis_connection *out)
{
    wire_field(reader, "connection's near end");
    out->local = wire_get_address(reader, WIRE_REQUIRED);
    out->local_port = wire_get_port(reader);
    wire_field(reader, "connection's far end");
    out->remote = wire_get_address(reader, WIRE_REQUIRED);
    out->remote_port = wire_get_port(reader);
}

static void put_firewall_rule(struct wire_writer *out, const struct firewall_rule *rule)
{
    wire_put_u8(out, (uint8_t)rule->kind);
    wire_put_text(out, rule->name);
    wire_put_text(out, rule->grouping);
    wire_put_bool(out, rule->enabled);
    wire_put_bool(out, rule->inbound);
    wire_put_bool(out, rule->allow);
    wire_put_u32(out, (uint32_t)rule->protocol);
    wire_put_u32(out, rule->profiles);
    wire_put_text(out, rule->local_ports);
    wire_put_text(out, rule->local_addresses);
    wire_put_text(out, rule->remote_addresses);
    wire_put_text(out, rule->program);
    wire_put_text(out, rule->service);
}

static void get_firewall_rule(struct wire_reader *reader, struct firewall_rule *out)
{
    wire_field(reader, "firewall rule");
    out->kind = (enum firewall_kind)wire_get_enum(reader, FIREWALL_HYPERV + 1);
    wire_get_text(reader, out->name, sizeof out->name);
    wire_get_text(reader, out->grouping, sizeof out->grouping);
    out->enabled = wire_get_bool(reader);
    out->inbound = wire_get_bool(reader);
    out->allow = wire_get_bool(reader);
    out->protocol = (int)wire_get_u32(reader);
    out->profiles = wire_get_u32(reader);
    wire_get_text(reader, out->local_ports, sizeof out->local_ports);
    wire_get_text(reader, out->local_addresses, sizeof out->local_addresses);
    wire_get_text(reader, out->remote_addresses, sizeof out->remote_addresses);
    wire_get_text(reader, out->program, sizeof out->program);
    wire_get_text(reader, out->service, sizeof out->service);
}

void wire_put_diagnosis(struct wire_writer *writer, const struct diagnosis *diagnosis)
{
    assert(diagnosis->link_count <= LINK_KIND_END);
    assert(diagnosis->listener_count <= DIAGNOSIS_LISTENER_CAPACITY);
    assert(diagnosis->connection_count <= DIAGNOSIS_CONNECTION_CAPACITY);
    wire_put_text(writer, diagnosis->rule_id.text);
    wire_put_u64(writer, (uint64_t)diagnosis->time_ms);
    wire_put_u8(writer, (uint8_t)diagnosis->probe);
    wire_put_u8(writer, (uint8_t)diagnosis->link_count);
    for (size_t i = 0; i < diagnosis->link_count; i++)
        put_link(writer, &diagnosis->links[i]);
    wire_put_u8(writer, (uint8_t)diagnosis->listener_count);
    for (size_t i = 0; i < diagnosis->listener_count; i++)
        put_listener(writer, &diagnosis->listeners[i]);
    wire_put_u8(writer, (uint8_t)diagnosis->connection_count);
    for (size_t i = 0; i < diagnosis->connection_count; i++)
        put_connection(writer, &diagnosis->connections[i]);
    wire_put_u32(writer, (uint32_t)diagnosis->connection_total);
    wire_put_bool(writer, diagnosis->firewall_rule_wanted);
    wire_put_bool(writer, diagnosis->firewall_rule_found);
    if (diagnosis->firewall_rule_found)
        put_firewall_rule(writer, &diagnosis->firewall_rule);
}

static void get_connections(struct wire_reader *reader, struct diagnosis *out)
{
    wire_field(reader, "connections");
    out->connection_count = wire_get_enum(reader, DIAGNOSIS_CONNECTION_CAPACITY + 1);
    for (size_t i = 0; i < out->connection_count; i++)
        get_connection(reader, &out->connections[i]);
    wire_field(reader, "connections in all");
    out->connection_total = wire_get_u32(reader);
    if (out->connection_total < out->connection_count)
        wire_fail(reader, "fewer than are shown");
}

void wire_get_diagnosis(struct wire_reader *reader, struct diagnosis *out)
{
    *out = (struct diagnosis){0};
    wire_field(reader, "rule id");
    out->rule_id = wire_get_rule_id(reader, WIRE_REQUIRED);
    wire_field(reader, "time");
    out->time_ms = (int64_t)wire_get_u64(reader);
    wire_field(reader, "probe");
    out->probe = (enum probe_result)wire_get_enum(reader, PROBE_RESULT_COUNT);
    wire_field(reader, "links");
    out->link_count = wire_get_enum(reader, LINK_KIND_END + 1);
    for (size_t i = 0; i < out->link_count; i++)
        get_link(reader, &out->links[i]);
    wire_field(reader, "listeners");
    out->listener_count = wire_get_enum(reader, DIAGNOSIS_LISTENER_CAPACITY + 1);
    for (size_t i = 0; i < out->listener_count; i++)
        get_listener(reader, &out->listeners[i]);
    get_connections(reader, out);
    wire_field(reader, "firewall rule");
    out->firewall_rule_wanted = wire_get_bool(reader);
    out->firewall_rule_found = wire_get_bool(reader);
    if (out->firewall_rule_found)
        get_firewall_rule(reader, &out->firewall_rule);
}
