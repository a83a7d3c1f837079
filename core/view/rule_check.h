/*
 * What is wrong with a rule editor's fields while they are still being filled in: each is
 * checked by itself first, then together with the others.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_RULE_CHECK_H
#define TIDEGATE_VIEW_RULE_CHECK_H

#include "core/view/rule_form.h"

/* A set of fields. */
#define RULE_FIELD_BIT(field) (1u << (field))
#define RULE_FIELDS_ALL (RULE_FIELD_BIT(RULE_FIELD_COUNT) - 2u)

struct rule_problem {
    enum rule_field field; /* where the user mends it; RULE_FIELD_NONE: in several places */
    bool crosses;          /* the field is sound by itself and wrong beside another */
    struct error error;
};

/* The fields that hold anything; the profiles always do. */
unsigned rule_form_filled(const struct rule_form *form);

/* As rule_form_read, but only the given fields count: the others are read as those of some sound
 * rule. */
bool rule_form_read_fields(const struct rule_form *form, const struct rule *base,
                           unsigned fields, struct rule *out,
                           struct error *err) MUST_CHECK;

/* The first problem among these fields, in the order of the screen; what crosses fields comes
 * last. False when there is none; `out` is then as it was. */
bool rule_problem_find(const struct rule_form *form, const struct rule *base,
                       unsigned fields, struct rule_problem *out) MUST_CHECK;

#endif
