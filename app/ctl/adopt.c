/*
 * adopt: taking over what a script set up, and undoing it.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/verbs.h"

#include "app/ctl/json.h"
#include "app/ctl/rule_words.h"
#include "app/ctl/table.h"
#include "core/view/adoptable.h"

static bool ask(struct call *call, struct request *request, struct adopt_reply *out,
                struct reply *reply, struct error *err)
{
    if (!call_ask(call, request, reply, err))
        return false;
    /* Approved elsewhere: what came of it went there. */
    *out = reply->verb == VERB_ADOPT ? reply->adopt : (struct adopt_reply){0};
    return true;
}

static void write_entries(struct call *call, const struct adoptable_list *list)
{
    struct table table;

    table_init(&table, 3);
    table_add(&table, "ENTRY");
    table_add(&table, "TYPE");
    table_add(&table, "CONNECT");
    for (size_t i = 0; i < list->count; i++) {
        const struct portproxy_entry *entry = &list->items[i]->entry;
        char words[PORTPROXY_TEXT_SIZE];

        portproxy_key_format(&entry->key, words);
        table_add(&table, words);
        table_add(&table, portproxy_type_name(entry->key.type));
        portproxy_value_format(&entry->value, words);
        table_add(&table, words);
    }
    if (list->count > 0)
        table_write(&table, &call->out);
    else
        output_text(&call->out, "There are no portproxy entries to take over.\n");
    table_clear(&table);
}

static void write_firewall_rules(struct call *call, const struct adopt_reply *reply)
{
    struct table table;

    if (reply->count == 0)
        return;
    table_init(&table, 5);
    table_add(&table, "FIREWALL RULE");
    table_add(&table, "DIRECTION");
    table_add(&table, "PORTS");
    table_add(&table, "FROM");
    table_add(&table, "STATE");
    for (size_t i = 0; i < reply->count; i++) {
        const struct script_rule *rule = &reply->items[i];

        table_add(&table, rule->name);
        table_add(&table, rule->inbound ? "in" : "out");
        table_add(&table, rule->local_ports);
        table_add(&table, rule->remote_addresses);
        table_add(&table, rule->enabled ? "on" : "off");
    }
    output_text(&call->out, "\n");
    table_write(&table, &call->out);
    table_clear(&table);
}

static void put_entries(const struct adoptable_list *list, struct json *json)
{
    json_begin_array(json, "entries");
    for (size_t i = 0; i < list->count; i++) {
        const struct portproxy_entry *entry = &list->items[i]->entry;

        json_begin_object(json, NULL);
        json_put_text(json, "type", portproxy_type_name(entry->key.type));
        json_put_text(json, "listen_address", entry->key.listen);
        json_put_number(json, "listen_port", entry->key.port);
        json_put_text(json, "connect_address", entry->value.connect);
        json_put_number(json, "connect_port", entry->value.port);
        json_end(json);
    }
    json_end(json);
}

static void put_firewall_rules(const struct adopt_reply *reply, struct json *json)
{
    json_begin_array(json, "firewall_rules");
    for (size_t i = 0; i < reply->count; i++) {
        const struct script_rule *rule = &reply->items[i];

        json_begin_object(json, NULL);
        json_put_text(json, "name", rule->name);
        json_put_text(json, "direction", rule->inbound ? "in" : "out");
        json_put_text(json, "ports", rule->local_ports);
        json_put_text(json, "remote", rule->remote_addresses);
        json_put_bool(json, "enabled", rule->enabled);
        json_end(json);
    }
    json_end(json);
}

static void answer_list(struct call *call, const struct adoptable_list *list,
                        const struct adopt_reply *reply)
{
    struct json *json = call->json;

    if (json == NULL) {
        write_entries(call, list);
        write_firewall_rules(call, reply);
        if (reply->undo_entry_count > 0)
            output_format(&call->out, "\nTaken over earlier: %u entries.\n",
                          (unsigned)reply->undo_entry_count);
        return;
    }
    json_begin_object(json, NULL);
    put_entries(list, json);
    put_firewall_rules(reply, json);
    json_put_number(json, "undo_entries", reply->undo_entry_count);
    json_put_number(json, "undo_firewall_rules", reply->undo_firewall_rule_count);
    json_end(json);
}

static bool show_list(struct call *call, const struct adoptable_list *list,
                      struct error *err)
{
    struct request request = {.verb = VERB_ADOPT};
    struct adopt_reply told;
    struct reply reply;

    if (!ask(call, &request, &told, &reply, err))
        return false;
    answer_list(call, list, &told);
    reply_clear(&reply);
    return true;
}

/* With one wrong reference nothing is done: what was typed may not be what was meant. */
static bool choose(struct call *call, const struct adoptable_list *list,
                   struct adopt_request *out, struct error *err)
{
    for (size_t i = 0; i < call->command.argument_count; i++) {
        const struct report_entry *found =
            adoptable_find(list, call->command.arguments[i], err);

        if (found == NULL)
            return false;
        adoptable_add(found, out);
    }
    for (size_t i = 0; command_has(&call->command, OPTION_ALL) && i < list->count; i++)
        adoptable_add(list->items[i], out);
    return true;
}

static void answer_counts(struct call *call, const struct adopt_reply *reply)
{
    const bool undo = command_has(&call->command, OPTION_UNDO);
    struct json *json = call->json;

    if (json != NULL) {
        json_begin_object(json, NULL);
        json_put_number(json, "rules", reply->rule_count);
        json_put_number(json, "firewall_rules", reply->firewall_rule_count);
        json_end(json);
    } else if (undo) {
        output_format(&call->out,
                      "Undone: removed %u rules, put back what was there before, and "
                      "turned %u firewall rules of scripts on again.\n",
                      (unsigned)reply->rule_count, (unsigned)reply->firewall_rule_count);
    } else {
        output_format(&call->out,
                      "Took over: made %u rules and turned %u firewall rules of scripts "
                      "off. 'adopt --undo' puts all back.\n",
                      (unsigned)reply->rule_count, (unsigned)reply->firewall_rule_count);
    }
}

static void put_approved(struct json *json)
{
    json_begin_object(json, NULL);
    json_put_bool(json, "approved", true);
    json_end(json);
}

static bool change(struct call *call, struct request *request, struct error *err)
{
    struct adopt_reply told;
    struct reply reply;

    if (!ask(call, request, &told, &reply, err))
        return false;
    if (reply.verb == VERB_ADOPT)
        answer_counts(call, &told);
    else if (call->json == NULL)
        output_text(&call->out, "Approved and carried out.\n");
    else
        put_approved(call->json);
    reply_clear(&reply);
    return true;
}

static bool take(struct call *call, const struct adoptable_list *list, struct error *err)
{
    struct request request = {.verb = VERB_ADOPT};
    bool ok;

    request.adopt.order = ADOPT_TAKE;
    request.adopt.replace_firewall_rules =
        !command_has(&call->command, OPTION_KEEP_FIREWALL);
    ok = choose(call, list, &request.adopt, err) && change(call, &request, err);
    request_clear(&request);
    return ok;
}

bool run_adopt(struct call *call, struct error *err)
{
    struct request undo = {.verb = VERB_ADOPT, .adopt = {.order = ADOPT_UNDO}};
    struct adoptable_list list = {0};
    struct report *report;
    bool ok;

    if (command_has(&call->command, OPTION_UNDO))
        return change(call, &undo, err);
    report = call_fetch_report(call, err);
    if (report == NULL)
        return false;
    adoptable_build(report, &list);
    ok = command_has(&call->command, OPTION_ALL) || call->command.argument_count > 0
             ? take(call, &list, err)
             : show_list(call, &list, err);
    adoptable_clear(&list);
    report_free(report);
    return ok;
}
