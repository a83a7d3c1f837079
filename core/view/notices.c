/*
 * Which notifications the user gets.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/notices.h"

#include "core/base/mem.h"

#include <string.h>

static struct notice_item *find_item(struct notice_memory *memory, enum notice_kind kind,
                                     const struct rule_id *rule_id)
{
    for (size_t i = 0; i < memory->count; i++) {
        struct notice_item *item = &memory->items[i];

        if (rule_id_equals(&item->rule_id, rule_id) &&
            (rule_id->text[0] != '\0' || item->kind == kind))
            return item;
    }
    return NULL;
}

static void touch(struct notice_item *item, int64_t now_ms)
{
    item->touched_ms = now_ms;
    item->is_touched = true;
    /* He is at it already. */
    item->told |= item->presence == NOTICE_PRESENT;
}

static bool is_own_doing(const struct notice_item *item, int64_t now_ms)
{
    return item->is_touched && now_ms - item->touched_ms < NOTICE_OWN_CHANGE_MS;
}

static void set_presence(struct notice_item *item, enum notice_presence presence,
                         int64_t now_ms)
{
    if (item->presence == NOTICE_ABSENT && now_ms - item->since_ms >= NOTICE_FORGET_MS)
        item->told = false;
    if (item->presence == presence)
        return;
    item->presence = presence;
    item->since_ms = now_ms;
    if (presence == NOTICE_PRESENT)
        item->told |= is_own_doing(item, now_ms);
}

static void look_at_service(struct notice_memory *memory, enum notice_kind kind,
                            enum notice_presence presence, int64_t now_ms)
{
    const struct rule_id none = {0};
    struct notice_item *item = find_item(memory, kind, &none);

    if (item == NULL) {
        item = LIST_ADD(memory);
        item->kind = kind;
        item->since_ms = now_ms;
    }
    set_presence(item, presence, now_ms);
}

static bool is_take_over(enum reason reason)
{
    return reason == REASON_FOREIGN_EQUAL || reason == REASON_FOREIGN_KEEPS_OPEN;
}

static enum notice_presence presence_of(const struct rule_status *status,
                                        enum notice_kind *kind)
{
    *kind = NOTICE_RULE;
    switch (status->state) {
    case RULE_STATE_BLOCKED:
    case RULE_STATE_CONFLICT:
    case RULE_STATE_FAILED:
        return NOTICE_PRESENT;
    case RULE_STATE_APPLYING:
    case RULE_STATE_WAITING:
        return NOTICE_DORMANT;
    case RULE_STATE_OFF:
    case RULE_STATE_ACTIVE:
    case RULE_STATE_NOT_NEEDED:
    case RULE_STATE_COUNT:
        break;
    }
    if (!is_take_over(status->reason) && !is_take_over(status->warning))
        return NOTICE_ABSENT;
    *kind = NOTICE_TAKE_OVER;
    return NOTICE_PRESENT;
}

/* Requests that name no rule change them all. */
static bool is_being_changed(const struct pending_list *pending, const struct rule_id *id)
{
    static const enum verb of_all[] = {VERB_PAUSE, VERB_RESUME, VERB_BATCH,
                                       VERB_START_IP_HELPER, VERB_SETTINGS};

    for (size_t i = 0; i < sizeof of_all / sizeof *of_all; i++) {
        if (pending_has_verb(pending, of_all[i]))
            return true;
    }
    return pending_has_rule(pending, id);
}

static void look_at_rule(struct notice_memory *memory, const struct notice_input *input,
                         const struct report_rule *from)
{
    struct notice_item *item = find_item(memory, NOTICE_RULE, &from->rule.id);
    const bool is_new = item == NULL;
    enum notice_presence presence;

    if (is_new) {
        item = LIST_ADD(memory);
        item->rule_id = from->rule.id;
        item->since_ms = input->now_ms;
    }
    item->in_report = true;
    if ((is_new && memory->knows_rules) ||
        is_being_changed(input->view->pending, &from->rule.id))
        touch(item, input->now_ms);
    presence = presence_of(&from->status, &item->kind);
    set_presence(item, presence, input->now_ms);
}

static void forget_removed_rules(struct notice_memory *memory)
{
    size_t kept = 0;

    for (size_t i = 0; i < memory->count; i++) {
        if (memory->items[i].rule_id.text[0] == '\0' || memory->items[i].in_report)
            memory->items[kept++] = memory->items[i];
    }
    memory->count = kept;
}

static void look_at_rules(struct notice_memory *memory, const struct notice_input *input)
{
    const struct report *report = input->view->report;

    for (size_t i = 0; i < memory->count; i++)
        memory->items[i].in_report = false;
    for (size_t i = 0; i < report->rule_count; i++) {
        if (user_sid_equals(&report->rules[i].rule.owner, &input->view->user))
            look_at_rule(memory, input, &report->rules[i]);
    }
    forget_removed_rules(memory);
    memory->knows_rules = true;
}

static void look(struct notice_memory *memory, const struct notice_input *input)
{
    const struct report *report = input->view->report;
    const bool is_silent = report == NULL && !input->view->starting;
    const bool is_faulty = report != NULL && report->fault[0] != '\0';

    look_at_service(memory, NOTICE_UNREACHABLE,
                    is_silent ? NOTICE_PRESENT : NOTICE_ABSENT, input->now_ms);
    look_at_service(memory, NOTICE_FAULT, is_faulty ? NOTICE_PRESENT : NOTICE_ABSENT,
                    input->now_ms);
    if (report != NULL) {
        look_at_rules(memory, input);
        return;
    }
    for (size_t i = 0; i < memory->count; i++) {
        if (memory->items[i].rule_id.text[0] != '\0')
            set_presence(&memory->items[i], NOTICE_DORMANT, input->now_ms);
    }
}

static int64_t due_ms(const struct notice_item *item)
{
    return item->since_ms + (item->kind == NOTICE_UNREACHABLE ? NOTICE_SETTLE_SERVICE_MS
                                                              : NOTICE_SETTLE_MS);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* When the next notice may be shown at the earliest. */
static int64_t free_ms(const struct notice_memory *memory,
                       const struct notice_input *input)
{
    const int64_t quiet_ms = input->signed_in_ms + NOTICE_SIGN_IN_MS;

    return memory->has_shown ? later(quiet_ms, memory->shown_ms + NOTICE_INTERVAL_MS)
                             : quiet_ms;
}

static bool is_untold(const struct notice_item *item)
{
    return item->presence == NOTICE_PRESENT && !item->told;
}

static void describe(const struct notice_item *item, const struct report *report,
                     struct notice *out)
{
    const struct report_rule *found;

    out->kind = item->kind;
    out->rule_id = item->rule_id;
    if (report == NULL)
        return;
    text_copy(out->fault, sizeof out->fault, report->fault);
    out->fault_message = report->fault_message;
    found = report_find_rule(report, &item->rule_id);
    if (found == NULL)
        return;
    rule_title(&found->rule, out->subject, sizeof out->subject);
    out->status = found->status;
}

/* Everything that is due goes into one notice; the service's trouble stands for that of rules. */
static void show(struct notice_memory *memory, const struct notice_input *input,
                 struct notice_outcome *out)
{
    struct notice *notice = &out->notice;

    for (size_t i = 0; i < memory->count; i++) {
        struct notice_item *item = &memory->items[i];

        item->shown = is_untold(item) && due_ms(item) <= input->now_ms;
        if (!item->shown)
            continue;
        item->told = true;
        if (notice->count == 0 ||
            (notice->rule_id.text[0] != '\0' && item->rule_id.text[0] == '\0'))
            describe(item, input->view->report, notice);
        notice->count++;
    }
    if (notice->count > 1 && notice->rule_id.text[0] != '\0')
        notice->kind = NOTICE_SEVERAL;
    out->step = NOTICE_SHOW;
    memory->stands = memory->has_shown = true;
    memory->shown_ms = input->now_ms;
}

static bool is_outlived(const struct notice_memory *memory)
{
    for (size_t i = 0; i < memory->count; i++) {
        if (memory->items[i].shown && memory->items[i].presence == NOTICE_PRESENT)
            return false;
    }
    return true;
}

/* When the earliest of the untold may be told; -1: there is none. */
static int64_t next_ms(const struct notice_memory *memory,
                       const struct notice_input *input)
{
    int64_t earliest = -1;

    for (size_t i = 0; i < memory->count; i++) {
        if (!is_untold(&memory->items[i]))
            continue;

        const int64_t at = later(due_ms(&memory->items[i]), free_ms(memory, input));

        if (earliest < 0 || at < earliest)
            earliest = at;
    }
    return earliest;
}

/* Nobody is to be told, or he sees it himself. */
static void tell_silently(struct notice_memory *memory)
{
    for (size_t i = 0; i < memory->count; i++)
        memory->items[i].told |= memory->items[i].presence == NOTICE_PRESENT;
}

struct notice_outcome notices_next(struct notice_memory *memory,
                                   const struct notice_input *input)
{
    struct notice_outcome outcome = {.step = NOTICE_NOTHING};
    int64_t next;

    look(memory, input);
    if (!input->wanted || input->watched)
        tell_silently(memory);
    next = next_ms(memory, input);
    if (next >= 0 && next <= input->now_ms) {
        show(memory, input, &outcome);
        next = next_ms(memory, input);
    } else if (memory->stands && (input->watched || is_outlived(memory))) {
        outcome.step = NOTICE_WITHDRAW;
        notices_dismiss(memory);
    }
    outcome.wait_ms = next < 0 ? -1 : later(next - input->now_ms, 0);
    return outcome;
}

void notices_dismiss(struct notice_memory *memory)
{
    memory->stands = false;
    for (size_t i = 0; i < memory->count; i++)
        memory->items[i].shown = false;
}

void notices_clear(struct notice_memory *memory)
{
    LIST_CLEAR(memory);
    *memory = (struct notice_memory){0};
}
