/*
 * The four tables in the registry that the IP Helper reads its forwards from
 * (facts/peers-portproxy-firewall.md B).
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_PORTPROXY_TABLES_H
#define TIDEGATE_WIN32_PORTPROXY_TABLES_H

#include "core/base/error.h"
#include "core/model/portproxy.h"

/* A table that holds more is refused whole: an entry of ours beyond the end must not look as if
 * it were gone. */
#define PORTPROXY_TABLE_VALUES_MAX 16384

/* All well-formed entries; the rest (another type than REG_SZ, too long, no endpoint) is counted.
 * A table that does not exist is empty. */
bool portproxy_tables_read(struct portproxy_list *out, size_t *malformed_count,
                           struct error *err) MUST_CHECK;

/* Makes the table when it is missing. ERR_CONFLICT, and nothing is changed, when something other
 * than `expected` (NULL: nothing) stands there, be it malformed. */
bool portproxy_tables_write(const struct portproxy_entry *entry,
                            const struct portproxy_value *expected,
                            struct error *err) MUST_CHECK;

/* Success when there is no such value; otherwise as above. */
bool portproxy_tables_delete(const struct portproxy_key *key,
                             const struct portproxy_value *expected,
                             struct error *err) MUST_CHECK;

/* Returns once the tables are on disk. */
bool portproxy_tables_flush(struct error *err) MUST_CHECK;

#endif
