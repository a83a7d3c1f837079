/*
 * Verbs that change rules: add, edit, remove, enable, disable, take-over.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/verbs.h"

#include "app/ctl/json.h"
#include "app/ctl/rule_words.h"
#include "core/base/mem.h"
#include "core/command/rule_reference.h"

#include <string.h>

/* Several rules fit: the user is shown what to choose from. */
static void show_choice(struct call *call, const struct report *report,
                        const char *reference)
{
    struct rule_match_list matches = {0};

    rule_reference_find(report, &call->user, reference, &matches);
    for (size_t i = 0; matches.count > 1 && i < matches.count; i++) {
        const struct rule *rule = &matches.items[i]->rule;
        char listen[RULE_WORD_SIZE];

        rule_listen_format(&rule->listen, listen, sizeof listen);
        call_remark(call, "  %s  %s  %s", rule->id.text, listen, rule->name);
    }
    rule_match_list_clear(&matches);
}

static const struct report_rule *resolve(struct call *call, const struct report *report,
                                         const char *reference, struct error *err)
{
    const struct report_rule *found =
        rule_reference_resolve(report, &call->user, reference, err);

    if (found == NULL)
        show_choice(call, report, reference);
    return found;
}

/* "added web: active", and the reason if there is one. */
static void write_outcome(struct call *call, const char *done,
                          const struct report_rule *item)
{
    char words[RULE_WORD_SIZE];

    rule_words_title(&item->rule, words);
    output_format(&call->out, "%s ", done);
    output_foreign(&call->out, words);
    rule_words_state(&item->status, words);
    output_format(&call->out, ": %s\n", words);
    rule_words_reason(&item->status, words);
    if (words[0] != '\0') {
        output_text(&call->out, "  ");
        output_foreign(&call->out, words);
        output_text(&call->out, "\n");
    }
}

/* After --elevate the service's reply, and with it the new id, went to another process: the
 * newest rule that forwards as asked is the one. */
static const struct report_rule *find_added(const struct report *report,
                                            const struct rule *asked)
{
    const struct report_rule *found = NULL;

    for (size_t i = 0; i < report->rule_count; i++) {
        const struct rule *rule = &report->rules[i].rule;

        if (user_sid_equals(&rule->owner, &asked->owner) &&
            strcmp(rule->name, asked->name) == 0 && rule_forwards_equal(rule, asked) &&
            (found == NULL || rule->sequence > found->rule.sequence))
            found = &report->rules[i];
    }
    return found;
}

/* The rule of another user, found by its id, stays that user's. */
static void act_for_owner(const struct call *call, const struct rule *rule,
                          struct request *request)
{
    if (!user_sid_equals(&rule->owner, &call->hello.hello.user))
        request->user = rule->owner;
}

/* The rule is saved by now: what cannot be shown is a failure of showing it only. */
static bool show_put_rule(struct call *call, const char *done, const struct rule *asked,
                          const struct rule_id *id, struct error *err)
{
    struct report *report = call_fetch_report(call, err);
    const struct report_rule *item;
    bool ok = false;

    if (report == NULL)
        return false;
    item = id != NULL ? report_find_rule(report, id) : find_added(report, asked);
    if (item == NULL) {
        error_set(err, ERR_NOT_FOUND, "the rule was saved, but is gone again");
    } else if (call->json != NULL) {
        json_begin_object(call->json, NULL);
        json_put_text(call->json, "id", item->rule.id.text);
        json_end(call->json);
        ok = true;
    } else {
        write_outcome(call, done, item);
        ok = true;
    }
    report_free(report);
    return ok;
}

static bool put_rule(struct call *call, const struct rule *rule, const char *done,
                     struct error *err)
{
    struct request request = {.verb = VERB_PUT_RULE};
    struct reply reply;
    bool ok;

    request.rule = *rule;
    act_for_owner(call, rule, &request);
    if (!call_ask(call, &request, &reply, err))
        return false;
    ok = show_put_rule(call, done, rule,
                       rule->id.text[0] != '\0'      ? &rule->id
                       : reply.verb == VERB_PUT_RULE ? &reply.rule_id
                                                     : NULL,
                       err);
    reply_clear(&reply);
    return ok;
}

bool run_add(struct call *call, struct error *err)
{
    struct rule rule = call->command.rule;

    rule.owner = call->user;
    return put_rule(call, &rule, "added", err);
}

bool run_edit(struct call *call, struct error *err)
{
    struct report *report = call_fetch_report(call, err);
    const struct report_rule *found;
    struct rule rule;
    bool ok = false;

    if (report == NULL)
        return false;
    found = resolve(call, report, call->command.arguments[0], err);
    if (found != NULL) {
        rule = found->rule;
        rule_edit_apply(&call->command.edit, &rule);
        ok = rule_validate(&rule, err) && put_rule(call, &rule, "changed", err);
    }
    report_free(report);
    return ok;
}

static bool contains(const struct rule_match_list *list, const struct report_rule *rule)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i] == rule)
            return true;
    }
    return false;
}

/* The rules that are meant, each once; false when a reference fits none, or several: then each of
 * these is told. */
static bool choose(struct call *call, const struct report *report,
                   struct rule_match_list *out)
{
    bool ok = true;

    for (size_t i = 0; i < call->command.argument_count; i++) {
        struct error err = {0};
        const struct report_rule *found =
            resolve(call, report, call->command.arguments[i], &err);

        if (found == NULL) {
            call_tell(call, &err);
            ok = false;
        } else if (!contains(out, found)) {
            *LIST_ADD(out) = found;
        }
    }
    for (size_t i = 0; command_has(&call->command, OPTION_ALL) && i < report->rule_count;
         i++) {
        if (user_sid_equals(&report->rules[i].rule.owner, &call->user))
            *LIST_ADD(out) = &report->rules[i];
    }
    return ok;
}

/* What is done to the chosen rules. */
struct rule_order {
    const char *done; /* "removed" */
    /* Asks the service; puts into `done` what was done. */
    bool (*send)(struct call *call, const struct rule_match_list *chosen,
                 struct rule_match_list *done, struct error *err);
};

static void add_item(const struct call *call, const struct rule *rule, struct batch *batch)
{
    struct batch_item *item = LIST_ADD(batch);

    item->verb = call->command.verb == COMMAND_REMOVE ? VERB_DELETE_RULE : VERB_ENABLE;
    item->enabled = call->command.verb == COMMAND_ENABLE;
    item->rule.id = rule->id;
}

/* All at once: the service changes all of them, or none. */
static bool send_batch(struct call *call, const struct rule_match_list *chosen,
                       struct rule_match_list *done, struct error *err)
{
    struct request request = {.verb = VERB_BATCH};
    bool ok;

    if (chosen->count == 0)
        return true;
    for (size_t i = 0; i < chosen->count; i++)
        add_item(call, &chosen->items[i]->rule, &request.batch);
    if (chosen->count == 1)
        act_for_owner(call, &chosen->items[0]->rule, &request);
    ok = call_order(call, &request, err);
    request_clear(&request);
    for (size_t i = 0; ok && i < chosen->count; i++)
        *LIST_ADD(done) = chosen->items[i];
    return ok;
}

static bool send_take_over(struct call *call, const struct rule *rule, struct error *err)
{
    struct request request = {.verb = VERB_TAKE_OVER};

    request.rule_id = rule->id;
    act_for_owner(call, rule, &request);
    return call_order(call, &request, err);
}

/* Goes on over failures, each of which is told; only a lost connection ends it. */
static bool send_take_overs(struct call *call, const struct rule_match_list *chosen,
                            struct rule_match_list *done, struct error *err)
{
    for (size_t i = 0; i < chosen->count; i++) {
        if (send_take_over(call, &chosen->items[i]->rule, err))
            *LIST_ADD(done) = chosen->items[i];
        else if (err->kind == ERR_UNAVAILABLE)
            return false;
        else
            call_tell(call, err);
    }
    return true;
}

static void write_outcomes(struct call *call, const struct rule_order *order,
                           const struct rule_match_list *done, const struct report *now)
{
    for (size_t i = 0; i < done->count; i++) {
        const struct report_rule *item = report_find_rule(now, &done->items[i]->rule.id);
        char title[RULE_WORD_SIZE];

        if (item != NULL) {
            write_outcome(call, order->done, item);
            continue;
        }
        rule_words_title(&done->items[i]->rule, title);
        output_format(&call->out, "%s ", order->done);
        output_foreign(&call->out, title);
        output_text(&call->out, "\n");
    }
}

/* With one wrong reference nothing is done: what was typed may not be what was meant. */
static bool order_rules(struct call *call, const struct rule_order *order,
                        struct error *err)
{
    struct rule_match_list chosen = {0};
    struct rule_match_list done = {0};
    struct report *before = call_fetch_report(call, err);
    struct report *now = NULL;
    bool ok = before != NULL;

    if (ok && choose(call, before, &chosen))
        ok = order->send(call, &chosen, &done, err);
    if (ok && done.count > 0) {
        now = call_fetch_report(call, err);
        ok = now != NULL;
    }
    if (now != NULL)
        write_outcomes(call, order, &done, now);
    rule_match_list_clear(&chosen);
    rule_match_list_clear(&done);
    report_free(now);
    report_free(before);
    return ok;
}

bool run_remove(struct call *call, struct error *err)
{
    static const struct rule_order remove = {"removed", send_batch};

    return order_rules(call, &remove, err);
}

bool run_enable(struct call *call, struct error *err)
{
    static const struct rule_order enable = {"enabled", send_batch};
    static const struct rule_order disable = {"disabled", send_batch};

    return order_rules(call, call->command.verb == COMMAND_ENABLE ? &enable : &disable,
                       err);
}

bool run_take_over(struct call *call, struct error *err)
{
    static const struct rule_order take_over = {"took over", send_take_overs};

    return order_rules(call, &take_over, err);
}
