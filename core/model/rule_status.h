/*
 * What a rule's forward is doing now, and why: exactly one state, and for each but
 * active and off a reason with a plain sentence and what to do.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_MODEL_RULE_STATUS_H
#define TIDEGATE_MODEL_RULE_STATUS_H

#include "core/base/error.h"
#include "core/base/text.h"

/* Worst last among those of one rule's ports is decided by rule_state_severity. */
enum rule_state {
    RULE_STATE_OFF,
    RULE_STATE_ACTIVE,
    RULE_STATE_APPLYING,
    RULE_STATE_WAITING,
    RULE_STATE_BLOCKED,
    RULE_STATE_CONFLICT,
    RULE_STATE_FAILED,
    RULE_STATE_NOT_NEEDED,
    RULE_STATE_COUNT
};

enum reason {
    REASON_NONE,
    REASON_PAUSED,
    REASON_OWNER_SIGNED_OUT,
    REASON_WSL_NOT_RUNNING,
    REASON_ADDRESS_UNKNOWN, /* subject: what is wrong with the address, or "" */
    REASON_MODE_VIRTIOPROXY,
    REASON_FOREIGN_ENTRY,      /* subject: the entry in the way, and ours */
    REASON_FOREIGN_EQUAL,      /* made by someone else, and right */
    REASON_FOREIGN_KEEPS_OPEN, /* warning on an off rule: subject: that entry */
    REASON_CHANGED_BACK,       /* another program keeps changing it */
    REASON_OTHER_RULE,    /* subject: the older rule's title, or "another user's rule" */
    REASON_PORT_IN_USE,   /* subject: the program */
    REASON_PORT_EXCLUDED, /* subject: the port */
    REASON_NOT_LISTENING, /* IP Helper was told but does not listen */
    REASON_IP_HELPER_STOPPED,
    REASON_IP_HELPER_DISABLED,
    REASON_FIREWALL_PENDING,
    REASON_FIREWALL_FAILED,
    REASON_FIREWALL_CHANGED,    /* somebody changed or disabled our firewall rule */
    REASON_FIREWALL_OVERRIDDEN, /* group policy */
    REASON_FIREWALL_BLOCK_ALL,
    REASON_PROFILE_MISMATCH, /* current network is e.g. Public; subject: its category */
    REASON_LISTEN_ADDRESS_ABSENT, /* subject: the address */
    REASON_INTERFACE_NO_ADDRESS,  /* subject: the interface */
    REASON_CONNECT_IS_THIS_PC,    /* subject: the address */
    REASON_TOO_MANY_ENTRIES,
    REASON_NOTHING_LISTENS, /* warning on an active rule */
    REASON_ACCESS_DENIED,
    REASON_WRITE_FAILED, /* subject: the error's words */
    REASON_STORE_FAILED,
    REASON_OUTBOUND_BLOCKED, /* warning: and nobody asked for rules that allow it */
    REASON_LOOPBACK_ONLY, /* diagnosis with a probe only, as the next; subject: the port */
    REASON_TARGET_REFUSED, /* subject: the connect side */
    REASON_TARGET_SILENT,  /* subject: the connect side */
    REASON_MODE_BRIDGED,
    REASON_MODE_NONE,
    REASON_MIRRORED_PORT, /* connect and listen port differ; subject: the listen port */
    REASON_WSL1,
    REASON_WSL_ABSENT,
    REASON_COUNT
};

#define STATUS_SUBJECT_SIZE 200

struct rule_status {
    enum rule_state state;
    enum reason reason;
    enum reason warning;   /* on active and off rules; else REASON_NONE */
    uint16_t port_count;   /* listen ports of the rule */
    uint16_t active_count; /* of these, forwarding now */
    uint32_t os_code;      /* HRESULT of REASON_WRITE_FAILED and its like, or 0 */
    char subject[STATUS_SUBJECT_SIZE]; /* UTF-8, see the reasons; in English where it has words */
    struct message subject_message; /* those words for users; MESSAGE_NONE: it has none */
};

const char *rule_state_name(enum rule_state state); /* "active"; stable, for scripts */
const char *reason_name(enum reason reason); /* "foreign-entry"; stable, for scripts */

/* Higher needs the user more; used to choose a range's worst port and the tray's icon. */
int rule_state_severity(enum rule_state state);

/* English sentence of reason (or of warning, for active and off rules) and what to do,
 * e.g. "Port 3000 is in use by nginx.exe. Stop it or choose another port." "" if none. */
void rule_status_explain(const struct rule_status *status, struct text *out);

#endif
