/*
 * list: the rules and what each is doing; with --live also every portproxy entry of this PC.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/verbs.h"

#include "app/ctl/json.h"
#include "app/ctl/rule_words.h"
#include "app/ctl/table.h"

/* All users' rules, unless --user chooses one. */
static bool is_wanted(const struct call *call, const struct rule *rule)
{
    return !command_has(&call->command, OPTION_USER) ||
           user_sid_equals(&rule->owner, &call->user);
}

static bool others_are_shown(const struct call *call, const struct report *report)
{
    for (size_t i = 0; i < report->rule_count; i++) {
        const struct rule *rule = &report->rules[i].rule;

        if (is_wanted(call, rule) && !user_sid_equals(&rule->owner, &call->user))
            return true;
    }
    return false;
}

static void add_row(const struct report_rule *item,
                    const struct user_sid *owner_shown_unless, struct table *table)
{
    const struct rule *rule = &item->rule;
    char words[RULE_WORD_SIZE];

    rule_words_title(rule, words);
    table_add(table, words);
    rule_words_state(&item->status, words);
    table_add(table, words);
    rule_listen_format(&rule->listen, words, sizeof words);
    table_add(table, words);
    rule_connect_format(&rule->connect, words, sizeof words);
    table_add(table, words);
    rule_words_firewall(rule, words);
    table_add(table, words);
    if (owner_shown_unless != NULL)
        table_add(table, user_sid_equals(&rule->owner, owner_shown_unless)
                             ? "you"
                             : rule->owner.text);
    rule_words_reason(&item->status, words);
    table_add(table, words);
}

/* The owners have a column only when they differ. */
static void write_rules(struct call *call, const struct report *report)
{
    const struct user_sid *user = others_are_shown(call, report) ? &call->user : NULL;
    struct table table;

    table_init(&table, user != NULL ? 7 : 6);
    table_add(&table, "NAME");
    table_add(&table, "STATE");
    table_add(&table, "LISTEN");
    table_add(&table, "CONNECT");
    table_add(&table, "FIREWALL");
    if (user != NULL)
        table_add(&table, "OWNER");
    table_add(&table, "REASON");
    for (size_t i = 0; i < report->rule_count; i++) {
        if (is_wanted(call, &report->rules[i].rule))
            add_row(&report->rules[i], user, &table);
    }
    if (table.count > table.column_count)
        table_write(&table, &call->out);
    else
        output_text(&call->out, "There are no rules.\n");
    table_clear(&table);
}

/* "" for an entry that has to do with no rule. */
static void rule_of_entry(const struct report *report, const struct report_entry *entry,
                          char out[RULE_WORD_SIZE])
{
    const struct report_rule *found = report_find_rule(report, &entry->rule_id);

    out[0] = '\0';
    if (found != NULL)
        rule_words_title(&found->rule, out);
}

static void add_entry_row(const struct report *report, const struct report_entry *item,
                          struct table *table)
{
    char words[RULE_WORD_SIZE];

    table_add(table, portproxy_type_name(item->entry.key.type));
    table_add(table, item->entry.key.listen);
    table_add_number(table, item->entry.key.port);
    table_add(table, item->entry.value.connect);
    table_add_number(table, item->entry.value.port);
    table_add(table, item->owner == ENTRY_OURS ? "Tidegate" : "other");
    rule_of_entry(report, item, words);
    table_add(table, words);
}

/* What netsh interface portproxy show all shows, and whose each entry is. */
static void write_entries(struct call *call, const struct report *report)
{
    static const char *const heads[] = {"TYPE", "LISTEN", "PORT", "CONNECT",
                                        "PORT", "OWNER",  "RULE"};
    struct table table;

    table_init(&table, sizeof heads / sizeof heads[0]);
    for (size_t i = 0; i < table.column_count; i++)
        table_add(&table, heads[i]);
    for (size_t i = 0; i < report->entry_count; i++)
        add_entry_row(report, &report->entries[i], &table);
    output_text(&call->out, "\n");
    if (report->entry_count > 0)
        table_write(&table, &call->out);
    else
        output_text(&call->out, "There are no portproxy entries.\n");
    if (report->malformed_count > 0)
        output_format(&call->out, "Malformed entries, left alone: %zu\n",
                      report->malformed_count);
    table_clear(&table);
}

static void put_entry(const struct report_entry *item, struct json *json)
{
    json_begin_object(json, NULL);
    json_put_text(json, "type", portproxy_type_name(item->entry.key.type));
    json_put_text(json, "listen_address", item->entry.key.listen);
    json_put_number(json, "listen_port", item->entry.key.port);
    json_put_text(json, "connect_address", item->entry.value.connect);
    json_put_number(json, "connect_port", item->entry.value.port);
    json_put_text(json, "owner", item->owner == ENTRY_OURS ? "tidegate" : "other");
    if (item->rule_id.text[0] != '\0')
        json_put_text(json, "rule", item->rule_id.text);
    else
        json_put_null(json, "rule");
    json_end(json);
}

static void put_list(struct call *call, const struct report *report)
{
    struct json *json = call->json;

    json_begin_object(json, NULL);
    json_put_number(json, "revision", (int64_t)report->revision);
    json_put_text(json, "fault", report->fault);
    json_begin_array(json, "rules");
    for (size_t i = 0; i < report->rule_count; i++) {
        if (is_wanted(call, &report->rules[i].rule))
            rule_words_put_json(&report->rules[i], NULL, json);
    }
    json_end(json);
    if (command_has(&call->command, OPTION_LIVE)) {
        json_begin_array(json, "entries");
        for (size_t i = 0; i < report->entry_count; i++)
            put_entry(&report->entries[i], json);
        json_end(json);
        json_put_number(json, "malformed_count", (int64_t)report->malformed_count);
    }
    json_end(json);
}

bool run_list(struct call *call, struct error *err)
{
    struct report *report = call_fetch_report(call, err);

    if (report == NULL)
        return false;
    if (call->json != NULL) {
        put_list(call, report);
    } else {
        write_rules(call, report);
        if (command_has(&call->command, OPTION_LIVE))
            write_entries(call, report);
    }
    report_free(report);
    return true;
}
