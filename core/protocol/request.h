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
    VERB_START_IP_HELPER = 14,
    VERB_TAKE_OVER = 16,
    VERB_SETTINGS = 17,
    VERB_ACTIVITY = 18,
    VERB_APPROVE = 19
};

#define TICKET_SIZE 33 /* 32 hexadecimal digits and NUL */

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
        struct rule_id rule_id; /* delete, take over */
        struct {
            char key[32];
            char value[SETTING_TEXT_SIZE];
        } settings;               /* key "": read all, no value */
        uint32_t activity_limit;  /* 1..1000 */
        char ticket[TICKET_SIZE]; /* approve */
    };
};

const char *verb_name(enum verb verb); /* "put-rule"; "unknown"; borrowed, static */
bool verb_is_known(unsigned number);

/* 32 lower-case hexadecimal digits. */
bool ticket_text_is_valid(const char *text);

/* Appends the message to `out` (at most MESSAGE_SIZE_MAX bytes, which always suffices).
 * There is one encoding only: the parts of the rule that its kinds do not use are not sent. */
void request_encode(const struct request *request, struct wire_writer *out);

/* ERR_INVALID names what is wrong; `out` is then as it was. A message of another protocol
 * version is refused with "protocol version 2, this service speaks 1". Does not run
 * rule_validate (the engine does). */
bool request_decode(const void *bytes, size_t size, struct request *out,
                    struct error *err) MUST_CHECK;

#endif
