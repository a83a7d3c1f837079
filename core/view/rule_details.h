/*
 * What the details pane says of one rule or foreign entry: typed lines, whose words are the
 * window's.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_RULE_DETAILS_H
#define TIDEGATE_VIEW_RULE_DETAILS_H

#include "core/model/diagnosis.h"
#include "core/view/rule_rows.h"

#define DETAIL_ARGUMENT_SIZE 280

/* In the order in which they are shown; each has at least one line for a rule. */
enum detail_field {
    DETAIL_LISTENER,
    DETAIL_ENTRY,
    DETAIL_FIREWALL,
    DETAIL_CONNECTED,
    DETAIL_CHAIN,       /* only once it was read */
    DETAIL_LAST_CHANGE, /* the window's own, from the log */
    DETAIL_FIELD_COUNT
};

/* Which sentence; the arguments are language-neutral. */
enum detail_text {
    DETAIL_TEXT_READING,            /* the service was asked and has not answered yet */
    DETAIL_TEXT_UNREADABLE,         /* it could not tell */
    DETAIL_TEXT_LISTENER_IP_HELPER, /* %1 where */
    DETAIL_TEXT_LISTENER_PROGRAM,   /* %1 where, %2 program */
    DETAIL_TEXT_LISTENER_UNKNOWN,   /* %1 where */
    DETAIL_TEXT_LISTENER_NONE,
    DETAIL_TEXT_ENTRY_OURS,    /* %1 listen side, %2 connect side */
    DETAIL_TEXT_ENTRY_FOREIGN, /* the same */
    DETAIL_TEXT_ENTRY_MORE,    /* %1 count */
    DETAIL_TEXT_ENTRY_NONE,
    DETAIL_TEXT_FIREWALL_ON,       /* `profiles`, %2 ports, `remote` and %3 */
    DETAIL_TEXT_FIREWALL_DISABLED, /* the same */
    DETAIL_TEXT_FIREWALL_MISSING,
    DETAIL_TEXT_FIREWALL_NOT_WANTED, /* the rule does not forward now */
    DETAIL_TEXT_FIREWALL_OFF,        /* the rule lets no network in */
    DETAIL_TEXT_CONNECTED,           /* %1 remote address, %2 count */
    DETAIL_TEXT_CONNECTED_MORE,      /* %1 count */
    DETAIL_TEXT_CONNECTED_NONE,
    DETAIL_TEXT_LINK, /* `link` */
    DETAIL_TEXT_COUNT
};

struct detail_line {
    enum detail_field field;
    enum detail_text text;
    char arguments[3][DETAIL_ARGUMENT_SIZE]; /* what is longer ends with an ellipsis */
    unsigned profiles;
    enum remote_kind remote;
    struct diagnosis_link link;
};

struct rule_details {
    struct detail_line *items;
    size_t count, capacity;
};

/* Fills `out`, which is empty. `diagnosis` is of the row's rule, or NULL; `failed`: it could not be
 * had. For a foreign entry only its own line. */
void rule_details_build(const struct view_state *view, const struct rule_row *row,
                        const struct diagnosis *diagnosis, bool failed,
                        struct rule_details *out);
void rule_details_clear(struct rule_details *details);

/* Whether the service can be asked about the row: one's own rule. Others' would need an
 * administrator's approval, which a window that only looks must never ask for. */
bool rule_details_can_be_asked(const struct rule_row *row);

#endif
