/*
 * The domain's values as bytes.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/wire_value.h"

#include <assert.h>
#include <string.h>

void wire_put_bool(struct wire_writer *writer, bool value)
{
    wire_put_u8(writer, value ? 1 : 0);
}

static size_t address_size(enum address_family family)
{
    return family == ADDRESS_IPV4 ? 4 : family == ADDRESS_IPV6 ? 16 : 0;
}

void wire_put_address(struct wire_writer *writer, const struct address *address)
{
    wire_put_u8(writer, (uint8_t)address->family);
    wire_put_bytes(writer, address->bytes, address_size(address->family));
}

struct address wire_get_address(struct wire_reader *reader, enum wire_presence presence)
{
    struct address address = {0};
    const uint8_t *bytes;
    size_t size;

    address.family = (enum address_family)wire_get_enum(reader, ADDRESS_IPV6 + 1);
    size = address_size(address.family);
    if (size == 0 && presence == WIRE_REQUIRED)
        wire_fail(reader, "missing");
    bytes = wire_get_bytes(reader, size);
    if (bytes == NULL)
        return (struct address){0};
    memcpy(address.bytes, bytes, size);
    return address;
}

struct user_sid wire_get_user(struct wire_reader *reader, enum wire_presence presence)
{
    struct user_sid user = {0};

    wire_get_text(reader, user.text, sizeof user.text);
    if (user.text[0] == '\0') {
        if (presence == WIRE_REQUIRED)
            wire_fail(reader, "missing");
    } else if (!user_sid_is_valid(user.text)) {
        wire_fail(reader, "not a SID");
    }
    return user;
}

struct rule_id wire_get_rule_id(struct wire_reader *reader, enum wire_presence presence)
{
    struct rule_id id = {0};

    wire_get_text(reader, id.text, sizeof id.text);
    if (id.text[0] == '\0') {
        if (presence == WIRE_REQUIRED)
            wire_fail(reader, "missing");
    } else if (!rule_id_is_valid(id.text)) {
        wire_fail(reader, "not a lower-case UUID");
    }
    return id;
}

uint16_t wire_get_port(struct wire_reader *reader)
{
    const uint16_t port = wire_get_u16(reader);

    if (port == 0)
        wire_fail(reader, "must be 1 to 65535");
    return port;
}

static void put_listen(struct wire_writer *writer, const struct rule_listen *listen)
{
    wire_put_u8(writer, (uint8_t)listen->kind);
    if (listen->kind == LISTEN_ADDRESS)
        wire_put_address(writer, &listen->address);
    else if (listen->kind == LISTEN_INTERFACE)
        wire_put_text(writer, listen->interface_name);
    wire_put_u16(writer, listen->first_port);
    wire_put_u16(writer, listen->last_port);
}

static void get_listen(struct wire_reader *reader, struct rule_listen *out)
{
    wire_field(reader, "listen kind");
    out->kind = (enum rule_listen_kind)wire_get_enum(reader, LISTEN_INTERFACE + 1);
    if (out->kind == LISTEN_ANY)
        out->address.family = ADDRESS_IPV4; /* 0.0.0.0 */
    wire_field(reader, "listen address");
    if (out->kind == LISTEN_ADDRESS)
        out->address = wire_get_address(reader, WIRE_REQUIRED);
    wire_field(reader, "listen interface");
    if (out->kind == LISTEN_INTERFACE)
        wire_get_text(reader, out->interface_name, sizeof out->interface_name);
    wire_field(reader, "listen port");
    out->first_port = wire_get_port(reader);
    wire_field(reader, "last listen port");
    out->last_port = wire_get_port(reader);
    if (out->last_port < out->first_port)
        wire_fail(reader, "below the first");
}

static void put_connect(struct wire_writer *writer, const struct rule_connect *connect)
{
    wire_put_u8(writer, (uint8_t)connect->kind);
    if (connect->kind == CONNECT_ADDRESS)
        wire_put_address(writer, &connect->address);
    wire_put_u16(writer, connect->first_port);
}

static void get_connect(struct wire_reader *reader, struct rule_connect *out)
{
    wire_field(reader, "connect kind");
    out->kind = (enum rule_connect_kind)wire_get_enum(reader, CONNECT_ADDRESS + 1);
    wire_field(reader, "connect address");
    if (out->kind == CONNECT_ADDRESS)
        out->address = wire_get_address(reader, WIRE_REQUIRED);
    wire_field(reader, "connect port");
    out->first_port = wire_get_port(reader);
}

static struct prefix get_prefix(struct wire_reader *reader)
{
    struct prefix prefix = {0};
    unsigned bits;

    prefix.network = wire_get_address(reader, WIRE_REQUIRED);
    prefix.length = wire_get_u8(reader);
    bits = (unsigned)address_size(prefix.network.family) * 8;
    if (prefix.length > bits)
        wire_fail(reader, "prefix is too long");
    for (unsigned bit = prefix.length; bit < bits; bit++) {
        if ((prefix.network.bytes[bit / 8] & (0x80u >> bit % 8)) != 0)
            wire_fail(reader, "host bits must be 0");
    }
    return prefix;
}

static void put_scope(struct wire_writer *writer, const struct rule_scope *scope)
{
    wire_put_u8(writer, (uint8_t)scope->profiles);
    wire_put_u8(writer, (uint8_t)scope->remote);
    if (scope->remote != REMOTE_LIST)
        return;
    assert(scope->remote_count <= RULE_REMOTE_CAPACITY);
    wire_put_u8(writer, (uint8_t)scope->remote_count);
    for (size_t i = 0; i < scope->remote_count; i++) {
        wire_put_address(writer, &scope->remotes[i].network);
        wire_put_u8(writer, (uint8_t)scope->remotes[i].length);
    }
}

static void get_scope(struct wire_reader *reader, struct rule_scope *out)
{
    wire_field(reader, "firewall profiles");
    out->profiles = wire_get_enum(reader, PROFILE_MASK + 1);
    wire_field(reader, "remote addresses");
    out->remote = (enum remote_kind)wire_get_enum(reader, REMOTE_LIST + 1);
    if (out->remote != REMOTE_LIST)
        return;
    out->remote_count = wire_get_u8(reader);
    if (out->remote_count > RULE_REMOTE_CAPACITY) {
        wire_fail(reader, "too many");
        out->remote_count = 0;
    }
    for (size_t i = 0; i < out->remote_count; i++)
        out->remotes[i] = get_prefix(reader);
}

void wire_put_rule(struct wire_writer *writer, const struct rule *rule)
{
    wire_put_text(writer, rule->id.text);
    wire_put_text(writer, rule->owner.text);
    wire_put_u64(writer, rule->sequence);
    wire_put_text(writer, rule->name);
    wire_put_text(writer, rule->comment);
    wire_put_bool(writer, rule->enabled);
    wire_put_bool(writer, rule->forced);
    put_listen(writer, &rule->listen);
    put_connect(writer, &rule->connect);
    put_scope(writer, &rule->scope);
}

void wire_get_rule(struct wire_reader *reader, struct rule *out)
{
    *out = (struct rule){0};
    wire_field(reader, "rule id");
    out->id = wire_get_rule_id(reader, WIRE_OPTIONAL);
    wire_field(reader, "rule owner");
    out->owner = wire_get_user(reader, WIRE_OPTIONAL);
    wire_field(reader, "rule sequence");
    out->sequence = wire_get_u64(reader);
    wire_field(reader, "rule name");
    wire_get_text(reader, out->name, sizeof out->name);
    wire_field(reader, "rule comment");
    wire_get_text(reader, out->comment, sizeof out->comment);
    wire_field(reader, "rule enabled");
    out->enabled = wire_get_bool(reader);
    wire_field(reader, "rule forced");
    out->forced = wire_get_bool(reader);
    get_listen(reader, &out->listen);
    get_connect(reader, &out->connect);
    get_scope(reader, &out->scope);
}

void wire_put_message(struct wire_writer *writer, const struct message *message)
{
    wire_put_u16(writer, (uint16_t)message->id);
    for (size_t i = 0; message->id != MESSAGE_NONE && i < MESSAGE_ARGUMENT_COUNT; i++)
        wire_put_text(writer, message->arguments[i]);
}

void wire_put_error(struct wire_writer *writer, const struct error *error)
{
    wire_put_u8(writer, (uint8_t)error->kind);
    if (error->kind == ERR_NONE)
        return;
    wire_put_u32(writer, error->os_code);
    wire_put_text(writer, error->detail);
    wire_put_message(writer, &error->message);
}

void wire_get_message(struct wire_reader *reader, struct message *out)
{
    *out = (struct message){.id = (enum message_id)wire_get_u16(reader)};
    for (size_t i = 0; out->id != MESSAGE_NONE && i < MESSAGE_ARGUMENT_COUNT; i++) {
        wire_get_text(reader, out->arguments[i], sizeof out->arguments[i]);
        if (message_is_known(out->id) && i >= message_argument_count(out->id) &&
            out->arguments[i][0] != '\0')
            wire_fail(reader, "more inserts than the message has");
    }
}

void wire_get_error(struct wire_reader *reader, struct error *out)
{
    wire_field(reader, "error kind");
    out->kind = (enum error_kind)wire_get_enum(reader, ERR_KIND_COUNT);
    if (out->kind == ERR_NONE)
        return;
    wire_field(reader, "error code");
    out->os_code = wire_get_u32(reader);
    wire_field(reader, "error detail");
    wire_get_text(reader, out->detail, sizeof out->detail);
    wire_field(reader, "error message");
    wire_get_message(reader, &out->message);
}
