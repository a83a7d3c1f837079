/*
 * Portproxy entries: reading and spelling registry values, and telling which are the same.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/portproxy.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <assert.h>
#include <string.h>

static const char *const type_names[PORTPROXY_TYPE_COUNT] = {
    [PORTPROXY_V4TOV4] = "v4tov4",
    [PORTPROXY_V4TOV6] = "v4tov6",
    [PORTPROXY_V6TOV4] = "v6tov4",
    [PORTPROXY_V6TOV6] = "v6tov6",
};

const char *portproxy_type_name(enum portproxy_type type)
{
    assert(type < PORTPROXY_TYPE_COUNT);
    return type_names[type];
}

bool portproxy_type_parse(const char *name, enum portproxy_type *out)
{
    for (int i = 0; i < PORTPROXY_TYPE_COUNT; i++) {
        if (strcmp(name, type_names[i]) == 0) {
            *out = (enum portproxy_type)i;
            return true;
        }
    }
    return false;
}

enum portproxy_type portproxy_type_of(enum address_family listen,
                                      enum address_family connect)
{
    assert(listen != ADDRESS_NONE && connect != ADDRESS_NONE);
    if (listen == ADDRESS_IPV4)
        return connect == ADDRESS_IPV4 ? PORTPROXY_V4TOV4 : PORTPROXY_V4TOV6;
    return connect == ADDRESS_IPV4 ? PORTPROXY_V6TOV4 : PORTPROXY_V6TOV6;
}

enum address_family portproxy_listen_family(enum portproxy_type type)
{
    return type == PORTPROXY_V4TOV4 || type == PORTPROXY_V4TOV6 ? ADDRESS_IPV4
                                                                : ADDRESS_IPV6;
}

/* "host/port", host not empty; the last slash counts. */
static bool split(const char *text, char host[PORTPROXY_HOST_SIZE], uint16_t *port)
{
    const char *slash = strrchr(text, '/');
    unsigned long number;
    size_t size;

    if (slash == NULL || slash == text || !utf8_is_valid(text, strlen(text)))
        return false;
    size = (size_t)(slash - text);
    if (size >= PORTPROXY_HOST_SIZE || !text_parse_number(slash + 1, 65535, &number) ||
        number == 0)
        return false;
    memcpy(host, text, size);
    host[size] = '\0';
    *port = (uint16_t)number;
    return true;
}

bool portproxy_entry_parse(enum portproxy_type type, const char *name, const char *data,
                           struct portproxy_entry *out)
{
    struct portproxy_entry parsed = {.key.type = type};

    if (!split(name, parsed.key.listen, &parsed.key.port) ||
        !split(data, parsed.value.connect, &parsed.value.port))
        return false;
    *out = parsed;
    return true;
}

static void join(const char *host, uint16_t port, char out[PORTPROXY_TEXT_SIZE])
{
    struct text text = text_over(out, PORTPROXY_TEXT_SIZE);

    text_append_format(&text, "%s/%u", host, port);
}

void portproxy_key_format(const struct portproxy_key *key, char out[PORTPROXY_TEXT_SIZE])
{
    join(key->listen, key->port, out);
}

void portproxy_value_format(const struct portproxy_value *value,
                            char out[PORTPROXY_TEXT_SIZE])
{
    join(value->connect, value->port, out);
}

bool portproxy_key_equals(const struct portproxy_key *a, const struct portproxy_key *b)
{
    return a->type == b->type && a->port == b->port &&
           ascii_equals_ignoring_case(a->listen, b->listen);
}

/* `*` is how netsh stores an omitted listen address. */
static bool listen_address(const struct portproxy_key *key, struct address *out)
{
    if (strcmp(key->listen, "*") == 0) {
        *out = (struct address){.family = portproxy_listen_family(key->type)};
        return true;
    }
    return address_parse(key->listen, out);
}

bool portproxy_key_same_socket(const struct portproxy_key *a,
                               const struct portproxy_key *b)
{
    struct address left;
    struct address right;

    if (a->port != b->port ||
        portproxy_listen_family(a->type) != portproxy_listen_family(b->type))
        return false;
    if (listen_address(a, &left) && listen_address(b, &right))
        return address_equals(&left, &right);
    return ascii_equals_ignoring_case(a->listen, b->listen);
}

bool portproxy_value_equals(const struct portproxy_value *a,
                            const struct portproxy_value *b)
{
    struct address left;
    struct address right;

    if (a->port != b->port)
        return false;
    if (address_parse(a->connect, &left) && address_parse(b->connect, &right))
        return address_equals(&left, &right);
    return ascii_equals_ignoring_case(a->connect, b->connect);
}

const struct portproxy_entry *portproxy_list_find(const struct portproxy_list *list,
                                                  const struct portproxy_key *key)
{
    for (size_t i = 0; i < list->count; i++) {
        if (portproxy_key_equals(&list->items[i].key, key))
            return &list->items[i];
    }
    return NULL;
}

void portproxy_list_clear(struct portproxy_list *list)
{
    LIST_CLEAR(list);
}
