/*
 * Connecting, asking, and telling how it went.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/call.h"

#include "app/ctl/elevate.h"
#include "app/ctl/json.h"
#include "core/base/text.h"
#include "core/win32/pipe_client.h"

#define CONNECT_TIMEOUT_MS 5000

void call_init(struct call *call)
{
    *call = (struct call){0};
    output_init(&call->out, STD_OUTPUT_HANDLE);
    output_init(&call->messages, STD_ERROR_HANDLE);
}

void call_clear(struct call *call)
{
    pipe_client_close(call->client);
    reply_clear(&call->hello);
    json_free(call->json);
    output_clear(&call->out);
    output_clear(&call->messages);
}

bool call_connect(struct call *call, struct error *err)
{
    call->client = pipe_client_open(CONNECT_TIMEOUT_MS, &call->hello, err);
    if (call->client == NULL) {
        err->kind = ERR_UNAVAILABLE; /* whatever was wrong, for instance another version */
        return false;
    }
    call->user =
        call->command.user.text[0] != '\0' ? call->command.user : call->hello.hello.user;
    if (command_has(&call->command, OPTION_JSON))
        call->json = json_new();
    return true;
}

/* The service holds the request under the ticket and carries it out once somebody who may approves
 * it. */
static bool get_approval(struct call *call, const char *ticket, struct error *err)
{
    if (ticket[0] == '\0')
        return error_set(err, ERR_NEEDS_APPROVAL,
                         "an administrator is needed: run this in an elevated terminal");
    if (command_has(&call->command, OPTION_ELEVATE))
        return elevate_approve(ticket, err);
    return error_set(
        err, ERR_NEEDS_APPROVAL,
        "an administrator is needed: within two minutes run 'tidegatectl approve "
        "%s' in an elevated terminal, or run this again with --elevate",
        ticket);
}

bool call_ask(struct call *call, struct request *request, struct reply *out,
              struct error *err)
{
    struct reply reply = {0};

    if (request->user.text[0] == '\0')
        request->user = call->command.user;
    if (!pipe_client_ask(call->client, request, &reply, err)) {
        err->kind = ERR_UNAVAILABLE; /* the connection is of no more use */
        return false;
    }
    if (reply.error.kind == ERR_NEEDS_APPROVAL) {
        const bool approved = get_approval(call, reply.ticket, err);

        reply_clear(&reply);
        if (approved)
            *out = (struct reply){.verb = VERB_APPROVE};
        return approved;
    }
    if (reply.error.kind != ERR_NONE) {
        *err = reply.error;
        reply_clear(&reply);
        return false;
    }
    *out = reply;
    return true;
}

bool call_order(struct call *call, struct request *request, struct error *err)
{
    struct reply reply;

    if (!call_ask(call, request, &reply, err))
        return false;
    reply_clear(&reply);
    return true;
}

struct report *call_fetch_report(struct call *call, struct error *err)
{
    struct report *report = pipe_client_fetch_report(call->client, err);

    if (report != NULL && report->fault[0] != '\0')
        call_remark(call, "the service has a fault: %s", report->fault);
    return report;
}

static void write_messages(struct call *call)
{
    struct error lost;

    /* There is nowhere to tell that standard error is gone. */
    if (!output_flush(&call->messages, &lost))
        output_clear(&call->messages);
}

void call_tell(struct call *call, const struct error *err)
{
    output_error(&call->messages, err);
    write_messages(call);
    call->worst = exit_code_worse(call->worst, exit_code_of(err->kind));
}

void call_remark(struct call *call, const char *format, ...)
{
    char sentence[2048];
    struct text text = TEXT_OVER(sentence);
    va_list args;

    va_start(args, format);
    text_append_args(&text, format, args);
    va_end(args);
    output_text(&call->messages, "tidegatectl: ");
    output_foreign(&call->messages, sentence);
    output_text(&call->messages, "\n");
    write_messages(call);
}

bool call_answer(struct call *call, struct error *err)
{
    if (call->json != NULL) {
        output_text(&call->out, json_text(call->json));
        output_text(&call->out, "\n");
    }
    return output_flush(&call->out, err);
}
