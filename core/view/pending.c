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

void pending_add(struct pending_list *list, uint32_t job, const struct request *request)
{
    struct pending_item *item = LIST_ADD(list);

    item->job = job;
    item->verb = request->verb;
    item->rule_id = request_rule_id(request);
}

void pending_finish(struct pending_list *list, uint32_t job)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].job != job)
            continue;
        list->items[i] = list->items[--list->count];
        return;
    }
}

bool pending_has_rule(const struct pending_list *list, const struct rule_id *id)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].rule_id.text[0] != '\0' &&
            rule_id_equals(&list->items[i].rule_id, id))
            return true;
    }
    return false;
}

bool pending_has_verb(const struct pending_list *list, enum verb verb)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].verb == verb)
            return true;
    }
    return false;
}

bool pending_covers(const struct pending_list *list, const struct request *request)
{
    const struct rule_id id = request_rule_id(request);

    if (id.text[0] != '\0')
        return pending_has_rule(list, &id);
    return request->verb != VERB_PUT_RULE && pending_has_verb(list, request->verb);
}

void pending_clear(struct pending_list *list)
{
    LIST_CLEAR(list);
}
