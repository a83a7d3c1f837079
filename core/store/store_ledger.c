/*
 * The ledger's rows: what we own, and what is about to become of it (DESIGN.md §5).
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/ledger.h"

#include "core/base/text.h"
#include "core/store/database.h"
#include "core/store/store.h"

#include <string.h>

static void bind_intent(struct statement *put, enum intent intent)
{
    statement_bind_text(put, intent == INTENT_WRITE    ? "write"
                             : intent == INTENT_REMOVE ? "remove"
                                                       : NULL);
}

static enum intent take_intent(struct statement *row)
{
    char word[8];

    if (statement_sees_null(row)) {
        statement_skip(row);
        return INTENT_NONE;
    }
    statement_take_text(row, word, sizeof word);
    return strcmp(word, "write") == 0 ? INTENT_WRITE : INTENT_REMOVE;
}

static void bind_value(struct statement *put, bool present,
                       const struct portproxy_value *value)
{
    if (present) {
        statement_bind_text(put, value->connect);
        statement_bind_integer(put, value->port);
    } else {
        statement_bind_null(put);
        statement_bind_null(put);
    }
}

/* Whether there is a value. */
static bool take_value(struct statement *row, struct portproxy_value *out)
{
    if (statement_sees_null(row)) {
        statement_skip(row);
        statement_skip(row);
        return false;
    }
    statement_take_text(row, out->connect, sizeof out->connect);
    out->port = (uint16_t)statement_take_integer(row, 1, UINT16_MAX);
    return true;
}

/* A row whose rule cannot be told still says what is ours; "" is no rule's. */
static void take_rule_id(struct statement *row, struct rule_id *out)
{
    statement_take_text(row, out->text, sizeof out->text);
    if (!rule_id_is_valid(out->text))
        out->text[0] = '\0';
}

static void read_entry(struct statement *row, struct owned_entry *entry)
{
    char type[8];

    statement_take_text(row, type, sizeof type);
    if (!portproxy_type_parse(type, &entry->key.type))
        row->malformed = true;
    statement_take_text(row, entry->key.listen, sizeof entry->key.listen);
    entry->key.port = (uint16_t)statement_take_integer(row, 1, UINT16_MAX);
    take_rule_id(row, &entry->rule_id);
    entry->has_confirmed = take_value(row, &entry->confirmed);
    entry->intent = take_intent(row);
    take_value(row, &entry->intended);
    entry->has_former = take_value(row, &entry->former);
}

static bool load_entries(struct store *store, struct ledger *out, struct error *err)
{
    static const char sql[] =
        "SELECT type, listen, port, rule_id, confirmed_connect, confirmed_port, intent,"
        " intended_connect, intended_port, former_connect, former_port"
        " FROM owned_entry ORDER BY type, listen, port";
    struct statement query = statement_prepare(store->db, sql);

    while (statement_next(&query)) {
        struct owned_entry entry = {0};

        read_entry(&query, &entry);
        if (!query.malformed)
            *ledger_add_entry(out) = entry;
    }
    return statement_finish(&query, err, "load owned entries");
}

static void read_fields(struct statement *row, struct firewall_rule *fields)
{
    statement_take_text(row, fields->grouping, sizeof fields->grouping);
    fields->enabled = statement_take_integer(row, 0, 1) != 0;
    fields->inbound = statement_take_integer(row, 0, 1) != 0;
    fields->allow = statement_take_integer(row, 0, 1) != 0;
    fields->protocol = (int)statement_take_integer(row, 0, INT32_MAX);
    fields->profiles = (unsigned)statement_take_integer(row, 0, INT32_MAX);
    statement_take_text(row, fields->local_ports, sizeof fields->local_ports);
    statement_take_text(row, fields->local_addresses, sizeof fields->local_addresses);
    statement_take_text(row, fields->remote_addresses, sizeof fields->remote_addresses);
    statement_take_text(row, fields->program, sizeof fields->program);
    statement_take_text(row, fields->service, sizeof fields->service);
    statement_take_text(row, fields->remote_ports, sizeof fields->remote_ports);
}

/* `*found` tells whether there are fields of that role. */
static bool load_fields(struct store *store, const char *name, const char *role,
                        bool *found, struct firewall_rule *out, struct error *err)
{
    static const char sql[] =
        "SELECT grouping, enabled, inbound, allow, protocol, profiles, local_ports,"
        " local_addresses, remote_addresses, program, service, remote_ports"
        " FROM owned_firewall_rule_fields WHERE name = ?1 AND role = ?2";
    struct statement query = statement_prepare(store->db, sql);

    *found = false;
    statement_bind_text(&query, name);
    statement_bind_text(&query, role);
    while (statement_next(&query)) {
        struct firewall_rule fields = {0};

        read_fields(&query, &fields);
        *found = !query.malformed && text_copy(fields.name, sizeof fields.name, name);
        if (*found)
            *out = fields;
    }
    return statement_finish(&query, err, "load owned firewall rule '%s'", name);
}

static enum firewall_kind take_firewall_kind(struct statement *row)
{
    char word[8];

    statement_take_text(row, word, sizeof word);
    return strcmp(word, "hyperv") == 0 ? FIREWALL_HYPERV : FIREWALL_HOST;
}

static bool load_firewall_rules(struct store *store, struct ledger *out, struct error *err)
{
    struct statement query = statement_prepare(
        store->db,
        "SELECT name, rule_id, intent, kind FROM owned_firewall_rule ORDER BY name");

    while (statement_next(&query)) {
        struct owned_firewall_rule owned = {0};
        bool has_intended;

        statement_take_text(&query, owned.name, sizeof owned.name);
        take_rule_id(&query, &owned.rule_id);
        owned.intent = take_intent(&query);
        owned.kind = take_firewall_kind(&query);
        if (query.malformed)
            continue;
        if (!load_fields(store, owned.name, "confirmed", &owned.has_confirmed,
                         &owned.confirmed, err) ||
            !load_fields(store, owned.name, "intended", &has_intended, &owned.intended,
                         err)) {
            statement_finish(&query, NULL, "load owned firewall rules");
            return false;
        }
        owned.confirmed.kind = owned.intended.kind = owned.kind;
        *ledger_add_firewall_rule(out) = owned;
    }
    return statement_finish(&query, err, "load owned firewall rules");
}

bool store_load_ledger(struct store *store, struct ledger *out, struct error *err)
{
    struct ledger ledger = {0};

    if (!load_entries(store, &ledger, err) || !load_firewall_rules(store, &ledger, err)) {
        ledger_clear(&ledger);
        return false;
    }
    ledger_clear(out);
    *out = ledger;
    return true;
}

bool store_put_entry(struct store *store, const struct owned_entry *owned,
                     struct error *err)
{
    static const char sql[] =
        "INSERT OR REPLACE INTO owned_entry (type, listen, port, rule_id, confirmed_connect,"
        " confirmed_port, intent, intended_connect, intended_port, former_connect, former_port)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    struct statement put = statement_prepare_kept(store, sql, &store->put_entry);
    char key[PORTPROXY_TEXT_SIZE];

    portproxy_key_format(&owned->key, key);
    statement_bind_text(&put, portproxy_type_name(owned->key.type));
    statement_bind_text(&put, owned->key.listen);
    statement_bind_integer(&put, owned->key.port);
    statement_bind_text(&put, owned->rule_id.text);
    bind_value(&put, owned->has_confirmed, &owned->confirmed);
    bind_intent(&put, owned->intent);
    bind_value(&put, owned->intent == INTENT_WRITE, &owned->intended);
    bind_value(&put, owned->has_former, &owned->former);
    return statement_run(&put, err, "record entry %s", key);
}

bool store_forget_entry(struct store *store, const struct portproxy_key *key,
                        struct error *err)
{
    struct statement forget = statement_prepare_kept(
        store, "DELETE FROM owned_entry WHERE type = ?1 AND listen = ?2 AND port = ?3",
        &store->forget_entry);
    char name[PORTPROXY_TEXT_SIZE];

    portproxy_key_format(key, name);
    statement_bind_text(&forget, portproxy_type_name(key->type));
    statement_bind_text(&forget, key->listen);
    statement_bind_integer(&forget, key->port);
    return statement_run(&forget, err, "forget entry %s", name);
}

static bool put_fields(struct store *store, const char *name, const char *role,
                       const struct firewall_rule *fields, struct error *err)
{
    static const char sql[] =
        "INSERT INTO owned_firewall_rule_fields (name, role, grouping, enabled, inbound, allow,"
        " protocol, profiles, local_ports, local_addresses, remote_addresses, program, service,"
        " remote_ports)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    struct statement put = statement_prepare_write(store, sql);

    statement_bind_text(&put, name);
    statement_bind_text(&put, role);
    statement_bind_text(&put, fields->grouping);
    statement_bind_integer(&put, fields->enabled);
    statement_bind_integer(&put, fields->inbound);
    statement_bind_integer(&put, fields->allow);
    statement_bind_integer(&put, fields->protocol);
    statement_bind_integer(&put, fields->profiles);
    statement_bind_text(&put, fields->local_ports);
    statement_bind_text(&put, fields->local_addresses);
    statement_bind_text(&put, fields->remote_addresses);
    statement_bind_text(&put, fields->program);
    statement_bind_text(&put, fields->service);
    statement_bind_text(&put, fields->remote_ports);
    return statement_run(&put, err, "record firewall rule '%s'", name);
}

bool store_put_firewall_rule(struct store *store, const struct owned_firewall_rule *owned,
                             struct error *err)
{
    /* The row's fields go with it. */
    if (!store_forget_firewall_rule(store, owned->name, err))
        return false;

    struct statement put = statement_prepare_write(
        store, "INSERT INTO owned_firewall_rule (name, rule_id, intent, kind)"
               " VALUES (?1, ?2, ?3, ?4)");

    statement_bind_text(&put, owned->name);
    statement_bind_text(&put, owned->rule_id.text);
    bind_intent(&put, owned->intent);
    statement_bind_text(&put, owned->kind == FIREWALL_HYPERV ? "hyperv" : "host");
    return statement_run(&put, err, "record firewall rule '%s'", owned->name) &&
           (!owned->has_confirmed ||
            put_fields(store, owned->name, "confirmed", &owned->confirmed, err)) &&
           (owned->intent != INTENT_WRITE ||
            put_fields(store, owned->name, "intended", &owned->intended, err));
}

bool store_forget_firewall_rule(struct store *store, const char *name, struct error *err)
{
    struct statement forget =
        statement_prepare_write(store, "DELETE FROM owned_firewall_rule WHERE name = ?1");

    statement_bind_text(&forget, name);
    return statement_run(&forget, err, "forget firewall rule '%s'", name);
}
