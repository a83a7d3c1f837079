/*
 * The ledger in the store: what is written is what is read.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/store.h"

#include "core/store/database.h"
#include "tests/unit/store_fixture.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

Suite *store_ledger_suite(void);

static struct owned_entry owned_entry(void)
{
    return (struct owned_entry){
        .key = {PORTPROXY_V6TOV4, "fd00::1", 3000},
        .rule_id = {ID_1},
        .has_confirmed = true,
        .confirmed = {"172.20.1.2", 3000},
        .intent = INTENT_WRITE,
        .intended = {"172.20.9.9", 3000},
        .has_former = true,
        .former = {"old.example", 80},
    };
}

static void assert_entries_equal(const struct owned_entry *a, const struct owned_entry *b)
{
    ck_assert(portproxy_key_equals(&a->key, &b->key));
    ck_assert_str_eq(a->key.listen, b->key.listen);
    ck_assert_str_eq(a->rule_id.text, b->rule_id.text);
    ck_assert_int_eq(a->has_confirmed, b->has_confirmed);
    ck_assert_str_eq(a->confirmed.connect, b->confirmed.connect);
    ck_assert_uint_eq(a->confirmed.port, b->confirmed.port);
    ck_assert_int_eq(a->intent, b->intent);
    ck_assert_str_eq(a->intended.connect, b->intended.connect);
    ck_assert_uint_eq(a->intended.port, b->intended.port);
    ck_assert_int_eq(a->has_former, b->has_former);
    ck_assert_str_eq(a->former.connect, b->former.connect);
    ck_assert_uint_eq(a->former.port, b->former.port);
}

static void put_entry(const struct owned_entry *entry)
{
    struct error err = {0};

    begin();
    ck_assert_msg(store_put_entry(store, entry, &err), "%s", err.detail);
    commit();
}

static struct ledger load_ledger(void)
{
    struct ledger ledger = {0};
    struct error err = {0};

    ck_assert_msg(store_load_ledger(store, &ledger, &err), "%s", err.detail);
    return ledger;
}

static void assert_entry_comes_back(const struct owned_entry *entry)
{
    put_entry(entry);

    struct ledger ledger = load_ledger();

    ck_assert_uint_eq(ledger.entry_count, 1);
    assert_entries_equal(&ledger.entries[0], entry);
    ledger_clear(&ledger);
}

START_TEST(store_put_entry_keeps_every_field)
{
    const struct owned_entry entry = owned_entry();

    assert_entry_comes_back(&entry);
}
END_TEST

START_TEST(store_put_entry_keeps_an_intent_to_write_the_first_value)
{
    const struct owned_entry entry = {.key = {PORTPROXY_V4TOV4, "0.0.0.0", 80},
                                      .rule_id = {ID_1},
                                      .intent = INTENT_WRITE,
                                      .intended = {"172.20.9.9", 65535}};

    assert_entry_comes_back(&entry);
}
END_TEST

START_TEST(store_put_entry_keeps_an_intent_to_remove)
{
    const struct owned_entry entry = {.key = {PORTPROXY_V4TOV6, "*", 1},
                                      .rule_id = {ID_1},
                                      .has_confirmed = true,
                                      .confirmed = {"fd00::2", 1},
                                      .intent = INTENT_REMOVE};

    assert_entry_comes_back(&entry);
}
END_TEST

START_TEST(store_put_entry_confirms_an_intent_whatever_the_spelling)
{
    struct owned_entry entry = owned_entry();

    put_entry(&entry);
    memcpy(entry.key.listen, "FD00::1", sizeof "FD00::1");
    entry.confirmed = entry.intended;
    entry.intent = INTENT_NONE;
    memset(&entry.intended, 0, sizeof entry.intended);

    assert_entry_comes_back(&entry);
}
END_TEST

/* Clients refuse a report with an id that is none: one damaged row would leave them without any. */
START_TEST(store_load_ledger_keeps_a_row_whose_rule_cannot_be_told)
{
    const struct owned_entry owned = owned_entry();
    struct ledger ledger;

    put_entry(&owned);
    spoil("UPDATE owned_entry SET rule_id = 'the web rule'");
    ledger = load_ledger();

    ck_assert_uint_eq(ledger.entry_count, 1);
    ck_assert_str_eq(ledger.entries[0].rule_id.text, "");
    ck_assert_str_eq(ledger.entries[0].confirmed.connect, owned.confirmed.connect);
    ledger_clear(&ledger);
}
END_TEST

START_TEST(store_forget_entry_forgets_that_one_and_no_other)
{
    struct owned_entry entry = owned_entry();
    struct error err = {0};

    put_entry(&entry);
    entry.key.port = 3001;
    put_entry(&entry);
    begin();
    ck_assert(store_forget_entry(store, &entry.key, &err));
    ck_assert(store_forget_entry(store, &entry.key, &err));
    commit();

    struct ledger ledger = load_ledger();

    ck_assert_uint_eq(ledger.entry_count, 1);
    ck_assert_uint_eq(ledger.entries[0].key.port, 3000);
    ledger_clear(&ledger);
}
END_TEST

static struct firewall_rule firewall_fields(const char *remote)
{
    struct firewall_rule fields = {.name = "Tidegate " ID_1,
                                   .grouping = FIREWALL_GROUPING,
                                   .enabled = true,
                                   .inbound = true,
                                   .allow = true,
                                   .protocol = FIREWALL_TCP,
                                   .profiles = 0x7FFFFFFF,
                                   .local_ports = "8000-8010",
                                   .local_addresses = "*",
                                   .program = "%SystemRoot%\\System32\\svchost.exe",
                                   .service = "iphlpsvc"};

    snprintf(fields.remote_addresses, sizeof fields.remote_addresses, "%s", remote);
    return fields;
}

static struct owned_firewall_rule owned_firewall_rule(void)
{
    return (struct owned_firewall_rule){.name = "Tidegate " ID_1,
                                        .rule_id = {ID_1},
                                        .has_confirmed = true,
                                        .confirmed = firewall_fields("LocalSubnet"),
                                        .intent = INTENT_WRITE,
                                        .intended = firewall_fields("10.0.0.0/8")};
}

static void assert_fields_equal(const struct firewall_rule *a,
                                const struct firewall_rule *b)
{
    ck_assert_int_eq(a->kind, b->kind);
    ck_assert_str_eq(a->name, b->name);
    ck_assert_str_eq(a->grouping, b->grouping);
    ck_assert_int_eq(a->enabled, b->enabled);
    ck_assert_int_eq(a->inbound, b->inbound);
    ck_assert_int_eq(a->allow, b->allow);
    ck_assert_int_eq(a->protocol, b->protocol);
    ck_assert_uint_eq(a->profiles, b->profiles);
    ck_assert_str_eq(a->local_ports, b->local_ports);
    ck_assert_str_eq(a->local_addresses, b->local_addresses);
    ck_assert_str_eq(a->remote_ports, b->remote_ports);
    ck_assert_str_eq(a->remote_addresses, b->remote_addresses);
    ck_assert_str_eq(a->program, b->program);
    ck_assert_str_eq(a->service, b->service);
}

static void assert_firewall_rule_comes_back(const struct owned_firewall_rule *owned)
{
    struct error err = {0};

    begin();
    ck_assert_msg(store_put_firewall_rule(store, owned, &err), "%s", err.detail);
    commit();

    struct ledger ledger = load_ledger();

    ck_assert_uint_eq(ledger.firewall_rule_count, 1);
    ck_assert_int_eq(ledger.firewall_rules[0].kind, owned->kind);
    ck_assert_str_eq(ledger.firewall_rules[0].name, owned->name);
    ck_assert_str_eq(ledger.firewall_rules[0].rule_id.text, owned->rule_id.text);
    ck_assert_int_eq(ledger.firewall_rules[0].has_confirmed, owned->has_confirmed);
    assert_fields_equal(&ledger.firewall_rules[0].confirmed, &owned->confirmed);
    ck_assert_int_eq(ledger.firewall_rules[0].intent, owned->intent);
    assert_fields_equal(&ledger.firewall_rules[0].intended, &owned->intended);
    ledger_clear(&ledger);
}

START_TEST(store_put_firewall_rule_keeps_every_field)
{
    const struct owned_firewall_rule owned = owned_firewall_rule();

    assert_firewall_rule_comes_back(&owned);
}
END_TEST

START_TEST(store_put_firewall_rule_keeps_which_firewall_it_is_in)
{
    struct owned_firewall_rule owned = owned_firewall_rule();

    owned.kind = owned.confirmed.kind = owned.intended.kind = FIREWALL_HYPERV;

    assert_firewall_rule_comes_back(&owned);
}
END_TEST

START_TEST(store_put_firewall_rule_replaces_all_of_it)
{
    struct owned_firewall_rule owned = owned_firewall_rule();

    assert_firewall_rule_comes_back(&owned);
    owned.intent = INTENT_REMOVE;
    memset(&owned.intended, 0, sizeof owned.intended);
    owned.confirmed = firewall_fields("*");
    owned.confirmed.enabled = false;

    assert_firewall_rule_comes_back(&owned);
}
END_TEST

START_TEST(store_forget_firewall_rule_leaves_nothing_behind)
{
    const struct owned_firewall_rule owned = owned_firewall_rule();
    struct error err = {0};

    begin();
    ck_assert(store_put_firewall_rule(store, &owned, &err));
    ck_assert(store_forget_firewall_rule(store, owned.name, &err));
    ck_assert(store_forget_firewall_rule(store, owned.name, &err));
    commit();

    struct statement count =
        statement_prepare(store->db, "SELECT count(*) FROM owned_firewall_rule_fields");

    ck_assert(statement_next(&count));
    ck_assert_int_eq(statement_take_integer(&count, 0, 9), 0);
    ck_assert(statement_finish(&count, &err, "count"));
}
END_TEST

Suite *store_ledger_suite(void)
{
    Suite *suite = suite_create("store_ledger");
    TCase *tcase = case_on_store(suite, "ledger");

    tcase_add_test(tcase, store_put_entry_keeps_every_field);
    tcase_add_test(tcase, store_put_entry_keeps_an_intent_to_write_the_first_value);
    tcase_add_test(tcase, store_put_entry_keeps_an_intent_to_remove);
    tcase_add_test(tcase, store_put_entry_confirms_an_intent_whatever_the_spelling);
    tcase_add_test(tcase, store_load_ledger_keeps_a_row_whose_rule_cannot_be_told);
    tcase_add_test(tcase, store_forget_entry_forgets_that_one_and_no_other);
    tcase_add_test(tcase, store_put_firewall_rule_keeps_every_field);
    tcase_add_test(tcase, store_put_firewall_rule_keeps_which_firewall_it_is_in);
    tcase_add_test(tcase, store_put_firewall_rule_replaces_all_of_it);
    tcase_add_test(tcase, store_forget_firewall_rule_leaves_nothing_behind);
    return suite;
}
