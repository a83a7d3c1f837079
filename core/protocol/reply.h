/*
 * Replies and events, as values and as bytes.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_PROTOCOL_REPLY_H
#define TIDEGATE_PROTOCOL_REPLY_H

#include "core/engine/report.h"
#include "core/model/diagnosis.h"
#include "core/protocol/request.h"
#include "core/store/activity.h"

#define VERSION_TEXT_SIZE 24
#define REPLY_SETTING_CAPACITY 8
#define REPLY_PLAN_CAPACITY 2048
#define REPLY_ACTIVITY_CAPACITY 1000
#define SNAPSHOT_PAGE_SIZE (48u * 1024u)
#define SNAPSHOT_PAGE_COUNT_MAX 1024u

/* One line of a plan, for people (English). */
struct plan_line {
    char text[300];
};

/* What was taken over is carried out by later passes and by the firewall's own thread. */
enum script_rule_mark {
    SCRIPT_RULE_AS_FOUND, /* nothing was asked of it */
    SCRIPT_RULE_TURNING_OFF,
    SCRIPT_RULE_TURNED_OFF,
    SCRIPT_RULE_TURNING_ON,
    SCRIPT_RULE_MARK_COUNT
};

struct adopt_script_rule {
    struct script_rule rule; /* as it was last read */
    enum script_rule_mark mark;
};

/* What adopt did and what there is now. */
struct adopt_reply {
    uint32_t rule_count;          /* rules made, or removed by undo */
    uint32_t firewall_rule_count; /* scripts' firewall rules to be turned off, or on again */
    uint32_t undo_entry_count;    /* what was taken over for the user and can be undone */
    uint32_t undo_firewall_rule_count;
    uint32_t pending_entry_count; /* of the user, not done yet: former entries to be put back */
    uint32_t pending_firewall_rule_count; /* ... firewall rules to be turned off or on */
    struct error
        failure; /* why what is not done failed when it was tried; ERR_NONE: it has not */
    struct adopt_script_rule *items; /* owned */
    size_t count;
};

struct reply {
    uint32_t id; /* of the request; 0 for an event */
    enum verb verb; /* of the request; VERB_SUBSCRIBE for the event "changed"; 0 with an error
                       about a request that could not be read */
    bool is_event;
    struct error error;       /* ERR_NONE: done, and the field of the verb below is set */
    char ticket[TICKET_SIZE]; /* with ERR_NEEDS_APPROVAL; "" when none could be issued */
    /* What was carried out on whose behalf, with an approval what was approved. Not sent: for the
     * service's own records. */
    enum verb done_verb;
    struct user_sid done_for;
    union {
        struct {
            char version[VERSION_TEXT_SIZE]; /* of the service program */
            struct user_sid user;            /* whom the service takes the caller for */
            bool is_elevated;
            bool may_change; /* routine requests on own rules are allowed */
            bool may_widen;  /* ... and widening ones without approval */
        } hello;
        struct {
            uint64_t revision;
        } event;                     /* event, and reply to subscribe and reconcile */
        struct rule_id rule_id;      /* put */
        struct diagnosis *diagnosis; /* diagnose; owned */
        struct adopt_reply adopt;
        struct {
            uint64_t revision;
            uint32_t page, page_count; /* page 0..page_count-1 */
            const uint8_t *bytes;      /* borrowed from the encoded message or writer */
            size_t size;
        } snapshot;
        struct {
            struct plan_line *items;
            size_t count;
        } plan; /* owned, see reply_clear */
        struct {
            struct activity *items;
            size_t count;
        } activity; /* owned */
        struct {    /* settings, as they count */
            char keys[REPLY_SETTING_CAPACITY][32];
            char values[REPLY_SETTING_CAPACITY][SETTING_TEXT_SIZE];
            enum setting_source sources[REPLY_SETTING_CAPACITY];
            size_t count;
        } settings;
    };
};

/* Appends the message to `out`, at most MESSAGE_SIZE_MAX bytes. Of a plan or an activity list
 * that is longer than that (or than its capacity) the first items are sent, the rest is cut off:
 * the later lines of the plan, the older lines of the log. */
void reply_encode(const struct reply *reply, struct wire_writer *out);

/* As strict as request_decode; `out` is unchanged on failure. Its lists are then the caller's
 * (reply_clear); a snapshot's bytes are borrowed from the message. */
bool reply_decode(const void *bytes, size_t size, struct reply *out,
                  struct error *err) MUST_CHECK;

/* Frees what the reply owns (mem_free) and zeroes it. */
void reply_clear(struct reply *reply);

/* What one report may hold on its way; what is beyond is cut off by report_encode. */
#define REPORT_WSL_CAPACITY 64
#define REPORT_USER_CAPACITY 1024
#define REPORT_RULE_CAPACITY 4096
#define REPORT_ENTRY_CAPACITY 8192
#define REPORT_WSL_PORT_CAPACITY 4096

/* The report as one byte string, which is cut into pages of SNAPSHOT_PAGE_SIZE. The same report
 * always gives the same bytes. */
void report_encode(const struct report *report, struct wire_writer *out);
/* `out` is a fresh report from report_new; left as it was on failure. */
bool report_decode(const void *bytes, size_t size, struct report *out,
                   struct error *err) MUST_CHECK;

#endif
