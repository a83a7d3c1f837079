/*
 * Opening a database file whatever state it is in: new, older, newer, foreign, locked.
 * SPDX-License-Identifier: MIT
 */
#ifndef _WIN32 /* POSIX files; under Windows the core is the same code */

#include "core/store/store.h"

#include "core/base/mem.h"
#include "core/store/database.h"
#include "tests/unit/store_file_fixture.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

Suite *store_opening_suite(void);

#define RECORDED_VERSION_1 "tests/data/store/version-1.sql"
#define RECORDED_VERSION_2 "tests/data/store/version-2.sql"
#define RECORDED_VERSION_3 "tests/data/store/version-3.sql"
#define RECORDED_VERSION_4 "tests/data/store/version-4.sql"

START_TEST(store_open_creates_a_database_and_its_copy)
{
    assert_opens_as(STORE_CREATED, 0);

    ck_assert(exists(DB));
    ck_assert(exists(COPY));
}
END_TEST

START_TEST(store_open_takes_a_file_of_no_length_as_new)
{
    write_bytes(DB, "", 0);

    assert_opens_as(STORE_CREATED, 0);
}
END_TEST

START_TEST(store_open_takes_a_file_whose_making_was_cut_short_as_new)
{
    run_sql(DB, "PRAGMA journal_mode = WAL");

    assert_opens_as(STORE_CREATED, 0);
}
END_TEST

START_TEST(store_open_finds_what_was_committed)
{
    make_database();

    assert_opens_as(STORE_OPENED, 1);
}
END_TEST

START_TEST(store_open_hardens_the_connection)
{
    static const struct {
        const char *pragma;
        int value;
    } expected[] = {
        {"PRAGMA synchronous", 2},
        {"PRAGMA foreign_keys", 1},
        {"PRAGMA trusted_schema", 0},
        {"PRAGMA cell_size_check", 1},
        {"PRAGMA busy_timeout", 250},
        {"PRAGMA application_id", DATABASE_APPLICATION_ID},
        {"PRAGMA user_version", DATABASE_VERSION},
    };
    struct store *store = open_as(STORE_CREATED);
    int defensive = 0;

    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        struct statement pragma = statement_prepare(store->db, expected[i].pragma);

        ck_assert(statement_next(&pragma));
        ck_assert_msg(statement_take_integer(&pragma, -1, INT32_MAX) == expected[i].value,
                      "%s", expected[i].pragma);
        ck_assert(statement_finish(&pragma, NULL, "read"));
    }
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, -1, &defensive);
    ck_assert_int_eq(defensive, 1);
    ck_assert(exists(DB "-wal"));
    store_close(store);
}
END_TEST

START_TEST(store_open_refuses_a_newer_version_and_changes_nothing)
{
    struct bytes before;

    make_database();
    run_sql(DB, "PRAGMA user_version = 7; CREATE TABLE later (a)");
    before = read_bytes(DB);

    assert_refused("database is version 7, this program knows up to 5");

    assert_holds(DB, &before);
    ck_assert(!exists(DB "-wal"));
    mem_free(before.data);
}
END_TEST

START_TEST(store_open_refuses_a_newer_version_that_was_killed_and_changes_nothing)
{
    struct bytes before;
    struct bytes wal_before;

    make_database();
    run_sql_and_leave_wal("PRAGMA user_version = 7; CREATE TABLE later (a)");
    before = read_bytes(DB);
    wal_before = read_bytes(DB "-wal");

    assert_refused("version 7");

    assert_holds(DB, &before);
    assert_holds(DB "-wal", &wal_before);
    mem_free(before.data);
    mem_free(wal_before.data);
}
END_TEST

static const char *const foreign[] = {
    "PRAGMA application_id = 7; CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)",
    "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)",
    "PRAGMA journal_mode = WAL; CREATE TABLE theirs (a)",
    "PRAGMA application_id = 7; PRAGMA user_version = 1",
    "PRAGMA user_version = 4",
};

#define FOREIGN_COUNT ((int)(sizeof foreign / sizeof foreign[0]))

START_TEST(store_open_refuses_the_file_of_another_program_and_changes_nothing)
{
    struct bytes before;

    run_sql(DB, foreign[_i]);
    before = read_bytes(DB);

    assert_refused("another program");

    assert_holds(DB, &before);
    ck_assert(!exists(COPY));
    ck_assert(!exists(DB "-wal"));
    mem_free(before.data);
}
END_TEST

/* What somebody may have prepared in a file that says it is ours, and the words of the refusal. */
static const struct {
    const char *sql;
    const char *reason;
} prepared[] = {
    {"CREATE TRIGGER evil AFTER INSERT ON rule BEGIN DELETE FROM owned_entry; END",
     "never makes: trigger evil of rule"},
    {"CREATE VIEW evil AS SELECT * FROM rule", "never makes: view evil of evil"},
    {"DROP TABLE pause; CREATE VIEW pause AS SELECT 'S-1-5-18' AS user_sid",
     "lacks table pause of pause with user_sid"},
    {"CREATE TABLE evil (a)", "never makes: table evil of evil with a"},
    {"CREATE INDEX evil ON rule (upper(name))", "never makes: index evil of rule"},
    {"ALTER TABLE rule ADD COLUMN evil TEXT AS (hex(name))",
     "never makes: table rule of rule with evil TEXT"},
    {"ALTER TABLE setting ADD COLUMN evil TEXT NOT NULL DEFAULT 'x'",
     "never makes: table setting of setting with evil"},
    {"DROP TABLE pause", "lacks table pause of pause with user_sid"},
    {"ALTER TABLE pause RENAME COLUMN user_sid TO who",
     "lacks table pause of pause with user_sid"},
    {"PRAGMA user_version = 3", "never makes: table owned_firewall_rule"},
};

#define PREPARED_COUNT ((int)(sizeof prepared / sizeof prepared[0]))

START_TEST(store_open_refuses_a_file_with_anything_of_others_and_changes_nothing)
{
    struct bytes before;
    struct bytes copy_before;

    make_database();
    run_sql(DB, prepared[_i].sql);
    before = read_bytes(DB);
    copy_before = read_bytes(COPY);

    assert_refused(prepared[_i].reason);

    assert_holds(DB, &before);
    assert_holds(COPY, &copy_before);
    mem_free(before.data);
    mem_free(copy_before.data);
}
END_TEST

START_TEST(store_open_refuses_a_value_that_nobody_could_have_stored)
{
    make_database();
    run_sql(DB, "INSERT INTO setting VALUES ('evil', hex(zeroblob(2000000)))");

    assert_refused("string or blob too big");
}
END_TEST

START_TEST(store_open_refuses_a_file_larger_than_it_ever_is)
{
    make_database();
    run_sql(DB, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 90)"
                " INSERT INTO activity (time_ms, kind, argument_1)"
                " SELECT i, 1, hex(zeroblob(400000)) FROM n");

    assert_refused("larger than this program ever makes it");
}
END_TEST

START_TEST(store_open_replaces_a_copy_that_somebody_prepared)
{
    make_database();
    run_sql(COPY, "CREATE TRIGGER evil AFTER INSERT ON rule BEGIN DELETE FROM pause; END");

    assert_opens_as(STORE_OPENED, 1);

    ck_assert(exists(COPY ".damaged-1"));
}
END_TEST

START_TEST(store_never_reaches_another_file)
{
    struct store *store = open_as(STORE_CREATED);
    struct error err = {0};

    ck_assert(!database_run(store->db, "ATTACH 'other.db' AS other", &err));

    ck_assert_ptr_nonnull(strstr(err.detail, "too many attached databases"));
    ck_assert(!exists("other.db"));
    store_close(store);
}
END_TEST

START_TEST(store_open_refuses_a_locked_file_and_opens_it_later)
{
    sqlite3 *other = NULL;

    make_database();
    ck_assert_int_eq(sqlite3_open(DB, &other), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(other,
                                  "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE",
                                  NULL, NULL, NULL),
                     SQLITE_OK);

    assert_refused("locked by another program");
    sqlite3_close(other);

    assert_opens_as(STORE_OPENED, 1);
}
END_TEST

START_TEST(store_open_refuses_when_another_store_is_open)
{
    struct store *store = open_as(STORE_CREATED);

    assert_refused("locked by another program");

    put_rule(store, ID_1);
    store_close(store);
    assert_opens_as(STORE_OPENED, 1);
}
END_TEST

START_TEST(store_open_refuses_a_path_that_is_a_directory)
{
    enum store_opening opening;
    struct error err = {0};

    ck_assert_ptr_null(store_open("/tmp", &opening, NULL, 0, &err));

    ck_assert_int_eq(err.kind, ERR_STORE);
}
END_TEST

START_TEST(store_open_refuses_a_path_longer_than_it_can_extend)
{
    char path[DATABASE_PATH_SIZE] = "/tmp/";
    enum store_opening opening;
    struct error err = {0};

    memset(path + 5, 'x', sizeof path - 6);

    ck_assert_ptr_null(store_open(path, &opening, NULL, 0, &err));

    ck_assert_ptr_nonnull(strstr(err.detail, "too long"));
}
END_TEST

START_TEST(store_begin_fails_while_another_program_writes_and_works_afterwards)
{
    struct store *store = open_as(STORE_CREATED);
    struct error err = {0};
    sqlite3 *other = NULL;

    ck_assert_int_eq(sqlite3_open(DB, &other), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);

    ck_assert(!store_begin(store, &err));
    ck_assert_int_eq(err.kind, ERR_STORE);
    ck_assert_ptr_nonnull(strstr(err.detail, "database is locked by another program"));
    sqlite3_close(other);

    put_rule(store, ID_1);
    ck_assert_uint_eq(count_rules(store), 1);
    store_close(store);
}
END_TEST

/* A database as version 1 of this program left it. */
static void restore_recorded(const char *recording)
{
    char path[2048];
    struct bytes sql;

    snprintf(path, sizeof path, "%s/%s", home, recording);
    sql = read_bytes(path);
    run_sql(DB, sql.data);
    mem_free(sql.data);
}

START_TEST(store_open_reads_the_rules_and_settings_of_version_1)
{
    struct rule_list rules = {0};
    struct settings settings;
    struct user_sid_list paused = {0};
    struct activity_list activity = {0};
    struct error err = {0};
    struct store *store;

    restore_recorded(RECORDED_VERSION_1);
    store = open_as(STORE_OPENED);

    ck_assert(store_load_rules(store, &rules, NULL, &err));
    ck_assert_uint_eq(rules.count, 3);
    ck_assert_str_eq(rules.items[0].name, "web");
    ck_assert_int_eq(rules.items[0].connect.kind, CONNECT_WSL);
    ck_assert_uint_eq(rules.items[1].listen.last_port, 8010);
    ck_assert_uint_eq(rules.items[1].scope.remote_count, 2);
    ck_assert_str_eq(rules.items[2].listen.interface_name, "Wi-Fi");
    ck_assert(store_load_settings(store, &settings, &err));
    ck_assert(settings.withdraw_when_stopped);
    ck_assert(store_load_pauses(store, &paused, &err));
    ck_assert_uint_eq(paused.count, 1);
    ck_assert(store_load_activity(store, NULL, 10, &activity, &err));
    ck_assert_uint_eq(activity.count, 2);
    ck_assert_int_eq(activity.items[0].kind, ACTIVITY_OLD_RULE_ADDED);
    ck_assert_str_eq(activity.items[0].arguments[0], "rule \"web\" added");
    ck_assert_str_eq(activity.items[0].arguments[1], "");
    ck_assert_str_eq(activity.items[0].rule_id.text, "");
    rule_list_clear(&rules);
    LIST_CLEAR(&paused);
    LIST_CLEAR(&activity);
    store_close(store);
}
END_TEST

START_TEST(store_open_reads_the_ledger_of_version_1)
{
    struct ledger ledger = {0};
    struct error err = {0};
    struct store *store;

    restore_recorded(RECORDED_VERSION_1);
    store = open_as(STORE_OPENED);

    ck_assert(store_load_ledger(store, &ledger, &err));

    ck_assert_uint_eq(ledger.entry_count, 2);
    ck_assert_int_eq(ledger.entries[0].intent, INTENT_WRITE);
    ck_assert_str_eq(ledger.entries[0].intended.connect, "172.28.9.9");
    ck_assert_int_eq(ledger.entries[1].intent, INTENT_REMOVE);
    ck_assert_str_eq(ledger.entries[1].former.connect, "192.168.1.4");
    ck_assert_uint_eq(ledger.firewall_rule_count, 1);
    ck_assert(ledger.firewall_rules[0].has_confirmed);
    ck_assert_str_eq(ledger.firewall_rules[0].confirmed.service, "iphlpsvc");
    ledger_clear(&ledger);
    store_close(store);
}
END_TEST

START_TEST(store_open_reads_the_log_of_version_2)
{
    struct activity_list activity = {0};
    struct error err = {0};
    struct store *store;

    restore_recorded(RECORDED_VERSION_2);
    store = open_as(STORE_OPENED);

    ck_assert(store_load_activity(store, NULL, 10, &activity, &err));

    ck_assert_uint_eq(activity.count, 3);
    ck_assert_int_eq(activity.items[0].kind, ACTIVITY_PROBLEM);
    ck_assert_str_eq(activity.items[0].rule_id.text,
                     "11111111-1111-4111-8111-111111111111");
    ck_assert_int_eq(activity.items[0].subject_message.id, MESSAGE_PROCESS);
    ck_assert_str_eq(activity.items[0].subject_message.arguments[0], "4711");
    ck_assert_int_eq(activity.items[1].kind, ACTIVITY_WSL_MOVED_RULES);
    ck_assert_str_eq(activity.items[1].arguments[2], "12");
    LIST_CLEAR(&activity);
    store_close(store);
}
END_TEST

START_TEST(store_open_takes_firewall_rules_of_version_3_as_the_hosts)
{
    struct ledger ledger = {0};
    struct error err = {0};
    struct store *store;

    restore_recorded(RECORDED_VERSION_3);
    store = open_as(STORE_OPENED);

    ck_assert(store_load_ledger(store, &ledger, &err));

    ck_assert_uint_eq(ledger.firewall_rule_count, 1);
    ck_assert_int_eq(ledger.firewall_rules[0].kind, FIREWALL_HOST);
    ck_assert_int_eq(ledger.firewall_rules[0].confirmed.kind, FIREWALL_HOST);
    ledger_clear(&ledger);
    store_close(store);
}
END_TEST

START_TEST(store_open_takes_firewall_rules_of_version_4_as_without_remote_ports)
{
    struct ledger ledger = {0};
    struct error err = {0};
    struct store *store;

    restore_recorded(RECORDED_VERSION_4);
    store = open_as(STORE_OPENED);

    ck_assert(store_load_ledger(store, &ledger, &err));

    ck_assert_uint_eq(ledger.firewall_rule_count, 1);
    ck_assert(ledger.firewall_rules[0].has_confirmed);
    ck_assert_str_eq(ledger.firewall_rules[0].confirmed.local_ports, "3000");
    ck_assert_str_eq(ledger.firewall_rules[0].confirmed.remote_ports, "");
    ledger_clear(&ledger);
    store_close(store);
}
END_TEST

Suite *store_opening_suite(void)
{
    Suite *suite = suite_create("store_opening");
    TCase *opening = case_in_directory(suite, "store_open");
    TCase *migration = case_in_directory(suite, "migration");

    tcase_add_test(opening, store_open_creates_a_database_and_its_copy);
    tcase_add_test(opening, store_open_takes_a_file_of_no_length_as_new);
    tcase_add_test(opening, store_open_takes_a_file_whose_making_was_cut_short_as_new);
    tcase_add_test(opening, store_open_finds_what_was_committed);
    tcase_add_test(opening, store_open_hardens_the_connection);
    tcase_add_test(opening, store_open_refuses_a_newer_version_and_changes_nothing);
    tcase_add_test(
        opening, store_open_refuses_a_newer_version_that_was_killed_and_changes_nothing);
    tcase_add_loop_test(opening,
                        store_open_refuses_the_file_of_another_program_and_changes_nothing,
                        0, FOREIGN_COUNT);
    tcase_add_loop_test(
        opening, store_open_refuses_a_file_with_anything_of_others_and_changes_nothing, 0,
        PREPARED_COUNT);
    tcase_add_test(opening, store_open_refuses_a_value_that_nobody_could_have_stored);
    tcase_add_test(opening, store_open_refuses_a_file_larger_than_it_ever_is);
    tcase_add_test(opening, store_open_replaces_a_copy_that_somebody_prepared);
    tcase_add_test(opening, store_never_reaches_another_file);
    tcase_add_test(opening, store_open_refuses_a_locked_file_and_opens_it_later);
    tcase_add_test(opening, store_open_refuses_when_another_store_is_open);
    tcase_add_test(opening, store_open_refuses_a_path_that_is_a_directory);
    tcase_add_test(opening, store_open_refuses_a_path_longer_than_it_can_extend);
    tcase_add_test(opening,
                   store_begin_fails_while_another_program_writes_and_works_afterwards);

    tcase_add_test(migration, store_open_reads_the_rules_and_settings_of_version_1);
    tcase_add_test(migration, store_open_reads_the_ledger_of_version_1);
    tcase_add_test(migration, store_open_reads_the_log_of_version_2);
    tcase_add_test(migration, store_open_takes_firewall_rules_of_version_3_as_the_hosts);
    tcase_add_test(migration,
                   store_open_takes_firewall_rules_of_version_4_as_without_remote_ports);
    return suite;
}

#else

#include <check.h>

Suite *store_opening_suite(void);

Suite *store_opening_suite(void)
{
    return suite_create("store_opening");
}

#endif
