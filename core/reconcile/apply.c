/*
 * Intend, change, tell, flush, confirm.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/apply.h"

#include "core/base/mem.h"

/* One application under way. */
struct applying {
    const struct plan *plan;
    struct store *store;
    const struct system *system;
    struct firewall_hold hold;
    struct apply_result *result;
};

static bool is_held(const struct applying *self, const struct step *step)
{
    return step->firewall_rule.kind == FIREWALL_HOST ? self->hold.host : self->hold.hyperv;
}

static void fail_step(struct applying *self, size_t index, const struct error *err)
{
    struct apply_result *result = self->result;

    result->failures = mem_grow(result->failures, result->failure_count,
                                &result->failure_capacity, sizeof *result->failures);
    result->failures[result->failure_count].step_index = index;
    result->failures[result->failure_count].error = *err;
    result->failure_count++;
}

/* The row that announces a change to an entry before it is made. What stands now, by whichever of
 * the row's two values it is ours, becomes the confirmed one: the row must cover both what stands
 * and what comes, also when the last intent was left open by a crash. */
static struct owned_entry intended_entry(const struct step *step)
{
    struct owned_entry owned = step->owned;

    owned.key = step->entry.key;
    if (step->rule_id.text[0] != '\0')
        owned.rule_id = step->rule_id;
    if (step->has_live) {
        owned.has_confirmed = true;
        owned.confirmed = step->live;
    }
    owned.intent = step->kind == STEP_WRITE_ENTRY ? INTENT_WRITE : INTENT_REMOVE;
    if (step->kind == STEP_WRITE_ENTRY)
        owned.intended = step->entry.value;
    return owned;
}

static struct owned_firewall_rule intended_firewall_rule(const struct step *step)
{
    struct owned_firewall_rule owned = step->owned_firewall_rule;

    owned.kind = step->firewall_rule.kind;
    text_copy(owned.name, sizeof owned.name, step->firewall_rule.name);
    if (step->rule_id.text[0] != '\0')
        owned.rule_id = step->rule_id;
    if (step->has_live) {
        owned.has_confirmed = true;
        owned.confirmed = step->live_firewall_rule;
    }
    owned.intent = step->kind == STEP_ADD_FIREWALL_RULE ? INTENT_WRITE : INTENT_REMOVE;
    if (step->kind == STEP_ADD_FIREWALL_RULE)
        owned.intended = step->firewall_rule;
    return owned;
}

static bool intend(struct applying *self, const struct step *step, struct error *err)
{
    struct owned_firewall_rule rule;
    struct owned_entry entry;

    switch (step->kind) {
    case STEP_DELETE_ENTRY:
    case STEP_WRITE_ENTRY:
        entry = intended_entry(step);
        return store_put_entry(self->store, &entry, err);
    case STEP_REMOVE_FIREWALL_RULE:
    case STEP_ADD_FIREWALL_RULE:
        if (is_held(self, step))
            return true;
        rule = intended_firewall_rule(step);
        return store_put_firewall_rule(self->store, &rule, err);
    case STEP_CONFIRM_ENTRY:
    case STEP_FORGET_ENTRY:
    case STEP_CONFIRM_FIREWALL_RULE:
    case STEP_FORGET_FIREWALL_RULE:
        break;
    }
    return true;
}

/* Runs `record` for each step in one transaction. */
static bool in_transaction(struct applying *self,
                           bool (*record)(struct applying *, const struct step *,
                                          struct error *),
                           struct error *err)
{
    if (!store_begin(self->store, err))
        return false;
    for (size_t i = 0; i < self->plan->count; i++) {
        if (apply_result_find(self->result, i) == NULL &&
            !record(self, &self->plan->items[i], err)) {
            store_rollback(self->store);
            return false;
        }
    }
    return store_commit(self->store, err);
}

static void change_entries(struct applying *self, enum step_kind kind)
{
    const struct system *system = self->system;

    for (size_t i = 0; i < self->plan->count; i++) {
        const struct step *step = &self->plan->items[i];
        const struct portproxy_value *expected = step->has_live ? &step->live : NULL;
        struct error err = {0};
        bool done;

        if (step->kind != kind)
            continue;
        done = kind == STEP_WRITE_ENTRY
                   ? system->portproxy_write(system->self, &step->entry, expected, &err)
                   : system->portproxy_delete(system->self, &step->entry.key, expected,
                                              &err);
        if (!done)
            fail_step(self, i, &err);
        else if (kind == STEP_WRITE_ENTRY)
            self->result->written_count++;
        else
            self->result->deleted_count++;
    }
}

static void fail_firewall_steps(struct applying *self, const struct error *err)
{
    for (size_t i = 0; i < self->plan->count; i++) {
        if (step_changes_firewall(&self->plan->items[i]) &&
            !is_held(self, &self->plan->items[i]))
            fail_step(self, i, err);
    }
}

static void hand_over_firewall_changes(struct applying *self)
{
    struct firewall_rule_list removals = {0};
    struct firewall_rule_list additions = {0};
    struct firewall_changes changes;
    struct error err = {0};

    for (size_t i = 0; i < self->plan->count; i++) {
        const struct step *step = &self->plan->items[i];

        if (!step_changes_firewall(step) || is_held(self, step))
            continue;
        if (step->kind == STEP_REMOVE_FIREWALL_RULE)
            *LIST_ADD(&removals) = step->firewall_rule;
        else
            *LIST_ADD(&additions) = step->firewall_rule;
    }
    changes = (struct firewall_changes){removals.items, removals.count, additions.items,
                                        additions.count};
    self->result->firewall_count = removals.count + additions.count;
    if (self->result->firewall_count > 0 &&
        !self->system->firewall_change(self->system->self, &changes, &err))
        fail_firewall_steps(self, &err);
    firewall_rule_list_clear(&removals);
    firewall_rule_list_clear(&additions);
}

static bool must_announce(const struct applying *self)
{
    for (size_t i = 0; i < self->plan->count; i++) {
        if (self->plan->items[i].announces && apply_result_find(self->result, i) == NULL)
            return true;
    }
    return false;
}

/* The registry is written lazily, and a power cut must not revive an entry whose row is gone:
 * hence the flush, and the ledger only after it. */
static bool announce_and_flush(struct applying *self, struct error *err)
{
    const struct system *system = self->system;

    return !must_announce(self) || (system->portproxy_announce(system->self, err) &&
                                    system->portproxy_flush(system->self, err));
}

static bool confirm(struct applying *self, const struct step *step, struct error *err)
{
    struct owned_firewall_rule rule = step->owned_firewall_rule;
    struct owned_entry entry = step->owned;

    switch (step->kind) {
    case STEP_WRITE_ENTRY:
    case STEP_CONFIRM_ENTRY:
        entry.key = step->entry.key;
        if (step->rule_id.text[0] != '\0')
            entry.rule_id = step->rule_id;
        entry.has_confirmed = true;
        entry.confirmed = step->entry.value;
        entry.intent = INTENT_NONE;
        return store_put_entry(self->store, &entry, err);
    case STEP_DELETE_ENTRY:
    case STEP_FORGET_ENTRY:
        return store_forget_entry(self->store, &step->entry.key, err);
    case STEP_CONFIRM_FIREWALL_RULE:
        rule.has_confirmed = true;
        rule.confirmed = step->firewall_rule;
        rule.intent = INTENT_NONE;
        return store_put_firewall_rule(self->store, &rule, err);
    case STEP_FORGET_FIREWALL_RULE:
        return store_forget_firewall_rule(self->store, step->owned_firewall_rule.name,
                                          err);
    case STEP_REMOVE_FIREWALL_RULE:
    case STEP_ADD_FIREWALL_RULE:
        break; /* seen in a later snapshot */
    }
    return true;
}

static bool has_step_between(const struct plan *plan, enum step_kind first,
                             enum step_kind last)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->items[i].kind >= first && plan->items[i].kind <= last)
            return true;
    }
    return false;
}

void plan_apply(const struct plan *plan, struct store *store, const struct system *system,
                struct firewall_hold hold, struct apply_result *out)
{
    struct applying self = {plan, store, system, hold, out};

    if (has_step_between(plan, STEP_DELETE_ENTRY, STEP_WRITE_ENTRY) &&
        !in_transaction(&self, intend, &out->error)) {
        out->store_failed = true;
        return;
    }
    change_entries(&self, STEP_DELETE_ENTRY);
    hand_over_firewall_changes(&self);
    change_entries(&self, STEP_WRITE_ENTRY);
    if (!announce_and_flush(&self, &out->error)) {
        out->announce_failed = true;
        return;
    }
    if ((has_step_between(plan, STEP_DELETE_ENTRY, STEP_DELETE_ENTRY) ||
         has_step_between(plan, STEP_WRITE_ENTRY, STEP_FORGET_FIREWALL_RULE)) &&
        !in_transaction(&self, confirm, &out->error))
        out->store_failed = true;
}

void apply_result_clear(struct apply_result *result)
{
    mem_free(result->failures);
    *result = (struct apply_result){0};
}

const struct step_failure *apply_result_find(const struct apply_result *result,
                                             size_t step_index)
{
    for (size_t i = 0; i < result->failure_count; i++) {
        if (result->failures[i].step_index == step_index)
            return &result->failures[i];
    }
    return NULL;
}
