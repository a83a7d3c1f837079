/*
 * The last change made in the rules window, so that it can be taken back: what was asked for, and
 * the rules as they were before. Forgotten as soon as somebody changed those rules since.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_UNDO_H
#define TIDEGATE_VIEW_UNDO_H

#include "core/engine/report.h"
#include "core/protocol/request.h"

enum undo_kind { UNDO_NONE, UNDO_REMOVED, UNDO_ENABLED, UNDO_DISABLED };

struct undo {
    enum undo_kind kind;
    uint32_t job;            /* the request until it is confirmed; then 0 */
    struct rule_list before; /* owned; the rules that it changes, as they were */
};

/* The request was sent as number `job`: it takes the place of what could be undone before. Only
 * VERB_DELETE_RULE, VERB_ENABLE and batches of one of these can be undone, and only the rules that
 * differ afterwards count. */
void undo_note(struct undo *undo, uint32_t job, const struct request *request,
               const struct report *report);

/* The request ended. One that failed left nothing to undo. */
void undo_finish(struct undo *undo, uint32_t job, bool done);

/* Forgets a confirmed change when one of its rules is not any more what it made of it. NULL report:
 * nothing is known, nothing is forgotten. */
void undo_check(struct undo *undo, const struct report *report);

/* Confirmed, and not forgotten. */
bool undo_is_possible(const struct undo *undo);

/* Adds the steps that restore the rules. */
void undo_build(const struct undo *undo, struct batch *out);

void undo_clear(struct undo *undo);

#endif
