/*
 * What scripts left behind that can be taken over: the entries of a report, in the order in which
 * people read them. Pure; borrows from the report.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_ADOPTABLE_H
#define TIDEGATE_VIEW_ADOPTABLE_H

#include "core/engine/report.h"
#include "core/protocol/request.h"

#define ADOPTABLE_TEXT_SIZE (2 * PORTPROXY_TEXT_SIZE + 8)

struct adoptable_list {
    const struct report_entry **items; /* by port */
    size_t count, capacity;
};

/* `out` is replaced. NULL report: none. At most RULES_PER_USER_MAX, as many as one request
 * takes. */
void adoptable_build(const struct report *report, struct adoptable_list *out);
void adoptable_clear(struct adoptable_list *list);

size_t adoptable_count(const struct report *report);

/* "3000 → 172.28.208.5:3000", with the listen address if it is not any IPv4 address:
 * "[::]:3000 → …". */
void adoptable_label(const struct portproxy_entry *entry, char out[ADOPTABLE_TEXT_SIZE]);

/* The one that is meant by "3000" or "0.0.0.0/3000"; ERR_NOT_FOUND, or ERR_INVALID when several
 * are. Borrowed. */
const struct report_entry *adoptable_find(const struct adoptable_list *list,
                                          const char *reference, struct error *err);

/* Adds an entry to the request. */
void adoptable_add(const struct report_entry *entry, struct adopt_request *out);

#endif
