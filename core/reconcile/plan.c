/*
 * From drift to ordered steps.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/plan.h"

#include "core/base/mem.h"

/* All that the builders below look at; lives during plan_build. */
struct planning {
    const struct circumstances *now;
    const struct desired *desired;
    const struct drift *drift;
    const struct ledger *ledger;
    struct plan *plan;
};

static struct step *add_step(struct planning *self, enum step_kind kind, size_t rule_index)
{
    struct step *step = LIST_ADD(self->plan);

    step->kind = kind;
    step->rule_index = rule_index;
    if (rule_index != NO_INDEX)
        step->rule_id = self->now->rules->items[rule_index].id;
    return step;
}

static bool firewall_rule_stands(enum drift_kind kind)
{
    return kind == DRIFT_IN_PLACE || kind == DRIFT_UNCONFIRMED ||
           kind == DRIFT_FOREIGN_EQUAL;
}

/* A new entry waits for its own firewall rule only. */
static bool may_write(const struct planning *self, const struct entry_drift *drift,
                      size_t rule_index)
{
    if (drift->kind == DRIFT_OUTDATED)
        return true;
    return !self->desired->rules[rule_index].has_firewall_rule ||
           firewall_rule_stands(self->drift->firewall_rules[rule_index].kind);
}

static struct step *add_entry_step(struct planning *self, enum step_kind kind,
                                   const struct entry_drift *drift)
{
    const bool left_over = drift->desired_index == NO_INDEX;
    const struct desired_entry *desired =
        left_over ? NULL : &self->desired->entries[drift->desired_index];
    struct step *step = add_step(self, kind, left_over ? NO_INDEX : desired->rule_index);

    if (drift->owned_index != NO_INDEX)
        step->owned = self->ledger->entries[drift->owned_index];
    step->entry.key = left_over ? step->owned.key : desired->key;
    if (!left_over)
        step->entry.value = desired->value;
    step->has_live = kind != STEP_FORGET_ENTRY && drift->live_index != NO_INDEX;
    if (step->has_live)
        step->live = self->now->snapshot->portproxy.items[drift->live_index].value;
    return step;
}

/* Whether the entry was made for another rule, whose place this one has taken. */
static bool has_other_rule(const struct planning *self, const struct entry_drift *drift)
{
    const size_t rule_index = self->desired->entries[drift->desired_index].rule_index;

    return !rule_id_equals(&self->ledger->entries[drift->owned_index].rule_id,
                           &self->now->rules->items[rule_index].id);
}

static void plan_entry(struct planning *self, const struct entry_drift *drift)
{
    switch (drift->kind) {
    case DRIFT_SURPLUS:
        add_entry_step(self, STEP_DELETE_ENTRY, drift)->announces = true;
        break;
    case DRIFT_MISSING:
    case DRIFT_OUTDATED:
        if (may_write(self, drift,
                      self->desired->entries[drift->desired_index].rule_index))
            add_entry_step(self, STEP_WRITE_ENTRY, drift)->announces = true;
        break;
    case DRIFT_UNCONFIRMED:
        /* We may have ended between the write and the control. */
        add_entry_step(self, STEP_CONFIRM_ENTRY, drift)->announces = true;
        break;
    case DRIFT_GONE:
    case DRIFT_LOST:
    case DRIFT_FOREIGN_EQUAL:
        if (drift->owned_index != NO_INDEX) {
            struct step *step = add_entry_step(self, STEP_FORGET_ENTRY, drift);

            /* Likewise between the removal and the control. */
            step->announces = step->owned.intent != INTENT_NONE;
        }
        break;
    case DRIFT_IN_PLACE:
        if (has_other_rule(self, drift))
            add_entry_step(self, STEP_CONFIRM_ENTRY, drift);
        break;
    case DRIFT_HELD:
    case DRIFT_CONFLICT:
    case DRIFT_GIVEN_UP:
    case DRIFT_ABSENT:
    case DRIFT_KEPT_OPEN:
        break;
    }
}

static struct step *add_firewall_step(struct planning *self, enum step_kind kind,
                                      const struct firewall_drift *drift)
{
    struct step *step = add_step(self, kind, drift->rule_index);

    if (drift->owned_index != NO_INDEX)
        step->owned_firewall_rule = self->ledger->firewall_rules[drift->owned_index];
    step->has_live = drift->live_index != NO_INDEX;
    if (step->has_live)
        step->live_firewall_rule =
            self->now->snapshot->firewall.rules.items[drift->live_index];
    return step;
}

static void plan_removal(struct planning *self, const struct firewall_drift *drift)
{
    struct step *step = add_firewall_step(self, STEP_REMOVE_FIREWALL_RULE, drift);

    step->firewall_rule = step->live_firewall_rule;
}

static void plan_addition(struct planning *self, const struct firewall_drift *drift)
{
    add_firewall_step(self, STEP_ADD_FIREWALL_RULE, drift)->firewall_rule =
        *firewall_drift_desired(drift, self->desired);
}

static void plan_firewall_rule(struct planning *self, const struct firewall_drift *drift)
{
    switch (drift->kind) {
    case DRIFT_SURPLUS:
        plan_removal(self, drift);
        break;
    case DRIFT_MISSING:
        plan_addition(self, drift);
        break;
    case DRIFT_OUTDATED:
        plan_removal(self, drift);
        plan_addition(self, drift);
        break;
    case DRIFT_UNCONFIRMED:
        add_firewall_step(self, STEP_CONFIRM_FIREWALL_RULE, drift)->firewall_rule =
            *firewall_drift_desired(drift, self->desired);
        break;
    case DRIFT_GONE:
    case DRIFT_LOST:
        add_firewall_step(self, STEP_FORGET_FIREWALL_RULE, drift);
        break;
    case DRIFT_FOREIGN_EQUAL:
        if (drift->owned_index != NO_INDEX)
            add_firewall_step(self, STEP_FORGET_FIREWALL_RULE, drift);
        break;
    case DRIFT_HELD:
    case DRIFT_IN_PLACE:
    case DRIFT_CONFLICT:
    case DRIFT_GIVEN_UP:
    case DRIFT_ABSENT:
    case DRIFT_KEPT_OPEN:
        break;
    }
}

/* Stable: steps of one kind keep the order of their rules. */
static void sort_by_kind(struct plan *plan)
{
    struct step *sorted = mem_resize(NULL, plan->count, sizeof *sorted);
    size_t count = 0;

    for (int kind = STEP_DELETE_ENTRY; kind <= STEP_FORGET_FIREWALL_RULE; kind++) {
        for (size_t i = 0; i < plan->count; i++) {
            if ((int)plan->items[i].kind == kind)
                sorted[count++] = plan->items[i];
        }
    }
    mem_free(plan->items);
    plan->items = sorted;
    plan->capacity = plan->count;
}

void plan_build(const struct circumstances *now, const struct desired *desired,
                const struct drift *drift, const struct ledger *ledger, struct plan *out)
{
    struct planning self = {now, desired, drift, ledger, out};

    for (size_t i = 0; i < drift->entry_count; i++)
        plan_entry(&self, &drift->entries[i]);
    for (size_t i = 0; i < drift->firewall_rule_count; i++)
        plan_firewall_rule(&self, &drift->firewall_rules[i]);
    sort_by_kind(out);
}

void plan_clear(struct plan *plan)
{
    LIST_CLEAR(plan);
}

bool plan_announces(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->items[i].announces)
            return true;
    }
    return false;
}

static void describe_entry(const struct step *step, const char *verb, struct text *out)
{
    char key[PORTPROXY_TEXT_SIZE];
    char value[PORTPROXY_TEXT_SIZE];

    portproxy_key_format(&step->entry.key, key);
    portproxy_value_format(&step->entry.value, value);
    text_append_format(out, "%s %s %s", verb, portproxy_type_name(step->entry.key.type),
                       key);
    if (step->kind == STEP_WRITE_ENTRY || step->kind == STEP_CONFIRM_ENTRY)
        text_append_format(out, " -> %s", value);
}

static const char *firewall_word(enum firewall_kind kind)
{
    return kind == FIREWALL_HYPERV ? "Hyper-V firewall " : "firewall ";
}

static void describe_firewall_rule(const struct firewall_rule *rule, const char *verb,
                                   struct text *out)
{
    if (rule->inbound)
        text_append_format(out, "%s %srule '%s', port %s, from %s", verb,
                           firewall_word(rule->kind), rule->name, rule->local_ports,
                           rule->remote_addresses);
    else
        text_append_format(out, "%s outbound %srule '%s', port %s, to %s", verb,
                           firewall_word(rule->kind), rule->name, rule->remote_ports,
                           rule->remote_addresses);
}

bool step_changes_firewall(const struct step *step)
{
    return step->kind == STEP_REMOVE_FIREWALL_RULE || step->kind == STEP_ADD_FIREWALL_RULE;
}

void step_describe(const struct step *step, const struct rule_list *rules,
                   struct text *out)
{
    static const char *const verbs[] = {
        [STEP_DELETE_ENTRY] = "delete entry",     [STEP_REMOVE_FIREWALL_RULE] = "remove",
        [STEP_ADD_FIREWALL_RULE] = "add",         [STEP_WRITE_ENTRY] = "write entry",
        [STEP_CONFIRM_ENTRY] = "confirm entry",   [STEP_FORGET_ENTRY] = "forget entry",
        [STEP_CONFIRM_FIREWALL_RULE] = "confirm", [STEP_FORGET_FIREWALL_RULE] = "forget",
    };
    char title[RULE_TEXT_SIZE];

    if (step->kind == STEP_REMOVE_FIREWALL_RULE || step->kind == STEP_ADD_FIREWALL_RULE ||
        step->kind == STEP_CONFIRM_FIREWALL_RULE)
        describe_firewall_rule(&step->firewall_rule, verbs[step->kind], out);
    else if (step->kind == STEP_FORGET_FIREWALL_RULE)
        text_append_format(out, "%s %srule '%s'", verbs[step->kind],
                           firewall_word(step->owned_firewall_rule.kind),
                           step->owned_firewall_rule.name);
    else
        describe_entry(step, verbs[step->kind], out);
    if (step->rule_index == NO_INDEX)
        return;
    rule_title(&rules->items[step->rule_index], title, sizeof title);
    text_append_format(out, " (%s)", title);
}
