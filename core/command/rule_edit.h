/*
 * What a command line says about a rule: the fields it names, and nothing about the others.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_COMMAND_RULE_EDIT_H
#define TIDEGATE_COMMAND_RULE_EDIT_H

#include "core/model/rule.h"

enum rule_field {
    RULE_FIELD_LISTEN,
    RULE_FIELD_CONNECT,
    RULE_FIELD_NAME,
    RULE_FIELD_PROFILES,
    RULE_FIELD_REMOTE,
    RULE_FIELD_COMMENT
};

/* {0} changes nothing. */
struct rule_edit {
    unsigned fields; /* 1u << enum rule_field: which of `values` were named */
    bool disabled;   /* a new rule that starts disabled */
    bool forced;
    struct rule values; /* a connect port that was left out is 0 */
};

/* Reads one field as the user types it; ERR_INVALID names the field, the value and the accepted
 * form, and leaves `edit` as it was. */
bool rule_edit_read(struct rule_edit *edit, enum rule_field field, const char *text,
                    struct error *err) MUST_CHECK;

/*
 * Changes the named fields of `rule` and no other. A connect port that was left out stays
 * as it is; a new rule, which has none yet, gets its first listen port. Does not validate.
 */
void rule_edit_apply(const struct rule_edit *edit, struct rule *rule);

#endif
