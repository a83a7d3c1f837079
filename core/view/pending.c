/*
 * Requests a window has sent and that are not answered yet.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/pending.h"

#include "core/base/mem.h"

struct rule_id request_rule_id(const struct request *request)
{
    switch (request->verb) {
    case VERB_PUT_RULE:
        return request->rule.id;
    case VERB_ENABLE:
        return request->enable.rule_id;
    case VERB_DELETE_RULE:
    case VERB_TAKE_OVER:
        return request->rule_id;
    default:
        return (struct rule_id){0};
    }
}

/* What a reading request asks about. */
static struct pending_item reading_of(const struct request *request)
{
    struct pending_item item = {.verb = request->verb, .is_reading = true};

    if (request->verb == VERB_DIAGNOSE)
        item.rule_id = request->rule_id;
    if (request->verb == VERB_ACTIVITY) {
        item.rule_id = request->activity_rule;
        item.limit = request->activity_limit;
    }
    return item;
}

static void add(struct pending_list *list, uint32_t job, struct pending_item item)
{
    item.job = job;
    *LIST_ADD(list) = item;
}

void pending_add(struct pending_list *list, uint32_t job, const struct request *request)
{
    struct pending_item item = {.verb = request->verb,
                                .rule_id = request_rule_id(request)};

    if (request_is_reading(request)) {
        add(list, job, reading_of(request));
    } else if (request->verb == VERB_BATCH) {
        for (size_t i = 0; i < request->batch.count; i++) {
            item.rule_id = request->batch.items[i].rule.id;
            add(list, job, item);
        }
    } else {
        add(list, job, item);
    }
}

void pending_finish(struct pending_list *list, uint32_t job)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].job != job)
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
}

bool pending_is_reading(const struct pending_list *list, uint32_t job)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].job == job)
            return list->items[i].is_reading;
    }
    return false;
}

bool pending_is_report(const struct pending_list *list, uint32_t job)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].job == job)
            return list->items[i].verb == VERB_REPORT_WSL;
    }
    return false;
}

uint32_t pending_find_reading(const struct pending_list *list,
                              const struct request *request)
{
    const struct pending_item wanted = reading_of(request);

    for (size_t i = 0; request_is_reading(request) && i < list->count; i++) {
        const struct pending_item *item = &list->items[i];

        if (item->is_reading && item->verb == wanted.verb &&
            item->limit == wanted.limit && rule_id_equals(&item->rule_id, &wanted.rule_id))
            return item->job;
    }
    return 0;
}

bool pending_has_rule(const struct pending_list *list, const struct rule_id *id)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!list->items[i].is_reading && id->text[0] != '\0' &&
            rule_id_equals(&list->items[i].rule_id, id))
            return true;
    }
    return false;
}

bool pending_has_verb(const struct pending_list *list, enum verb verb)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!list->items[i].is_reading && list->items[i].verb == verb)
            return true;
    }
    return false;
}

static bool covers_batch(const struct pending_list *list, const struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (pending_has_rule(list, &batch->items[i].rule.id))
            return true;
    }
    return false;
}

bool pending_covers(const struct pending_list *list, const struct request *request)
{
    const struct rule_id id = request_rule_id(request);

    if (request_is_reading(request))
        return pending_find_reading(list, request) != 0;
    if (request->verb == VERB_BATCH)
        return covers_batch(list, &request->batch);
    if (id.text[0] != '\0')
        return pending_has_rule(list, &id);
    return request->verb != VERB_PUT_RULE && pending_has_verb(list, request->verb);
}

void pending_clear(struct pending_list *list)
{
    LIST_CLEAR(list);
}
