/*
 * The store's transactions: all of one is written, or nothing.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/store.h"

#include "tests/unit/store_fixture.h"

#include <check.h>
#include <signal.h>
#include <string.h>

Suite *store_suite(void);

START_TEST(store_put_rule_asserts_a_transaction)
{
    struct rule rule = rule_with_id(ID_1);
    struct error err = {0};

    if (!store_put_rule(store, &rule, &err))
        ck_abort_msg("no assertion");
}
END_TEST

START_TEST(store_begin_asserts_that_transactions_do_not_nest)
{
    struct error err = {0};

    begin();
    if (!store_begin(store, &err))
        ck_abort_msg("no assertion");
}
END_TEST

START_TEST(store_rollback_undoes_what_the_transaction_wrote)
{
    struct rule rule = rule_with_id(ID_1);
    struct error err = {0};

    begin();
    ck_assert(store_put_rule(store, &rule, &err));
    store_rollback(store);

    struct rule_list rules = load_rules();

    ck_assert_uint_eq(rules.count, 0);
    commit_rule(&rule);
}
END_TEST

START_TEST(store_writes_nothing_after_sqlite_rolled_back_by_itself)
{
    struct rule rule = rule_with_id(ID_1);
    struct error err = {0};

    begin();
    spoil("ROLLBACK");

    ck_assert(!store_put_rule(store, &rule, &err));
    ck_assert_ptr_nonnull(strstr(err.detail, "rolled back"));
    ck_assert(!store_commit(store, &err));

    struct rule_list rules = load_rules();

    ck_assert_uint_eq(rules.count, 0);
    commit_rule(&rule);
}
END_TEST

Suite *store_suite(void)
{
    Suite *suite = suite_create("store");
    TCase *transactions = case_on_store(suite, "transactions");

#ifndef _WIN32
    tcase_add_test_raise_signal(transactions, store_put_rule_asserts_a_transaction,
                                SIGABRT);
    tcase_add_test_raise_signal(
        transactions, store_begin_asserts_that_transactions_do_not_nest, SIGABRT);
#endif
    tcase_add_test(transactions, store_rollback_undoes_what_the_transaction_wrote);
    tcase_add_test(transactions, store_writes_nothing_after_sqlite_rolled_back_by_itself);
    return suite;
}
