/*
 * The copy of the database: no commit returns before it is up to date.
 * SPDX-License-Identifier: MIT
 */
#ifndef _WIN32 /* POSIX files; under Windows the core is the same code */

#define _XOPEN_SOURCE 700 /* chdir */

#include "core/store/store.h"

#include "core/base/mem.h"
#include "core/store/database.h"
#include "tests/unit/store_file_fixture.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Suite *store_copy_suite(void);

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
    const struct activity activity = {.time_ms = 1, .kind = ACTIVITY_IP_HELPER_STARTED};
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

Suite *store_copy_suite(void)
{
    Suite *suite = suite_create("store_copy");
    TCase *tcase = case_in_directory(suite, "copy");

    tcase_add_test(tcase, store_commit_brings_the_copy_up_to_date_before_it_returns);
    tcase_add_test(tcase, store_commit_writes_no_copy_for_activity_alone);
    tcase_add_test(
        tcase, store_commit_fails_with_nothing_changed_when_the_copy_cannot_be_written);
    tcase_add_test(tcase, store_commit_replaces_no_good_copy_by_a_damaged_one);
    return suite;
}

#else

#include <check.h>

Suite *store_copy_suite(void);

Suite *store_copy_suite(void)
{
    return suite_create("store_copy");
}

#endif
