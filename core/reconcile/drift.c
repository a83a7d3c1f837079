/*
 * The table of DESIGN.md §5.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/drift.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <string.h>

static size_t find_owned(const struct ledger *ledger, const struct portproxy_key *key)
{
    const struct owned_entry *owned = ledger_find_entry(ledger, key);

    return owned != NULL ? (size_t)(owned - ledger->entries) : NO_INDEX;
}

static size_t find_live(const struct portproxy_list *list, const struct portproxy_key *key)
{
    const struct portproxy_entry *live = portproxy_list_find(list, key);

    return live != NULL ? (size_t)(live - list->items) : NO_INDEX;
}

/* A live entry on the same socket under another spelling or type that is not ours. */
static size_t find_rival(const struct portproxy_list *list, const struct ledger *ledger,
                         const struct portproxy_key *key)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct portproxy_entry *live = &list->items[i];
        const struct owned_entry *owned;

        if (live->key.port != key->port || portproxy_key_equals(&live->key, key) ||
            !portproxy_key_same_socket(&live->key, key))
            continue;
        owned = ledger_find_entry(ledger, &live->key);
        if (owned == NULL || !owned_entry_covers(owned, &live->value))
            return i;
    }
    return NO_INDEX;
}

bool given_up_has(const struct given_up *given_up, const struct portproxy_key *key)
{
    for (size_t i = 0; i < given_up->key_count; i++) {
        if (portproxy_key_equals(&given_up->keys[i], key))
            return true;
    }
    return false;
}

bool given_up_has_firewall_rule(const struct given_up *given_up, const char *name)
{
    for (size_t i = 0; i < given_up->name_count; i++) {
        if (strcmp(given_up->names[i], name) == 0)
            return true;
    }
    return false;
}

/* D is a value. */
static enum drift_kind classify_wanted(const struct desired_entry *desired,
                                       const struct owned_entry *owned,
                                       const struct portproxy_entry *live)
{
    const bool ours =
        owned != NULL && live != NULL && owned_entry_covers(owned, &live->value);

    if (live == NULL)
        return DRIFT_MISSING;
    if (portproxy_value_equals(&live->value, &desired->value)) {
        if (!ours)
            return DRIFT_FOREIGN_EQUAL;
        return owned->intent == INTENT_NONE ? DRIFT_IN_PLACE : DRIFT_UNCONFIRMED;
    }
    return ours ? DRIFT_OUTDATED : DRIFT_CONFLICT;
}

/* D is none. */
static enum drift_kind classify_unwanted(const struct owned_entry *owned,
                                         const struct portproxy_entry *live)
{
    if (owned != NULL && live != NULL && owned_entry_covers(owned, &live->value))
        return DRIFT_SURPLUS;
    if (owned != NULL)
        return live == NULL ? DRIFT_GONE : DRIFT_LOST;
    return live == NULL ? DRIFT_ABSENT : DRIFT_KEPT_OPEN;
}

static struct entry_drift *add_entry(struct drift *out)
{
    out->entries = mem_grow(out->entries, out->entry_count, &out->entry_capacity,
                            sizeof *out->entries);
    return &out->entries[out->entry_count++];
}

static void find_desired_drift(const struct snapshot *snapshot,
                               const struct desired *desired, size_t index,
                               const struct ledger *ledger,
                               const struct given_up *given_up, struct drift *out)
{
    const struct desired_entry *entry = &desired->entries[index];
    struct entry_drift *drift = add_entry(out);
    const size_t rival = find_rival(&snapshot->portproxy, ledger, &entry->key);
    const struct owned_entry *owned;
    const struct portproxy_entry *live;

    drift->desired_index = index;
    drift->owned_index = find_owned(ledger, &entry->key);
    drift->live_index = find_live(&snapshot->portproxy, &entry->key);
    owned = drift->owned_index == NO_INDEX ? NULL : &ledger->entries[drift->owned_index];
    live = drift->live_index == NO_INDEX ? NULL
                                         : &snapshot->portproxy.items[drift->live_index];
    if (entry->kind == DESIRED_HOLD)
        drift->kind = DRIFT_HELD;
    else if (entry->kind == DESIRED_NONE)
        drift->kind = classify_unwanted(owned, live);
    else
        drift->kind = classify_wanted(entry, owned, live);
    if (drift->kind == DRIFT_MISSING && given_up_has(given_up, &entry->key))
        drift->kind = DRIFT_GIVEN_UP;
    if (rival == NO_INDEX)
        return;
    if (drift->kind == DRIFT_MISSING)
        drift->kind = DRIFT_CONFLICT;
    else if (drift->kind == DRIFT_ABSENT)
        drift->kind = DRIFT_KEPT_OPEN;
    if (drift->kind == DRIFT_CONFLICT || drift->kind == DRIFT_KEPT_OPEN)
        drift->live_index = rival;
}

/* Whether a desired entry decides over this key. One that is not wanted because an older rule has
 * it shares its key with that rule's entry and has no say. */
static bool is_decided(const struct desired *desired, const struct portproxy_key *key)
{
    for (size_t i = 0; i < desired->entry_count; i++) {
        if (desired->entries[i].key.port == key->port &&
            portproxy_key_equals(&desired->entries[i].key, key))
            return true;
    }
    return false;
}

static void find_left_over(const struct snapshot *snapshot, const struct ledger *ledger,
                           size_t index, struct drift *out)
{
    const struct owned_entry *owned = &ledger->entries[index];
    struct entry_drift *drift = add_entry(out);

    drift->desired_index = NO_INDEX;
    drift->owned_index = index;
    drift->live_index = find_live(&snapshot->portproxy, &owned->key);
    drift->kind =
        classify_unwanted(owned, drift->live_index == NO_INDEX
                                     ? NULL
                                     : &snapshot->portproxy.items[drift->live_index]);
}

/* Two rules may name one key: while one wants it, the others leave it alone. */
static void yield_shared_keys(const struct desired *desired, struct drift *drift)
{
    for (size_t i = 0; i < desired->entry_count; i++) {
        if (desired->entries[i].kind != DESIRED_NONE)
            continue;
        for (size_t j = 0; j < desired->entry_count; j++) {
            const bool shared =
                j != i && desired->entries[j].key.port == desired->entries[i].key.port &&
                portproxy_key_equals(&desired->entries[j].key, &desired->entries[i].key);

            if (shared && (desired->entries[j].kind != DESIRED_NONE || j < i))
                drift->entries[i].kind = DRIFT_ABSENT;
        }
    }
}

/* A forward deserves an open port when its entry stands and is ours, or is about to be. One that is
 * held needs WSL's address, which its firewall rule does not. */
static bool deserves_firewall_rule(const struct snapshot *snapshot,
                                   const struct ledger *ledger,
                                   const struct entry_drift *drift)
{
    switch (drift->kind) {
    case DRIFT_IN_PLACE:
    case DRIFT_UNCONFIRMED:
    case DRIFT_MISSING:
    case DRIFT_OUTDATED:
        return true;
    case DRIFT_HELD:
        return drift->owned_index != NO_INDEX && drift->live_index != NO_INDEX &&
               owned_entry_covers(&ledger->entries[drift->owned_index],
                                  &snapshot->portproxy.items[drift->live_index].value);
    default:
        return false;
    }
}

static enum drift_kind classify_firewall(const struct firewall_drift *drift,
                                         const struct firewall_rule *wanted,
                                         const struct owned_firewall_rule *owned,
                                         const struct firewall_rule *live)
{
    const bool ours =
        owned != NULL && live != NULL && owned_firewall_rule_covers(owned, live);

    if (!drift->wanted) {
        if (live == NULL)
            return owned != NULL ? DRIFT_GONE : DRIFT_ABSENT;
        return ours ? DRIFT_SURPLUS : owned != NULL ? DRIFT_LOST : DRIFT_ABSENT;
    }
    if (live == NULL)
        return DRIFT_MISSING;
    if (firewall_rule_equals(live, wanted)) {
        if (!ours)
            return DRIFT_FOREIGN_EQUAL;
        return owned->intent == INTENT_NONE ? DRIFT_IN_PLACE : DRIFT_UNCONFIRMED;
    }
    return ours ? DRIFT_OUTDATED : DRIFT_CONFLICT;
}

static struct firewall_drift *add_firewall(struct drift *out)
{
    out->firewall_rules =
        mem_grow(out->firewall_rules, out->firewall_rule_count,
                 &out->firewall_rule_capacity, sizeof *out->firewall_rules);
    return &out->firewall_rules[out->firewall_rule_count++];
}

/* Names are no keys to COM: of several rules of one name it is ours that counts, if there is
 * one. */
static const struct firewall_rule *find_live_rule(const struct firewall_rule_list *list,
                                                  const char *name,
                                                  const struct owned_firewall_rule *owned)
{
    for (size_t i = 0; owned != NULL && i < list->count; i++) {
        if (strcmp(list->items[i].name, name) == 0 &&
            owned_firewall_rule_covers(owned, &list->items[i]))
            return &list->items[i];
    }
    return firewall_rule_list_find(list, name);
}

/* What the firewall's thread is about to do is not in its last reading, which therefore says
 * nothing of the rules concerned: one that is being added must not be forgotten as gone. */
static bool is_readable(const struct firewall_state *firewall, enum firewall_kind kind,
                        const struct owned_firewall_rule *owned)
{
    return firewall_state_knows(firewall, kind) &&
           !(firewall_state_is_busy(firewall, kind) && owned != NULL &&
             owned->intent != INTENT_NONE);
}

/* `wanted` tells at least the name and the kind. */
static void find_firewall_drift(const struct snapshot *snapshot,
                                const struct ledger *ledger,
                                const struct firewall_rule *wanted,
                                struct firewall_drift *out)
{
    const char *name = wanted->name;
    const struct firewall_rule_list *rules = &snapshot->firewall.rules;
    const struct owned_firewall_rule *owned = ledger_find_firewall_rule(ledger, name);
    const struct firewall_rule *live = find_live_rule(rules, name, owned);

    out->live_index = live != NULL ? (size_t)(live - rules->items) : NO_INDEX;
    out->owned_index = owned != NULL ? (size_t)(owned - ledger->firewall_rules) : NO_INDEX;
    out->kind = is_readable(&snapshot->firewall, wanted->kind, owned)
                    ? classify_firewall(out, wanted, owned, live)
                    : DRIFT_HELD;
}

/* Whether the rule's entries together, or Linux itself, need its firewall rules. */
static bool needs_firewall_rules(const struct snapshot *snapshot,
                                 const struct desired *desired,
                                 const struct ledger *ledger, const struct drift *drift,
                                 size_t rule_index)
{
    if (desired->rules[rule_index].is_mirrored)
        return true;
    for (size_t i = 0; i < desired->entry_count; i++) {
        if (desired->entries[i].rule_index == rule_index &&
            deserves_firewall_rule(snapshot, ledger, &drift->entries[i]))
            return true;
    }
    return false;
}

/* Whether a rule decides over this name, wanted or not. */
static bool is_decided_name(const struct desired *desired, const char *name)
{
    for (size_t i = 0; i < desired->rule_count; i++) {
        if (strcmp(desired->rules[i].firewall_rule.name, name) == 0 ||
            strcmp(desired->rules[i].outbound_rule.name, name) == 0)
            return true;
    }
    return false;
}

/* WSL's mode is not known for the moment, and may be the mirrored one again. */
static bool is_held_for_mode(const struct circumstances *now,
                             const struct desired *desired,
                             const struct owned_firewall_rule *owned)
{
    for (size_t i = 0; i < desired->rule_count; i++) {
        if (rule_id_equals(&now->rules->items[i].id, &owned->rule_id))
            return owned->kind == FIREWALL_HYPERV &&
                   desired->rules[i].kind == DESIRED_HOLD;
    }
    return false;
}

/* Rows of rules that are gone, or that now want a rule in the other firewall. */
static void find_left_over_firewall_drift(const struct circumstances *now,
                                          const struct desired *desired,
                                          const struct ledger *ledger, struct drift *out)
{
    for (size_t i = 0; i < ledger->firewall_rule_count; i++) {
        const struct owned_firewall_rule *owned = &ledger->firewall_rules[i];
        struct firewall_rule unwanted = {.kind = owned->kind};
        struct firewall_drift *drift;

        if (is_decided_name(desired, owned->name))
            continue;
        text_copy(unwanted.name, sizeof unwanted.name, owned->name);
        drift = add_firewall(out);
        drift->rule_index = NO_INDEX;
        find_firewall_drift(now->snapshot, ledger, &unwanted, drift);
        if (is_held_for_mode(now, desired, owned))
            drift->kind = DRIFT_HELD;
    }
}

/* Of one direction of all rules. */
static void find_desired_firewall_drift(const struct circumstances *now,
                                        const struct desired *desired,
                                        const struct ledger *ledger, bool outbound,
                                        struct drift *out)
{
    for (size_t i = 0; i < now->rules->count; i++) {
        const struct desired_rule *rule = &desired->rules[i];
        const bool has_one = outbound ? rule->has_outbound_rule : rule->has_firewall_rule;
        const bool wanted =
            has_one && needs_firewall_rules(now->snapshot, desired, ledger, out, i);
        struct firewall_drift *drift = add_firewall(out);

        drift->rule_index = i;
        drift->wanted = wanted;
        drift->is_outbound = outbound;
        find_firewall_drift(now->snapshot, ledger, firewall_drift_desired(drift, desired),
                            drift);
    }
}

static void find_all_firewall_drift(const struct circumstances *now,
                                    const struct desired *desired,
                                    const struct ledger *ledger, struct drift *out)
{
    find_desired_firewall_drift(now, desired, ledger, false, out);
    find_desired_firewall_drift(now, desired, ledger, true, out);
    find_left_over_firewall_drift(now, desired, ledger, out);
}

static void give_up_firewall_rules(const struct desired *desired,
                                   const struct given_up *given_up, struct drift *drift)
{
    for (size_t i = 0; i < drift->firewall_rule_count; i++) {
        struct firewall_drift *rule = &drift->firewall_rules[i];

        if (rule->kind == DRIFT_MISSING &&
            given_up_has_firewall_rule(given_up,
                                       firewall_drift_desired(rule, desired)->name))
            rule->kind = DRIFT_GIVEN_UP;
    }
}

void drift_find(const struct circumstances *now, const struct desired *desired,
                const struct ledger *ledger, const struct given_up *given_up,
                struct drift *out)
{
    for (size_t i = 0; i < desired->entry_count; i++)
        find_desired_drift(now->snapshot, desired, i, ledger, given_up, out);
    yield_shared_keys(desired, out);
    for (size_t i = 0; i < ledger->entry_count; i++) {
        if (!is_decided(desired, &ledger->entries[i].key))
            find_left_over(now->snapshot, ledger, i, out);
    }
    find_all_firewall_drift(now, desired, ledger, out);
    give_up_firewall_rules(desired, given_up, out);
}

const struct firewall_drift *drift_of_outbound(const struct drift *drift,
                                               const struct desired *desired,
                                               size_t rule_index)
{
    return &drift->firewall_rules[desired->rule_count + rule_index];
}

const struct firewall_rule *firewall_drift_desired(const struct firewall_drift *drift,
                                                   const struct desired *desired)
{
    const struct desired_rule *rule = &desired->rules[drift->rule_index];

    return drift->is_outbound ? &rule->outbound_rule : &rule->firewall_rule;
}

void drift_clear(struct drift *drift)
{
    mem_free(drift->entries);
    mem_free(drift->firewall_rules);
    *drift = (struct drift){0};
}
