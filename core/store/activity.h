/*
 * One line of the activity log: what changed, when and why. A kind is one sentence, which each
 * program says in its user's language; the arguments are its inserts and belong to no language.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_STORE_ACTIVITY_H
#define TIDEGATE_STORE_ACTIVITY_H

#include "core/base/text.h"
#include "core/model/rule.h"
#include "core/model/rule_status.h"

/* Holds the longest: a problem's subject, or the sentence of an old line. */
#define ACTIVITY_ARGUMENT_SIZE 240
#define ACTIVITY_ARGUMENT_COUNT 3

/* Stable numbers: they are stored. In brackets the arguments. */
enum activity_kind {
    /* Database version 1 stored sentences: all of these are shown as they are [sentence]. */
    ACTIVITY_OLD_RULE_ADDED = 1,
    ACTIVITY_OLD_RULE_CHANGED = 2,
    ACTIVITY_OLD_RULE_REMOVED = 3,
    ACTIVITY_OLD_WSL_MOVED = 4,
    ACTIVITY_OLD_ENTRIES_CHANGED = 5,
    ACTIVITY_OLD_FIREWALL_CHANGED = 6,
    ACTIVITY_OLD_PROBLEM = 7,
    ACTIVITY_OLD_PAUSED = 8,
    ACTIVITY_OLD_RESUMED = 9,
    ACTIVITY_OLD_TAKEN_OVER = 10,
    ACTIVITY_OLD_SETTINGS = 11,
    ACTIVITY_OLD_SERVICE = 12,
    ACTIVITY_OLD_WSL_STATE = 13,

    ACTIVITY_RULE_ADDED = 20,      /* [title] */
    ACTIVITY_RULE_CHANGED = 21,    /* [title] */
    ACTIVITY_RULE_TURNED_ON = 22,  /* [title] */
    ACTIVITY_RULE_TURNED_OFF = 23, /* [title] */
    ACTIVITY_RULE_REMOVED = 24,    /* [title] */
    ACTIVITY_RULE_RESTORED = 25,   /* [title] */
    ACTIVITY_WSL_MOVED = 26,       /* no entry had to follow [address] */
    ACTIVITY_WSL_MOVED_RULES = 27, /* [address, rules re-pointed, milliseconds] */
    ACTIVITY_WSL_RUNNING = 28,
    ACTIVITY_WSL_STOPPED = 29,
    ACTIVITY_WSL_UNKNOWN = 30,       /* whether it runs cannot be seen any more */
    ACTIVITY_WSL_SIGNED_OUT = 31,    /* its user did */
    ACTIVITY_ENTRIES_CHANGED = 32,   /* [written, removed, milliseconds] */
    ACTIVITY_FIREWALL_CHANGED = 33,  /* [changes handed to Windows Firewall] */
    ACTIVITY_PROBLEM = 34,           /* [rule's title, reason_name, its subject or ""] */
    ACTIVITY_PAUSED = 35,            /* [user's SID] */
    ACTIVITY_RESUMED = 36,           /* [user's SID] */
    ACTIVITY_TAKEN_OVER = 37,        /* [rule's title, what was taken over] */
    ACTIVITY_SETTING_CHANGED = 38,   /* [key, value] */
    ACTIVITY_IP_HELPER_STARTED = 39, /* by us */
    ACTIVITY_DATABASE_MISSING = 40,  /* and restored from its copy */
    ACTIVITY_DATABASE_DAMAGED = 41,  /* likewise [where the damaged file is now] */
    ACTIVITY_DATABASE_BEGUN_ANEW = 42, /* for there was no copy [where ... now] */
    ACTIVITY_SCRIPT_RULE_TURNED_OFF =
        43, /* a script's firewall rule, by us [its name, ports] */
    ACTIVITY_SCRIPT_RULE_TURNED_ON = 44, /* again [its name, ports] */

    ACTIVITY_POLICY_REFUSED =
        50, /* [the value's name, what stands there, what is accepted] */
    ACTIVITY_POLICY_SETS = 51,   /* [key, value] */
    ACTIVITY_POLICY_LEAVES = 52, /* and what is stored counts again [key, value] */
    ACTIVITY_KIND_END
};

struct activity {
    int64_t time_ms; /* since 1970-01-01 UTC */
    enum activity_kind kind;
    struct rule_id rule_id; /* of the one rule it concerns; "" if none */
    char arguments[ACTIVITY_ARGUMENT_COUNT][ACTIVITY_ARGUMENT_SIZE]; /* UTF-8; "" if unused */
    struct message subject_message; /* of a problem, as in its rule_status */
};

struct activity_list {
    struct activity *items;
    size_t count, capacity;
};

bool activity_kind_is_known(unsigned number);
const char *activity_kind_name(enum activity_kind kind); /* "wsl-moved"; stable */

/* Of a problem; REASON_NONE for other kinds, and for a reason that this program does not know. */
enum reason activity_reason(const struct activity *activity);

/* The English sentence. */
void activity_explain(const struct activity *activity, struct text *out);

#endif
