/*
 * Checking a changed rule against the others and this PC, and taking over entries.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/rule_change.h"

#include <string.h>

bool rule_id_new(const struct system *system, struct rule_id *out, struct error *err)
{
    uint8_t random[16];
    struct text text;

    if (!system->random_bytes(system->self, random, sizeof random, err))
        return false;
    random[6] = (uint8_t)((random[6] & 0x0F) | 0x40);
    random[8] = (uint8_t)((random[8] & 0x3F) | 0x80);
    text = TEXT_OVER(out->text);
    for (size_t i = 0; i < sizeof random; i++)
        text_append_format(
            &text, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", random[i]);
    return true;
}

static bool check_caps(const struct rule_list *rules, const struct rule *rule,
                       struct error *err)
{
    size_t of_user = 1;
    size_t entries = rule_port_count(rule);

    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *other = &rules->items[i];

        if (rule_id_equals(&other->id, &rule->id))
            continue;
        of_user += user_sid_equals(&other->owner, &rule->owner);
        entries += other->enabled ? rule_port_count(other) : 0;
    }
    if (of_user > RULES_PER_USER_MAX)
        return error_set_message(err, ERR_INVALID, MESSAGE_RULES_TOO_MANY,
                                 text_of_number(RULES_PER_USER_MAX).digits, NULL, NULL);
    if (rule->enabled && entries > ENTRIES_MAX)
        return error_set_message(err, ERR_INVALID, MESSAGE_ENTRIES_TOO_MANY,
                                 text_of_number(entries).digits,
                                 text_of_number(ENTRIES_MAX).digits, NULL);
    return true;
}

/* One's own rules may be laid over each other; nobody may take what comes to another user's. */
static bool is_in_the_way(const struct rule *other, const struct rule *rule)
{
    return user_sid_equals(&other->owner, &rule->owner)
               ? rule_listens_overlap(other, rule)
               : rule_listens_compete(other, rule);
}

static bool check_others(const struct rule_list *rules, const struct rule *rule,
                         struct error *err)
{
    for (size_t i = 0; rule->enabled && i < rules->count; i++) {
        const struct rule *other = &rules->items[i];
        char title[RULE_TEXT_SIZE];
        char listen[RULE_INTERFACE_NAME_SIZE + 16];

        if (!other->enabled || rule_id_equals(&other->id, &rule->id) ||
            !is_in_the_way(other, rule))
            continue;
        rule_title(other, title, sizeof title);
        rule_listen_format(&rule->listen, listen, sizeof listen);
        if (!user_sid_equals(&other->owner, &rule->owner))
            return error_set_message(err, ERR_CONFLICT, MESSAGE_LISTEN_TAKEN_BY_OTHER_USER,
                                     listen, NULL, NULL);
        return error_set_message(err, ERR_CONFLICT, MESSAGE_LISTEN_TAKEN, listen, title,
                                 NULL);
    }
    return true;
}

static bool check_connect(const struct adapter_list *adapters, const struct rule *rule,
                          struct error *err)
{
    char address[ADDRESS_TEXT_SIZE];

    if (rule->connect.kind == CONNECT_WSL ||
        !adapter_list_has_address(adapters, &rule->connect.address))
        return true;
    address_format(&rule->connect.address, address);
    return error_set_message(err, ERR_INVALID, MESSAGE_CONNECT_ADDRESS_OWN, address, NULL,
                             NULL);
}

bool rule_change_check(const struct rule_list *rules, const struct adapter_list *adapters,
                       const struct rule *rule, struct error *err)
{
    return check_connect(adapters, rule, err) && check_caps(rules, rule, err) &&
           check_others(rules, rule, err);
}

/* The open intent has the IP Helper told even of an entry that is right already: whoever wrote it
 * may not have. */
bool rule_take_entry(struct engine *engine, const struct rule *rule,
                     const struct portproxy_entry *live, struct error *err)
{
    const struct owned_entry owned = {
        .key = live->key,
        .rule_id = rule->id,
        .has_confirmed = true,
        .confirmed = live->value,
        .intent = INTENT_WRITE,
        .intended = live->value,
        .has_former = true,
        .former = live->value,
    };

    return store_put_entry(engine->store, &owned, err);
}

static bool take_firewall_rule(struct engine *engine, const struct rule *rule,
                               const struct firewall_rule *live, struct error *err)
{
    struct owned_firewall_rule owned = {
        .kind = live->kind,
        .rule_id = rule->id,
        .has_confirmed = true,
        .confirmed = *live,
    };

    text_copy(owned.name, sizeof owned.name, live->name);
    return store_put_firewall_rule(engine->store, &owned, err);
}

static bool is_takeable(enum drift_kind kind)
{
    return kind == DRIFT_CONFLICT || kind == DRIFT_FOREIGN_EQUAL ||
           kind == DRIFT_KEPT_OPEN || kind == DRIFT_LOST;
}

/* The rule's firewall rules that somebody changed: when taken, what it wants replaces them. */
static bool take_firewall_rules(struct engine *engine, const struct world *world,
                                size_t rule_index, size_t *count, struct text *names,
                                struct error *err)
{
    const struct firewall_drift *const drifts[] = {
        &world->drift.firewall_rules[rule_index],
        drift_of_outbound(&world->drift, &world->desired, rule_index),
    };

    for (size_t i = 0; i < sizeof drifts / sizeof drifts[0]; i++) {
        const struct firewall_rule *live;

        if (drifts[i]->kind != DRIFT_CONFLICT)
            continue;
        live = &world->snapshot.firewall.rules.items[drifts[i]->live_index];
        if (!take_firewall_rule(engine, &world->rules.items[rule_index], live, err))
            return false;
        text_append_format(names, "%s'%s'", *count > 0 ? ", " : "", live->name);
        ++*count;
    }
    return true;
}

/* Puts the rows; gives how many in *count, and what was taken in `names`. */
static bool take_all(struct engine *engine, const struct world *world, size_t rule_index,
                     size_t *count, struct text *names, struct error *err)
{
    const struct rule *rule = &world->rules.items[rule_index];

    for (size_t i = 0; i < world->desired.entry_count; i++) {
        const struct entry_drift *drift = &world->drift.entries[i];
        const struct portproxy_entry *live;
        char key[PORTPROXY_TEXT_SIZE];
        char value[PORTPROXY_TEXT_SIZE];

        if (world->desired.entries[i].rule_index != rule_index ||
            !is_takeable(drift->kind))
            continue;
        live = &world->snapshot.portproxy.items[drift->live_index];
        if (!rule_take_entry(engine, rule, live, err))
            return false;
        portproxy_key_format(&live->key, key);
        portproxy_value_format(&live->value, value);
        text_append_format(names, "%s%s \u2192 %s", *count > 0 ? ", " : "", key, value);
        ++*count;
    }
    return take_firewall_rules(engine, world, rule_index, count, names, err);
}

static size_t find_rule(const struct rule_list *rules, const struct rule_id *id)
{
    size_t i = 0;

    while (i < rules->count && !rule_id_equals(&rules->items[i].id, id))
        i++;
    return i;
}

/* True when there was something to do: entries that were given up count, for they are tried
 * again. */
static bool take_in_transaction(struct engine *engine, const struct world *world,
                                const struct rule *rule, struct error *err)
{
    const size_t rule_index = find_rule(&world->rules, &rule->id);
    char title[RULE_TEXT_SIZE];
    char taken[ACTIVITY_ARGUMENT_SIZE];
    struct text names = TEXT_OVER(taken);
    size_t count = 0;

    if (rule_index == world->rules.count)
        return error_set_message(err, ERR_NOT_FOUND, MESSAGE_RULE_UNKNOWN, rule->id.text,
                                 NULL, NULL);
    if (!store_begin(engine->store, err))
        return false;
    if (!take_all(engine, world, rule_index, &count, &names, err)) {
        store_rollback(engine->store);
        return false;
    }
    if (count == 0 && engine->memory.given_up.key_count == 0 &&
        engine->memory.given_up.name_count == 0) {
        store_rollback(engine->store);
        return error_set_message(err, ERR_NOT_FOUND, MESSAGE_NOTHING_TO_TAKE_OVER,
                                 rule->name, NULL, NULL);
    }
    if (!store_commit(engine->store, err))
        return false;
    rule_title(rule, title, sizeof title);
    if (count > 0)
        engine_add_activity(engine, ACTIVITY_TAKEN_OVER, &rule->id, title, taken, NULL);
    return true;
}

bool rule_take_over(struct engine *engine, const struct rule *rule, struct error *err)
{
    struct world world;
    bool ok;

    if (!world_read(engine->store, engine->system, &engine->memory, false, &world, err))
        return false;
    ok = take_in_transaction(engine, &world, rule, err);
    world_clear(&world);
    return ok;
}
