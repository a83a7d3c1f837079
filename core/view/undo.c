/*
 * The last change made in the rules window.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/undo.h"

#include "core/base/mem.h"

static enum undo_kind kind_of(enum verb verb, bool enabled)
{
    if (verb == VERB_DELETE_RULE)
        return UNDO_REMOVED;
    if (verb == VERB_ENABLE)
        return enabled ? UNDO_ENABLED : UNDO_DISABLED;
    return UNDO_NONE;
}

static enum undo_kind kind_of_batch(const struct batch *batch)
{
    enum undo_kind kind = UNDO_NONE;

    for (size_t i = 0; i < batch->count; i++) {
        const enum undo_kind one = kind_of(batch->items[i].verb, batch->items[i].enabled);

        if (i > 0 && one != kind)
            return UNDO_NONE;
        kind = one;
    }
    return kind;
}

static bool is_changed_by(const struct rule *rule, enum undo_kind kind)
{
    return kind == UNDO_REMOVED || rule->enabled != (kind == UNDO_ENABLED);
}

static void keep(struct undo *undo, const struct report *report, const struct rule_id *id)
{
    const struct report_rule *found = report_find_rule(report, id);

    if (found != NULL && is_changed_by(&found->rule, undo->kind))
        *LIST_ADD(&undo->before) = found->rule;
}

void undo_note(struct undo *undo, uint32_t job, const struct request *request,
               const struct report *report)
{
    undo_clear(undo);
    undo->job = job;
    switch (request->verb) {
    case VERB_DELETE_RULE:
        undo->kind = UNDO_REMOVED;
        keep(undo, report, &request->rule_id);
        break;
    case VERB_ENABLE:
        undo->kind = kind_of(VERB_ENABLE, request->enable.enabled);
        keep(undo, report, &request->enable.rule_id);
        break;
    case VERB_BATCH:
        undo->kind = kind_of_batch(&request->batch);
        for (size_t i = 0; undo->kind != UNDO_NONE && i < request->batch.count; i++)
            keep(undo, report, &request->batch.items[i].rule.id);
        break;
    default:
        break;
    }
    if (undo->before.count == 0)
        undo_clear(undo);
}

void undo_finish(struct undo *undo, uint32_t job, bool done)
{
    if (undo->kind == UNDO_NONE || job == 0 || undo->job != job)
        return;
    undo->job = 0;
    if (!done)
        undo_clear(undo);
}

static bool still_stands(const struct undo *undo, const struct rule *before,
                         const struct report *report)
{
    const struct report_rule *now = report_find_rule(report, &before->id);

    if (undo->kind == UNDO_REMOVED)
        return now == NULL;
    return now != NULL && now->rule.enabled == (undo->kind == UNDO_ENABLED);
}

void undo_check(struct undo *undo, const struct report *report)
{
    if (report == NULL || !undo_is_possible(undo))
        return;
    for (size_t i = 0; i < undo->before.count; i++) {
        if (!still_stands(undo, &undo->before.items[i], report)) {
            undo_clear(undo);
            return;
        }
    }
}

bool undo_is_possible(const struct undo *undo)
{
    return undo->kind != UNDO_NONE && undo->job == 0;
}

void undo_build(const struct undo *undo, struct batch *out)
{
    for (size_t i = 0; i < undo->before.count; i++) {
        struct batch_item *item = LIST_ADD(out);

        item->rule = undo->before.items[i];
        item->verb = undo->kind == UNDO_REMOVED ? VERB_PUT_RULE : VERB_ENABLE;
        item->restore = undo->kind == UNDO_REMOVED;
        item->enabled = undo->kind == UNDO_DISABLED;
    }
}

void undo_clear(struct undo *undo)
{
    rule_list_clear(&undo->before);
    *undo = (struct undo){0};
}
