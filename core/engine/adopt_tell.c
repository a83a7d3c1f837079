/*
 * What there is of scripts, what was taken over of it, and what of that is not done yet.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/engine/adopt.h"
#include "core/reconcile/adoption.h"

static enum script_rule_mark mark_of(struct adoption *adoption,
                                     const struct script_rule *rule)
{
    static const enum script_rule_mark marks[] = {
        [ADOPTED_TURNING_OFF] = SCRIPT_RULE_TURNING_OFF,
        [ADOPTED_OFF] = SCRIPT_RULE_TURNED_OFF,
        [ADOPTED_TURNING_ON] = SCRIPT_RULE_TURNING_ON,
    };
    const struct adopted_rule *adopted = adoption_find_rule(adoption, rule);

    return adopted != NULL ? marks[adopted->state] : SCRIPT_RULE_AS_FOUND;
}

static void tell_script_rules(const struct script_rule_list *list,
                              struct adoption *adoption, struct adopt_reply *reply)
{
    if (list->count == 0)
        return;
    reply->items = mem_alloc(list->count * sizeof *reply->items);
    reply->count = list->count;
    for (size_t i = 0; i < list->count; i++)
        reply->items[i] = (struct adopt_script_rule){
            .rule = list->items[i], .mark = mark_of(adoption, &list->items[i])};
}

static void tell_counts(const struct adoption *adoption, const struct user_sid *user,
                        struct adopt_reply *reply)
{
    for (size_t i = 0; i < adoption->entries.count; i++) {
        const struct adopted_entry *entry = &adoption->entries.items[i];
        const bool own = user_sid_equals(&entry->owner, user);

        reply->undo_entry_count += own;
        reply->pending_entry_count += own && entry->undoing;
    }
    for (size_t i = 0; i < adoption->rules.count; i++) {
        const struct adopted_rule *rule = &adoption->rules.items[i];
        const bool own = user_sid_equals(&rule->owner, user);

        reply->undo_firewall_rule_count += own;
        reply->pending_firewall_rule_count += own && rule->state != ADOPTED_OFF;
    }
}

static void tell_failure(const struct engine *engine, struct adopt_reply *reply)
{
    if (reply->pending_entry_count > 0 && engine->restore_error.kind != ERR_NONE)
        reply->failure = engine->restore_error;
    else if (reply->pending_firewall_rule_count > 0)
        reply->failure = engine->switch_error;
}

bool adopt_tell(struct engine *engine, const struct user_sid *user,
                struct adopt_reply *reply, struct error *err)
{
    const struct system *system = engine->system;
    struct adoption adoption = {0};
    struct snapshot snapshot = {0};

    if (!store_load_adoption(engine->store, &adoption, err))
        return false;
    if (!system->observe(system->self, &snapshot, err)) {
        adoption_clear(&adoption);
        return false;
    }
    tell_counts(&adoption, user, reply);
    tell_failure(engine, reply);
    tell_script_rules(&snapshot.firewall.script_rules, &adoption, reply);
    snapshot_clear(&snapshot);
    adoption_clear(&adoption);
    return true;
}
