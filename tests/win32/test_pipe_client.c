/*
 * The pipe client against a stand-in for the service that plays one scene per test, good and
 * bad.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/win32/pipe_client.h"
#include "core/win32/security.h"
#include "core/win32/token.h"
#include "tests/win32/pipe_stand_in.h"

#include <check.h>
#include <sddl.h>

#define WIDE_PIPE_NAME L"" PIPE_NAME
#define RULE_COUNT 150 /* more than one page */

static struct pipe_client *open_client(void)
{
    struct error err = {0};
    struct pipe_client *client = pipe_client_open(PATIENCE_MS, NULL, &err);

    ck_assert_msg(client != NULL, "%s", err.detail);
    return client;
}

static bool reconcile(struct pipe_client *client, struct reply *reply, struct error *err)
{
    struct request request = {.verb = VERB_RECONCILE};

    return pipe_client_ask(client, &request, reply, err);
}

START_TEST(open_says_that_there_is_no_service)
{
    struct error err = {0};

    ck_assert_ptr_null(pipe_client_open(PATIENCE_MS, NULL, &err));
    ck_assert_int_eq(err.kind, ERR_UNAVAILABLE);
    ck_assert_str_eq(err.detail, "the Tidegate service is not running");
}
END_TEST

static void play_hello(HANDLE pipe)
{
    stand_in_answer_hello(pipe);
    stand_in_wait_for_end(pipe);
}

START_TEST(open_gives_the_answer_to_hello)
{
    struct pipe_client *client;
    struct reply hello = {0};
    struct error err = {0};

    stand_in_start(play_hello);
    client = pipe_client_open(PATIENCE_MS, &hello, &err);

    ck_assert_msg(client != NULL, "%s", err.detail);
    ck_assert_str_eq(hello.hello.version, "9.8.7");
    ck_assert(hello.hello.is_elevated);
    pipe_client_close(client);
    stand_in_stop();
}
END_TEST

/* On Windows an administrator may create the name with an owner of his own; under Wine anyone. */
START_TEST(open_refuses_a_server_that_is_not_owned_by_administrators)
{
    wchar_t sddl[300];
    struct user_sid self;
    struct error err = {0};
    PSECURITY_DESCRIPTOR descriptor = NULL;

    ck_assert(token_read_own_user(&self, NULL));
    _snwprintf(sddl, 300, L"O:%hsD:(A;;GA;;;WD)", self.text);
    ck_assert(ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1,
                                                                   &descriptor, NULL));
    stand_in_start_with(descriptor, play_hello);

    ck_assert_ptr_null(pipe_client_open(PATIENCE_MS, NULL, &err));
    ck_assert_int_eq(err.kind, ERR_UNAVAILABLE);
    ck_assert_msg(strstr(err.detail, "not trusted") != NULL, "%s", err.detail);
    stand_in_stop();
}
END_TEST

static void play_other_version(HANDLE pipe)
{
    struct request request = {0};
    struct reply refusal = {0};

    stand_in_read(pipe, &request);
    error_set(&refusal.error, ERR_INVALID, "protocol version 1, this service speaks 2");
    stand_in_send(pipe, &refusal);
}

START_TEST(open_passes_on_why_it_was_not_understood)
{
    struct error err = {0};

    stand_in_start(play_other_version);

    ck_assert_ptr_null(pipe_client_open(PATIENCE_MS, NULL, &err));
    ck_assert_str_eq(err.detail, "protocol version 1, this service speaks 2");
    stand_in_stop();
}
END_TEST

static HANDLE occupy(void)
{
    const HANDLE other =
        CreateFileW(WIDE_PIPE_NAME, PIPE_CLIENT_ACCESS, 0, NULL, OPEN_EXISTING,
                    SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);

    ck_assert(other != INVALID_HANDLE_VALUE);
    return other;
}

START_TEST(open_gives_up_when_all_instances_stay_busy)
{
    struct error err = {0};
    HANDLE other;

    stand_in_start(stand_in_wait_for_end);
    other = occupy();

    ck_assert_ptr_null(pipe_client_open(200, NULL, &err));
    ck_assert_int_eq(err.kind, ERR_UNAVAILABLE);
    ck_assert_str_eq(err.detail, "the Tidegate service is busy with other clients");
    CloseHandle(other);
    stand_in_stop();
}
END_TEST

static void play_busy_then_hello(HANDLE pipe)
{
    stand_in_wait_for_end(pipe);
    DisconnectNamedPipe(pipe);
    if (ConnectNamedPipe(pipe, NULL) || GetLastError() == ERROR_PIPE_CONNECTED)
        play_hello(pipe);
}

static DWORD WINAPI close_later(void *context)
{
    Sleep(300);
    CloseHandle(context);
    return 0;
}

START_TEST(open_waits_for_a_free_instance)
{
    HANDLE closer;

    stand_in_start(play_busy_then_hello);
    closer = CreateThread(NULL, 0, close_later, occupy(), 0, NULL);

    pipe_client_close(open_client());
    WaitForSingleObject(closer, PATIENCE_MS);
    CloseHandle(closer);
    stand_in_stop();
}
END_TEST

static void play_again(HANDLE pipe, scene *play)
{
    DisconnectNamedPipe(pipe);
    if (ConnectNamedPipe(pipe, NULL) || GetLastError() == ERROR_PIPE_CONNECTED)
        play(pipe);
}

static void play_too_many_then_hello(HANDLE pipe)
{
    struct request request = {0};
    struct reply refusal = {0};

    stand_in_read(pipe, &request);
    error_set_message(&refusal.error, ERR_UNAVAILABLE, MESSAGE_SERVICE_BUSY, NULL, NULL,
                      NULL);
    stand_in_send(pipe, &refusal);
    stand_in_wait_for_end(pipe);
    play_again(pipe, play_hello);
}

/* As the service does when the first word takes too long. */
static void play_shown_out_then_hello(HANDLE pipe)
{
    struct request request = {0};

    stand_in_read(pipe, &request);
    play_again(pipe, play_hello);
}

START_TEST(open_tries_again_when_it_is_turned_away)
{
    scene *const scenes[] = {play_too_many_then_hello, play_shown_out_then_hello};

    stand_in_start(scenes[_i]);

    pipe_client_close(open_client());
    stand_in_stop();
}
END_TEST

static void play_event_before_reply(HANDLE pipe)
{
    stand_in_answer_hello(pipe);
    stand_in_send_event(pipe, 5);
    stand_in_answer_next(pipe, 6);
    stand_in_wait_for_end(pipe);
}

START_TEST(ask_keeps_an_event_that_comes_first)
{
    struct pipe_client *client;
    struct reply reply = {0};
    struct error err = {0};
    DWORD which;

    stand_in_start(play_event_before_reply);
    client = open_client();

    ck_assert_msg(reconcile(client, &reply, &err), "%s", err.detail);
    ck_assert(!reply.is_event);
    ck_assert_uint_eq(reply.event.revision, 6);
    ck_assert_int_eq(pipe_client_wait(client, NULL, 0, 0, &which), PIPE_WAIT_CHANGED);
    ck_assert_int_eq(pipe_client_wait(client, NULL, 0, 0, &which), PIPE_WAIT_TIMEOUT);
    pipe_client_close(client);
    stand_in_stop();
}
END_TEST

static void play_refusal(HANDLE pipe)
{
    struct request request = {0};
    struct reply reply = {.verb = VERB_RECONCILE};

    stand_in_answer_hello(pipe);
    stand_in_read(pipe, &request);
    reply.id = request.id;
    error_set(&reply.error, ERR_ACCESS_DENIED, "you may not");
    stand_in_send(pipe, &reply);
    stand_in_answer_next(pipe, 7);
}

START_TEST(ask_succeeds_when_the_service_refuses_and_can_go_on)
{
    struct pipe_client *client;
    struct reply reply = {0};

    stand_in_start(play_refusal);
    client = open_client();

    ck_assert(reconcile(client, &reply, NULL));
    ck_assert_int_eq(reply.error.kind, ERR_ACCESS_DENIED);
    ck_assert(reconcile(client, &reply, NULL));
    ck_assert_int_eq(reply.error.kind, ERR_NONE);
    pipe_client_close(client);
    stand_in_stop();
}
END_TEST

static void play_garbage(HANDLE pipe)
{
    DWORD size;

    stand_in_answer_hello(pipe);
    WriteFile(pipe, "no such thing", 13, &size, NULL);
    stand_in_wait_for_end(pipe);
}

static void play_too_long(HANDLE pipe)
{
    static uint8_t bytes[MESSAGE_SIZE_MAX + 1];
    DWORD size;

    stand_in_answer_hello(pipe);
    WriteFile(pipe, bytes, sizeof bytes, &size, NULL);
    stand_in_wait_for_end(pipe);
}

static void play_goodbye(HANDLE pipe)
{
    stand_in_answer_hello(pipe);
}

static scene *const bad_scenes[] = {play_garbage, play_too_long, play_goodbye};

START_TEST(ask_fails_on_a_service_out_of_its_mind)
{
    struct pipe_client *client;
    struct reply reply = {.id = 77};
    struct error err = {0};

    stand_in_start(bad_scenes[_i]);
    client = open_client();

    ck_assert_msg(!reconcile(client, &reply, &err), "scene %d", _i);
    ck_assert(err.kind == ERR_UNAVAILABLE || err.kind == ERR_INVALID);
    ck_assert_uint_eq(reply.id, 77);
    pipe_client_close(client);
    stand_in_stop();
}
END_TEST

static void play_three_events(HANDLE pipe)
{
    stand_in_answer_hello(pipe);
    stand_in_answer_next(pipe, 1);
    for (uint64_t revision = 2; revision < 5; revision++)
        stand_in_send_event(pipe, revision);
    stand_in_answer_next(pipe, 5);
    stand_in_wait_for_end(pipe);
}

START_TEST(wait_makes_one_of_many_events)
{
    struct pipe_client *client;
    struct reply reply = {0};
    DWORD which;

    stand_in_start(play_three_events);
    client = open_client();
    ck_assert(reconcile(client, &reply, NULL));
    ck_assert(reconcile(client, &reply, NULL));

    ck_assert_int_eq(pipe_client_wait(client, NULL, 0, 1000, &which), PIPE_WAIT_CHANGED);
    ck_assert_int_eq(pipe_client_wait(client, NULL, 0, 50, &which), PIPE_WAIT_TIMEOUT);
    pipe_client_close(client);
    stand_in_stop();
}
END_TEST

START_TEST(wait_tells_which_other_event_came)
{
    struct pipe_client *client;
    HANDLE others[2] = {CreateEventW(NULL, TRUE, FALSE, NULL),
                        CreateEventW(NULL, TRUE, TRUE, NULL)};
    DWORD which = 99;

    stand_in_start(play_hello);
    client = open_client();

    ck_assert_int_eq(pipe_client_wait(client, others, 2, INFINITE, &which),
                     PIPE_WAIT_OTHER);
    ck_assert_uint_eq(which, 1);
    pipe_client_close(client);
    stand_in_stop();
    CloseHandle(others[0]);
    CloseHandle(others[1]);
}
END_TEST

START_TEST(wait_notices_the_end_of_the_connection)
{
    struct pipe_client *client;
    DWORD which;

    stand_in_start(play_goodbye);
    client = open_client();

    ck_assert_int_eq(pipe_client_wait(client, NULL, 0, PATIENCE_MS, &which),
                     PIPE_WAIT_LOST);
    pipe_client_close(client);
    stand_in_stop();
}
END_TEST

static void encode_long_report(uint64_t revision, struct wire_writer *out)
{
    struct report *report = report_new();
    struct report_rule *rules = mem_alloc(RULE_COUNT * sizeof *rules);

    report->revision = revision;
    for (size_t i = 0; i < RULE_COUNT; i++) {
        rules[i].rule = rule_default();
        rules[i].rule.sequence = i + 1;
        rules[i].rule.listen.first_port = rules[i].rule.listen.last_port =
            (uint16_t)(i + 1);
        rules[i].rule.connect.first_port = 80;
        snprintf(rules[i].rule.id.text, sizeof rules[i].rule.id.text,
                 "00000000-0000-4000-8000-%012u", (unsigned)i);
        snprintf(rules[i].rule.owner.text, sizeof rules[i].rule.owner.text, "S-1-5-18");
        memset(rules[i].rule.name, 'n', RULE_TEXT_SIZE - 1);
        memset(rules[i].rule.comment, 'c', RULE_TEXT_SIZE - 1);
        memset(rules[i].status.subject, 's', STATUS_SUBJECT_SIZE - 1);
    }
    report->rules = rules;
    report->rule_count = report->rule_capacity = RULE_COUNT;
    report_encode(report, out);
    report_free(report);
}

/* Answers one request for a page, or says that this revision is gone. */
static bool answer_page(HANDLE pipe, uint64_t newest)
{
    struct wire_writer bytes = {0};
    struct request request = {0};
    struct reply reply = {.verb = VERB_SNAPSHOT};
    uint32_t page;

    if (!stand_in_read(pipe, &request))
        return false;
    reply.id = request.id;
    page = request.snapshot.page;
    if (request.snapshot.revision != 0 && request.snapshot.revision != newest) {
        error_set(&reply.error, ERR_NOT_FOUND, "gone");
        stand_in_send(pipe, &reply);
        return true;
    }
    encode_long_report(newest, &bytes);
    reply.snapshot.revision = newest;
    reply.snapshot.page = page;
    reply.snapshot.page_count =
        (uint32_t)((bytes.size + SNAPSHOT_PAGE_SIZE - 1) / SNAPSHOT_PAGE_SIZE);
    reply.snapshot.bytes = bytes.bytes + page * SNAPSHOT_PAGE_SIZE;
    reply.snapshot.size = page + 1 < reply.snapshot.page_count
                              ? SNAPSHOT_PAGE_SIZE
                              : bytes.size - page * SNAPSHOT_PAGE_SIZE;
    stand_in_send(pipe, &reply);
    wire_writer_clear(&bytes);
    return true;
}

static void play_pages(HANDLE pipe)
{
    stand_in_answer_hello(pipe);
    while (answer_page(pipe, 42))
        continue;
}

/* The first page is of revision 41, and then it changes. */
static void play_changing_pages(HANDLE pipe)
{
    stand_in_answer_hello(pipe);
    answer_page(pipe, 41);
    while (answer_page(pipe, 42))
        continue;
}

static scene *const page_scenes[] = {play_pages, play_changing_pages};

START_TEST(fetch_report_joins_the_pages_of_one_revision)
{
    struct pipe_client *client;
    struct report *report;
    struct error err = {0};

    stand_in_start(page_scenes[_i]);
    client = open_client();
    report = pipe_client_fetch_report(client, &err);

    ck_assert_msg(report != NULL, "scene %d: %s", _i, err.detail);
    ck_assert_uint_eq(report->revision, 42);
    ck_assert_uint_eq(report->rule_count, RULE_COUNT);
    ck_assert_uint_eq(report->rules[RULE_COUNT - 1].rule.listen.first_port, RULE_COUNT);
    report_free(report);
    pipe_client_close(client);
    stand_in_stop();
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

Suite *pipe_client_suite(void)
{
    Suite *suite = suite_create("pipe_client");
    TCase *open = tcase_create("pipe_client_open");
    TCase *ask = tcase_create("pipe_client_ask");
    TCase *wait = tcase_create("pipe_client_wait");
    TCase *fetch = tcase_create("pipe_client_fetch_report");

    tcase_add_test(open, open_says_that_there_is_no_service);
    tcase_add_test(open, open_gives_the_answer_to_hello);
    tcase_add_test(open, open_refuses_a_server_that_is_not_owned_by_administrators);
    tcase_add_test(open, open_passes_on_why_it_was_not_understood);
    tcase_add_test(open, open_gives_up_when_all_instances_stay_busy);
    tcase_add_test(open, open_waits_for_a_free_instance);
    tcase_add_loop_test(open, open_tries_again_when_it_is_turned_away, 0, 2);
    tcase_add_checked_fixture(open, NULL, stand_in_end);
    suite_add_tcase(suite, open);
    tcase_add_test(ask, ask_keeps_an_event_that_comes_first);
    tcase_add_test(ask, ask_succeeds_when_the_service_refuses_and_can_go_on);
    tcase_add_loop_test(ask, ask_fails_on_a_service_out_of_its_mind, 0, COUNT(bad_scenes));
    tcase_add_checked_fixture(ask, NULL, stand_in_end);
    suite_add_tcase(suite, ask);
    tcase_add_test(wait, wait_makes_one_of_many_events);
    tcase_add_test(wait, wait_tells_which_other_event_came);
    tcase_add_test(wait, wait_notices_the_end_of_the_connection);
    tcase_add_checked_fixture(wait, NULL, stand_in_end);
    suite_add_tcase(suite, wait);
    tcase_add_loop_test(fetch, fetch_report_joins_the_pages_of_one_revision, 0,
                        COUNT(page_scenes));
    tcase_add_checked_fixture(fetch, NULL, stand_in_end);
    suite_add_tcase(suite, fetch);
    return suite;
}
