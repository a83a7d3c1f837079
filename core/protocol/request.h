/*
 * Requests, as values and as bytes. Closed set of verbs, typed and bounded; decoding is
 * strict: one wrong byte refuses the whole message.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_PROTOCOL_REQUEST_H
#define TIDEGATE_PROTOCOL_REQUEST_H

#include "core/base/error.h"
#include "core/model/portproxy.h"
#include "core/model/rule.h"
#include "core/protocol/wire.h"
#include "core/wsl/wsl_hint.h"

/* Stable numbers: they go over the pipe. */
enum verb {
    VERB_HELLO = 1,
    VERB_SNAPSHOT = 2,
    VERB_SUBSCRIBE = 3,
    VERB_PLAN = 4,
    VERB_RECONCILE = 5,
    VERB_PUT_RULE = 6,
    VERB_DELETE_RULE = 7,
    VERB_ENABLE = 8,
    VERB_PAUSE = 9,
    VERB_RESUME = 10,
    VERB_BATCH = 11,
    VERB_REPORT_WSL = 12,
    VERB_DIAGNOSE = 13,
    VERB_START_IP_HELPER = 14,
    VERB_ADOPT = 15,
    VERB_TAKE_OVER = 16,
    VERB_SETTINGS = 17,
    VERB_ACTIVITY = 18,
    VERB_APPROVE = 19
};

#define TICKET_SIZE 33 /* 32 hexadecimal digits and NUL */

/* One step of a batch. */
struct batch_item {
    enum verb verb; /* put rule, delete rule or enable */
    bool restore; /* put: `rule` is one that was removed, and is made again with its id */
    bool enabled; /* enable */
    struct rule rule; /* put; the others name it by its id alone */
};

/* Staged on the connection (staging.h) until a batch without `more` comes: then all are carried
 * out in one transaction, or none. At most RULES_PER_USER_MAX items in all. */
struct batch {
    bool more;
    struct batch_item *items; /* owned, see request_clear */
    size_t count, capacity;
};

/* The numbers go over the pipe. */
enum adopt_order {
    ADOPT_LIST, /* only tells the scripts' firewall rules, and what could be undone */
    ADOPT_TAKE,
    ADOPT_UNDO, /* all that was taken over for the user */
    ADOPT_ORDER_COUNT
};

/* Taking over what a script set up. */
struct adopt_request {
    enum adopt_order order;
    bool replace_firewall_rules; /* the scripts' are turned off */
    /* At most RULES_PER_USER_MAX entries, whose listen sides are addresses or "*"; owned, see
     * request_clear. */
    struct portproxy_key *items;
    size_t count, capacity;
};

/* How many settings one request changes at most; more than there are, for newer services. */
#define REQUEST_SETTING_CAPACITY 4

/* A setting as words; which there are the service knows. */
struct setting_text {
    char key[32];
    char value[SETTING_TEXT_SIZE];
};

struct request {
    enum verb verb;
    uint32_t id; /* chosen by the client, echoed in the reply */
    struct user_sid
        user; /* on behalf of; "" = the caller. Others than the caller: elevated only */
    union {
        struct {
            uint64_t revision;
            uint32_t page;
        } snapshot;       /* revision 0: the newest */
        struct rule rule; /* put; id "" = new */
        struct {
            struct rule_id rule_id;
            bool enabled;
        } enable;
        struct {
            struct rule_id rule_id; /* delete, take over, diagnose */
            /* Diagnose: also connect to where the rule does; ask again for the result. */
            bool probe;
        };
        struct batch batch;
        struct adopt_request adopt;
        struct wsl_hint wsl_hint; /* report WSL: of the caller's own */
        struct {
            struct setting_text items[REQUEST_SETTING_CAPACITY];
            size_t count;
        } settings; /* all are changed, or none; count 0: read all */
        struct {
            uint32_t activity_limit;      /* 1..1000 */
            struct rule_id activity_rule; /* only what concerns this rule; "": all */
        };
        char ticket[TICKET_SIZE]; /* approve */
    };
};

const char *verb_name(enum verb verb); /* "put-rule"; "unknown"; borrowed, static */
bool verb_is_known(unsigned number);

/* Whether it only asks and changes nothing. */
bool request_is_reading(const struct request *request);

/* Adds a change to a settings request. False when it has no room for it. */
bool request_add_setting(struct request *request, const char *key,
                         const char *value) MUST_CHECK;

/* The one stored rule that it names, borrowed; NULL for verbs that name none and for batches. The
 * id is "" for a new rule. */
const struct rule_id *request_named_rule(const struct request *request);

/* A copy with lists of its own. */
struct request request_copy(const struct request *request);

/* Frees a batch's or an adoption's items and zeroes the request. */
void request_clear(struct request *request);

/*
 * A batch may be longer than a message: the part of `request` from item `first` on that fits into
 * one, with `more` set unless it is the last. Other requests are their own only part. The items are
 * borrowed: not to be cleared.
 */
struct request request_part(const struct request *request, size_t first);

/* 32 lower-case hexadecimal digits. */
bool ticket_text_is_valid(const char *text);

/* Appends the message to `out` (at most MESSAGE_SIZE_MAX bytes, which always suffices but for a
 * batch, see request_part).
 * There is one encoding only: the parts of the rule that its kinds do not use are not sent. */
void request_encode(const struct request *request, struct wire_writer *out);

/* ERR_INVALID names what is wrong; `out` is then as it was. A message of another protocol
 * version is refused with "protocol version 2, this service speaks 1". Does not run
 * rule_validate (the engine does). The caller clears `out`. */
bool request_decode(const void *bytes, size_t size, struct request *out,
                    struct error *err) MUST_CHECK;

#endif
