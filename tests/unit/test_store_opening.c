/*
 * Opening a database file whatever state it is in: new, older, newer, another program's, locked,
 * damaged. Each test works in a directory of its own.
 * SPDX-License-Identifier: MIT
 */
#ifndef _WIN32 /* POSIX files and processes; under Windows the core is the same code */
#define _XOPEN_SOURCE 700 /* mkdtemp, truncate */

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/store/database.h"
#include "core/store/store.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Suite *store_opening_suite(void);

#define ID_1 "11111111-1111-4111-8111-111111111111"
#define ID_2 "22222222-2222-4222-8222-222222222222"

/* With letters beyond ASCII, as a user's folder may have. */
#define DB "tide gäte.db"
#define COPY DB ".copy"
#define RECORDED_VERSION_1 "tests/data/store/version-1.sql"

static char home[1024];
static char directory[] = "/tmp/tidegate-store-XXXXXX";

static void enter_directory(void)
{
    ck_assert_ptr_nonnull(getcwd(home, sizeof home));
    memcpy(directory + sizeof directory - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(directory));
    ck_assert_int_eq(chdir(directory), 0);
}

static void leave_directory(void)
{
    DIR *files = opendir(".");

    for (struct dirent *file = readdir(files); file != NULL; file = readdir(files))
        unlink(file->d_name);
    closedir(files);
    ck_assert_int_eq(chdir(home), 0);
    ck_assert_int_eq(rmdir(directory), 0);
}

struct bytes {
    char *data;
    size_t size;
};

static struct bytes read_bytes(const char *path)
{
    struct bytes bytes = {0};
    FILE *file = fopen(path, "rb");
    long size;

    ck_assert_msg(file != NULL, "no file '%s'", path);
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    bytes.data = mem_alloc((size_t)size + 1);
    bytes.size = fread(bytes.data, 1, (size_t)size, file);
    fclose(file);
    return bytes;
}

static void write_bytes(const char *path, const char *data, size_t size)
{
    FILE *file = fopen(path, "wb");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(data, 1, size, file), size);
    fclose(file);
}

static void assert_holds(const char *path, const struct bytes *expected)
{
    struct bytes bytes = read_bytes(path);

    ck_assert_uint_eq(bytes.size, expected->size);
    ck_assert_msg(memcmp(bytes.data, expected->data, bytes.size) == 0, "'%s' has changed",
                  path);
    mem_free(bytes.data);
}

static void damage(const char *path, long offset, size_t size)
{
    FILE *file = fopen(path, "r+b");

    ck_assert_ptr_nonnull(file);
    fseek(file, offset, SEEK_SET);
    for (size_t i = 0; i < size; i++)
        fputc(0xA5, file);
    fclose(file);
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* Runs SQL on a file as any other program would. */
static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    char *message = NULL;

    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_exec(db, sql, NULL, NULL, &message);
    ck_assert_msg(message == NULL, "%s", message);
    sqlite3_close(db);
}

static struct store *open_as(enum store_opening expected)
{
    enum store_opening opening;
    struct error err = {0};
    struct store *store = store_open(DB, &opening, NULL, 0, &err);

    ck_assert_msg(store != NULL, "%s", err.detail);
    ck_assert_int_eq(opening, expected);
    return store;
}

static void assert_refused(const char *reason)
{
    enum store_opening opening;
    struct error err = {0};

    ck_assert_ptr_null(store_open(DB, &opening, NULL, 0, &err));
    ck_assert_int_eq(err.kind, ERR_STORE);
    ck_assert_msg(strstr(err.detail, reason) != NULL, "'%s' lacks '%s'", err.detail,
                  reason);
}

static void put_rule(struct store *store, const char *id)
{
    struct rule rule = rule_default();
    struct error err = {0};

    snprintf(rule.id.text, sizeof rule.id.text, "%s", id);
    snprintf(rule.owner.text, sizeof rule.owner.text, "S-1-5-21-1-2-3-1001");
    snprintf(rule.name, sizeof rule.name, "web");
    rule.listen.first_port = rule.listen.last_port = rule.connect.first_port = 3000;
    ck_assert_msg(store_begin(store, &err), "%s", err.detail);
    ck_assert_msg(store_put_rule(store, &rule, &err), "%s", err.detail);
    ck_assert_msg(store_commit(store, &err), "%s", err.detail);
}

static size_t count_rules(struct store *store)
{
    struct rule_list rules = {0};
    struct error err = {0};

    ck_assert_msg(store_load_rules(store, &rules, NULL, &err), "%s", err.detail);

    const size_t count = rules.count;

    rule_list_clear(&rules);
    return count;
}

/* A database with one rule, closed. */
static void make_database(void)
{
    struct store *store = open_as(STORE_CREATED);

    put_rule(store, ID_1);
    store_close(store);
}

/* Opens, expects this many rules, and closes. */
static void assert_opens_as(enum store_opening expected, size_t rule_count)
{
    struct store *store = open_as(expected);

    ck_assert_uint_eq(count_rules(store), rule_count);
    store_close(store);
}

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

    assert_refused("database is version 7, this program knows up to 1");

    assert_holds(DB, &before);
    ck_assert(!exists(DB "-wal"));
    mem_free(before.data);
}
END_TEST

/* Leaves a WAL behind, as a program does that was killed. */
static void run_sql_and_leave_wal(const char *sql)
{
    sqlite3 *db = NULL;

    ck_assert_int_eq(sqlite3_open(DB, &db), SQLITE_OK);
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

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
    "PRAGMA user_version = 3",
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

/* Each leaves the closed database with its one rule damaged. */
static void damage_header(void)
{
    damage(DB, 0, 16);
}

static void damage_root_page(void)
{
    damage(DB, 100, 200);
}

static void damage_last_page(void)
{
    struct bytes bytes = read_bytes(DB);

    damage(DB, (long)bytes.size - 4096, 64);
    mem_free(bytes.data);
}

static void damage_by_cutting_it_in_a_page(void)
{
    ck_assert_int_eq(truncate(DB, 4096 * 3 + 100), 0);
}

static void damage_by_cutting_it_short(void)
{
    ck_assert_int_eq(truncate(DB, 10), 0);
}

static void damage_with_other_contents(void)
{
    char garbage[20000];

    for (size_t i = 0; i < sizeof garbage; i++)
        garbage[i] = (char)(i * 7 % 251);
    write_bytes(DB, garbage, sizeof garbage);
}

static void damage_by_taking_its_version(void)
{
    run_sql(DB, "PRAGMA user_version = 0");
}

static void damage_a_row(void)
{
    run_sql(DB,
            "PRAGMA ignore_check_constraints = ON; UPDATE rule SET connect_port = 70000");
}

static void (*const damages[])(void) = {
    damage_header,
    damage_root_page,
    damage_last_page,
    damage_by_cutting_it_in_a_page,
    damage_by_cutting_it_short,
    damage_with_other_contents,
    damage_by_taking_its_version,
    damage_a_row,
};

#define DAMAGE_COUNT ((int)(sizeof damages / sizeof damages[0]))

START_TEST(store_open_moves_a_damaged_file_aside_and_restores_the_copy)
{
    enum store_opening opening;
    struct error err = {0};
    char moved_to[256];
    struct bytes damaged;
    struct store *store;

    make_database();
    damages[_i]();
    damaged = read_bytes(DB);

    store = store_open(DB, &opening, moved_to, sizeof moved_to, &err);

    ck_assert_msg(store != NULL, "%s", err.detail);
    ck_assert_msg(opening == STORE_RECOVERED, "damage %d: opened as %d", _i, (int)opening);
    ck_assert_str_eq(moved_to, DB ".damaged-1");
    ck_assert_uint_eq(count_rules(store), 1);
    assert_holds(DB ".damaged-1", &damaged);
    mem_free(damaged.data);
    store_close(store);
    assert_opens_as(STORE_OPENED, 1);
}
END_TEST

START_TEST(store_open_starts_anew_without_a_copy)
{
    make_database();
    damages[_i]();
    unlink(COPY);

    assert_opens_as(STORE_STARTED_ANEW, 0);

    ck_assert(exists(DB ".damaged-1"));
    assert_opens_as(STORE_OPENED, 0);
}
END_TEST

START_TEST(store_open_moves_the_wal_aside_too)
{
    make_database();
    run_sql_and_leave_wal("PRAGMA wal_checkpoint; DELETE FROM rule");
    damage(DB, 0, 16);

    assert_opens_as(STORE_RECOVERED, 1);

    ck_assert(exists(DB ".damaged-1"));
    ck_assert(exists(DB ".damaged-1-wal"));
}
END_TEST

START_TEST(store_open_overwrites_no_file_moved_aside_before)
{
    make_database();
    write_bytes(DB ".damaged-1", "1", 1);
    write_bytes(DB ".damaged-2-wal", "2", 1);
    damage_header();

    assert_opens_as(STORE_RECOVERED, 1);

    ck_assert(exists(DB ".damaged-3"));
}
END_TEST

START_TEST(store_open_restores_the_copy_when_the_file_is_gone)
{
    make_database();
    unlink(DB);

    assert_opens_as(STORE_RECOVERED, 1);
}
END_TEST

static const char *const copy_spoilers[] = {
    "PRAGMA application_id = 7",
    "PRAGMA user_version = 7",
    "PRAGMA ignore_check_constraints = ON; UPDATE rule SET connect_port = 70000",
};

#define COPY_SPOILER_COUNT ((int)(sizeof copy_spoilers / sizeof copy_spoilers[0]))

START_TEST(store_open_starts_anew_when_the_copy_is_no_good_either)
{
    make_database();
    damage_header();
    run_sql(COPY, copy_spoilers[_i]);

    assert_opens_as(STORE_STARTED_ANEW, 0);

    ck_assert(exists(DB ".damaged-1"));
    ck_assert(exists(COPY ".damaged-1"));
}
END_TEST

START_TEST(store_open_makes_a_damaged_copy_anew)
{
    make_database();
    damage(COPY, 0, 16);

    assert_opens_as(STORE_OPENED, 1);
    unlink(DB);

    assert_opens_as(STORE_RECOVERED, 1);
}
END_TEST

START_TEST(store_open_restores_nothing_while_the_copy_is_locked)
{
    struct bytes before;
    sqlite3 *other = NULL;

    make_database();
    damage_header();
    before = read_bytes(DB);
    ck_assert_int_eq(sqlite3_open(COPY, &other), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(other,
                                  "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE",
                                  NULL, NULL, NULL),
                     SQLITE_OK);

    assert_refused("copy of the database");
    assert_holds(DB, &before);
    sqlite3_close(other);

    assert_opens_as(STORE_RECOVERED, 1);
    mem_free(before.data);
}
END_TEST

START_TEST(store_commit_brings_the_copy_up_to_date_before_it_returns)
{
    struct store *store = open_as(STORE_CREATED);

    put_rule(store, ID_1);
    put_rule(store, ID_2);

    /* As after the power went: nobody closes anything. */
    ck_assert_int_eq(system("mkdir after && cp -- *.copy* after"), 0);
    store_close(store);
    ck_assert_int_eq(chdir("after"), 0);
    assert_opens_as(STORE_RECOVERED, 2);
    ck_assert_int_eq(chdir(".."), 0);
    ck_assert_int_eq(system("rm -r after"), 0);
}
END_TEST

static bool commit_activity(struct store *store)
{
    const struct activity activity = {
        .time_ms = 1, .kind = ACTIVITY_SERVICE, .text = "began"};
    struct error err = {0};

    return store_begin(store, &err) && store_add_activity(store, &activity, &err) &&
           store_commit(store, &err);
}

START_TEST(store_commit_writes_no_copy_for_activity_alone)
{
    struct store *store = open_as(STORE_CREATED);
    struct bytes before = read_bytes(COPY "-wal");

    ck_assert(commit_activity(store));

    assert_holds(COPY "-wal", &before);
    mem_free(before.data);
    store_close(store);
}
END_TEST

START_TEST(store_commit_fails_with_nothing_changed_when_the_copy_cannot_be_written)
{
    struct store *store = open_as(STORE_CREATED);
    const struct user_sid user = {"S-1-5-18"};
    struct user_sid_list paused = {0};
    struct error err = {0};

    /* A reader on its own connection keeps it from being written. */
    ck_assert_int_eq(
        sqlite3_exec(store->copy, "BEGIN; SELECT count(*) FROM rule", NULL, NULL, NULL),
        SQLITE_OK);

    ck_assert(store_begin(store, &err));
    ck_assert(store_set_paused(store, &user, true, &err));
    ck_assert(!store_commit(store, &err));

    ck_assert_int_eq(err.kind, ERR_STORE);
    ck_assert(store_load_pauses(store, &paused, &err));
    ck_assert_uint_eq(paused.count, 0);
    store_close(store);
}
END_TEST

START_TEST(store_commit_replaces_no_good_copy_by_a_damaged_one)
{
    struct store *store = open_as(STORE_CREATED);
    const struct user_sid user = {"S-1-5-18"};
    struct error err = {0};

    put_rule(store, ID_1);
    ck_assert_int_eq(sqlite3_exec(store->db,
                                  "PRAGMA ignore_check_constraints = ON;"
                                  "UPDATE rule SET connect_port = 70000",
                                  NULL, NULL, NULL),
                     SQLITE_OK);

    ck_assert(store_begin(store, &err));
    ck_assert(store_set_paused(store, &user, true, &err));
    ck_assert(!store_commit(store, &err));
    ck_assert_ptr_nonnull(strstr(err.detail, "damaged"));
    store_close(store);

    assert_opens_as(STORE_RECOVERED, 1);
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
    ck_assert(store_load_activity(store, 10, &activity, &err));
    ck_assert_uint_eq(activity.count, 2);
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

static TCase *case_in_directory(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, enter_directory, leave_directory);
    tcase_set_timeout(tcase, 30);
    suite_add_tcase(suite, tcase);
    return tcase;
}

static void add_recovery_tests(Suite *suite)
{
    TCase *tcase = case_in_directory(suite, "recovery");

    tcase_add_loop_test(tcase, store_open_moves_a_damaged_file_aside_and_restores_the_copy,
                        0, DAMAGE_COUNT);
    tcase_add_loop_test(tcase, store_open_starts_anew_without_a_copy, 0, DAMAGE_COUNT);
    tcase_add_test(tcase, store_open_moves_the_wal_aside_too);
    tcase_add_test(tcase, store_open_overwrites_no_file_moved_aside_before);
    tcase_add_test(tcase, store_open_restores_the_copy_when_the_file_is_gone);
    tcase_add_loop_test(tcase, store_open_starts_anew_when_the_copy_is_no_good_either, 0,
                        COPY_SPOILER_COUNT);
    tcase_add_test(tcase, store_open_makes_a_damaged_copy_anew);
    tcase_add_test(tcase, store_open_restores_nothing_while_the_copy_is_locked);
}

static void add_copy_tests(Suite *suite)
{
    TCase *tcase = case_in_directory(suite, "copy");

    tcase_add_test(tcase, store_commit_brings_the_copy_up_to_date_before_it_returns);
    tcase_add_test(tcase, store_commit_writes_no_copy_for_activity_alone);
    tcase_add_test(
        tcase, store_commit_fails_with_nothing_changed_when_the_copy_cannot_be_written);
    tcase_add_test(tcase, store_commit_replaces_no_good_copy_by_a_damaged_one);
}

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
    tcase_add_test(opening, store_open_refuses_a_locked_file_and_opens_it_later);
    tcase_add_test(opening, store_open_refuses_when_another_store_is_open);
    tcase_add_test(opening, store_open_refuses_a_path_that_is_a_directory);
    tcase_add_test(opening, store_open_refuses_a_path_longer_than_it_can_extend);
    tcase_add_test(opening,
                   store_begin_fails_while_another_program_writes_and_works_afterwards);

    tcase_add_test(migration, store_open_reads_the_rules_and_settings_of_version_1);
    tcase_add_test(migration, store_open_reads_the_ledger_of_version_1);

    add_recovery_tests(suite);
    add_copy_tests(suite);
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
