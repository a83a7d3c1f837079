/*
 * The store's rows, in memory: what is written is what is read.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/store/database.h"
#include "core/store/store.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

Suite *store_suite(void);

#define ID_1 "11111111-1111-4111-8111-111111111111"
#define ID_2 "22222222-2222-4222-8222-222222222222"
#define OWNER "S-1-5-21-1-2-3-1001"

static struct store *store;

static void open_store(void)
{
    enum store_opening opening;
    struct error err = {0};

    store = store_open(":memory:", &opening, NULL, 0, &err);
    ck_assert_msg(store != NULL, "%s", err.detail);
    ck_assert_int_eq(opening, STORE_CREATED);
}

static void close_store(void)
{
    store_close(store);
}

static void begin(void)
{
    struct error err = {0};

    ck_assert_msg(store_begin(store, &err), "%s", err.detail);
}

static void commit(void)
{
    struct error err = {0};

    ck_assert_msg(store_commit(store, &err), "%s", err.detail);
}

static void spoil(const char *sql)
{
    ck_assert_msg(sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s",
                  sql, sqlite3_errmsg(store->db));
}

static struct rule valid_rule(const char *id)
{
    struct rule rule = rule_default();

    ck_assert(text_copy(rule.id.text, sizeof rule.id.text, id));
    memcpy(rule.owner.text, OWNER, sizeof OWNER);
    memcpy(rule.name, "web", sizeof "web");
    rule.listen.first_port = 3000;
    rule.listen.last_port = 3000;
    rule.connect.first_port = 3000;
    return rule;
}

static void put(struct rule *rule)
{
    struct error err = {0};

    begin();
    ck_assert_msg(store_put_rule(store, rule, &err), "%s", err.detail);
    commit();
}

static struct rule_list load_rules(void)
{
    struct rule_list rules = {0};
    struct error err = {0};

    ck_assert_msg(store_load_rules(store, &rules, NULL, &err), "%s", err.detail);
    return rules;
}

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
    put(rule);

    struct rule_list rules = load_rules();

    ck_assert_uint_eq(rules.count, 1);
    assert_rules_equal(&rules.items[0], rule);
    rule_list_clear(&rules);
}

START_TEST(store_put_rule_keeps_a_rule_for_wsl)
{
    struct rule rule = valid_rule(ID_1);

    assert_comes_back(&rule);

    ck_assert_uint_eq(rule.sequence, 1);
}
END_TEST

START_TEST(store_put_rule_keeps_every_field)
{
    struct rule rule = valid_rule(ID_1);

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
    struct rule rule = valid_rule(ID_1);

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
    struct rule rule = valid_rule(ID_1);

    rule.scope.profiles = 0;
    rule.scope.remote = REMOTE_ANY;

    assert_comes_back(&rule);
}
END_TEST

START_TEST(store_put_rule_changes_a_rule_and_leaves_its_place)
{
    struct rule first = valid_rule(ID_1);
    struct rule second = valid_rule(ID_2);

    put(&first);
    put(&second);
    first.sequence = 0;
    memcpy(first.name, "new", sizeof "new");
    put(&first);

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
    struct rule first = valid_rule(ID_1);
    struct rule second = valid_rule(ID_2);
    struct error err = {0};

    put(&first);
    begin();
    ck_assert(store_delete_rule(store, &first.id, &err));
    commit();
    put(&second);

    ck_assert_uint_eq(second.sequence, 2);
}
END_TEST

START_TEST(store_put_rule_puts_a_deleted_rule_back_in_its_place)
{
    struct rule first = valid_rule(ID_1);
    struct rule second = valid_rule(ID_2);
    struct error err = {0};

    put(&first);
    put(&second);
    begin();
    ck_assert(store_delete_rule(store, &first.id, &err));
    commit();
    put(&first);

    struct rule_list rules = load_rules();

    ck_assert_uint_eq(rules.count, 2);
    ck_assert_str_eq(rules.items[0].id.text, ID_1);
    rule_list_clear(&rules);
}
END_TEST

START_TEST(store_put_rule_refuses_what_a_rule_cannot_be)
{
    struct rule rule = valid_rule(ID_1);
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
    struct rule rule = valid_rule("");
    struct error err = {0};

    begin();
    if (!store_put_rule(store, &rule, &err))
        ck_abort_msg("no assertion");
}
END_TEST

START_TEST(store_put_rule_asserts_a_transaction)
{
    struct rule rule = valid_rule(ID_1);
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
    struct rule first = valid_rule(ID_1);
    struct rule second = valid_rule(ID_2);
    struct rule_list rules = {0};
    struct error err = {0};
    size_t skipped_count = 0;

    put(&first);
    put(&second);
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
    struct rule rule = valid_rule(ID_1);
    struct rule_list rules = {0};
    struct error err = {0};

    *LIST_ADD(&rules) = valid_rule(ID_2);
    *LIST_ADD(&rules) = valid_rule(ID_2);
    put(&rule);

    ck_assert(store_load_rules(store, &rules, NULL, &err));

    ck_assert_uint_eq(rules.count, 1);
    ck_assert_str_eq(rules.items[0].id.text, ID_1);
    rule_list_clear(&rules);
}
END_TEST

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
    ck_assert_str_eq(a->name, b->name);
    ck_assert_str_eq(a->grouping, b->grouping);
    ck_assert_int_eq(a->enabled, b->enabled);
    ck_assert_int_eq(a->inbound, b->inbound);
    ck_assert_int_eq(a->allow, b->allow);
    ck_assert_int_eq(a->protocol, b->protocol);
    ck_assert_uint_eq(a->profiles, b->profiles);
    ck_assert_str_eq(a->local_ports, b->local_ports);
    ck_assert_str_eq(a->local_addresses, b->local_addresses);
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

START_TEST(store_load_settings_gives_defaults_when_nothing_was_saved)
{
    struct settings settings = {.users_may_widen = true, .allowed_user_count = 3};
    struct error err = {0};

    ck_assert(store_load_settings(store, &settings, &err));

    ck_assert(!settings.withdraw_when_stopped);
    ck_assert(!settings.users_may_widen);
    ck_assert_uint_eq(settings.allowed_user_count, 0);
}
END_TEST

START_TEST(store_save_settings_keeps_every_setting)
{
    const struct settings saved = {.withdraw_when_stopped = true,
                                   .users_may_widen = true,
                                   .allowed_users = {{OWNER}, {"S-1-5-18"}},
                                   .allowed_user_count = 2};
    struct settings settings = {0};
    struct error err = {0};

    begin();
    ck_assert(store_save_settings(store, &saved, &err));
    commit();
    ck_assert(store_load_settings(store, &settings, &err));

    ck_assert(settings.withdraw_when_stopped);
    ck_assert(settings.users_may_widen);
    ck_assert_uint_eq(settings.allowed_user_count, 2);
    ck_assert_str_eq(settings.allowed_users[0].text, OWNER);
    ck_assert_str_eq(settings.allowed_users[1].text, "S-1-5-18");
}
END_TEST

START_TEST(store_load_settings_takes_the_default_for_what_it_cannot_read)
{
    struct settings settings = {0};
    struct error err = {0};

    spoil("INSERT INTO setting VALUES ('allow-widening', 'yes'), ('colour', 'blue'),"
          " ('when-wsl-stops', 'withdraw')");

    ck_assert(store_load_settings(store, &settings, &err));

    ck_assert(!settings.users_may_widen);
    ck_assert(settings.withdraw_when_stopped);
}
END_TEST

START_TEST(store_set_paused_remembers_each_user)
{
    const struct user_sid anna = {"S-1-5-21-1-2-3-1001"};
    const struct user_sid ben = {"S-1-5-21-1-2-3-1002"};
    struct user_sid_list paused = {0};
    struct error err = {0};

    begin();
    ck_assert(store_set_paused(store, &ben, true, &err));
    ck_assert(store_set_paused(store, &anna, true, &err));
    ck_assert(store_set_paused(store, &anna, true, &err));
    ck_assert(store_set_paused(store, &ben, false, &err));
    ck_assert(store_set_paused(store, &ben, false, &err));
    commit();
    ck_assert(store_load_pauses(store, &paused, &err));

    ck_assert_uint_eq(paused.count, 1);
    ck_assert_str_eq(paused.items[0].text, anna.text);
    LIST_CLEAR(&paused);
}
END_TEST

static void add_activities(int count)
{
    begin();
    for (int i = 1; i <= count; i++) {
        struct activity activity = {.time_ms = 1000 + i, .kind = ACTIVITY_WSL_MOVED};
        struct error err = {0};

        snprintf(activity.text, sizeof activity.text, "number %d", i);
        ck_assert_msg(store_add_activity(store, &activity, &err), "%s", err.detail);
    }
    commit();
}

START_TEST(store_load_activity_gives_the_newest_first_and_no_more_than_asked)
{
    struct activity_list list = {0};
    struct error err = {0};

    add_activities(5);

    ck_assert(store_load_activity(store, 2, &list, &err));

    ck_assert_uint_eq(list.count, 2);
    ck_assert_int_eq(list.items[0].time_ms, 1005);
    ck_assert_int_eq(list.items[0].kind, ACTIVITY_WSL_MOVED);
    ck_assert_str_eq(list.items[0].text, "number 5");
    ck_assert_str_eq(list.items[1].text, "number 4");
    LIST_CLEAR(&list);
}
END_TEST

START_TEST(store_add_activity_keeps_the_newest_thousand)
{
    struct activity_list list = {0};
    struct error err = {0};

    add_activities(1003);

    ck_assert(store_load_activity(store, SIZE_MAX, &list, &err));

    ck_assert_uint_eq(list.count, 1000);
    ck_assert_str_eq(list.items[0].text, "number 1003");
    ck_assert_str_eq(list.items[999].text, "number 4");
    LIST_CLEAR(&list);
}
END_TEST

START_TEST(activity_kind_name_gives_each_kind_one_word)
{
    for (int kind = ACTIVITY_RULE_ADDED; kind <= ACTIVITY_WSL_STATE; kind++)
        ck_assert_str_ne(activity_kind_name((enum activity_kind)kind), "unknown");
    ck_assert_str_eq(activity_kind_name(ACTIVITY_WSL_MOVED), "wsl-moved");
    ck_assert_str_eq(activity_kind_name((enum activity_kind)999), "unknown");
}
END_TEST

START_TEST(store_rollback_undoes_what_the_transaction_wrote)
{
    struct rule rule = valid_rule(ID_1);
    struct error err = {0};

    begin();
    ck_assert(store_put_rule(store, &rule, &err));
    store_rollback(store);

    struct rule_list rules = load_rules();

    ck_assert_uint_eq(rules.count, 0);
    put(&rule);
}
END_TEST

START_TEST(store_writes_nothing_after_sqlite_rolled_back_by_itself)
{
    struct rule rule = valid_rule(ID_1);
    struct error err = {0};

    begin();
    spoil("ROLLBACK");

    ck_assert(!store_put_rule(store, &rule, &err));
    ck_assert_ptr_nonnull(strstr(err.detail, "rolled back"));
    ck_assert(!store_commit(store, &err));

    struct rule_list rules = load_rules();

    ck_assert_uint_eq(rules.count, 0);
    put(&rule);
}
END_TEST

static TCase *case_on_store(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, open_store, close_store);
    suite_add_tcase(suite, tcase);
    return tcase;
}

static void add_rule_tests(Suite *suite)
{
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
}

static void add_ledger_tests(Suite *suite)
{
    TCase *tcase = case_on_store(suite, "ledger");

    tcase_add_test(tcase, store_put_entry_keeps_every_field);
    tcase_add_test(tcase, store_put_entry_keeps_an_intent_to_write_the_first_value);
    tcase_add_test(tcase, store_put_entry_keeps_an_intent_to_remove);
    tcase_add_test(tcase, store_put_entry_confirms_an_intent_whatever_the_spelling);
    tcase_add_test(tcase, store_forget_entry_forgets_that_one_and_no_other);
    tcase_add_test(tcase, store_put_firewall_rule_keeps_every_field);
    tcase_add_test(tcase, store_put_firewall_rule_replaces_all_of_it);
    tcase_add_test(tcase, store_forget_firewall_rule_leaves_nothing_behind);
}

Suite *store_suite(void)
{
    Suite *suite = suite_create("store");
    TCase *transactions = case_on_store(suite, "transactions");
    TCase *settings = case_on_store(suite, "settings, pauses and activity");

    add_rule_tests(suite);
    add_ledger_tests(suite);

    tcase_add_test(settings, store_load_settings_gives_defaults_when_nothing_was_saved);
    tcase_add_test(settings, store_save_settings_keeps_every_setting);
    tcase_add_test(settings,
                   store_load_settings_takes_the_default_for_what_it_cannot_read);
    tcase_add_test(settings, store_set_paused_remembers_each_user);
    tcase_add_test(settings,
                   store_load_activity_gives_the_newest_first_and_no_more_than_asked);
    tcase_add_test(settings, store_add_activity_keeps_the_newest_thousand);
    tcase_add_test(settings, activity_kind_name_gives_each_kind_one_word);

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
