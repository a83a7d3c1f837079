/*
 * A state and its reason, written into a rule's status together with what the reason is about.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_RECONCILE_VERDICT_H
#define TIDEGATE_RECONCILE_VERDICT_H

#include "core/base/error.h"
#include "core/model/rule_status.h"

/* With a subject that no language changes: a name, a number, what Windows said. */
void verdict_set(struct rule_status *status, enum rule_state state, enum reason reason,
                 const char *format, ...) PRINTF_LIKE(4, 5);

/* With a subject in words, which users read in their language. */
void verdict_set_with_words(struct rule_status *status, enum rule_state state,
                            enum reason reason, enum message_id id, const char *insert);

/* The subject alone; what is not needed of the three is NULL. */
void verdict_set_subject(struct rule_status *status, enum message_id id,
                         const char *first, const char *second, const char *third);

/* Failed, with the error's words and code. Access denied is a reason of its own. */
void verdict_set_error(struct rule_status *status, enum reason reason,
                       const struct error *err);

#endif
