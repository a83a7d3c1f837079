/*
 * One run of tidegatectl: the command, the connection to the service, and where the answer goes.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_CTL_CALL_H
#define TIDEGATE_CTL_CALL_H

#include "app/ctl/output.h"

#include "core/command/command.h"
#include "core/protocol/reply.h"

struct json;
struct pipe_client;

struct call {
    struct command command;     /* borrows from the arguments of the process */
    struct output out;          /* standard output */
    struct output messages;     /* standard error */
    struct pipe_client *client; /* NULL until call_connect */
    struct reply hello;
    struct user_sid user; /* whose rules: --user or the caller */
    struct json *json;    /* with --json, else NULL */
    enum exit_code worst; /* of failures that were told and went by */
};

void call_init(struct call *call);
void call_clear(struct call *call);

/* Connects and learns who the caller is. ERR_UNAVAILABLE when there is no service. */
bool call_connect(struct call *call, struct error *err) MUST_CHECK;

/*
 * Asks the service, on behalf of --user unless the request names somebody; a refusal is a
 * failure. A request that needs an administrator is held: with
 * --elevate it is approved now, and the reply's verb is then VERB_APPROVE and nothing else of it is
 * set. The caller clears `out` after success.
 */
bool call_ask(struct call *call, struct request *request, struct reply *out,
              struct error *err) MUST_CHECK;

/* The same for requests whose reply tells nothing more. */
bool call_order(struct call *call, struct request *request, struct error *err) MUST_CHECK;

/* The newest report, owned by the caller; NULL on failure. A fault of the service is told
 * on standard error as well. */
struct report *call_fetch_report(struct call *call, struct error *err);

/* Tells a failure on standard error and remembers its exit code, for those who go on. */
void call_tell(struct call *call, const struct error *err);

/* A sentence on standard error. */
void call_remark(struct call *call, const char *format, ...) PRINTF_LIKE(2, 3);

/* Writes what was collected: the JSON value, if there is one, else the text. */
bool call_answer(struct call *call, struct error *err) MUST_CHECK;

#endif
