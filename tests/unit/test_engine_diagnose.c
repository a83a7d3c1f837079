/*
 * The engine's part in a diagnosis: what it reads, and when.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/diagnose.h"

#include "tests/unit/engine_fixture.h"

#include <check.h>
#include <string.h>

static struct engine_fixture it;

static void set_up(void)
{
    engine_fixture_open(&it, ":memory:");
}

static void tear_down(void)
{
    engine_fixture_close(&it);
}

static struct diagnosis diagnose(const struct rule_id *id)
{
    struct diagnosis diagnosis;
    struct error err = {0};

    ck_assert_msg(engine_diagnose(it.engine, id, false, &diagnosis, &err), "%s",
                  err.detail);
    return diagnosis;
}

/* With something that listens inside WSL. */
static struct rule_id add_active(void)
{
    struct listener *relay = &it.windows.strangers[it.windows.stranger_count++];

    *relay = (struct listener){.port = 3000, .process_id = FAKE_RELAY_PID};
    ck_assert(address_parse("127.0.0.1", &relay->address));
    return add_rule(&it, "a", FAKE_LAN ":3000");
}

START_TEST(engine_diagnose_names_what_it_found_good)
{
    const struct rule_id id = add_active();
    const struct diagnosis diagnosis = diagnose(&id);

    ck_assert_str_eq(diagnosis.links[LINK_ADDRESS - 1].subject, "172.28.208.5");
    ck_assert_str_eq(diagnosis.links[LINK_ENTRY - 1].subject,
                     "v4tov4 192.168.1.10/3000 to 172.28.208.5/3000");
    ck_assert_ptr_nonnull(strstr(diagnosis.links[LINK_FIREWALL - 1].subject, id.text));
    ck_assert_str_eq(diagnosis.links[LINK_TARGET - 1].subject, "3000");
    ck_assert_int_eq(diagnosis.links[LINK_NETWORK - 1].subject_message.id,
                     MESSAGE_NETWORK_PRIVATE);
}
END_TEST

START_TEST(engine_diagnose_changes_nothing)
{
    struct rule_id id;
    unsigned before;

    fake_set_entry(&it.windows, PORTPROXY_V4TOV4, "0.0.0.0/3000", "10.9.9.9/80");
    id = add_rule(&it, "a", "3000");
    settle(&it);
    before = it.windows.write_count;
    (void)diagnose(&id);
    ck_assert_uint_eq(it.windows.write_count, before);
}
END_TEST

START_TEST(engine_diagnose_fails_for_a_rule_that_is_not_there)
{
    const struct rule_id id = {"11111111-2222-3333-4444-555555555555"};
    struct diagnosis diagnosis;
    struct error err = {0};

    ck_assert(!engine_diagnose(it.engine, &id, false, &diagnosis, &err));
    ck_assert_int_eq(err.kind, ERR_NOT_FOUND);
}
END_TEST

/* Reading the world, the listeners and the connections are three calls. */
START_TEST(engine_diagnose_says_what_it_could_not_read)
{
    const struct rule_id id = add_active();
    struct diagnosis diagnosis;
    struct error err = {0};

    it.windows.fail_at = it.windows.call_count + 1 + (unsigned)_i;
    ck_assert(!engine_diagnose(it.engine, &id, false, &diagnosis, &err));
    ck_assert_int_eq(err.kind, ERR_SYSTEM);
}
END_TEST

START_TEST(connections_are_read_for_a_diagnosis_only)
{
    const struct rule_id id = add_rule(&it, "a", "3000");
    struct diagnosis diagnosis;
    struct error err;

    settle(&it);
    ck_assert_int_eq(ask(&it, VERB_SNAPSHOT), ERR_NONE);
    ck_assert_int_eq(ask(&it, VERB_RECONCILE), ERR_NONE);
    ck_assert_uint_eq(it.windows.connection_reading_count, 0);

    ck_assert(engine_diagnose(it.engine, &id, false, &diagnosis, &err));
    ck_assert_uint_eq(it.windows.connection_reading_count, 1);
}
END_TEST

static struct diagnosis probe(const struct rule_id *id, enum probe_result result)
{
    struct diagnosis diagnosis;
    struct error err = {0};

    it.windows.probe = result;
    it.windows.probe_count = 0;
    ck_assert(engine_diagnose(it.engine, id, true, &diagnosis, &err));
    ck_assert_int_eq(diagnosis.probe, PROBE_UNDER_WAY);
    ck_assert(engine_diagnose(it.engine, id, true, &diagnosis, &err));
    ck_assert_int_eq(diagnosis.probe, result);
    return diagnosis;
}

static const struct {
    const char *connect; /* NULL: WSL, with a relay that has the port */
    enum probe_result result;
    enum link_verdict verdict;
    enum reason reason;
    const char *subject;
} probe_cases[] = {
    {NULL, PROBE_CONNECTED, LINK_GOOD, REASON_NONE, ""},
    {NULL, PROBE_REFUSED, LINK_WARNING, REASON_LOOPBACK_ONLY, "3000"},
    {NULL, PROBE_SILENT, LINK_WARNING, REASON_TARGET_SILENT, "172.28.208.5:3000"},
    {NULL, PROBE_FAILED, LINK_GOOD, REASON_NONE, "3000"},
    {"192.168.1.20:80", PROBE_CONNECTED, LINK_GOOD, REASON_NONE, ""},
    {"192.168.1.20:80", PROBE_REFUSED, LINK_WARNING, REASON_TARGET_REFUSED,
     "192.168.1.20:80"},
    {"192.168.1.20:80", PROBE_SILENT, LINK_WARNING, REASON_TARGET_SILENT,
     "192.168.1.20:80"},
    {"192.168.1.20:80", PROBE_FAILED, LINK_UNKNOWN, REASON_NONE, ""},
};

static struct rule_id add_literal(const char *connect)
{
    struct rule rule = new_rule("a", FAKE_LAN ":3000");

    ck_assert(rule_connect_parse(connect, 3000, &rule.connect, NULL));
    ck_assert_int_eq(put(&it, &rule).kind, ERR_NONE);
    return it.last_id;
}

START_TEST(a_probe_decides_about_the_target)
{
    const struct rule_id id = probe_cases[_i].connect == NULL
                                  ? add_active()
                                  : add_literal(probe_cases[_i].connect);
    const struct diagnosis diagnosis = probe(&id, probe_cases[_i].result);
    const struct diagnosis_link *link = &diagnosis.links[LINK_TARGET - 1];

    ck_assert_int_eq(link->verdict, probe_cases[_i].verdict);
    ck_assert_int_eq(link->reason, probe_cases[_i].reason);
    ck_assert_str_eq(link->subject, probe_cases[_i].subject);
}
END_TEST

START_TEST(a_probe_refutes_that_nothing_listens)
{
    const struct rule_id id = add_rule(&it, "a", FAKE_LAN ":3000");
    struct diagnosis diagnosis = diagnose(&id);

    ck_assert_int_eq(diagnosis.links[LINK_TARGET - 1].reason, REASON_NOTHING_LISTENS);
    diagnosis = probe(&id, PROBE_CONNECTED);
    ck_assert_int_eq(diagnosis.links[LINK_TARGET - 1].verdict, LINK_GOOD);
    diagnosis = probe(&id, PROBE_REFUSED);
    ck_assert_int_eq(diagnosis.links[LINK_TARGET - 1].reason, REASON_TARGET_REFUSED);
}
END_TEST

START_TEST(a_probe_goes_where_the_rule_does_and_only_on_request)
{
    const struct rule_id id = add_active();

    (void)diagnose(&id);
    ck_assert_uint_eq(it.windows.probe_count, 0);
    (void)probe(&id, PROBE_CONNECTED);
    ck_assert_str_eq(it.windows.probed, "172.28.208.5 3000");
}
END_TEST

START_TEST(a_rule_that_wants_nothing_is_not_probed)
{
    const struct rule_id id = add_active();
    struct diagnosis diagnosis;
    struct error err = {0};

    ck_assert_int_eq(ask(&it, VERB_PAUSE), ERR_NONE);
    ck_assert(engine_diagnose(it.engine, &id, true, &diagnosis, &err));
    ck_assert_int_eq(diagnosis.probe, PROBE_NONE);
    ck_assert_uint_eq(it.windows.probe_count, 0);
}
END_TEST

Suite *engine_diagnose_suite(void);

Suite *engine_diagnose_suite(void)
{
    Suite *suite = suite_create("engine_diagnose");
    TCase *tcase = tcase_create("engine_diagnose");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, engine_diagnose_names_what_it_found_good);
    tcase_add_loop_test(tcase, a_probe_decides_about_the_target, 0,
                        sizeof probe_cases / sizeof probe_cases[0]);
    tcase_add_test(tcase, a_probe_refutes_that_nothing_listens);
    tcase_add_test(tcase, a_probe_goes_where_the_rule_does_and_only_on_request);
    tcase_add_test(tcase, a_rule_that_wants_nothing_is_not_probed);
    tcase_add_test(tcase, engine_diagnose_changes_nothing);
    tcase_add_test(tcase, engine_diagnose_fails_for_a_rule_that_is_not_there);
    tcase_add_loop_test(tcase, engine_diagnose_says_what_it_could_not_read, 0, 3);
    tcase_add_test(tcase, connections_are_read_for_a_diagnosis_only);
    suite_add_tcase(suite, tcase);
    return suite;
}
