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

static const char *state_words(const struct adopt_script_rule *item)
{
    const bool on = item->rule.enabled;

    switch (item->mark) {
    case SCRIPT_RULE_TURNING_OFF:
        return on ? "on, to be turned off" : "off";
    case SCRIPT_RULE_TURNED_OFF:
        return on ? "on" : "off, by Tidegate";
    case SCRIPT_RULE_TURNING_ON:
        return on ? "on" : "off, to be turned on";
    case SCRIPT_RULE_AS_FOUND:
    case SCRIPT_RULE_MARK_COUNT:
        break;
    }
    return on ? "on" : "off";
}

static const char *mark_name(enum script_rule_mark mark)
{
    static const char *const names[SCRIPT_RULE_MARK_COUNT] = {
        [SCRIPT_RULE_AS_FOUND] = "as-found",
        [SCRIPT_RULE_TURNING_OFF] = "turning-off",
        [SCRIPT_RULE_TURNED_OFF] = "turned-off",
        [SCRIPT_RULE_TURNING_ON] = "turning-on",
    };

    return names[mark];
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
        const struct script_rule *rule = &reply->items[i].rule;

        table_add(&table, rule->name);
        table_add(&table, rule->inbound ? "in" : "out");
        table_add(&table, rule->local_ports);
        table_add(&table, rule->remote_addresses);
        table_add(&table, state_words(&reply->items[i]));
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
        const struct script_rule *rule = &reply->items[i].rule;

        json_begin_object(json, NULL);
        json_put_text(json, "name", rule->name);
        json_put_text(json, "direction", rule->inbound ? "in" : "out");
        json_put_text(json, "ports", rule->local_ports);
        json_put_text(json, "remote", rule->remote_addresses);
        json_put_bool(json, "enabled", rule->enabled);
        json_put_text(json, "adopted", mark_name(reply->items[i].mark));
        json_end(json);
    }
    json_end(json);
}

/* What later passes and the firewall's thread have still to do, and why they have not. */
static void put_pending(const struct adopt_reply *reply, struct json *json)
{
    json_put_number(json, "pending_entries", reply->pending_entry_count);
    json_put_number(json, "pending_firewall_rules", reply->pending_firewall_rule_count);
    if (reply->failure.kind == ERR_NONE) {
        json_put_null(json, "failure");
        return;
    }
    json_begin_object(json, "failure");
    json_put_text(json, "kind", error_kind_name(reply->failure.kind));
    json_put_text(json, "detail", reply->failure.detail);
    json_put_number(json, "code", reply->failure.os_code);
    json_end(json);
}

static void write_pending(struct call *call, const struct adopt_reply *reply)
{
    if (reply->pending_entry_count > 0)
        output_format(&call->out, "Not done yet: entries to be put back: %u.\n",
                      (unsigned)reply->pending_entry_count);
    if (reply->pending_firewall_rule_count > 0)
        output_format(&call->out,
                      "Not done yet: firewall rules of scripts to be switched: %u.\n",
                      (unsigned)reply->pending_firewall_rule_count);
    if (reply->failure.kind == ERR_NONE)
        return;
    output_text(&call->out, "Failed, and is tried again: ");
    output_reason(&call->out, &reply->failure);
}

static void answer_list(struct call *call, const struct adoptable_list *list,
                        const struct adopt_reply *reply)
{
    struct json *json = call->json;

    if (json == NULL) {
        write_entries(call, list);
        write_firewall_rules(call, reply);
        if (reply->undo_entry_count + reply->undo_firewall_rule_count > 0)
            output_format(&call->out,
                          "\nTaken over earlier: entries: %u, firewall rules: %u.\n",
                          (unsigned)reply->undo_entry_count,
                          (unsigned)reply->undo_firewall_rule_count);
        write_pending(call, reply);
        return;
    }
    json_begin_object(json, NULL);
    put_entries(list, json);
    put_firewall_rules(reply, json);
    json_put_number(json, "undo_entries", reply->undo_entry_count);
    json_put_number(json, "undo_firewall_rules", reply->undo_firewall_rule_count);
    put_pending(reply, json);
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
        put_pending(reply, json);
        json_end(json);
        return;
    }
    output_format(&call->out,
                  undo ? "Undone: rules removed: %u; firewall rules of scripts to be on "
                         "again: %u.\n"
                       : "Took over: rules made: %u; firewall rules of scripts to be off: "
                         "%u. 'adopt --undo' puts all back.\n",
                  (unsigned)reply->rule_count, (unsigned)reply->firewall_rule_count);
    write_pending(call, reply);
    if (reply->pending_entry_count + reply->pending_firewall_rule_count > 0)
        output_text(&call->out, "'adopt --list' tells what is left of that.\n");
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
