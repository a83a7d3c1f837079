/*
 * The engine when something around it is late, locked, missing or at odds with it.
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE 1 /* mkdtemp */

#include <check.h>

#ifdef _WIN32 /* POSIX files; under Windows the core is the same code */

Suite *engine_faults_suite(void);

Suite *engine_faults_suite(void)
{
    return suite_create("engine_faults");
}

#else

#include "core/engine/engine.h"

#include "core/base/text.h"
#include "core/store/database.h"
#include "tests/unit/engine_fixture.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct engine_fixture it;
static char folder[64];
static char path[80];

static void set_up(void)
{
    struct text text;

    text_copy(folder, sizeof folder, "/tmp/tidegate-faults-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    text = TEXT_OVER(path);
    text_append_format(&text, "%s/t.db", folder);
}

static void remove_file(const char *suffix)
{
    char name[120];
    struct text text = TEXT_OVER(name);

    text_append_format(&text, "%s%s", path, suffix);
    unlink(name);
}

static void remove_database(void)
{
    remove_file("");
    remove_file("-wal");
    remove_file("-shm");
}

static void tear_down(void)
{
    engine_fixture_close(&it);
    remove_database();
    remove_file(".copy");
    remove_file(".copy-wal");
    rmdir(folder);
}

static bool activity_has(const char *words)
{
    struct request request = {.verb = VERB_ACTIVITY, .activity_limit = 1000};
    struct reply reply;
    bool found = false;

    engine_handle(it.engine, &it.caller, &request, &reply);
    ck_assert_int_eq(reply.error.kind, ERR_NONE);
    for (size_t i = 0; i < reply.activity.count; i++) {
        char sentence[1024];
        struct text text = TEXT_OVER(sentence);

        activity_explain(&reply.activity.items[i], &text);
        found = found || strstr(sentence, words) != NULL;
    }
    reply_clear(&reply);
    return found;
}

/* As another program. */
static void run_sql(const char *sql, sqlite3 **other)
{
    ck_assert_int_eq(sqlite3_open(path, other), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(*other, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* The service says that it runs before it has read the tables, and tells no more. */
START_TEST(an_ip_helper_that_listens_a_moment_after_its_start_is_looked_at_again)
{
    struct rule_id id;

    engine_fixture_open(&it, ":memory:");
    id = add_rule(&it, "a", "3000");
    settle(&it);
    it.windows.ip_helper.running = false;
    work(&it, EVENT_SERVICE_CHANGED);
    ck_assert_int_eq(status(&it, &id)->reason, REASON_IP_HELPER_STOPPED);

    it.windows.ip_helper.running = true;
    it.windows.helper.count = 0;
    work(&it, EVENT_SERVICE_CHANGED);
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_APPLYING);
    it.windows.helper = it.windows.registry;
    settle(&it);

    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
}
END_TEST

START_TEST(a_port_that_the_ip_helper_never_takes_is_not_looked_at_for_ever)
{
    struct rule_id id;

    engine_fixture_open(&it, ":memory:");
    id = add_rule(&it, "a", "3000");
    it.windows.ip_helper.process_id++;
    it.windows.helper.count = 0;
    work(&it, EVENT_SERVICE_CHANGED);
    settle(&it);

    ck_assert_int_eq(status(&it, &id)->reason, REASON_NOT_LISTENING);
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_BLOCKED);
}
END_TEST

START_TEST(a_locked_database_is_not_taken_for_a_program_that_removes_entries)
{
    sqlite3 *other = NULL;
    struct rule_id id;

    engine_fixture_open(&it, path);
    id = add_rule(&it, "a", "3000");
    settle(&it);
    run_sql("BEGIN IMMEDIATE", &other);

    fake_remove_entry(&it.windows, PORTPROXY_V4TOV4, "0.0.0.0/3000");
    for (int i = 0; i < 4; i++)
        work(&it, EVENT_PORTPROXY_CHANGED);
    ck_assert_int_eq(status(&it, &id)->reason, REASON_STORE_FAILED);
    sqlite3_close(other);
    settle(&it);

    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
}
END_TEST

START_TEST(hello_is_answered_though_the_settings_cannot_be_read)
{
    sqlite3 *other = NULL;

    engine_fixture_open(&it, path);
    run_sql("DROP TABLE setting", &other);
    sqlite3_close(other);

    ck_assert_int_eq(ask(&it, VERB_HELLO), ERR_NONE);
    ck_assert_int_eq(ask(&it, VERB_SNAPSHOT), ERR_NONE);
    ck_assert_int_eq(ask(&it, VERB_RECONCILE), ERR_STORE);
}
END_TEST

START_TEST(a_folder_that_appears_late_is_tried_again)
{
    ck_assert_int_eq(rmdir(folder), 0);
    engine_fixture_open(&it, path);
    ck_assert_str_ne(engine_report(it.engine)->fault, "");
    ck_assert(message_is_known(engine_report(it.engine)->fault_message.id));
    ck_assert_uint_ne(engine_due_ms(it.engine), ENGINE_NOTHING_DUE);

    ck_assert_int_eq(mkdir(folder, 0700), 0);
    settle(&it);

    ck_assert_str_eq(engine_report(it.engine)->fault, "");
    ck_assert_int_eq(engine_report(it.engine)->fault_message.id, MESSAGE_NONE);
    add_rule(&it, "a", "3000");
}
END_TEST

START_TEST(a_database_that_is_gone_is_restored_and_not_called_damaged)
{
    engine_fixture_open(&it, path);
    add_rule(&it, "a", "3000");
    engine_fixture_close(&it);
    remove_database();

    engine_fixture_open(&it, path);

    ck_assert_uint_eq(engine_report(it.engine)->rule_count, 1);
    ck_assert_ptr_nonnull(strstr(engine_report(it.engine)->notice, "restored"));
    ck_assert_ptr_null(strstr(engine_report(it.engine)->notice, "damaged"));
}
END_TEST

START_TEST(trying_a_given_up_entry_again_is_not_logged_as_taking_over)
{
    struct rule_id id;

    engine_fixture_open(&it, ":memory:");
    id = add_rule(&it, "a", "3000");
    for (int i = 0; i < 4; i++) {
        fake_remove_entry(&it.windows, PORTPROXY_V4TOV4, "0.0.0.0/3000");
        work(&it, EVENT_PORTPROXY_CHANGED);
    }
    ck_assert_int_eq(status(&it, &id)->reason, REASON_CHANGED_BACK);

    ck_assert_int_eq(take_over(&it, &id), ERR_NONE);

    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
    ck_assert(!activity_has("took over "));
}
END_TEST

/* Two rules for one place, of which the older was turned off by losing its interface's address. */
START_TEST(an_entry_that_another_rule_has_inherited_is_shown_as_that_rules)
{
    const struct rule_id older =
        (engine_fixture_open(&it, ":memory:"), add_rule(&it, "older", FAKE_LAN ":3000"));
    const struct rule_id younger = add_rule(&it, "younger", "Wi-Fi:3000");
    const struct report *report;

    ck_assert_int_eq(status(&it, &younger)->reason, REASON_OTHER_RULE);
    enable(&it, &older, false);
    settle(&it);

    report = engine_report(it.engine);
    ck_assert_uint_eq(report->entry_count, 1);
    ck_assert_str_eq(report->entries[0].rule_id.text, younger.text);
    ck_assert_int_eq(status(&it, &younger)->state, RULE_STATE_ACTIVE);
}
END_TEST

Suite *engine_faults_suite(void);

Suite *engine_faults_suite(void)
{
    const TTest *const tests[] = {
        an_ip_helper_that_listens_a_moment_after_its_start_is_looked_at_again,
        a_port_that_the_ip_helper_never_takes_is_not_looked_at_for_ever,
        a_locked_database_is_not_taken_for_a_program_that_removes_entries,
        hello_is_answered_though_the_settings_cannot_be_read,
        a_folder_that_appears_late_is_tried_again,
        a_database_that_is_gone_is_restored_and_not_called_damaged,
        trying_a_given_up_entry_again_is_not_logged_as_taking_over,
        an_entry_that_another_rule_has_inherited_is_shown_as_that_rules,
    };
    Suite *suite = suite_create("engine_faults");
    TCase *tcase = tcase_create("engine_faults");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return suite;
}

#endif
