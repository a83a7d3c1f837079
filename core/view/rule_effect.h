/*
 * What a rule's firewall scope comes to, in plain words: who can reach it, and whether that
 * deserves a warning on the network this PC is on. And the usual scopes, to choose from.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_RULE_EFFECT_H
#define TIDEGATE_VIEW_RULE_EFFECT_H

#include "core/model/rule.h"

enum effect_sentence {
    EFFECT_CLOSED,   /* the firewall stays closed: only this PC */
    EFFECT_LOOPBACK, /* listens where only this PC comes, whatever the firewall does */
    EFFECT_LOCAL,    /* the local network, on these networks */
    EFFECT_ANYONE,   /* anywhere, on these networks */
    EFFECT_ONE,      /* one address or network, named, on these networks */
    EFFECT_SEVERAL,  /* so many addresses, on these networks */
    EFFECT_SENTENCE_COUNT
};

enum effect_warning {
    EFFECT_NO_WARNING,
    EFFECT_OPEN_TO_PUBLIC,     /* strangers on the same network reach it */
    EFFECT_PUBLIC_NOT_ALLOWED, /* this PC is on a public network now, which is left out */
    EFFECT_NOT_NOW             /* no network this PC is on now is let in */
};

struct rule_effect {
    enum effect_sentence sentence;
    unsigned profiles; /* PROFILE_ bits: "these networks"; 0 with the first two */
    char remote[PREFIX_TEXT_SIZE]; /* EFFECT_ONE; else "" */
    size_t remote_count;           /* EFFECT_SEVERAL; else 0 */
    enum effect_warning warning;
};

/* `current_profiles`: of the networks this PC is on, 0 when not known. */
struct rule_effect rule_effect_of(const struct rule_listen *listen,
                                  const struct rule_scope *scope,
                                  unsigned current_profiles);

/* The scopes that most users need, in the order in which they are offered. */
enum rule_reach {
    REACH_THIS_PC,
    REACH_LOCAL_NETWORK, /* on private and domain networks, as new rules are */
    REACH_LOCAL_NETWORK_ALWAYS,
    REACH_ANYONE,
    REACH_CUSTOM, /* whatever else is set in the fields */
    REACH_COUNT
};

enum rule_reach rule_reach_of(unsigned profiles, enum remote_kind remote);

/* What the fields show for it. REACH_CUSTOM: false, and they stay as they are. */
bool rule_reach_scope(enum rule_reach reach, unsigned *profiles, enum remote_kind *remote);

#endif
