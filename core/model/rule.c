/*
 * What a rule must be, and how two rules compare.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/rule.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <string.h>

struct rule rule_default(void)
{
    return (struct rule){
        .enabled = true,
        .listen = {.kind = LISTEN_ANY, .address.family = ADDRESS_IPV4},
        .connect = {.kind = CONNECT_WSL},
        .scope = {.profiles = PROFILE_PRIVATE | PROFILE_DOMAIN,
                  .remote = REMOTE_LOCAL_SUBNET},
    };
}

static bool is_terminated(const char *field, size_t size)
{
    return memchr(field, '\0', size) != NULL;
}

static bool refuse(struct error *err, enum message_id message, const char *value)
{
    return error_set_message(err, ERR_INVALID, message, value, NULL, NULL);
}

/* A text of the rule, and what is said when it is wrong. */
struct text_field {
    const char *name;
    enum message_id too_long, not_plain;
};

static bool validate_text(const struct text_field *field, const char *value,
                          struct error *err)
{
    if (!is_terminated(value, RULE_TEXT_SIZE))
        return refuse(err, field->too_long, text_of_number(RULE_TEXT_SIZE - 1).digits);
    if (!utf8_is_valid(value, strlen(value)))
        return error_set(err, ERR_INVALID, "%s: is not valid UTF-8", field->name);
    if (!utf8_is_plain(value))
        return refuse(err, field->not_plain, NULL);
    return true;
}

static bool validate_texts(const struct rule *rule, struct error *err)
{
    static const struct text_field name = {"name", MESSAGE_NAME_TOO_LONG,
                                           MESSAGE_NAME_NOT_PLAIN};
    static const struct text_field comment = {"comment", MESSAGE_COMMENT_TOO_LONG,
                                              MESSAGE_COMMENT_NOT_PLAIN};

    return validate_text(&name, rule->name, err) &&
           validate_text(&comment, rule->comment, err);
}

/* Ports that Windows itself needs: RPC, NetBIOS, SMB, Remote Desktop, WinRM. */
static bool reserved_port_in(uint16_t first, uint16_t last, uint16_t *out)
{
    static const uint16_t reserved[] = {135, 139, 445, 3389, 5985, 5986, 47001};

    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        if (reserved[i] >= first && reserved[i] <= last) {
            *out = reserved[i];
            return true;
        }
    }
    return false;
}

static bool validate_range(const struct rule *rule, struct error *err)
{
    const struct rule_listen *listen = &rule->listen;
    char buffer[16];
    struct text range = TEXT_OVER(buffer);

    text_append_format(&range, "%u-%u", listen->first_port, listen->last_port);
    if (listen->first_port == 0)
        return error_set(err, ERR_INVALID, "listen port '0': must be 1 to 65535");
    if (listen->last_port < listen->first_port)
        return refuse(err, MESSAGE_LISTEN_PORTS_REVERSED, buffer);
    return rule_port_count(rule) <= ENTRIES_MAX ||
           error_set_message(err, ERR_INVALID, MESSAGE_LISTEN_PORTS_TOO_MANY, buffer,
                             text_of_number(ENTRIES_MAX).digits, NULL);
}

static bool validate_ports(const struct rule *rule, struct error *err)
{
    const struct rule_listen *listen = &rule->listen;
    uint16_t reserved;

    if (!validate_range(rule, err))
        return false;
    if (rule->connect.first_port == 0)
        return error_set(err, ERR_INVALID, "connect port '0': must be 1 to 65535");
    if (rule->connect.first_port + (rule_port_count(rule) - 1) > 65535)
        return error_set_message(err, ERR_INVALID, MESSAGE_CONNECT_PORTS_BEYOND,
                                 text_of_number(rule->connect.first_port).digits,
                                 text_of_number(rule_port_count(rule)).digits, NULL);
    if (!rule->forced &&
        reserved_port_in(listen->first_port, listen->last_port, &reserved))
        return refuse(err, MESSAGE_LISTEN_PORT_RESERVED, text_of_number(reserved).digits);
    return true;
}

static bool validate_listen(const struct rule *rule, struct error *err)
{
    const struct rule_listen *listen = &rule->listen;
    char address[ADDRESS_TEXT_SIZE];

    if (listen->kind == LISTEN_INTERFACE) {
        if (!is_terminated(listen->interface_name, sizeof listen->interface_name) ||
            listen->interface_name[0] == '\0' || !utf8_is_plain(listen->interface_name))
            return error_set(err, ERR_INVALID,
                             "listen interface: must be 1 to %d bytes of plain text",
                             RULE_INTERFACE_NAME_SIZE - 1);
        return true;
    }
    address_format(&listen->address, address);
    if (listen->address.family == ADDRESS_NONE)
        return error_set(err, ERR_INVALID,
                         "listen address '': must be an IPv4 or IPv6 address");
    if (listen->kind == LISTEN_ANY &&
        (listen->address.family != ADDRESS_IPV4 || !address_is_any(&listen->address)))
        return error_set(err, ERR_INVALID,
                         "listen address '%s': must be 0.0.0.0 to listen at any address",
                         address);
    if (address_is_multicast(&listen->address))
        return refuse(err, MESSAGE_LISTEN_ADDRESS_MULTICAST, address);
    if (address_is_broadcast(&listen->address))
        return refuse(err, MESSAGE_LISTEN_ADDRESS_BROADCAST, address);
    if (address_is_loopback(&listen->address) && !rule->forced)
        return refuse(err, MESSAGE_LISTEN_ADDRESS_LOOPBACK, address);
    return true;
}

static bool validate_connect(const struct rule_connect *connect, struct error *err)
{
    char address[ADDRESS_TEXT_SIZE];

    if (connect->kind == CONNECT_WSL)
        return true;
    address_format(&connect->address, address);
    if (connect->address.family == ADDRESS_NONE)
        return error_set(err, ERR_INVALID,
                         "connect address '': must be 'wsl' or an IPv4 or IPv6 address");
    if (address_is_any(&connect->address) || address_is_multicast(&connect->address) ||
        address_is_broadcast(&connect->address))
        return refuse(err, MESSAGE_CONNECT_ADDRESS_NOT_HOST, address);
    if (address_is_loopback(&connect->address))
        return refuse(err, MESSAGE_CONNECT_ADDRESS_LOOPBACK, address);
    return true;
}

static bool prefix_is_sound(const struct prefix *prefix)
{
    const enum address_family family = prefix->network.family;

    return family != ADDRESS_NONE &&
           prefix->length <= (family == ADDRESS_IPV4 ? 32u : 128u);
}

static bool validate_scope(const struct rule_scope *scope, struct error *err)
{
    if ((scope->profiles & ~PROFILE_MASK) != 0)
        return error_set(err, ERR_INVALID,
                         "firewall: must be off or some of private, domain, public");
    if (scope->remote == REMOTE_LIST &&
        (scope->remote_count == 0 || scope->remote_count > RULE_REMOTE_CAPACITY))
        return error_set(err, ERR_INVALID, "remote addresses: must be 1 to %d addresses",
                         RULE_REMOTE_CAPACITY);
    for (size_t i = 0; scope->remote == REMOTE_LIST && i < scope->remote_count; i++) {
        if (!prefix_is_sound(&scope->remotes[i]))
            return error_set(err, ERR_INVALID,
                             "remote addresses: must be addresses like 192.168.1.0/24");
    }
    return true;
}

bool rule_validate(const struct rule *rule, struct error *err)
{
    return validate_texts(rule, err) && validate_ports(rule, err) &&
           validate_listen(rule, err) && validate_connect(&rule->connect, err) &&
           validate_scope(&rule->scope, err);
}

size_t rule_port_count(const struct rule *rule)
{
    return (size_t)rule->listen.last_port - rule->listen.first_port + 1;
}

bool rule_id_equals(const struct rule_id *a, const struct rule_id *b)
{
    return strcmp(a->text, b->text) == 0;
}

bool rule_id_is_valid(const char *text)
{
    static const char pattern[] = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";

    for (size_t i = 0; i < sizeof pattern; i++) {
        const bool hex =
            (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');

        if (pattern[i] == 'h' ? !hex : text[i] != pattern[i])
            return false;
    }
    return true;
}

bool user_sid_equals(const struct user_sid *a, const struct user_sid *b)
{
    return strcmp(a->text, b->text) == 0;
}

bool user_sid_is_valid(const char *text)
{
    size_t parts = 0;

    if (strncmp(text, "S-1-", 4) != 0 || strlen(text) >= USER_SID_SIZE)
        return false;
    for (const char *at = text + 3; *at != '\0'; parts++) {
        size_t digits = 0;

        if (*at++ != '-')
            return false;
        while (at[digits] >= '0' && at[digits] <= '9')
            digits++;
        if (digits == 0 || digits > 15)
            return false;
        at += digits;
    }
    /* The authority and at least one, at most fifteen subauthorities. */
    return parts >= 2 && parts <= 16;
}

static bool listen_places_equal(const struct rule_listen *a, const struct rule_listen *b)
{
    if ((a->kind == LISTEN_INTERFACE) != (b->kind == LISTEN_INTERFACE))
        return false;
    if (a->kind == LISTEN_INTERFACE)
        return ascii_equals_ignoring_case(a->interface_name, b->interface_name);
    return address_equals(&a->address, &b->address);
}

static bool connects_equal(const struct rule_connect *a, const struct rule_connect *b)
{
    return a->kind == b->kind &&
           (a->kind == CONNECT_WSL || address_equals(&a->address, &b->address));
}

static bool remote_within(const struct prefix *narrow, const struct rule_scope *wide)
{
    for (size_t i = 0; i < wide->remote_count; i++) {
        if (wide->remotes[i].length <= narrow->length &&
            prefix_contains(&wide->remotes[i], &narrow->network))
            return true;
    }
    return false;
}

static bool remotes_narrower_or_equal(const struct rule_scope *now,
                                      const struct rule_scope *before)
{
    if (before->remote == REMOTE_ANY)
        return true;
    if (now->remote != before->remote)
        return false;
    for (size_t i = 0; now->remote == REMOTE_LIST && i < now->remote_count; i++) {
        if (!remote_within(&now->remotes[i], before))
            return false;
    }
    return true;
}

static bool scope_narrower_or_equal(const struct rule_scope *now,
                                    const struct rule_scope *before)
{
    if (now->profiles == 0)
        return true;
    return (now->profiles & ~before->profiles) == 0 &&
           remotes_narrower_or_equal(now, before);
}

bool rule_is_narrower_or_equal(const struct rule *now, const struct rule *before)
{
    const int shift = now->listen.first_port - before->listen.first_port;

    return listen_places_equal(&now->listen, &before->listen) &&
           now->listen.first_port >= before->listen.first_port &&
           now->listen.last_port <= before->listen.last_port &&
           connects_equal(&now->connect, &before->connect) &&
           now->connect.first_port == before->connect.first_port + shift &&
           (!now->forced || before->forced) &&
           scope_narrower_or_equal(&now->scope, &before->scope);
}

bool rule_forwards_equal(const struct rule *a, const struct rule *b)
{
    return rule_is_narrower_or_equal(a, b) && rule_is_narrower_or_equal(b, a);
}

static bool share_ports(const struct rule_listen *a, const struct rule_listen *b)
{
    return a->first_port <= b->last_port && b->first_port <= a->last_port;
}

bool rule_listens_overlap(const struct rule *a, const struct rule *b)
{
    return listen_places_equal(&a->listen, &b->listen) &&
           share_ports(&a->listen, &b->listen);
}

static bool place_covers(const struct rule_listen *wide, const struct rule_listen *narrow)
{
    if (wide->kind == LISTEN_INTERFACE || !address_is_any(&wide->address))
        return false;
    return narrow->kind == LISTEN_INTERFACE
               ? wide->address.family == ADDRESS_IPV4
               : narrow->address.family == wide->address.family;
}

bool rule_listens_compete(const struct rule *a, const struct rule *b)
{
    return (listen_places_equal(&a->listen, &b->listen) ||
            place_covers(&a->listen, &b->listen) ||
            place_covers(&b->listen, &a->listen)) &&
           share_ports(&a->listen, &b->listen);
}

const struct rule *rule_list_find(const struct rule_list *list, const struct rule_id *id)
{
    for (size_t i = 0; i < list->count; i++) {
        if (rule_id_equals(&list->items[i].id, id))
            return &list->items[i];
    }
    return NULL;
}

void rule_list_clear(struct rule_list *list)
{
    LIST_CLEAR(list);
}
