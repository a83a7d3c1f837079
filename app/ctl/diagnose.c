/*
 * diagnose: the chain of each rule, from the local network to the process inside WSL, link by
 * link, and what is seen at its ports now.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/verbs.h"

#include "app/ctl/clock_words.h"
#include "app/ctl/json.h"
#include "app/ctl/rule_words.h"
#include "app/ctl/table.h"
#include "core/command/rule_reference.h"

static void explain(const struct diagnosis_link *link, char out[RULE_WORD_SIZE])
{
    struct text text = text_over(out, RULE_WORD_SIZE);

    diagnosis_link_explain(link, &text);
}

static void put_links(const struct diagnosis *diagnosis, struct json *json)
{
    json_begin_array(json, "links");
    for (size_t i = 0; i < diagnosis->link_count; i++) {
        const struct diagnosis_link *link = &diagnosis->links[i];
        char words[RULE_WORD_SIZE];

        explain(link, words);
        json_begin_object(json, NULL);
        json_put_text(json, "kind", link_kind_name(link->kind));
        json_put_text(json, "verdict", link_verdict_name(link->verdict));
        json_put_text(json, "reason", reason_name(link->reason));
        json_put_text(json, "subject", link->subject);
        json_put_text(json, "explanation", words);
        json_end(json);
    }
    json_end(json);
}

static void put_address(const struct address *address, const char *key, struct json *json)
{
    char words[ADDRESS_TEXT_SIZE];

    address_format(address, words);
    json_put_text(json, key, words);
}

static void put_listeners(const struct diagnosis *diagnosis, struct json *json)
{
    json_begin_array(json, "listeners");
    for (size_t i = 0; i < diagnosis->listener_count; i++) {
        const struct diagnosis_listener *listener = &diagnosis->listeners[i];

        json_begin_object(json, NULL);
        put_address(&listener->address, "address", json);
        json_put_number(json, "port", listener->port);
        json_put_bool(json, "ip_helper", listener->is_ip_helper);
        json_put_text(json, "program", listener->program);
        json_end(json);
    }
    json_end(json);
}

static void put_connections(const struct diagnosis *diagnosis, struct json *json)
{
    json_begin_array(json, "connections");
    for (size_t i = 0; i < diagnosis->connection_count; i++) {
        const struct diagnosis_connection *connection = &diagnosis->connections[i];

        json_begin_object(json, NULL);
        put_address(&connection->local, "local_address", json);
        json_put_number(json, "local_port", connection->local_port);
        put_address(&connection->remote, "remote_address", json);
        json_put_number(json, "remote_port", connection->remote_port);
        json_end(json);
    }
    json_end(json);
    json_put_number(json, "connection_count", (int64_t)diagnosis->connection_total);
}

static void put_firewall_rule(const struct diagnosis *diagnosis, struct json *json)
{
    const struct firewall_rule *rule = &diagnosis->firewall_rule;
    char profiles[RULE_WORD_SIZE];

    json_put_bool(json, "firewall_rule_wanted", diagnosis->firewall_rule_wanted);
    if (!diagnosis->firewall_rule_found) {
        json_put_null(json, "firewall_rule");
        return;
    }
    rule_profiles_format(rule->profiles & PROFILE_MASK, profiles, sizeof profiles);
    json_begin_object(json, "firewall_rule");
    json_put_text(json, "name", rule->name);
    json_put_text(json, "grouping", rule->grouping);
    json_put_bool(json, "enabled", rule->enabled);
    json_put_bool(json, "inbound", rule->inbound);
    json_put_bool(json, "allow", rule->allow);
    json_put_number(json, "protocol", rule->protocol);
    json_put_text(json, "profiles", profiles);
    json_put_text(json, "local_ports", rule->local_ports);
    json_put_text(json, "local_addresses", rule->local_addresses);
    json_put_text(json, "remote_addresses", rule->remote_addresses);
    json_put_text(json, "program", rule->program);
    json_put_text(json, "service", rule->service);
    json_end(json);
}

static void put_diagnosis(const struct report_rule *item,
                          const struct diagnosis *diagnosis, struct json *json)
{
    char time[CLOCK_WORDS_SIZE];

    clock_words_utc(diagnosis->time_ms, time);
    json_begin_object(json, NULL);
    rule_words_put_json(item, "rule", json);
    json_put_number(json, "time_ms", diagnosis->time_ms);
    json_put_text(json, "time", time);
    json_put_text(json, "probe", probe_result_name(diagnosis->probe));
    put_links(diagnosis, json);
    put_listeners(diagnosis, json);
    put_connections(diagnosis, json);
    put_firewall_rule(diagnosis, json);
    json_end(json);
}

static const char *mark_of(enum link_verdict verdict)
{
    static const char *const marks[] = {
        [LINK_GOOD] = "ok",   [LINK_WARNING] = "warning", [LINK_BROKEN] = "BROKEN",
        [LINK_UNKNOWN] = "?", [LINK_NOT_NEEDED] = "-",
    };

    return marks[verdict];
}

static void write_title(const struct report_rule *item, struct output *out)
{
    char words[RULE_WORD_SIZE];

    rule_words_title(&item->rule, words);
    output_foreign(out, words);
    rule_words_state(&item->status, words);
    output_format(out, ": %s\n", words);
}

static void write_links(const struct diagnosis *diagnosis, struct output *out)
{
    struct table table;

    table_init(&table, 3);
    for (size_t i = 0; i < diagnosis->link_count; i++) {
        char words[RULE_WORD_SIZE];

        explain(&diagnosis->links[i], words);
        table_add(&table, mark_of(diagnosis->links[i].verdict));
        table_add(&table, link_kind_name(diagnosis->links[i].kind));
        table_add(&table, words);
    }
    table_write(&table, out);
    table_clear(&table);
}

/* "192.168.1.10:3000", "[::]:3000" */
static void endpoint_words(const struct address *address, uint16_t port,
                           char out[RULE_WORD_SIZE])
{
    const struct rule_listen listen = {.kind = LISTEN_ADDRESS,
                                       .address = *address,
                                       .first_port = port,
                                       .last_port = port};

    rule_listen_format(&listen, out, RULE_WORD_SIZE);
}

static void write_listener(const struct diagnosis_listener *listener, struct output *out)
{
    char words[RULE_WORD_SIZE];

    endpoint_words(&listener->address, listener->port, words);
    output_format(out, "listening: %s by ", words);
    output_foreign(out, listener->program[0] != '\0' ? listener->program : "?");
    output_text(out, listener->is_ip_helper ? " (IP Helper)\n" : "\n");
}

static void write_connections(const struct diagnosis *diagnosis, struct output *out)
{
    const size_t hidden = diagnosis->connection_total - diagnosis->connection_count;

    for (size_t i = 0; i < diagnosis->connection_count; i++) {
        const struct diagnosis_connection *connection = &diagnosis->connections[i];
        char remote[RULE_WORD_SIZE];
        char local[RULE_WORD_SIZE];

        endpoint_words(&connection->remote, connection->remote_port, remote);
        endpoint_words(&connection->local, connection->local_port, local);
        output_format(out, "connected: %s to %s\n", remote, local);
    }
    if (hidden > 0)
        output_format(out, "connected: %zu more\n", hidden);
}

static void write_firewall_rule(const struct diagnosis *diagnosis, struct output *out)
{
    const struct firewall_rule *rule = &diagnosis->firewall_rule;
    char profiles[RULE_WORD_SIZE];

    if (!diagnosis->firewall_rule_found)
        return;
    rule_profiles_format(rule->profiles & PROFILE_MASK, profiles, sizeof profiles);
    output_text(out, "firewall rule: ");
    output_foreign(out, rule->name);
    output_format(out, ", %s, ports ", rule->enabled ? "enabled" : "disabled");
    output_foreign(out, rule->local_ports);
    output_format(out, ", %s, from ", profiles);
    output_foreign(out, rule->remote_addresses);
    output_text(out, "\n");
}

static void write_diagnosis(const struct report_rule *item,
                            const struct diagnosis *diagnosis, struct output *out)
{
    if (out->size > 0)
        output_text(out, "\n");
    write_title(item, out);
    write_links(diagnosis, out);
    for (size_t i = 0; i < diagnosis->listener_count; i++)
        write_listener(&diagnosis->listeners[i], out);
    write_connections(diagnosis, out);
    write_firewall_rule(diagnosis, out);
}

/* The service gives up a probe after 2 s. */
#define PROBE_LOOK_MS 100
#define PROBE_LOOKS 40

bool diagnose_ask(struct call *call, const struct report_rule *item, struct reply *out,
                  struct error *err)
{
    struct request request = {.verb = VERB_DIAGNOSE};

    request.rule_id = item->rule.id;
    request.probe = command_has(&call->command, OPTION_PROBE);
    if (!user_sid_equals(&item->rule.owner, &call->hello.hello.user))
        request.user = item->rule.owner;
    if (!call_ask(call, &request, out, err))
        return false;
    for (int i = 0; i < PROBE_LOOKS && out->diagnosis->probe == PROBE_UNDER_WAY; i++) {
        Sleep(PROBE_LOOK_MS);
        reply_clear(out);
        if (!call_ask(call, &request, out, err))
            return false;
    }
    return true;
}

static bool diagnose(struct call *call, const struct report_rule *item, struct error *err)
{
    struct reply reply;

    if (!diagnose_ask(call, item, &reply, err))
        return false;
    if (call->json != NULL)
        put_diagnosis(item, reply.diagnosis, call->json);
    else
        write_diagnosis(item, reply.diagnosis, &call->out);
    reply_clear(&reply);
    return true;
}

/* One that was removed meanwhile is told, and the others go on. */
static bool diagnose_all(struct call *call, const struct report *report, struct error *err)
{
    for (size_t i = 0; i < report->rule_count; i++) {
        const struct report_rule *item = &report->rules[i];

        if (!user_sid_equals(&item->rule.owner, &call->user) || diagnose(call, item, err))
            continue;
        if (err->kind == ERR_UNAVAILABLE)
            return false;
        call_tell(call, err);
    }
    if (call->json == NULL && call->out.size == 0 && call->worst == EXIT_DONE)
        output_text(&call->out, "There are no rules.\n");
    return true;
}

static bool diagnose_one(struct call *call, const struct report *report, struct error *err)
{
    const struct report_rule *item =
        rule_reference_resolve(report, &call->user, call->command.arguments[0], err);

    return item != NULL && diagnose(call, item, err);
}

bool run_diagnose(struct call *call, struct error *err)
{
    struct report *report = call_fetch_report(call, err);
    bool ok;

    if (report == NULL)
        return false;
    if (command_has(&call->command, OPTION_REPORT)) {
        ok = run_problem_report(call, report, err);
        report_free(report);
        return ok;
    }
    if (call->json != NULL) {
        json_begin_object(call->json, NULL);
        json_begin_array(call->json, "diagnoses");
    }
    ok = call->command.argument_count > 0 ? diagnose_one(call, report, err)
                                          : diagnose_all(call, report, err);
    if (call->json != NULL) {
        json_end(call->json);
        json_end(call->json);
    }
    report_free(report);
    return ok;
}
