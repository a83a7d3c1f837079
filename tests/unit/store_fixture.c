/*
 * A store in memory, anew for each test, and the few things tests do with it.
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/store_fixture.h"

#include "core/base/text.h"
#include "core/store/database.h"

#include <string.h>

struct store *store;

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

void begin(void)
{
    struct error err = {0};

    ck_assert_msg(store_begin(store, &err), "%s", err.detail);
}

void commit(void)
{
    struct error err = {0};

    ck_assert_msg(store_commit(store, &err), "%s", err.detail);
}

void spoil(const char *sql)
{
    ck_assert_msg(sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s",
                  sql, sqlite3_errmsg(store->db));
}

struct rule rule_with_id(const char *id)
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

void commit_rule(struct rule *rule)
{
    struct error err = {0};

    begin();
    ck_assert_msg(store_put_rule(store, rule, &err), "%s", err.detail);
    commit();
}

struct rule_list load_rules(void)
{
    struct rule_list rules = {0};
    struct error err = {0};

    ck_assert_msg(store_load_rules(store, &rules, NULL, &err), "%s", err.detail);
    return rules;
}

TCase *case_on_store(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, open_store, close_store);
    suite_add_tcase(suite, tcase);
    return tcase;
}
