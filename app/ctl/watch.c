/*
 * watch: prints each change as it comes, until Ctrl+C. Waits for the service's event and for the
 * console's; nothing is polled.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/verbs.h"

#include "app/ctl/clock_words.h"
#include "app/ctl/json.h"
#include "app/ctl/rule_words.h"
#include "app/ctl/wsl_words.h"
#include "core/command/report_change.h"
#include "core/win32/pipe_client.h"

/* Static because a console handler gets no context; set on a thread of the system's. */
static HANDLE stop_event;

static BOOL WINAPI on_console_event(DWORD type)
{
    (void)type; /* Ctrl+C, Ctrl+Break, closed window, sign-out: all mean the end */
    return SetEvent(stop_event);
}

static void put_change(const struct report_change *change, const struct report *now,
                       const struct call *call, struct json *json)
{
    char time[CLOCK_WORDS_SIZE];

    clock_words_utc(now->time_ms, time);
    json_begin_object(json, NULL);
    json_put_text(json, "time", time);
    json_put_number(json, "revision", (int64_t)now->revision);
    json_put_text(json, "change", report_change_name(change->kind));
    if (change->rule != NULL)
        rule_words_put_json(change->rule, "rule", json);
    else if (change->kind == REPORT_CHANGE_WSL)
        wsl_words_put_json(report_wsl(now, &call->user), "wsl", json);
    else if (change->kind == REPORT_CHANGE_PAUSE)
        json_put_bool(json, "paused", report_is_paused(now, &call->user));
    else if (change->kind == REPORT_CHANGE_IP_HELPER)
        json_put_bool(json, "running", now->ip_helper.running);
    else
        json_put_text(json, "text",
                      change->kind == REPORT_CHANGE_FAULT ? now->fault : now->notice);
    json_end(json);
}

static void write_rule(const struct report_change *change, struct output *out)
{
    static const char *const words[REPORT_CHANGE_KIND_COUNT] = {
        [REPORT_CHANGE_RULE_REMOVED] = "removed",
        [REPORT_CHANGE_RULE_ADDED] = "added, ",
        [REPORT_CHANGE_RULE_EDITED] = "changed, ",
        [REPORT_CHANGE_RULE_STATE] = "",
    };
    char text[RULE_WORD_SIZE];

    rule_words_title(&change->rule->rule, text);
    output_foreign(out, text);
    output_format(out, ": %s", words[change->kind]);
    if (change->kind == REPORT_CHANGE_RULE_REMOVED)
        return;
    rule_words_state(&change->rule->status, text);
    output_text(out, text);
    rule_words_reason(&change->rule->status, text);
    if (text[0] != '\0')
        output_text(out, ". ");
    output_foreign(out, text);
}

static void write_circumstance(enum report_change_kind kind, const struct report *now,
                               const struct call *call, struct output *out)
{
    char wsl[WSL_WORDS_SIZE];

    switch (kind) {
    case REPORT_CHANGE_FAULT:
        output_text(out,
                    now->fault[0] != '\0' ? "fault: " : "the service's fault is over");
        output_foreign(out, now->fault);
        break;
    case REPORT_CHANGE_NOTICE:
        output_text(out, "notice: ");
        output_foreign(out, now->notice);
        break;
    case REPORT_CHANGE_PAUSE:
        output_text(out, report_is_paused(now, &call->user) ? "paused" : "resumed");
        break;
    case REPORT_CHANGE_WSL:
        wsl_words(report_wsl(now, &call->user), wsl);
        output_text(out, "WSL: ");
        output_foreign(out, wsl);
        break;
    default:
        output_text(out,
                    now->ip_helper.running ? "IP Helper: running" : "IP Helper: stopped");
        break;
    }
}

static void write_change(const struct report_change *change, const struct report *now,
                         struct call *call)
{
    char time[CLOCK_WORDS_SIZE];

    if (call->json != NULL) {
        put_change(change, now, call, call->json);
        output_text(&call->out, json_text(call->json));
    } else {
        clock_words_local(now->time_ms, time);
        output_format(&call->out, "%s  ", time);
        if (change->rule != NULL)
            write_rule(change, &call->out);
        else
            write_circumstance(change->kind, now, call, &call->out);
    }
    output_text(&call->out, "\n");
}

/* Fetches the newest report, prints what became different, and keeps it as *last. */
static bool show_changes(struct call *call, struct report **last, struct error *err)
{
    struct report *now = pipe_client_fetch_report(call->client, err);
    struct report_change_list changes = {0};

    if (now == NULL)
        return false;
    report_change_find(*last, now, &call->user, &changes);
    for (size_t i = 0; i < changes.count; i++)
        write_change(&changes.items[i], now, call);
    report_change_list_clear(&changes);
    report_free(*last);
    *last = now;
    return output_flush(&call->out, err);
}

static bool watch(struct call *call, struct error *err)
{
    /* The first comparison, with an empty report, prints how things stand. */
    struct report *last = report_new();
    bool ok = show_changes(call, &last, err);

    while (ok) {
        DWORD which;
        const enum pipe_wait event =
            pipe_client_wait(call->client, &stop_event, 1, INFINITE, &which);

        if (event == PIPE_WAIT_OTHER)
            break;
        if (event == PIPE_WAIT_LOST)
            ok = error_set(err, ERR_UNAVAILABLE, "the service has ended the connection");
        else if (event == PIPE_WAIT_CHANGED)
            ok = show_changes(call, &last, err);
    }
    report_free(last);
    return ok;
}

bool run_watch(struct call *call, struct error *err)
{
    struct request request = {.verb = VERB_SUBSCRIBE};
    bool ok;

    stop_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (stop_event == NULL || !SetConsoleCtrlHandler(on_console_event, TRUE))
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                                "watch for Ctrl+C");
    ok = call_order(call, &request, err) && watch(call, err);

    /* The event stays until the process ends: a handler may still be running. */
    SetConsoleCtrlHandler(on_console_event, FALSE);

    /* Each line is written already; the last one is not the answer of the whole. */
    json_free(call->json);
    call->json = NULL;
    return ok;
}
