/*
 * What was taken over from scripts, as rows.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/adoption.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/store/database.h"
#include "core/store/store.h"

#include <string.h>

static const char *const state_words[] = {
    [ADOPTED_TURNING_OFF] = "turning-off",
    [ADOPTED_OFF] = "off",
    [ADOPTED_TURNING_ON] = "turning-on",
};
#define STATE_COUNT (sizeof state_words / sizeof state_words[0])

static void take_owner(struct statement *row, struct user_sid *out)
{
    statement_take_text(row, out->text, sizeof out->text);
    if (!user_sid_is_valid(out->text))
        row->malformed = true;
}

static void read_entry(struct statement *row, struct adopted_entry *out)
{
    char type[8];

    statement_take_text(row, type, sizeof type);
    if (!portproxy_type_parse(type, &out->key.type))
        row->malformed = true;
    statement_take_text(row, out->key.listen, sizeof out->key.listen);
    out->key.port = (uint16_t)statement_take_integer(row, 1, UINT16_MAX);
    take_owner(row, &out->owner);
    statement_take_text(row, out->rule_id.text, sizeof out->rule_id.text);
    statement_take_text(row, out->former.connect, sizeof out->former.connect);
    out->former.port = (uint16_t)statement_take_integer(row, 1, UINT16_MAX);
    out->undoing = statement_take_integer(row, 0, 1) != 0;
}

static bool load_entries(struct store *store, struct adopted_entry_list *out,
                         struct error *err)
{
    static const char sql[] =
        "SELECT type, listen, port, owner, rule_id, former_connect, former_port, undoing"
        " FROM adopted_entry ORDER BY type, listen, port";
    struct statement query = statement_prepare(store->db, sql);

    while (statement_next(&query)) {
        struct adopted_entry entry = {0};

        read_entry(&query, &entry);
        if (!query.malformed)
            *LIST_ADD(out) = entry;
    }
    return statement_finish(&query, err, "load what was taken over");
}

static enum adopted_state take_state(struct statement *row)
{
    char word[16];
    size_t i = 0;

    statement_take_text(row, word, sizeof word);
    while (i < STATE_COUNT && strcmp(state_words[i], word) != 0)
        i++;
    if (i == STATE_COUNT) {
        row->malformed = true;
        return ADOPTED_OFF;
    }
    return (enum adopted_state)i;
}

static void read_rule(struct statement *row, struct adopted_rule *out)
{
    out->number = statement_take_integer(row, 1, INT64_MAX);
    take_owner(row, &out->owner);
    out->state = take_state(row);
    statement_take_text(row, out->rule.name, sizeof out->rule.name);
    out->rule.inbound = statement_take_integer(row, 0, 1) != 0;
    out->rule.profiles = (unsigned)statement_take_integer(row, 0, PROFILE_MASK);
    statement_take_text(row, out->rule.local_ports, sizeof out->rule.local_ports);
    statement_take_text(row, out->rule.remote_addresses,
                        sizeof out->rule.remote_addresses);
}

static bool load_rules(struct store *store, struct adopted_rule_list *out,
                       struct error *err)
{
    static const char sql[] =
        "SELECT number, owner, state, name, inbound, profiles, local_ports,"
        " remote_addresses FROM adopted_firewall_rule ORDER BY number";
    struct statement query = statement_prepare(store->db, sql);

    while (statement_next(&query)) {
        struct adopted_rule rule = {0};

        read_rule(&query, &rule);
        if (!query.malformed)
            *LIST_ADD(out) = rule;
    }
    return statement_finish(&query, err, "load the scripts' firewall rules");
}

bool store_load_adoption(struct store *store, struct adoption *out, struct error *err)
{
    struct adoption adoption = {0};

    if (!load_entries(store, &adoption.entries, err) ||
        !load_rules(store, &adoption.rules, err)) {
        adoption_clear(&adoption);
        return false;
    }
    adoption_clear(out);
    *out = adoption;
    return true;
}

bool store_put_adopted_entry(struct store *store, const struct adopted_entry *adopted,
                             struct error *err)
{
    static const char sql[] =
        "INSERT OR REPLACE INTO adopted_entry (type, listen, port, owner, rule_id,"
        " former_connect, former_port, undoing) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    struct statement put = statement_prepare_write(store, sql);
    char key[PORTPROXY_TEXT_SIZE];

    portproxy_key_format(&adopted->key, key);
    statement_bind_text(&put, portproxy_type_name(adopted->key.type));
    statement_bind_text(&put, adopted->key.listen);
    statement_bind_integer(&put, adopted->key.port);
    statement_bind_text(&put, adopted->owner.text);
    statement_bind_text(&put, adopted->rule_id.text);
    statement_bind_text(&put, adopted->former.connect);
    statement_bind_integer(&put, adopted->former.port);
    statement_bind_integer(&put, adopted->undoing);
    return statement_run(&put, err, "record that entry %s was taken over", key);
}

bool store_forget_adopted_entry(struct store *store, const struct portproxy_key *key,
                                struct error *err)
{
    struct statement forget = statement_prepare_write(
        store, "DELETE FROM adopted_entry WHERE type = ?1 AND listen = ?2 AND port = ?3");
    char name[PORTPROXY_TEXT_SIZE];

    portproxy_key_format(key, name);
    statement_bind_text(&forget, portproxy_type_name(key->type));
    statement_bind_text(&forget, key->listen);
    statement_bind_integer(&forget, key->port);
    return statement_run(&forget, err, "forget that entry %s was taken over", name);
}

bool store_put_adopted_rule(struct store *store, const struct adopted_rule *adopted,
                            struct error *err)
{
    static const char sql[] =
        "INSERT OR REPLACE INTO adopted_firewall_rule (number, owner, state, name, inbound,"
        " profiles, local_ports, remote_addresses)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    struct statement put = statement_prepare_write(store, sql);

    if (adopted->number == 0)
        statement_bind_null(&put);
    else
        statement_bind_integer(&put, adopted->number);
    statement_bind_text(&put, adopted->owner.text);
    statement_bind_text(&put, state_words[adopted->state]);
    statement_bind_text(&put, adopted->rule.name);
    statement_bind_integer(&put, adopted->rule.inbound);
    statement_bind_integer(&put, adopted->rule.profiles);
    statement_bind_text(&put, adopted->rule.local_ports);
    statement_bind_text(&put, adopted->rule.remote_addresses);
    return statement_run(&put, err, "record firewall rule '%s'", adopted->rule.name);
}

bool store_forget_adopted_rule(struct store *store, int64_t number, struct error *err)
{
    struct statement forget = statement_prepare_write(
        store, "DELETE FROM adopted_firewall_rule WHERE number = ?1");

    statement_bind_integer(&forget, number);
    return statement_run(&forget, err, "forget a script's firewall rule");
}
