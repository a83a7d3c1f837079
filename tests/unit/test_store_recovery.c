/*
 * Opening a damaged database: it is moved aside and restored from its copy, or begun anew.
 * SPDX-License-Identifier: MIT
 */
#ifndef _WIN32 /* POSIX files; under Windows the core is the same code */

#define _XOPEN_SOURCE 700 /* truncate */

#include "core/store/store.h"

#include "core/base/mem.h"
#include "core/store/database.h"
#include "tests/unit/store_file_fixture.h"

#include <check.h>
#include <unistd.h>

Suite *store_recovery_suite(void);

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

Suite *store_recovery_suite(void)
{
    Suite *suite = suite_create("store_recovery");
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
    return suite;
}

#else

#include <check.h>

Suite *store_recovery_suite(void);

Suite *store_recovery_suite(void)
{
    return suite_create("store_recovery");
}

#endif
