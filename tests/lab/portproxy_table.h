/*
 * The four PortProxy tables of the registry, as IP Helper reads them.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_LAB_PORTPROXY_TABLE_H
#define TIDEGATE_LAB_PORTPROXY_TABLE_H

#include "event_log.h"

#include <winsock2.h>
#include <stdbool.h>

struct portproxy_entry {
    const char *type; /* "v4tov4" and so on; static text */
    int listen_family;
    int connect_family;
    wchar_t listen_host[64]; /* as written; may be "*" */
    wchar_t listen_port[8];
    wchar_t connect_host[256];
    wchar_t connect_port[8];
};

struct portproxy_table {
    struct portproxy_entry *items;
    size_t count;
    size_t capacity;
};

/* Malformed values are passed over, a missing key is an empty table. */
void portproxy_table_read(struct portproxy_table *out);
void portproxy_table_clear(struct portproxy_table *table);

/* Appends ["v4tov4","0.0.0.0","3000","172.28.1.2","3000"]. */
void portproxy_entry_describe(const struct portproxy_entry *entry, struct line *line);

/* The same listen endpoint, whatever its spelling. */
bool portproxy_entry_listens_like(const struct portproxy_entry *a,
                                  const struct portproxy_entry *b);

#endif
