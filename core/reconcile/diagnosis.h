/*
 * From what is seen of one rule's forward to its links, one by one. Pure but for the names of
 * programs, which the caller's system looks up.
 *
 * The chain never contradicts the rule's status: the first broken link has the status' reason, and
 * a rule that is active or off has no broken link. The chain of a range is that of its worst port.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_RECONCILE_DIAGNOSIS_H
#define TIDEGATE_RECONCILE_DIAGNOSIS_H

#include "core/model/diagnosis.h"
#include "core/reconcile/status.h"

/* Borrowed. */
struct diagnosis_evidence {
    const struct outcome *outcome; /* its snapshot with the listeners */
    size_t rule_index;
    const struct connection_list *connections;
    struct rule_status status; /* of the rule */
    size_t worst_entry;        /* whose status that is (status_of_worst_port) */
    enum probe_result probe;   /* of that entry's connect side */
};

/* Fills all but the time. */
void diagnosis_find(const struct diagnosis_evidence *evidence, struct diagnosis *out);

#endif
