/*
 * Changes of rules, one or many, all or none.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/change_list.h"

#include "core/base/mem.h"
#include "core/engine/rule_change.h"

#include <string.h>

void change_list_clear(struct change_list *list)
{
    LIST_CLEAR(list);
    *list = (struct change_list){0};
}

bool request_changes_rules(const struct request *request)
{
    return request->verb == VERB_PUT_RULE || request->verb == VERB_DELETE_RULE ||
           request->verb == VERB_ENABLE || request->verb == VERB_BATCH;
}

/* The rules as they stand after the changes so far. */
struct planning {
    const struct user_sid *user;
    const struct system *system;
    struct rule_list rules;
};

static struct rule *find(struct planning *self, const struct rule_id *id)
{
    for (size_t i = 0; id->text[0] != '\0' && i < self->rules.count; i++) {
        if (rule_id_equals(&self->rules.items[i].id, id))
            return &self->rules.items[i];
    }
    return NULL;
}

/* A rule that is to be made, anew or again. It gets a new place in the order: whoever could choose
 * his would win over other users' older rules. */
static bool complete_new(struct planning *self, const struct batch_item *item,
                         struct rule *rule, struct error *err)
{
    if (item->restore && rule->owner.text[0] != '\0' &&
        !user_sid_equals(&rule->owner, self->user))
        return error_set(err, ERR_INVALID,
                         "rule %s: is to be made again for its owner only", rule->id.text);
    rule->owner = *self->user;
    rule->sequence = 0;
    return item->restore || rule_id_new(self->system, &rule->id, err);
}

static bool plan_put(struct planning *self, const struct batch_item *item,
                     struct rule *existing, struct change *out, struct error *err)
{
    struct rule rule = item->rule;

    if (item->restore && existing != NULL)
        return error_set_message(err, ERR_CONFLICT, MESSAGE_RULE_THERE_ALREADY,
                                 rule.id.text, NULL, NULL);
    if (existing != NULL) {
        rule.owner = existing->owner;
        rule.sequence = existing->sequence;
    } else if (!complete_new(self, item, &rule, err)) {
        return false;
    }
    if (!rule_validate(&rule, err))
        return false;
    out->kind = existing != NULL ? ACTIVITY_RULE_CHANGED
                : item->restore  ? ACTIVITY_RULE_RESTORED
                                 : ACTIVITY_RULE_ADDED;
    out->rule = rule;
    if (existing == NULL)
        existing = LIST_ADD(&self->rules);
    *existing = rule;
    return true;
}

static void plan_removal(struct planning *self, struct rule *existing, struct change *out)
{
    const size_t index = (size_t)(existing - self->rules.items);

    out->kind = ACTIVITY_RULE_REMOVED;
    out->rule = *existing;
    self->rules.count--;
    memmove(existing, existing + 1, (self->rules.count - index) * sizeof *existing);
}

static bool plan_item(struct planning *self, const struct batch_item *item,
                      struct change *out, struct error *err)
{
    struct rule *existing = find(self, &item->rule.id);

    if (existing == NULL && item->rule.id.text[0] != '\0' && !item->restore)
        return error_set_message(err, ERR_NOT_FOUND, MESSAGE_RULE_UNKNOWN,
                                 item->rule.id.text, NULL, NULL);
    if (item->verb == VERB_PUT_RULE)
        return plan_put(self, item, existing, out, err);
    if (existing == NULL)
        return error_set(err, ERR_INVALID, "rule id: missing");
    if (item->verb == VERB_DELETE_RULE) {
        plan_removal(self, existing, out);
        return true;
    }
    existing->enabled = item->enabled;
    out->kind = item->enabled ? ACTIVITY_RULE_TURNED_ON : ACTIVITY_RULE_TURNED_OFF;
    out->rule = *existing;
    return true;
}

static const char *ordinal_suffix(size_t number)
{
    if (number % 100 >= 11 && number % 100 <= 13)
        return "th";
    return number % 10 == 1   ? "st"
           : number % 10 == 2 ? "nd"
           : number % 10 == 3 ? "rd"
                              : "th";
}

/* False, and which change of the batch it was. */
static bool name_item(const struct change_list *list, size_t index, struct error *err)
{
    char detail[ERROR_DETAIL_SIZE];
    struct text text;

    if (!list->is_batch)
        return false;
    memcpy(detail, err->detail, sizeof detail);
    text = TEXT_OVER(err->detail);
    text_append_format(&text, "%zu%s change: %s", index + 1, ordinal_suffix(index + 1),
                       detail);
    return false;
}

static bool plan_items(struct planning *self, const struct batch *batch,
                       struct change_list *out, struct error *err)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (!plan_item(self, &batch->items[i], LIST_ADD(out), err))
            return name_item(out, i, err);
    }
    return true;
}

static bool connects_to_address(const struct change_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].rule.connect.kind == CONNECT_ADDRESS)
            return true;
    }
    return false;
}

/* Turning off and removing can put nothing in anybody's way. */
static bool needs_check(const struct change *change)
{
    return change->kind != ACTIVITY_RULE_TURNED_OFF &&
           change->kind != ACTIVITY_RULE_REMOVED;
}

/* Beside what the others will be, so that two rules of a batch may change places. The last first:
 * of two that are in each other's way the later one is to blame. */
static bool check_items(struct planning *self, const struct change_list *list,
                        struct error *err)
{
    struct snapshot snapshot = {0};
    bool ok = true;

    if (connects_to_address(list) &&
        !self->system->observe(self->system->self, &snapshot, err))
        return false;
    for (size_t i = list->count; ok && i > 0; i--) {
        const struct change *change = &list->items[i - 1];
        const struct rule *rule = find(self, &change->rule.id);

        if (rule != NULL && needs_check(change) &&
            !rule_change_check(&self->rules, &snapshot.adapters, rule, err))
            ok = name_item(list, i - 1, err);
    }
    snapshot_clear(&snapshot);
    return ok;
}

/* What the request asks, as a batch; the item is borrowed. */
static struct batch batch_of(const struct request *request, struct batch_item *item)
{
    if (request->verb == VERB_BATCH)
        return request->batch;
    item->verb = request->verb;
    if (request->verb == VERB_PUT_RULE)
        item->rule = request->rule;
    else
        item->rule.id = *request_named_rule(request);
    item->enabled = request->verb == VERB_ENABLE && request->enable.enabled;
    return (struct batch){.items = item, .count = 1};
}

bool change_list_plan(const struct request *request, const struct user_sid *user,
                      const struct rule_list *rules, const struct system *system,
                      struct change_list *out, struct error *err)
{
    struct planning self = {.user = user, .system = system};
    struct batch_item item = {0};
    const struct batch batch = batch_of(request, &item);
    bool ok;

    out->is_batch = request->verb == VERB_BATCH;
    if (batch.count == 0)
        return error_set(err, ERR_INVALID, "batch: there is no change in it");
    for (size_t i = 0; i < rules->count; i++)
        *LIST_ADD(&self.rules) = rules->items[i];
    ok = plan_items(&self, &batch, out, err) && check_items(&self, out, err);
    rule_list_clear(&self.rules);
    return ok;
}

static bool store_change(struct store *store, struct change *change, struct error *err)
{
    return change->kind == ACTIVITY_RULE_REMOVED
               ? store_delete_rule(store, &change->rule.id, err)
               : store_put_rule(store, &change->rule, err);
}

static void note_changes(struct engine *engine, const struct change_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct change *change = &list->items[i];
        char title[RULE_TEXT_SIZE];

        rule_title(&change->rule, title, sizeof title);
        engine_add_activity(engine, change->kind, &change->rule.id, title, NULL, NULL);
    }
}

bool change_list_store(struct engine *engine, struct change_list *list, struct error *err)
{
    if (!store_begin(engine->store, err))
        return false;
    for (size_t i = 0; i < list->count; i++) {
        if (!store_change(engine->store, &list->items[i], err)) {
            store_rollback(engine->store);
            return name_item(list, i, err);
        }
    }
    if (!store_commit(engine->store, err))
        return false;
    note_changes(engine, list);
    return true;
}
