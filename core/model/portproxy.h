/*
 * Portproxy entries as Windows keeps them: one registry value per listen endpoint,
 * name "listen/port", data "connect/port" (facts/peers-portproxy-firewall.md B).
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_MODEL_PORTPROXY_H
#define TIDEGATE_MODEL_PORTPROXY_H

#include "core/model/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum portproxy_type {
    PORTPROXY_V4TOV4,
    PORTPROXY_V4TOV6,
    PORTPROXY_V6TOV4,
    PORTPROXY_V6TOV6,
    PORTPROXY_TYPE_COUNT
};

/* Foreign entries may hold DNS or NetBIOS names; a DNS name has at most 253 bytes. */
#define PORTPROXY_HOST_SIZE 256
/* "host/65535" and NUL. */
#define PORTPROXY_TEXT_SIZE (PORTPROXY_HOST_SIZE + 6)

/* What identifies an entry: the listen side exactly as Windows spells it. */
struct portproxy_key {
    enum portproxy_type type;
    char listen[PORTPROXY_HOST_SIZE]; /* an address, a host name, or "*" */
    uint16_t port;
};

struct portproxy_value {
    char connect[PORTPROXY_HOST_SIZE];
    uint16_t port;
};

struct portproxy_entry {
    struct portproxy_key key;
    struct portproxy_value value;
};

struct portproxy_list {
    struct portproxy_entry *items;
    size_t count, capacity;
};

const char *portproxy_type_name(enum portproxy_type type); /* "v4tov4"; borrowed, static */
bool portproxy_type_parse(const char *name, enum portproxy_type *out);
enum portproxy_type portproxy_type_of(enum address_family listen,
                                      enum address_family connect);
enum address_family portproxy_listen_family(enum portproxy_type type);

/* Reads one registry value. False for anything malformed (no slash, port outside 1..65535,
 * empty host): such a value is foreign and stays as it is. Named services ("http") are
 * documented for netsh, so a port that is not a number counts as malformed here. */
bool portproxy_entry_parse(enum portproxy_type type, const char *name, const char *data,
                           struct portproxy_entry *out);
void portproxy_key_format(const struct portproxy_key *key, char out[PORTPROXY_TEXT_SIZE]);
void portproxy_value_format(const struct portproxy_value *value,
                            char out[PORTPROXY_TEXT_SIZE]);

/* The same registry value: type, spelling (registry names ignore ASCII case) and port. */
bool portproxy_key_equals(const struct portproxy_key *a, const struct portproxy_key *b);

/* The same listening socket, whatever the spelling or the connect side: `*` beside
 * `0.0.0.0`, v4tov6 beside v4tov4. A host name equals only the same host name. */
bool portproxy_key_same_socket(const struct portproxy_key *a,
                               const struct portproxy_key *b);

/* The same connect side, addresses normalised, names compared without case. */
bool portproxy_value_equals(const struct portproxy_value *a,
                            const struct portproxy_value *b);

/* Borrowed, or NULL; until the list changes. */
const struct portproxy_entry *portproxy_list_find(const struct portproxy_list *list,
                                                  const struct portproxy_key *key);
void portproxy_list_clear(struct portproxy_list *list);

#endif
