/*
 * Taking out of a text what would tell who someone is, before it is shown to strangers.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_REDACTION_H
#define TIDEGATE_VIEW_REDACTION_H

#include "core/base/text.h"

#define REDACTION_NAME_SIZE 256
#define REDACTION_NAME_COUNT 4

struct redacted_name {
    char name[REDACTION_NAME_SIZE]; /* UTF-8; "" is nothing */
    const char *instead;            /* "<user>"; static */
};

struct redaction {
    struct redacted_name names[REDACTION_NAME_COUNT];
};

/* Appends `from` with each of the names, where it is a word of its own and in whatever case its
 * ASCII letters are, and every SID of an account replaced. The same SID is always given the same
 * "<account 1>", by its first place in the text. */
void redaction_append(const struct redaction *redaction, const char *from,
                      struct text *out);

#endif
