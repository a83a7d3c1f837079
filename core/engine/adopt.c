/*
 * Taking over what a script set up, and undoing it: what is asked becomes rows.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/adopt.h"

#include "core/base/mem.h"
#include "core/engine/rule_change.h"
#include "core/reconcile/adoption.h"

#include <string.h>

/* Worked out in memory before anything is stored. */
struct adopting {
    struct engine *engine;
    const struct user_sid *user;
    const struct adopt_request *request;
    struct world world;
    struct adoption adoption; /* as stored; what changes is changed here and marked below */
    struct rule_list rules;   /* all, with those that are made */
    size_t first_made;        /* in `rules` */
    struct portproxy_list taken; /* entry i is made rules.items[first_made + i] */
    size_t switch_count;         /* rows of adoption.rules to be put */
};

static bool open_adopting(struct adopting *self, struct error *err)
{
    struct engine *engine = self->engine;

    if (!world_read(engine->store, engine->system, &engine->memory, false, &self->world,
                    err))
        return false;
    if (!store_load_adoption(engine->store, &self->adoption, err)) {
        world_clear(&self->world);
        return false;
    }
    for (size_t i = 0; i < self->world.rules.count; i++)
        *LIST_ADD(&self->rules) = self->world.rules.items[i];
    self->first_made = self->rules.count;
    return true;
}

static void close_adopting(struct adopting *self)
{
    world_clear(&self->world);
    adoption_clear(&self->adoption);
    rule_list_clear(&self->rules);
    portproxy_list_clear(&self->taken);
}

static bool is_ours(const struct adopting *self, const struct portproxy_entry *live)
{
    const struct owned_entry *owned = ledger_find_entry(&self->world.ledger, &live->key);

    return owned != NULL && owned_entry_covers(owned, &live->value);
}

/* The rule for the live entry of that key. */
static bool make_rule(struct adopting *self, const struct portproxy_key *key,
                      struct error *err)
{
    const struct snapshot *snapshot = &self->world.snapshot;
    const struct portproxy_entry *live = portproxy_list_find(&snapshot->portproxy, key);
    struct rule rule;
    char name[PORTPROXY_TEXT_SIZE];

    portproxy_key_format(key, name);
    if (live == NULL)
        return error_set_message(err, ERR_NOT_FOUND, MESSAGE_ENTRY_GONE,
                                 portproxy_type_name(key->type), name, NULL);
    if (is_ours(self, live))
        return error_set_message(err, ERR_CONFLICT, MESSAGE_ENTRY_OURS,
                                 portproxy_type_name(key->type), name, NULL);
    if (!adoption_is_possible(live, &snapshot->wsl_machine, &snapshot->wsl_traces) ||
        !adoption_rule_for(live, &rule))
        return error_set_message(err, ERR_INVALID, MESSAGE_ENTRY_NOT_ADOPTABLE,
                                 portproxy_type_name(key->type), name, NULL);
    if (!rule_id_new(self->engine->system, &rule.id, err))
        return false;
    rule.owner = *self->user;
    *LIST_ADD(&self->rules) = rule;
    *LIST_ADD(&self->taken) = *live;
    return true;
}

static bool make_rules(struct adopting *self, struct error *err)
{
    for (size_t i = 0; i < self->request->count; i++) {
        if (!make_rule(self, &self->request->items[i], err))
            return false;
    }
    for (size_t i = self->first_made; i < self->rules.count; i++) {
        if (!rule_change_check(&self->rules, &self->world.snapshot.adapters,
                               &self->rules.items[i], err))
            return false;
    }
    return true;
}

/* Whether another program's entry, which stays, needs the port open. */
static bool is_needed(const struct adopting *self, const struct script_rule *rule)
{
    const struct portproxy_list *live = &self->world.snapshot.portproxy;

    for (size_t i = 0; i < live->count; i++) {
        if (script_rule_has_port(rule, live->items[i].key.port) &&
            !is_ours(self, &live->items[i]) &&
            portproxy_list_find(&self->taken, &live->items[i].key) == NULL)
            return true;
    }
    return false;
}

static void choose_firewall_rules(struct adopting *self)
{
    const struct script_rule_list *live = &self->world.snapshot.firewall.script_rules;

    for (size_t i = 0; self->request->replace_firewall_rules && i < live->count; i++) {
        const struct script_rule *rule = &live->items[i];
        struct adopted_rule *adopted = adoption_find_rule(&self->adoption, rule);

        if (!rule->enabled || is_needed(self, rule))
            continue;
        if (adopted == NULL)
            adopted = LIST_ADD(&self->adoption.rules);
        adopted->owner = *self->user;
        adopted->state = ADOPTED_TURNING_OFF;
        adopted->rule = *rule;
        self->switch_count++;
    }
}

static bool plan_taking(struct adopting *self, struct error *err)
{
    if (!make_rules(self, err))
        return false;
    choose_firewall_rules(self);
    return self->taken.count > 0 || self->switch_count > 0 ||
           error_set_message(err, ERR_NOT_FOUND, MESSAGE_NOTHING_TO_ADOPT, NULL, NULL,
                             NULL);
}

static bool is_of_user(const struct adopting *self, const struct user_sid *owner)
{
    return user_sid_equals(self->user, owner);
}

/* The rule that was made of the entry, if it is still there and the user's. */
static const struct rule *find_made(const struct adopting *self,
                                    const struct adopted_entry *entry)
{
    const struct rule *rule = rule_list_find(&self->world.rules, &entry->rule_id);

    return rule != NULL && is_of_user(self, &rule->owner) ? rule : NULL;
}

static bool plan_undoing(struct adopting *self, struct error *err)
{
    size_t count = 0;

    for (size_t i = 0; i < self->adoption.entries.count; i++)
        count += is_of_user(self, &self->adoption.entries.items[i].owner);
    for (size_t i = 0; i < self->adoption.rules.count; i++)
        count += is_of_user(self, &self->adoption.rules.items[i].owner);
    return count > 0 || error_set_message(err, ERR_NOT_FOUND, MESSAGE_NOTHING_ADOPTED,
                                          NULL, NULL, NULL);
}

static bool plan(struct adopting *self, struct error *err)
{
    switch (self->request->order) {
    case ADOPT_TAKE:
        return plan_taking(self, err);
    case ADOPT_UNDO:
        return plan_undoing(self, err);
    default:
        return true;
    }
}

bool adopt_check(struct engine *engine, const struct user_sid *user,
                 const struct adopt_request *request, struct error *err)
{
    struct adopting self = {.engine = engine, .user = user, .request = request};
    bool ok;

    if (request->order == ADOPT_LIST)
        return true;
    if (!open_adopting(&self, err))
        return false;
    ok = plan(&self, err);
    close_adopting(&self);
    return ok;
}

static bool store_rule(struct adopting *self, size_t index, struct error *err)
{
    struct store *store = self->engine->store;
    struct rule *rule = &self->rules.items[self->first_made + index];
    const struct portproxy_entry *live = &self->taken.items[index];
    const struct adopted_entry adopted = {.key = live->key,
                                          .owner = rule->owner,
                                          .rule_id = rule->id,
                                          .former = live->value};

    return store_put_rule(store, rule, err) &&
           rule_take_entry(self->engine, rule, live, err) &&
           store_put_adopted_entry(store, &adopted, err);
}

static bool store_firewall_rules(struct adopting *self, enum adopted_state state,
                                 struct error *err)
{
    for (size_t i = 0; i < self->adoption.rules.count; i++) {
        const struct adopted_rule *rule = &self->adoption.rules.items[i];

        if (rule->state == state && is_of_user(self, &rule->owner) &&
            !store_put_adopted_rule(self->engine->store, rule, err))
            return false;
    }
    return true;
}

static bool store_taking(struct adopting *self, struct adopt_reply *reply,
                         struct error *err)
{
    for (size_t i = 0; i < self->taken.count; i++) {
        if (!store_rule(self, i, err))
            return false;
    }
    reply->rule_count = (uint32_t)self->taken.count;
    reply->firewall_rule_count = (uint32_t)self->switch_count;
    return store_firewall_rules(self, ADOPTED_TURNING_OFF, err);
}

/* Another rule of ours listens there by now: what stood there before has no place. */
static bool is_taken(const struct adopting *self, const struct adopted_entry *entry)
{
    const struct owned_entry *owned = ledger_find_entry(&self->world.ledger, &entry->key);

    return owned != NULL && !rule_id_equals(&owned->rule_id, &entry->rule_id) &&
           rule_list_find(&self->world.rules, &owned->rule_id) != NULL;
}

static bool store_entry_undoing(struct adopting *self, struct adopted_entry *entry,
                                struct adopt_reply *reply, struct error *err)
{
    struct store *store = self->engine->store;
    const struct rule *made = find_made(self, entry);

    if (made != NULL) {
        if (!store_delete_rule(store, &made->id, err))
            return false;
        reply->rule_count++;
    }
    if (is_taken(self, entry))
        return store_forget_adopted_entry(store, &entry->key, err);
    entry->undoing = true;
    return store_put_adopted_entry(store, entry, err);
}

static bool store_undoing(struct adopting *self, struct adopt_reply *reply,
                          struct error *err)
{
    for (size_t i = 0; i < self->adoption.entries.count; i++) {
        struct adopted_entry *entry = &self->adoption.entries.items[i];

        if (is_of_user(self, &entry->owner) &&
            !store_entry_undoing(self, entry, reply, err))
            return false;
    }
    for (size_t i = 0; i < self->adoption.rules.count; i++) {
        struct adopted_rule *rule = &self->adoption.rules.items[i];

        if (!is_of_user(self, &rule->owner))
            continue;
        rule->state = ADOPTED_TURNING_ON;
        reply->firewall_rule_count++;
    }
    return store_firewall_rules(self, ADOPTED_TURNING_ON, err);
}

static bool store_all(struct adopting *self, struct adopt_reply *reply, struct error *err)
{
    struct store *store = self->engine->store;
    bool ok;

    if (!store_begin(store, err))
        return false;
    ok = self->request->order == ADOPT_TAKE ? store_taking(self, reply, err)
                                            : store_undoing(self, reply, err);
    if (ok)
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

static bool undo_entry(struct store *store, struct adopted_entry *entry, struct error *err)
{
    struct error none = {0};

    if (!store_delete_rule(store, &entry->rule_id, &none) && none.kind != ERR_NOT_FOUND) {
        *err = none;
        return false;
    }
    entry->undoing = true;
    return store_put_adopted_entry(store, entry, err);
}

static bool undo_everything(struct store *store, struct adoption *adoption,
                            struct error *err)
{
    for (size_t i = 0; i < adoption->entries.count; i++) {
        if (!undo_entry(store, &adoption->entries.items[i], err))
            return false;
    }
    for (size_t i = 0; i < adoption->rules.count; i++) {
        adoption->rules.items[i].state = ADOPTED_TURNING_ON;
        if (!store_put_adopted_rule(store, &adoption->rules.items[i], err))
            return false;
    }
    return true;
}

bool adopt_undo_all(struct engine *engine, size_t *given_back, struct error *err)
{
    struct store *store = engine->store;
    struct adoption adoption = {0};
    bool ok;

    if (!store_load_adoption(store, &adoption, err))
        return false;
    *given_back = adoption.entries.count + adoption.rules.count;
    ok = store_begin(store, err);
    if (ok && undo_everything(store, &adoption, err))
        ok = store_commit(store, err);
    else if (ok) {
        store_rollback(store);
        ok = false;
    }
    if (ok)
        engine->adoption_rests = false;
    adoption_clear(&adoption);
    return ok;
}

bool adopt_undo_is_done(struct engine *engine, bool *done, struct error *err)
{
    struct adoption adoption = {0};

    if (!store_load_adoption(engine->store, &adoption, err))
        return false;
    *done = true;
    for (size_t i = 0; i < adoption.entries.count; i++)
        *done = *done && !adoption.entries.items[i].undoing;
    for (size_t i = 0; i < adoption.rules.count; i++)
        *done = *done && adoption.rules.items[i].state != ADOPTED_TURNING_ON;
    adoption_clear(&adoption);
    return true;
}

static void note_rule(struct adopting *self, enum activity_kind kind,
                      const struct rule *rule, const char *taken)
{
    char title[RULE_TEXT_SIZE];

    rule_title(rule, title, sizeof title);
    engine_add_activity(self->engine, kind, &rule->id, title, taken, NULL);
}

static void note_taking(struct adopting *self)
{
    for (size_t i = 0; i < self->taken.count; i++) {
        char key[PORTPROXY_TEXT_SIZE];
        char value[PORTPROXY_TEXT_SIZE];
        char taken[ACTIVITY_ARGUMENT_SIZE];
        struct text text = TEXT_OVER(taken);

        portproxy_key_format(&self->taken.items[i].key, key);
        portproxy_value_format(&self->taken.items[i].value, value);
        text_append_format(&text, "%s \u2192 %s", key, value);
        note_rule(self, ACTIVITY_RULE_ADDED, &self->rules.items[self->first_made + i],
                  NULL);
        note_rule(self, ACTIVITY_TAKEN_OVER, &self->rules.items[self->first_made + i],
                  taken);
    }
}

static void note_undoing(struct adopting *self)
{
    for (size_t i = 0; i < self->adoption.entries.count; i++) {
        const struct adopted_entry *entry = &self->adoption.entries.items[i];
        const struct rule *made = find_made(self, entry);

        if (made != NULL && is_of_user(self, &entry->owner))
            note_rule(self, ACTIVITY_RULE_REMOVED, made, NULL);
    }
}

bool adopt_store(struct engine *engine, const struct user_sid *user,
                 const struct adopt_request *request, struct adopt_reply *reply,
                 struct error *err)
{
    struct adopting self = {.engine = engine, .user = user, .request = request};
    bool ok;

    if (!open_adopting(&self, err))
        return false;
    ok = plan(&self, err) && store_all(&self, reply, err);
    if (ok) {
        engine->adoption_rests = false;
        engine->switch_error = (struct error){0};
        schedule_succeeded(&engine->switch_schedule);
        if (request->order == ADOPT_TAKE)
            note_taking(&self);
        else
            note_undoing(&self);
    }
    close_adopting(&self);
    return ok;
}
