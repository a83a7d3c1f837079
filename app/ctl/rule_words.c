/*
 * Words for a rule.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/rule_words.h"

#include "app/ctl/json.h"

void rule_words_title(const struct rule *rule, char out[RULE_WORD_SIZE])
{
    if (rule->name[0] != '\0')
        text_copy(out, RULE_WORD_SIZE, rule->name);
    else
        rule_listen_format(&rule->listen, out, RULE_WORD_SIZE);
}

void rule_words_firewall(const struct rule *rule, char out[RULE_WORD_SIZE])
{
    struct text text = text_over(out, RULE_WORD_SIZE);
    char profiles[64];
    char remote[RULE_WORD_SIZE];

    rule_profiles_format(rule->scope.profiles, profiles, sizeof profiles);
    rule_remote_format(&rule->scope, remote, sizeof remote);
    text_append(&text, profiles);
    if (rule->scope.profiles != 0)
        text_append_format(&text, " from %s", remote);
}

void rule_words_state(const struct rule_status *status, char out[RULE_WORD_SIZE])
{
    struct text text = text_over(out, RULE_WORD_SIZE);

    text_append(&text, rule_state_name(status->state));
    if (status->port_count > 1 && status->active_count > 0 &&
        status->active_count < status->port_count)
        text_append_format(&text, ", %u of %u ports", status->active_count,
                           status->port_count);
}

void rule_words_reason(const struct rule_status *status, char out[RULE_WORD_SIZE])
{
    struct text text = text_over(out, RULE_WORD_SIZE);

    rule_status_explain(status, &text);
    if (status->os_code != 0)
        text_append_format(&text, " (0x%08lX)", (unsigned long)status->os_code);
}

static void put_rule(const struct rule *rule, struct json *json)
{
    char words[RULE_WORD_SIZE];

    json_put_text(json, "id", rule->id.text);
    json_put_text(json, "owner", rule->owner.text);
    json_put_text(json, "name", rule->name);
    json_put_text(json, "comment", rule->comment);
    json_put_bool(json, "enabled", rule->enabled);
    json_put_bool(json, "forced", rule->forced);
    json_put_text(json, "protocol", "tcp");
    rule_listen_format(&rule->listen, words, sizeof words);
    json_put_text(json, "listen", words);
    rule_connect_format(&rule->connect, words, sizeof words);
    json_put_text(json, "connect", words);
    rule_profiles_format(rule->scope.profiles, words, sizeof words);
    json_put_text(json, "firewall", words);
    rule_remote_format(&rule->scope, words, sizeof words);
    json_put_text(json, "remote", words);
}

static void put_status(const struct rule_status *status, struct json *json)
{
    char words[RULE_WORD_SIZE];

    json_put_text(json, "state", rule_state_name(status->state));
    json_put_text(json, "reason", reason_name(status->reason));
    json_put_text(json, "warning", reason_name(status->warning));
    json_put_text(json, "subject", status->subject);
    rule_words_reason(status, words);
    json_put_text(json, "explanation", words);
    json_put_number(json, "os_code", status->os_code);
    json_put_number(json, "port_count", status->port_count);
    json_put_number(json, "active_port_count", status->active_count);
}

void rule_words_put_json(const struct report_rule *rule, const char *key,
                         struct json *json)
{
    json_begin_object(json, key);
    put_rule(&rule->rule, json);
    put_status(&rule->status, json);
    json_end(json);
}
