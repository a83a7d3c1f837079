/*
 * The ports on which something listens inside WSL, in the report.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/engine.h"

#include "core/base/text.h"
#include "tests/unit/engine_fixture.h"

#include <check.h>

#define OTHER_RELAY_PID (FAKE_RELAY_PID + 1)

static struct engine_fixture it;

static void set_up(void)
{
    engine_fixture_open(&it, ":memory:");
}

static void tear_down(void)
{
    engine_fixture_close(&it);
}

static void listen_as(uint32_t process_id, const char *address, uint16_t port)
{
    struct listener *listener = &it.windows.strangers[it.windows.stranger_count++];

    *listener = (struct listener){.port = port, .process_id = process_id};
    ck_assert(address_parse(address, &listener->address));
}

/* Another user, signed in, with a VM and its relay. */
static void let_other_user_run_wsl(void)
{
    struct wsl_trace *trace = &it.windows.traces[it.windows.trace_count++];

    *trace = it.windows.traces[0];
    ck_assert(text_copy(trace->user.text, USER_SID_SIZE, FAKE_OTHER_USER));
    trace->relay_process_id = OTHER_RELAY_PID;
}

static const struct report *look(void)
{
    work(&it, EVENT_WSL_CHANGED);
    return engine_report(it.engine);
}

static void assert_port(const struct report *report, size_t index, const char *user,
                        uint16_t port)
{
    ck_assert_uint_lt(index, report->wsl_port_count);
    ck_assert_str_eq(report->wsl_ports[index].user.text, user);
    ck_assert_uint_eq(report->wsl_ports[index].port, port);
}

START_TEST(the_report_has_each_port_of_wsl_once_and_in_order)
{
    listen_as(FAKE_RELAY_PID, "127.0.0.1", 8080);
    listen_as(FAKE_RELAY_PID, "::1", 8080);
    listen_as(FAKE_RELAY_PID, "127.0.0.1", 3000);

    ck_assert_uint_eq(look()->wsl_port_count, 2);
    assert_port(engine_report(it.engine), 0, FAKE_USER, 3000);
    assert_port(engine_report(it.engine), 1, FAKE_USER, 8080);
}
END_TEST

START_TEST(the_ports_of_two_users_wsl_are_kept_apart)
{
    let_other_user_run_wsl();
    listen_as(OTHER_RELAY_PID, "127.0.0.1", 2000);
    listen_as(FAKE_RELAY_PID, "127.0.0.1", 3000);

    ck_assert_uint_eq(look()->wsl_port_count, 2);
    assert_port(engine_report(it.engine), 0, FAKE_USER, 3000);
    assert_port(engine_report(it.engine), 1, FAKE_OTHER_USER, 2000);
}
END_TEST

START_TEST(other_programs_and_other_addresses_are_no_ports_of_wsl)
{
    listen_as(77, "127.0.0.1", 3000);
    listen_as(0, "127.0.0.1", 3001);
    listen_as(FAKE_RELAY_PID, FAKE_LAN, 3002);

    ck_assert_uint_eq(look()->wsl_port_count, 0);
}
END_TEST

START_TEST(without_a_relay_there_are_no_ports_of_wsl)
{
    listen_as(FAKE_RELAY_PID, "127.0.0.1", 3000);
    fake_stop_wsl(&it.windows);

    ck_assert_uint_eq(look()->wsl_port_count, 0);
}
END_TEST

/* An open window asks for the newest snapshot every two seconds; no event tells of these ports. */
START_TEST(a_client_that_asks_sees_a_new_port_of_wsl_as_a_new_revision)
{
    uint64_t revision;

    settle(&it);
    revision = engine_report(it.engine)->revision;
    listen_as(FAKE_RELAY_PID, "127.0.0.1", 3000);
    it.windows.now_ms += 2000;
    ck_assert_int_eq(ask(&it, VERB_SNAPSHOT), ERR_NONE);
    ck_assert_uint_gt(engine_report(it.engine)->revision, revision);
    assert_port(engine_report(it.engine), 0, FAKE_USER, 3000);

    revision = engine_report(it.engine)->revision;
    it.windows.stranger_count = 0;
    it.windows.now_ms += 2000;
    ck_assert_int_eq(ask(&it, VERB_SNAPSHOT), ERR_NONE);
    ck_assert_uint_gt(engine_report(it.engine)->revision, revision);
    ck_assert_uint_eq(engine_report(it.engine)->wsl_port_count, 0);
}
END_TEST

Suite *engine_wsl_ports_suite(void);

Suite *engine_wsl_ports_suite(void)
{
    const TTest *const tests[] = {
        the_report_has_each_port_of_wsl_once_and_in_order,
        the_ports_of_two_users_wsl_are_kept_apart,
        other_programs_and_other_addresses_are_no_ports_of_wsl,
        without_a_relay_there_are_no_ports_of_wsl,
        a_client_that_asks_sees_a_new_port_of_wsl_as_a_new_revision,
    };
    Suite *suite = suite_create("engine_wsl_ports");
    TCase *tcase = tcase_create("engine_wsl_ports");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return suite;
}
