/*
 * Stands in for the service while that is stopped, as one that speaks another version of the
 * protocol, or as one whose rules change faster than any real one's.
 *
 *   service_stand_in version N   answers whatever is asked in version N of the protocol
 *   service_stand_in changes N [MS]
 *       20 rules; one of them goes off or on, N times, each time MS milliseconds after the change
 *       before has been fetched. After a fifth and in the end it prints "changed N times"; after
 *       the fifth it waits for the file C:\lab\go-on, after the end it goes on answering.
 *
 * Serves one client at a time, and ends when it is killed.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/protocol/reply.h"
#include "core/win32/security.h"
#include "core/win32/token.h"

#include <windows.h>

#include <stdio.h>
#include <wchar.h>

#define WIDE_PIPE_NAME L"" PIPE_NAME
#define RULE_COUNT 20
#define FIRST_PORT 20000
#define GO_ON L"C:\\lab\\go-on"
#define POLL_MS 10

static struct {
    HANDLE pipe;
    unsigned version; /* 0: ours */
    unsigned changes_wanted;
    unsigned changes_made;
    unsigned pause_ms;
    bool subscribed;
    struct user_sid user;
    struct report *report;
    struct wire_writer pages;
} stand_in;

static bool send_reply(const struct reply *reply)
{
    struct wire_writer bytes = {0};
    DWORD sent = 0;
    bool ok;

    reply_encode(reply, &bytes);
    if (stand_in.version != 0)
        bytes.bytes[0] = (uint8_t)stand_in.version;
    ok = WriteFile(stand_in.pipe, bytes.bytes, (DWORD)bytes.size, &sent, NULL) != 0;
    wire_writer_clear(&bytes);
    return ok;
}

static void make_report(void)
{
    stand_in.report = report_new();
    stand_in.report->revision = 1;
    stand_in.report->ip_helper.installed = stand_in.report->ip_helper.running = true;
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        struct report_rule item = {.rule = rule_default()};

        snprintf(item.rule.id.text, sizeof item.rule.id.text,
                 "0f8fad5b-d9cb-469f-a165-%012x", i + 1);
        snprintf(item.rule.name, sizeof item.rule.name, "service %u", i);
        item.rule.owner = stand_in.user;
        item.rule.sequence = i + 1;
        item.rule.listen.first_port = item.rule.listen.last_port =
            (uint16_t)(FIRST_PORT + i);
        item.rule.connect.first_port = item.rule.listen.first_port;
        item.status = (struct rule_status){
            .state = RULE_STATE_ACTIVE, .port_count = 1, .active_count = 1};
        stand_in.report->rules =
            mem_grow(stand_in.report->rules, stand_in.report->rule_count,
                     &stand_in.report->rule_capacity, sizeof item);
        stand_in.report->rules[stand_in.report->rule_count++] = item;
    }
}

static void change_report(void)
{
    struct report_rule *rule = &stand_in.report->rules[stand_in.changes_made % RULE_COUNT];

    rule->rule.enabled = !rule->rule.enabled;
    rule->status.state = rule->rule.enabled ? RULE_STATE_ACTIVE : RULE_STATE_OFF;
    rule->status.active_count = rule->rule.enabled ? 1 : 0;
    stand_in.report->revision++;
    stand_in.changes_made++;
}

/* Whoever counts has the tray between two changes: all of the first fifth are shown, the next has
 * not begun. */
static void wait_to_go_on(void)
{
    while (GetFileAttributesW(GO_ON) == INVALID_FILE_ATTRIBUTES)
        Sleep(POLL_MS);
}

static bool announce_change(void)
{
    struct reply event = {.verb = VERB_SUBSCRIBE, .is_event = true};

    if (!stand_in.subscribed || stand_in.changes_made == stand_in.changes_wanted)
        return true;
    if (stand_in.changes_made == stand_in.changes_wanted / 5)
        wait_to_go_on();
    Sleep(stand_in.pause_ms);
    change_report();
    if (stand_in.changes_made == stand_in.changes_wanted / 5 ||
        stand_in.changes_made == stand_in.changes_wanted) {
        printf("changed %u times\n", stand_in.changes_made);
        fflush(stdout);
    }
    event.event.revision = stand_in.report->revision;
    return send_reply(&event);
}

/* The report is small: one page. */
static bool answer_snapshot(struct reply *reply)
{
    stand_in.pages.size = 0;
    report_encode(stand_in.report, &stand_in.pages);
    reply->snapshot.revision = stand_in.report->revision;
    reply->snapshot.page_count = 1;
    reply->snapshot.bytes = stand_in.pages.bytes;
    reply->snapshot.size = stand_in.pages.size;
    return send_reply(reply) && announce_change();
}

static bool answer(const struct request *request)
{
    struct reply reply = {.id = request->id, .verb = request->verb};

    switch (request->verb) {
    case VERB_HELLO:
        snprintf(reply.hello.version, sizeof reply.hello.version, "0.0.1");
        reply.hello.user = stand_in.user;
        reply.hello.may_change = true;
        break;
    case VERB_SUBSCRIBE:
        stand_in.subscribed = true;
        reply.event.revision = stand_in.report->revision;
        break;
    case VERB_SNAPSHOT:
        return answer_snapshot(&reply);
    default:
        error_set(&reply.error, ERR_NOT_FOUND, "the stand-in knows nothing of that");
        break;
    }
    return send_reply(&reply);
}

/* Until the client goes. */
static void serve(void)
{
    static uint8_t bytes[MESSAGE_SIZE_MAX];
    struct request request = {0};
    DWORD size = 0;
    bool ok = true;

    stand_in.subscribed = false;
    while (ok && ReadFile(stand_in.pipe, bytes, sizeof bytes, &size, NULL) &&
           request_decode(bytes, size, &request, NULL)) {
        ok = answer(&request);
        request_clear(&request);
    }
}

static bool create_pipe(void)
{
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof attributes,
                                      .lpSecurityDescriptor =
                                          security_pipe_descriptor(NULL)};

    stand_in.pipe = CreateNamedPipeW(WIDE_PIPE_NAME,
                                     PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE,
                                     PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, 1,
                                     MESSAGE_SIZE_MAX, MESSAGE_SIZE_MAX, 0, &attributes);
    LocalFree(attributes.lpSecurityDescriptor);
    return stand_in.pipe != INVALID_HANDLE_VALUE;
}

/* No header declares it. */
int wmain(int count, wchar_t **arguments);

int wmain(int count, wchar_t **arguments)
{
    if (count < 3 || !token_read_own_user(&stand_in.user, NULL))
        return 2;
    if (wcscmp(arguments[1], L"version") == 0)
        stand_in.version = (unsigned)wcstoul(arguments[2], NULL, 10);
    else
        stand_in.changes_wanted = (unsigned)wcstoul(arguments[2], NULL, 10);
    if (count > 3)
        stand_in.pause_ms = (unsigned)wcstoul(arguments[3], NULL, 10);
    make_report();
    if (!create_pipe())
        return 3;
    printf("serving\n");
    fflush(stdout);
    for (;;) {
        if (ConnectNamedPipe(stand_in.pipe, NULL) ||
            GetLastError() == ERROR_PIPE_CONNECTED)
            serve();
        DisconnectNamedPipe(stand_in.pipe);
    }
}
