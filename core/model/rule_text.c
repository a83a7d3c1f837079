/*
 * Rules as people write them: "192.168.1.10:8000-8010", "wsl:80", "private,domain".
 * SPDX-License-Identifier: MIT
 */
#include "core/base/text.h"
#include "core/model/rule.h"

#include <string.h>

static bool refuse(struct error *err, enum message_id message, const char *value)
{
    return error_set_message(err, ERR_INVALID, message, value, NULL, NULL);
}

void rule_listen_format(const struct rule_listen *listen, char *out, size_t capacity)
{
    struct text text = text_over(out, capacity);
    char address[ADDRESS_TEXT_SIZE];

    address_format(&listen->address, address);
    if (listen->kind == LISTEN_INTERFACE)
        text_append_format(&text, "%s:", listen->interface_name);
    else if (listen->address.family == ADDRESS_IPV6)
        text_append_format(&text, "[%s]:", address);
    else if (listen->kind == LISTEN_ADDRESS)
        text_append_format(&text, "%s:", address);
    text_append_format(&text, "%u", listen->first_port);
    if (listen->last_port != listen->first_port)
        text_append_format(&text, "-%u", listen->last_port);
}

static bool parse_port(const char *text, uint16_t *out)
{
    unsigned long number;

    if (!text_parse_number(text, 65535, &number) || number == 0)
        return false;
    *out = (uint16_t)number;
    return true;
}

static bool parse_port_range(const char *text, struct rule_listen *out, struct error *err)
{
    const char *dash = strchr(text, '-');
    char first[8] = "";
    const size_t size = dash != NULL ? (size_t)(dash - text) : strlen(text);

    if (size < sizeof first) {
        memcpy(first, text, size);
        first[size] = '\0';
    }
    if (!parse_port(first, &out->first_port) ||
        !parse_port(dash != NULL ? dash + 1 : first, &out->last_port))
        return refuse(err, MESSAGE_LISTEN_PORT_FORM, text);
    if (out->last_port < out->first_port)
        return refuse(err, MESSAGE_LISTEN_PORTS_REVERSED, text);
    return true;
}

/* Cuts "PLACE:REST" at its last colon; a bracketed place loses its brackets. False when
 * there is no place. */
static bool split_place(const char *text, char *place, size_t capacity, const char **rest,
                        bool *bracketed)
{
    const char *colon = strrchr(text, ':');
    size_t size;

    *rest = text;
    *bracketed = false;
    if (colon == NULL)
        return false;
    size = (size_t)(colon - text);
    if (size >= 2 && text[0] == '[' && colon[-1] == ']') {
        text++;
        size -= 2;
        *bracketed = true;
    }
    if (size >= capacity)
        size =
            capacity - 1; /* too long for an address or a name: refused by what follows */
    memcpy(place, text, size);
    place[size] = '\0';
    *rest = colon + 1;
    return true;
}

/* Brackets count: "[::1" is an address with its end forgotten. */
static bool looks_like_address(const char *place)
{
    return place[strspn(place, "0123456789.")] == '\0' ||
           (strchr(place, ':') != NULL &&
            place[strspn(place, "0123456789abcdefABCDEF:.[]")] == '\0');
}

static bool set_place(struct rule_listen *listen, const char *place, bool bracketed,
                      struct error *err)
{
    if (strcmp(place, "*") == 0 && !bracketed)
        return true;
    if (address_parse(place, &listen->address) &&
        (listen->address.family == ADDRESS_IPV6 || !bracketed)) {
        if (listen->address.family == ADDRESS_IPV6 && !bracketed)
            return error_set(err, ERR_INVALID,
                             "listen address '%s': write an IPv6 address in brackets",
                             place);
        listen->kind =
            address_is_any(&listen->address) && listen->address.family == ADDRESS_IPV4
                ? LISTEN_ANY
                : LISTEN_ADDRESS;
        return true;
    }
    if (bracketed || place[0] == '\0' || looks_like_address(place))
        return refuse(err, MESSAGE_LISTEN_ADDRESS_FORM, place);
    if (!utf8_is_valid(place, strlen(place)) || !utf8_is_plain(place))
        return refuse(err, MESSAGE_LISTEN_INTERFACE_NOT_PLAIN, NULL);
    listen->kind = LISTEN_INTERFACE;
    listen->address = (struct address){0};
    text_copy(listen->interface_name, sizeof listen->interface_name, place);
    return true;
}

bool rule_listen_parse(const char *text, struct rule_listen *out, struct error *err)
{
    struct rule_listen parsed = {.kind = LISTEN_ANY, .address.family = ADDRESS_IPV4};
    char place[RULE_INTERFACE_NAME_SIZE + 1];
    const char *ports;
    bool bracketed;

    if (split_place(text, place, sizeof place, &ports, &bracketed)) {
        if (strlen(place) >= RULE_INTERFACE_NAME_SIZE)
            return refuse(err, MESSAGE_LISTEN_INTERFACE_TOO_LONG,
                          text_of_number(RULE_INTERFACE_NAME_SIZE - 1).digits);
        if (!set_place(&parsed, place, bracketed, err))
            return false;
    }
    if (!parse_port_range(ports, &parsed, err))
        return false;
    *out = parsed;
    return true;
}

void rule_connect_format(const struct rule_connect *connect, char *out, size_t capacity)
{
    struct text text = text_over(out, capacity);
    char address[ADDRESS_TEXT_SIZE];

    address_format(&connect->address, address);
    if (connect->kind == CONNECT_WSL)
        text_append(&text, "wsl");
    else
        text_append_format(&text, connect->address.family == ADDRESS_IPV6 ? "[%s]" : "%s",
                           address);
    text_append_format(&text, ":%u", connect->first_port);
}

/* "10.0.0.5", "[fe80::1]", with or without a port behind. */
static bool parse_target(const char *text, struct rule_connect *out)
{
    char place[ADDRESS_TEXT_SIZE + 1];
    const char *port = text;
    bool bracketed = false;
    const size_t size = strlen(text);

    if (size >= 2 && text[0] == '[' && text[size - 1] == ']' && size - 2 < sizeof place) {
        memcpy(place, text + 1, size - 2);
        place[size - 2] = '\0';
        return address_parse(place, &out->address) && out->address.family == ADDRESS_IPV6;
    }
    if (address_parse(text, &out->address))
        return out->address.family == ADDRESS_IPV4;
    return split_place(text, place, sizeof place, &port, &bracketed) &&
           address_parse(place, &out->address) &&
           bracketed == (out->address.family == ADDRESS_IPV6) &&
           parse_port(port, &out->first_port);
}

bool rule_connect_parse(const char *text, uint16_t default_port, struct rule_connect *out,
                        struct error *err)
{
    struct rule_connect parsed = {.kind = CONNECT_WSL, .first_port = default_port};

    if (strcmp(text, "wsl") == 0) {
        *out = parsed;
        return true;
    }
    if (strncmp(text, "wsl:", 4) == 0) {
        if (!parse_port(text + 4, &parsed.first_port))
            return refuse(err, MESSAGE_CONNECT_PORT_FORM, text + 4);
        *out = parsed;
        return true;
    }
    parsed.kind = CONNECT_ADDRESS;
    if (!parse_target(text, &parsed))
        return refuse(err, MESSAGE_CONNECT_ADDRESS_FORM, text);
    *out = parsed;
    return true;
}

static const struct {
    unsigned bit;
    const char *word;
} profile_words[] = {
    {PROFILE_PRIVATE, "private"},
    {PROFILE_DOMAIN, "domain"},
    {PROFILE_PUBLIC, "public"},
};
#define PROFILE_WORD_COUNT (sizeof profile_words / sizeof profile_words[0])

void rule_profiles_format(unsigned profiles, char *out, size_t capacity)
{
    struct text text = text_over(out, capacity);

    for (size_t i = 0; i < PROFILE_WORD_COUNT; i++) {
        if ((profiles & profile_words[i].bit) != 0)
            text_append_format(&text, "%s%s", text.length > 0 ? "," : "",
                               profile_words[i].word);
    }
    if (text.length == 0)
        text_append(&text, "off");
}

/* Takes the next part of a comma list; false when it does not fit. */
static bool next_part(const char **list, char *part, size_t capacity)
{
    const size_t size = strcspn(*list, ",");

    if (size >= capacity)
        return false;
    memcpy(part, *list, size);
    part[size] = '\0';
    *list += size;
    return true;
}

static unsigned profile_bit(const char *word)
{
    for (size_t i = 0; i < PROFILE_WORD_COUNT; i++) {
        if (strcmp(word, profile_words[i].word) == 0)
            return profile_words[i].bit;
    }
    return 0;
}

bool rule_profiles_parse(const char *text, unsigned *out, struct error *err)
{
    const char *at = text;
    unsigned profiles = 0;

    if (strcmp(text, "off") == 0) {
        *out = 0;
        return true;
    }
    for (;;) {
        char word[16];
        const unsigned bit = next_part(&at, word, sizeof word) ? profile_bit(word) : 0;

        if (bit == 0)
            return error_set(
                err, ERR_INVALID,
                "firewall '%s': must be off or a comma list of private, domain, "
                "public",
                text);
        profiles |= bit;
        if (*at++ == '\0')
            break;
    }
    *out = profiles;
    return true;
}

void rule_remote_format(const struct rule_scope *scope, char *out, size_t capacity)
{
    struct text text = text_over(out, capacity);

    if (scope->remote != REMOTE_LIST) {
        text_append(&text, scope->remote == REMOTE_ANY ? "any" : "local-subnet");
        return;
    }
    for (size_t i = 0; i < scope->remote_count; i++) {
        char prefix[PREFIX_TEXT_SIZE];

        prefix_format(&scope->remotes[i], prefix);
        text_append_format(&text, "%s%s", i > 0 ? "," : "", prefix);
    }
}

bool rule_remote_parse(const char *text, struct rule_scope *out, struct error *err)
{
    struct rule_scope parsed = *out;
    const char *at = text;

    parsed.remote_count = 0;
    parsed.remote = strcmp(text, "any") == 0            ? REMOTE_ANY
                    : strcmp(text, "local-subnet") == 0 ? REMOTE_LOCAL_SUBNET
                                                        : REMOTE_LIST;
    while (parsed.remote == REMOTE_LIST) {
        char part[PREFIX_TEXT_SIZE + 16];

        if (parsed.remote_count == RULE_REMOTE_CAPACITY)
            return refuse(err, MESSAGE_REMOTE_TOO_MANY,
                          text_of_number(RULE_REMOTE_CAPACITY).digits);
        if (!next_part(&at, part, sizeof part) ||
            !prefix_parse(part, &parsed.remotes[parsed.remote_count++]))
            return refuse(err, MESSAGE_REMOTE_FORM, text);
        if (*at++ == '\0')
            break;
    }
    *out = parsed;
    return true;
}

void rule_title(const struct rule *rule, char *out, size_t capacity)
{
    if (rule->name[0] != '\0')
        text_copy(out, capacity, rule->name);
    else
        rule_listen_format(&rule->listen, out, capacity);
}
