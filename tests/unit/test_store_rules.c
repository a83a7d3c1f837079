/*
 * Rules in the store: what is written is what is read.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/store.h"

#include "core/base/mem.h"
#include "tests/unit/store_fixture.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

Suite *store_rules_suite(void);

static void assert_rules_equal(const struct rule *a, const struct rule *b)
{
    ck_assert_str_eq(a->id.text, b->id.text);
    ck_assert_str_eq(a->owner.text, b->owner.text);
    ck_assert_uint_eq(a->sequence, b->sequence);
    ck_assert_str_eq(a->name, b->name);
    ck_assert_str_eq(a->comment, b->comment);
    ck_assert_int_eq(a->enabled, b->enabled);
    ck_assert_int_eq(a->forced, b->forced);
    ck_assert_int_eq(a->listen.kind, b->listen.kind);
    ck_assert(address_equals(&a->listen.address, &b->listen.address));
    ck_assert_str_eq(a->listen.interface_name, b->listen.interface_name);
    ck_assert_uint_eq(a->listen.first_port, b->listen.first_port);
    ck_assert_uint_eq(a->listen.last_port, b->listen.last_port);
    ck_assert_int_eq(a->connect.kind, b->connect.kind);
    ck_assert(address_equals(&a->connect.address, &b->connect.address));
    ck_assert_uint_eq(a->connect.first_port, b->connect.first_port);
    ck_assert_uint_eq(a->scope.profiles, b->scope.profiles);
    ck_assert_int_eq(a->scope.remote, b->scope.remote);
    ck_assert_uint_eq(a->scope.remote_count, b->scope.remote_count);
    for (size_t i = 0; i < a->scope.remote_count; i++)
        ck_assert(prefix_equals(&a->scope.remotes[i], &b->scope.remotes[i]));
}

static void assert_comes_back(struct rule *rule)
{
    commit_rule(rule);

    struct rule_list rules = load_rules();

    ck_assert_uint_eq(rules.count, 1);
    assert_rules_equal(&rules.items[0], rule);
    rule_list_clear(&rules);
}

START_TEST(store_put_rule_keeps_a_rule_for_wsl)
{
    struct rule rule = rule_with_id(ID_1);

    assert_comes_back(&rule);

    ck_assert_uint_eq(rule.sequence, 1);
}
END_TEST

START_TEST(store_put_rule_keeps_every_field)
{
    struct rule rule = rule_with_id(ID_1);

    rule.enabled = false;
    rule.forced = true;
    memcpy(rule.comment, "für Ärger 🌊", sizeof "für Ärger 🌊");
    rule.listen.kind = LISTEN_ADDRESS;
    ck_assert(address_parse("fd00::1", &rule.listen.address));
    rule.listen.last_port = 3009;
    rule.connect.kind = CONNECT_ADDRESS;
    ck_assert(address_parse("10.1.2.3", &rule.connect.address));
    rule.connect.first_port = 8000;
    rule.scope.profiles = PROFILE_MASK;
    ck_assert(rule_remote_parse("10.0.0.0/8,fd00::/64,192.168.1.7/32", &rule.scope, NULL));

    assert_comes_back(&rule);
}
END_TEST

START_TEST(store_put_rule_keeps_an_interface_and_the_longest_texts)
{
    struct rule rule = rule_with_id(ID_1);

    rule.listen.kind = LISTEN_INTERFACE;
    memset(rule.listen.interface_name, 'i', RULE_INTERFACE_NAME_SIZE - 1);
    memset(rule.name, 'n', RULE_TEXT_SIZE - 1);
    memset(rule.comment, 'c', RULE_TEXT_SIZE - 1);
    rule.scope.remote = REMOTE_LIST;
    rule.scope.remote_count = RULE_REMOTE_CAPACITY;
    for (size_t i = 0; i < RULE_REMOTE_CAPACITY; i++) {
        char prefix[PREFIX_TEXT_SIZE];

        snprintf(prefix, sizeof prefix, "2001:db8:1111:2222:3333:4444:5555:%x/128",
                 0x6600u + (unsigned)i);
        ck_assert(prefix_parse(prefix, &rule.scope.remotes[i]));
    }

    assert_comes_back(&rule);
}
END_TEST

START_TEST(store_put_rule_keeps_a_rule_without_a_firewall_rule_and_for_everyone)
{
    struct rule rule = rule_with_id(ID_1);

    rule.scope.profiles = 0;
    rule.scope.remote = REMOTE_ANY;

    assert_comes_back(&rule);
}
END_TEST

START_TEST(store_put_rule_changes_a_rule_and_leaves_its_place)
{
    struct rule first = rule_with_id(ID_1);
    struct rule second = rule_with_id(ID_2);

    commit_rule(&first);
    commit_rule(&second);
    first.sequence = 0;
    memcpy(first.name, "new", sizeof "new");
    commit_rule(&first);

    struct rule_list rules = load_rules();

    ck_assert_uint_eq(first.sequence, 1);
    ck_assert_uint_eq(rules.count, 2);
    assert_rules_equal(&rules.items[0], &first);
    assert_rules_equal(&rules.items[1], &second);
    rule_list_clear(&rules);
}
END_TEST

START_TEST(store_put_rule_gives_no_sequence_twice)
{
    struct rule first = rule_with_id(ID_1);
    struct rule second = rule_with_id(ID_2);
    struct error err = {0};

    commit_rule(&first);
    begin();
    ck_assert(store_delete_rule(store, &first.id, &err));
    commit();
    commit_rule(&second);

    ck_assert_uint_eq(second.sequence, 2);
}
END_TEST

START_TEST(store_put_rule_puts_a_deleted_rule_back_in_its_place)
{
    struct rule first = rule_with_id(ID_1);
    struct rule second = rule_with_id(ID_2);
    struct error err = {0};

    commit_rule(&first);
    commit_rule(&second);
    begin();
    ck_assert(store_delete_rule(store, &first.id, &err));
    commit();
    commit_rule(&first);

    struct rule_list rules = load_rules();

    ck_assert_uint_eq(rules.count, 2);
    ck_assert_str_eq(rules.items[0].id.text, ID_1);
    rule_list_clear(&rules);
}
END_TEST

START_TEST(store_put_rule_refuses_what_a_rule_cannot_be)
{
    struct rule rule = rule_with_id(ID_1);
    struct error err = {0};

    rule.listen.first_port = 0;

    begin();
    ck_assert(!store_put_rule(store, &rule, &err));

    ck_assert_int_eq(err.kind, ERR_STORE);
    ck_assert_ptr_nonnull(strstr(err.detail, ID_1));
    ck_assert_uint_eq(rule.sequence, 0);
}
END_TEST

START_TEST(store_put_rule_asserts_an_id)
{
    struct rule rule = rule_with_id("");
    struct error err = {0};

    begin();
    if (!store_put_rule(store, &rule, &err))
        ck_abort_msg("no assertion");
}
END_TEST

START_TEST(store_delete_rule_says_when_there_is_none)
{
    const struct rule_id id = {ID_1};
    struct error err = {0};

    begin();
    ck_assert(!store_delete_rule(store, &id, &err));

    ck_assert_int_eq(err.kind, ERR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(err.detail, ID_1));
}
END_TEST

static const char *const spoilers[] = {
    "UPDATE rule SET id = 'AAAAAAAA-1111-4111-8111-111111111111' WHERE sequence = 1",
    "UPDATE rule SET owner = 'anna' WHERE sequence = 1",
    "UPDATE rule SET name = replace(hex(zeroblob(65)), '00', 'xy') WHERE sequence = 1",
    "UPDATE rule SET name = 'a' || char(10) WHERE sequence = 1",
    "UPDATE rule SET name = CAST(x'ff41' AS TEXT) WHERE sequence = 1",
    "UPDATE rule SET name = 'a' || char(0) || 'b' WHERE sequence = 1",
    "UPDATE rule SET listen_address = 'example.org' WHERE sequence = 1",
    "UPDATE rule SET listen_interface = '' WHERE sequence = 1",
    "UPDATE rule SET connect_address = '*' WHERE sequence = 1",
    "UPDATE rule SET connect_port = 65535, last_port = 3001 WHERE sequence = 1",
    "UPDATE rule SET first_port = 135, last_port = 135 WHERE sequence = 1",
    "UPDATE rule SET remote = 'everyone' WHERE sequence = 1",
};

#define SPOILER_COUNT ((int)(sizeof spoilers / sizeof spoilers[0]))

START_TEST(store_load_rules_leaves_out_and_counts_a_row_that_is_no_rule)
{
    struct rule first = rule_with_id(ID_1);
    struct rule second = rule_with_id(ID_2);
    struct rule_list rules = {0};
    struct error err = {0};
    size_t skipped_count = 0;

    commit_rule(&first);
    commit_rule(&second);
    spoil(spoilers[_i]);

    ck_assert(store_load_rules(store, &rules, &skipped_count, &err));

    ck_assert_msg(skipped_count == 1, "%s: not skipped", spoilers[_i]);
    ck_assert_uint_eq(rules.count, 1);
    ck_assert_str_eq(rules.items[0].id.text, ID_2);
    rule_list_clear(&rules);
}
END_TEST

START_TEST(store_load_rules_replaces_what_was_there)
{
    struct rule rule = rule_with_id(ID_1);
    struct rule_list rules = {0};
    struct error err = {0};

    *LIST_ADD(&rules) = rule_with_id(ID_2);
    *LIST_ADD(&rules) = rule_with_id(ID_2);
    commit_rule(&rule);

    ck_assert(store_load_rules(store, &rules, NULL, &err));

    ck_assert_uint_eq(rules.count, 1);
    ck_assert_str_eq(rules.items[0].id.text, ID_1);
    rule_list_clear(&rules);
}
END_TEST

Suite *store_rules_suite(void)
{
    Suite *suite = suite_create("store_rules");
    TCase *tcase = case_on_store(suite, "rules");

    tcase_add_test(tcase, store_put_rule_keeps_a_rule_for_wsl);
    tcase_add_test(tcase, store_put_rule_keeps_every_field);
    tcase_add_test(tcase, store_put_rule_keeps_an_interface_and_the_longest_texts);
    tcase_add_test(tcase,
                   store_put_rule_keeps_a_rule_without_a_firewall_rule_and_for_everyone);
    tcase_add_test(tcase, store_put_rule_changes_a_rule_and_leaves_its_place);
    tcase_add_test(tcase, store_put_rule_gives_no_sequence_twice);
    tcase_add_test(tcase, store_put_rule_puts_a_deleted_rule_back_in_its_place);
    tcase_add_test(tcase, store_put_rule_refuses_what_a_rule_cannot_be);
#ifndef _WIN32 /* a test without a process of its own cannot end in a signal */
    tcase_add_test_raise_signal(tcase, store_put_rule_asserts_an_id, SIGABRT);
#endif
    tcase_add_test(tcase, store_delete_rule_says_when_there_is_none);
    tcase_add_loop_test(tcase,
                        store_load_rules_leaves_out_and_counts_a_row_that_is_no_rule, 0,
                        SPOILER_COUNT);
    tcase_add_test(tcase, store_load_rules_replaces_what_was_there);
    return suite;
}
