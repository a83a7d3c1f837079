/*
 * The rules' rows.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/model/rule.h"
#include "core/store/database.h"
#include "core/store/store.h"

#include <assert.h>
#include <string.h>

/* The longest list of prefixes, each with a comma and a blank. */
#define REMOTE_TEXT_SIZE (RULE_REMOTE_CAPACITY * (PREFIX_TEXT_SIZE + 2))

/* NULL means any address, or WSL. */
static void take_address(struct statement *row, struct address *out)
{
    char text[ADDRESS_TEXT_SIZE];

    statement_take_text(row, text, sizeof text);
    if (!address_parse(text, out))
        row->malformed = true;
}

static void take_listen(struct statement *row, struct rule_listen *listen)
{
    if (statement_sees_null(row)) {
        statement_skip(row);
    } else {
        listen->kind = LISTEN_ADDRESS;
        take_address(row, &listen->address);
    }
    if (statement_sees_null(row)) {
        statement_skip(row);
    } else {
        listen->kind = LISTEN_INTERFACE;
        statement_take_text(row, listen->interface_name, sizeof listen->interface_name);
    }
    listen->first_port = (uint16_t)statement_take_integer(row, 1, UINT16_MAX);
    listen->last_port = (uint16_t)statement_take_integer(row, 1, UINT16_MAX);
}

static void take_connect(struct statement *row, struct rule_connect *connect)
{
    if (statement_sees_null(row)) {
        statement_skip(row);
    } else {
        connect->kind = CONNECT_ADDRESS;
        take_address(row, &connect->address);
    }
    connect->first_port = (uint16_t)statement_take_integer(row, 1, UINT16_MAX);
}

static void take_scope(struct statement *row, struct rule_scope *scope)
{
    char remote[REMOTE_TEXT_SIZE];

    scope->profiles = (unsigned)statement_take_integer(row, 0, PROFILE_MASK);
    statement_take_text(row, remote, sizeof remote);
    if (!rule_remote_parse(remote, scope, NULL))
        row->malformed = true;
}

/* False when the row is no valid rule, which only somebody who edits the file can bring about. */
static bool read_rule(struct statement *row, struct rule *out)
{
    struct rule rule = rule_default();

    rule.sequence = (uint64_t)statement_take_integer(row, 1, INT64_MAX);
    statement_take_text(row, rule.id.text, sizeof rule.id.text);
    statement_take_text(row, rule.owner.text, sizeof rule.owner.text);
    statement_take_text(row, rule.name, sizeof rule.name);
    statement_take_text(row, rule.comment, sizeof rule.comment);
    rule.enabled = statement_take_integer(row, 0, 1) != 0;
    rule.forced = statement_take_integer(row, 0, 1) != 0;
    take_listen(row, &rule.listen);
    take_connect(row, &rule.connect);
    take_scope(row, &rule.scope);
    if (row->malformed || !rule_id_is_valid(rule.id.text) ||
        !user_sid_is_valid(rule.owner.text) || !rule_validate(&rule, NULL))
        return false;
    *out = rule;
    return true;
}

bool store_load_rules(struct store *store, struct rule_list *out, size_t *skipped_count,
                      struct error *err)
{
    static const char sql[] =
        "SELECT sequence, id, owner, name, comment, enabled, forced, listen_address,"
        " listen_interface, first_port, last_port, connect_address, connect_port, profiles,"
        " remote FROM rule ORDER BY sequence";
    struct rule_list list = {0};
    size_t skipped = 0;
    struct statement query = statement_prepare(store->db, sql);

    while (statement_next(&query)) {
        struct rule rule;

        if (read_rule(&query, &rule))
            *LIST_ADD(&list) = rule;
        else
            skipped++;
    }
    if (!statement_finish(&query, err, "load rules")) {
        rule_list_clear(&list);
        return false;
    }
    rule_list_clear(out);
    *out = list;
    if (skipped_count != NULL)
        *skipped_count = skipped;
    return true;
}

/* The texts a rule's columns borrow while the statement runs. */
struct rule_texts {
    char listen[ADDRESS_TEXT_SIZE];
    char connect[ADDRESS_TEXT_SIZE];
    char remote[REMOTE_TEXT_SIZE];
};

static void bind_rule(struct statement *put, const struct rule *rule,
                      struct rule_texts *texts)
{
    const struct rule_listen *listen = &rule->listen;
    const struct rule_connect *connect = &rule->connect;

    address_format(&listen->address, texts->listen);
    address_format(&connect->address, texts->connect);
    rule_remote_format(&rule->scope, texts->remote, sizeof texts->remote);

    statement_bind_integer(put, (int64_t)rule->sequence);
    statement_bind_text(put, rule->id.text);
    statement_bind_text(put, rule->owner.text);
    statement_bind_text(put, rule->name);
    statement_bind_text(put, rule->comment);
    statement_bind_integer(put, rule->enabled);
    statement_bind_integer(put, rule->forced);
    statement_bind_text(put, listen->kind == LISTEN_ADDRESS ? texts->listen : NULL);
    statement_bind_text(put,
                        listen->kind == LISTEN_INTERFACE ? listen->interface_name : NULL);
    statement_bind_integer(put, listen->first_port);
    statement_bind_integer(put, listen->last_port);
    statement_bind_text(put, connect->kind == CONNECT_ADDRESS ? texts->connect : NULL);
    statement_bind_integer(put, connect->first_port);
    statement_bind_integer(put, rule->scope.profiles);
    statement_bind_text(put, texts->remote);
}

bool store_put_rule(struct store *store, struct rule *rule, struct error *err)
{
    /* A rule that is there already keeps its place in the order. */
    static const char sql[] =
        "INSERT INTO rule (sequence, id, owner, name, comment, enabled, forced, listen_address,"
        " listen_interface, first_port, last_port, connect_address, connect_port, profiles,"
        " remote)"
        " VALUES (nullif(?1, 0), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"
        " ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, name = excluded.name,"
        " comment = excluded.comment, enabled = excluded.enabled, forced = excluded.forced,"
        " listen_address = excluded.listen_address,"
        " listen_interface = excluded.listen_interface, first_port = excluded.first_port,"
        " last_port = excluded.last_port, connect_address = excluded.connect_address,"
        " connect_port = excluded.connect_port, profiles = excluded.profiles,"
        " remote = excluded.remote"
        " RETURNING sequence";
    struct statement put = statement_prepare_write(store, sql);
    struct rule_texts texts;
    uint64_t sequence = 0;

    assert(rule_id_is_valid(rule->id.text));
    bind_rule(&put, rule, &texts);
    while (statement_next(&put))
        sequence = (uint64_t)statement_take_integer(&put, 1, INT64_MAX);
    if (!statement_finish(&put, err, "save rule %s", rule->id.text))
        return false;
    rule->sequence = sequence;
    return true;
}

bool store_delete_rule(struct store *store, const struct rule_id *id, struct error *err)
{
    struct statement delete_rule =
        statement_prepare_write(store, "DELETE FROM rule WHERE id = ?1");

    statement_bind_text(&delete_rule, id->text);
    if (!statement_run(&delete_rule, err, "delete rule %s", id->text))
        return false;
    if (sqlite3_changes(store->db) == 0)
        return error_set(err, ERR_NOT_FOUND, "rule %s", id->text);
    return true;
}
