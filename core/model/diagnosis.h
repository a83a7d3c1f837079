/*
 * One rule's forward, link by link from the local network to the process inside WSL, and what can
 * be seen at it right now. A value made by the service on request.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_MODEL_DIAGNOSIS_H
#define TIDEGATE_MODEL_DIAGNOSIS_H

#include "core/model/firewall_rule.h"
#include "core/model/portproxy.h"
#include "core/model/probe.h"
#include "core/model/rule_status.h"
#include "core/model/snapshot.h"

#define DIAGNOSIS_LISTENER_CAPACITY 16
#define DIAGNOSIS_CONNECTION_CAPACITY 64

/* In the order in which they are shown. Stable numbers: they go over the pipe. */
enum link_kind {
    LINK_RULE = 1, /* on (off: nothing is needed), not paused, not in another rule's way */
    LINK_WSL = 2,  /* WSL runs */
    LINK_MODE = 3,      /* its networking mode forwards */
    LINK_ADDRESS = 4,   /* its address is known and plausible */
    LINK_ENTRY = 5,     /* the portproxy entries stand and are ours */
    LINK_IP_HELPER = 6, /* the service that forwards runs */
    LINK_LISTENER = 7,  /* it listens on the port, and nobody else does */
    LINK_FIREWALL = 8,  /* the firewall rule stands and counts */
    LINK_NETWORK = 9,   /* the network this PC is in is one that the rule allows */
    LINK_TARGET = 10,   /* something listens inside WSL */
    LINK_KIND_END
};

enum link_verdict {
    LINK_GOOD = 1,
    LINK_WARNING = 2,
    LINK_BROKEN = 3,
    LINK_UNKNOWN = 4,   /* cannot be seen */
    LINK_NOT_NEEDED = 5 /* nothing has to be there */
};

struct diagnosis_link {
    enum link_kind kind;
    enum link_verdict verdict;
    enum reason reason; /* why, unless good; REASON_NONE when only the verdict says */
    char subject[STATUS_SUBJECT_SIZE]; /* what was found: an address, a program, an entry; in
                                          English where it has words */
    struct message subject_message; /* those words for users; MESSAGE_NONE: it has none */
};

/* A socket that listens at one of the rule's endpoints. */
struct diagnosis_listener {
    struct address address;
    uint16_t port;
    bool is_ip_helper;
    char program[PROGRAM_NAME_SIZE]; /* "" when it cannot be told */
};

/* An established connection that IP Helper accepted at one of the rule's endpoints (or nobody knows
 * who did, while IP Helper runs). */
struct diagnosis_connection {
    struct address local;
    uint16_t local_port;
    struct address remote;
    uint16_t remote_port;
};

struct diagnosis {
    struct rule_id rule_id;
    int64_t time_ms;         /* wall clock of the reading */
    enum probe_result probe; /* of a connection to where the rule connects to */
    struct diagnosis_link links[LINK_KIND_END];
    size_t link_count;
    struct diagnosis_listener listeners[DIAGNOSIS_LISTENER_CAPACITY];
    size_t listener_count;
    struct diagnosis_connection connections[DIAGNOSIS_CONNECTION_CAPACITY];
    size_t connection_count; /* shown; there may be more */
    size_t connection_total;
    bool firewall_rule_wanted;
    bool firewall_rule_found;
    struct firewall_rule firewall_rule; /* as it stands, when found */
};

const char *link_kind_name(enum link_kind kind);          /* "ip-helper"; stable */
const char *link_verdict_name(enum link_verdict verdict); /* "good"; stable */
const char *probe_result_name(enum probe_result result);  /* "refused"; stable */

/* English sentence: what is found, and if it is not good what to do; the reason's own where there
 * is one (rule_status_explain). */
void diagnosis_link_explain(const struct diagnosis_link *link, struct text *out);

#endif
