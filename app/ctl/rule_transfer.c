/*
 * export and import: the user's rules as a JSON file.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/verbs.h"

#include "app/ctl/json.h"
#include "app/ctl/rule_words.h"
#include "app/ctl/text_file.h"
#include "core/base/mem.h"
#include "core/command/rule_import.h"
#include "core/store/rule_file.h"

#include <string.h>

static const char *file_of(const struct call *call)
{
    return call->command.argument_count > 0 ? call->command.arguments[0] : "-";
}

bool run_export(struct call *call, struct error *err)
{
    struct report *report = call_fetch_report(call, err);
    struct rule_list rules = {0};
    char *text;
    bool ok = true;

    if (report == NULL)
        return false;
    for (size_t i = 0; i < report->rule_count; i++) {
        if (user_sid_equals(&report->rules[i].rule.owner, &call->user))
            *LIST_ADD(&rules) = report->rules[i].rule;
    }
    text = rule_file_write(&rules);
    if (strcmp(file_of(call), "-") == 0)
        output_text(&call->out, text);
    else
        ok = text_file_write(file_of(call), text, err);
    mem_free(text);
    rule_list_clear(&rules);
    report_free(report);
    return ok;
}

/* One import under way. */
struct importing {
    struct call *call;
    struct rule_list rules;
    struct rule_import *plan; /* owned; one for each rule */
    size_t counts[RULE_IMPORT_CONFLICT + 1];
};

static bool read_file(struct importing *self, struct error *err)
{
    size_t size;
    char *text = text_file_read(file_of(self->call), RULE_FILE_SIZE_MAX, &size, err);
    bool ok;

    if (text == NULL)
        return false;
    ok = rule_file_read(text, size, &self->rules, err);
    mem_free(text);
    return ok;
}

static void plan(struct importing *self, const struct report *report)
{
    self->plan = mem_resize(NULL, self->rules.count, sizeof *self->plan);
    rule_import_plan(&self->rules, report, &self->call->user, self->plan);
    for (size_t i = 0; i < self->rules.count; i++)
        self->counts[self->plan[i].kind]++;
}

static void tell_conflict(struct importing *self, size_t index)
{
    const struct rule *rule = &self->rules.items[index];
    char listen[RULE_WORD_SIZE];
    char other[RULE_WORD_SIZE];

    rule_listen_format(&rule->listen, listen, sizeof listen);
    rule_words_title(self->plan[index].other, other);
    call_remark(self->call, "rule %zu, listen '%s': rule '%s' listens there and differs",
                index + 1, listen, other);
}

static bool check_conflicts(struct importing *self, struct error *err)
{
    const size_t count = self->counts[RULE_IMPORT_CONFLICT];

    for (size_t i = 0; i < self->rules.count; i++) {
        if (self->plan[i].kind == RULE_IMPORT_CONFLICT)
            tell_conflict(self, i);
    }
    return count == 0 ||
           error_set(err, ERR_CONFLICT, "nothing was imported: %zu rules are in conflict",
                     count);
}

static bool send(struct importing *self, struct error *err)
{
    struct request request = {.verb = VERB_BATCH};
    bool ok;

    if (self->counts[RULE_IMPORT_ADD] == 0 ||
        command_has(&self->call->command, OPTION_DRY_RUN))
        return true;
    for (size_t i = 0; i < self->rules.count; i++) {
        struct batch_item *item;

        if (self->plan[i].kind != RULE_IMPORT_ADD)
            continue;
        item = LIST_ADD(&request.batch);
        item->verb = VERB_PUT_RULE;
        item->rule = self->rules.items[i];
    }
    ok = call_order(self->call, &request, err);
    request_clear(&request);
    return ok;
}

static void write_line(struct importing *self, size_t index)
{
    const bool dry = command_has(&self->call->command, OPTION_DRY_RUN);
    struct output *out = &self->call->out;
    char title[RULE_WORD_SIZE];

    rule_words_title(&self->rules.items[index], title);
    if (self->plan[index].kind == RULE_IMPORT_SKIP) {
        output_text(out, "skipped ");
        output_foreign(out, title);
        output_text(out, ": an equal rule is there\n");
        return;
    }
    output_text(out, dry ? "would add " : "added ");
    output_foreign(out, title);
    output_text(out, "\n");
}

static void answer(struct importing *self)
{
    struct json *json = self->call->json;

    for (size_t i = 0; json == NULL && i < self->rules.count; i++)
        write_line(self, i);
    if (json == NULL && self->rules.count == 0)
        output_text(&self->call->out, "There are no rules in the file.\n");
    if (json == NULL)
        return;
    json_begin_object(json, NULL);
    json_put_bool(json, "dry_run", command_has(&self->call->command, OPTION_DRY_RUN));
    json_put_number(json, "added", (int64_t)self->counts[RULE_IMPORT_ADD]);
    json_put_number(json, "skipped", (int64_t)self->counts[RULE_IMPORT_SKIP]);
    json_end(json);
}

bool run_import(struct call *call, struct error *err)
{
    struct importing self = {.call = call};
    struct report *report = NULL;
    bool ok = read_file(&self, err);

    if (ok) {
        report = call_fetch_report(call, err);
        ok = report != NULL;
    }
    if (ok) {
        plan(&self, report);
        ok = check_conflicts(&self, err) && send(&self, err);
    }
    if (ok)
        answer(&self);
    report_free(report);
    mem_free(self.plan);
    rule_list_clear(&self.rules);
    return ok;
}
