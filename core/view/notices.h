/*
 * Which notifications the user gets: only what needs him and lasts, never what he just did, one at
 * a time and not often. Pure: what was seen before is a value, and time is given.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_NOTICES_H
#define TIDEGATE_VIEW_NOTICES_H

#include "core/view/view_state.h"

/* A rule's problem must last so long: a restart of WSL heals by itself. */
#define NOTICE_SETTLE_MS 6000
/* The service may be starting again, or be replaced by a newer one. */
#define NOTICE_SETTLE_SERVICE_MS 45000
#define NOTICE_SIGN_IN_MS 60000
#define NOTICE_INTERVAL_MS 60000
/* What comes so soon after the user's own change of a rule is its outcome. */
#define NOTICE_OWN_CHANGE_MS 10000
/* Gone for less, a problem is still the same one. */
#define NOTICE_FORGET_MS 60000

enum notice_kind {
    NOTICE_RULE,      /* blocked, in conflict or failed */
    NOTICE_TAKE_OVER, /* another program's entry stands for the rule, or keeps its port open */
    NOTICE_SEVERAL, /* count; rule: the first of them */
    NOTICE_FAULT,   /* the service's words are in `fault` */
    NOTICE_UNREACHABLE
};

struct notice {
    enum notice_kind kind;
    struct rule_id rule_id; /* to be shown when it is clicked; "" for the service */
    char subject[RULE_TEXT_SIZE];
    struct rule_status status; /* NOTICE_RULE, NOTICE_TAKE_OVER */
    size_t count;
    char fault[REPORT_NOTE_SIZE];
    struct message fault_message; /* the same for users, if there is one */
};

/* How a problem stands. */
enum notice_presence {
    NOTICE_ABSENT,
    NOTICE_DORMANT, /* cannot be seen now: the rule waits, or the service does not answer */
    NOTICE_PRESENT
};

/* One rule, or (rule_id "") the service. */
struct notice_item {
    enum notice_kind kind;
    struct rule_id rule_id;
    enum notice_presence presence;
    int64_t since_ms;   /* the presence */
    int64_t touched_ms; /* the user's last change of the rule */
    bool is_touched;
    bool told;  /* the user knows */
    bool shown; /* by the notice that stands now */
    bool in_report;
};

struct notice_memory {
    struct notice_item *items;
    size_t count, capacity;
    bool knows_rules; /* a report was seen: a rule that is new now is the user's doing */
    bool stands;      /* a notice is on the screen, for all we know */
    bool has_shown;
    int64_t shown_ms;
};

struct notice_input {
    const struct view_state *view;
    int64_t now_ms;       /* of a clock that never goes back */
    int64_t signed_in_ms; /* of the same clock; NOTICE_LONG_AGO */
    bool wanted;          /* the user's switch */
    bool watched;         /* the user is looking at the rules */
};
#define NOTICE_LONG_AGO (INT64_MIN / 2)

enum notice_step { NOTICE_NOTHING, NOTICE_SHOW, NOTICE_WITHDRAW };

struct notice_outcome {
    enum notice_step step;
    struct notice notice; /* NOTICE_SHOW; takes the place of an older one */
    int64_t wait_ms; /* look again after so long, if nothing happens before; -1: no need */
};

/* For each change of the view, and when `wait_ms` has passed. */
struct notice_outcome notices_next(struct notice_memory *memory,
                                   const struct notice_input *input);

/* The user closed or clicked it, or Windows took it away. */
void notices_dismiss(struct notice_memory *memory);
void notices_clear(struct notice_memory *memory);

#endif
