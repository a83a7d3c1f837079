/*
 * diagnose --report: everything that helps whoever reads a report of a problem.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/verbs.h"

#include "app/ctl/clock_words.h"
#include "core/base/mem.h"
#include "core/view/problem_report.h"
#include "core/win32/own_names.h"
#include "core/win32/wsl_installed.h"

#include <string.h>
#include <time.h>

#define ACTIVITY_LINES 30

struct diagnoses {
    struct diagnosis *items; /* owned */
    size_t count, capacity;
};

/* A rule that cannot be asked about is told of without its chain. */
static void collect(struct call *call, const struct report *report, struct diagnoses *out)
{
    for (size_t i = 0; i < report->rule_count; i++) {
        struct reply reply;
        struct error err;

        if (!user_sid_equals(&report->rules[i].rule.owner, &call->user))
            continue;
        if (diagnose_ask(call, &report->rules[i], &reply, &err)) {
            *LIST_ADD(out) = *reply.diagnosis;
            reply_clear(&reply);
        } else if (err.kind == ERR_UNAVAILABLE) {
            break;
        }
    }
}

static void format_time(int64_t time_ms, char *out, size_t capacity)
{
    char words[CLOCK_WORDS_SIZE];

    clock_words_utc(time_ms, words);
    text_copy(out, capacity, words);
}

static void write_report(struct call *call, const struct problem_report *facts)
{
    char *whole = mem_alloc(PROBLEM_REPORT_SIZE);
    struct text text = text_over(whole, PROBLEM_REPORT_SIZE);
    struct redaction redaction;

    own_names_read(&redaction);
    problem_report_write(facts, &redaction, &text);
    /* Line by line: what could steer a terminal is replaced, and so would be the lines' ends. */
    for (char *line = whole, *next; line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        output_foreign(&call->out, line);
        if (next != NULL)
            output_text(&call->out, "\n");
    }
    mem_free(whole);
}

bool run_problem_report(struct call *call, const struct report *report, struct error *err)
{
    struct request request = {.verb = VERB_ACTIVITY};
    struct reply log = {0};
    struct diagnoses diagnoses = {0};
    struct wsl_installed wsl;
    char windows[WINDOWS_WORDS_SIZE];
    char now[CLOCK_WORDS_SIZE];

    request.activity_limit = ACTIVITY_LINES;
    if (!call_ask(call, &request, &log, err))
        return false;
    collect(call, report, &diagnoses);
    wsl_installed_read(&wsl);
    windows_words(windows);
    clock_words_utc((int64_t)time(NULL) * 1000, now);
    write_report(call, &(struct problem_report){
                           .program = "tidegatectl " TIDEGATE_VERSION,
                           .service_version = call->hello.hello.version,
                           .windows = windows,
                           .wsl = !wsl.is_there  ? "not installed"
                                  : wsl.is_inbox ? "in-box"
                                                 : wsl.version,
                           .time = now,
                           .report = report,
                           .user = &call->user,
                           .diagnoses = diagnoses.items,
                           .diagnosis_count = diagnoses.count,
                           .activity = log.activity.items,
                           .activity_count = log.activity.count,
                           .format_time = format_time,
                       });
    LIST_CLEAR(&diagnoses);
    reply_clear(&log);
    return true;
}
