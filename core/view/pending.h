/*
 * Requests a window has sent and that are not answered yet: what it shows as "pending"
 * until the service confirms. A check mark is never moved on a guess.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_PENDING_H
#define TIDEGATE_VIEW_PENDING_H

#include "core/model/rule.h"
#include "core/protocol/request.h"

struct pending_item {
    uint32_t job; /* number of the request, unique while it is pending */
    enum verb verb;
    struct rule_id rule_id; /* "" when the request names no stored rule */
    bool is_reading;        /* then rule_id is what it asks about */
    uint32_t limit;         /* of an activity request */
};

struct pending_list {
    struct pending_item *items;
    size_t count, capacity;
};

void pending_add(struct pending_list *list, uint32_t job, const struct request *request);
void pending_finish(struct pending_list *list, uint32_t job); /* unknown: harmless */
/* Of what changes something; each rule of a batch counts. */
bool pending_has_rule(const struct pending_list *list, const struct rule_id *id);
bool pending_has_verb(const struct pending_list *list, enum verb verb);
void pending_clear(struct pending_list *list);

bool pending_is_reading(const struct pending_list *list, uint32_t job);

/* Whether the job only tells the service of WSL (VERB_REPORT_WSL), which no user asked for. */
bool pending_is_report(const struct pending_list *list, uint32_t job);

/* The job of the very same request that only reads; 0 if there is none. */
uint32_t pending_find_reading(const struct pending_list *list,
                              const struct request *request);

/* The rule a request changes; "" if none, or several. */
struct rule_id request_rule_id(const struct request *request);

/* Whether something pending stands in for the request or must be answered before it: the same verb,
 * or another change of (one of) the same rules; for a request that only reads, the very same one.
 * New rules are never covered. */
bool pending_covers(const struct pending_list *list, const struct request *request);

#endif
