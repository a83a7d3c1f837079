/*
 * status: the service, WSL, the IP Helper and the firewall, and which rules need attention.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/verbs.h"

#include "app/ctl/clock_words.h"
#include "app/ctl/json.h"
#include "app/ctl/rule_words.h"
#include "app/ctl/table.h"
#include "app/ctl/wsl_words.h"

static const struct {
    const char *name;
    const char *sentence;
} healths[] = {
    [HEALTH_FINE] = {"fine", "everything that is turned on works"},
    [HEALTH_PAUSED] = {"paused", "paused; 'tidegatectl resume' goes on"},
    [HEALTH_WAITING] = {"waiting", "something waits"},
    [HEALTH_NEEDS_USER] = {"needs-attention", "something needs attention"},
    [HEALTH_UNREACHABLE] = {"unreachable", "the service does not answer"},
};

static void add_line(struct table *table, const char *label, const char *words)
{
    table_add(table, label);
    table_add(table, words);
}

static const char *ip_helper_words(const struct ip_helper *ip_helper)
{
    if (!ip_helper->installed)
        return "not installed";
    if (ip_helper->running)
        return "running";
    return ip_helper->disabled ? "stopped and disabled; set its start type to automatic"
                               : "stopped; 'tidegatectl start-ip-helper' starts it";
}

static void firewall_words(const struct report *report, char out[RULE_WORD_SIZE])
{
    struct text text = text_over(out, RULE_WORD_SIZE);
    char profiles[64];

    rule_profiles_format(report->firewall_current_profiles, profiles, sizeof profiles);
    if (!report->firewall_known)
        text_append(&text, "not read yet");
    else if (report->firewall_current_profiles == 0)
        text_append(&text, "no network is connected");
    else
        text_append_format(&text, "current networks: %s", profiles);
    if (report->hyperv_known)
        text_append(&text, report->hyperv_available ? ", Hyper-V firewall on"
                                                    : ", no Hyper-V firewall");
    if (report->firewall_busy)
        text_append(&text, ", a change is under way");
}

static void caller_words(const struct call *call, char out[RULE_WORD_SIZE])
{
    struct text text = text_over(out, RULE_WORD_SIZE);

    text_append_format(&text, "%s, %s; may %s", call->hello.hello.user.text,
                       call->hello.hello.is_elevated ? "elevated" : "not elevated",
                       call->hello.hello.may_widen ? "change rules"
                       : call->hello.hello.may_change
                           ? "narrow and switch own rules; more "
                             "needs an administrator"
                           : "only look");
}

static void entry_words(const struct report *report, char out[RULE_WORD_SIZE])
{
    struct text text = text_over(out, RULE_WORD_SIZE);
    size_t ours = 0;

    for (size_t i = 0; i < report->entry_count; i++)
        ours += report->entries[i].owner == ENTRY_OURS;
    text_append_format(&text, "%zu of Tidegate, %zu of others, %zu malformed", ours,
                       report->entry_count - ours, report->malformed_count);
}

/* With a database that cannot be opened no pass is made, and nothing is known of this PC. */
static bool was_ever_read(const struct report *report)
{
    return report->fault[0] == '\0' || report->ip_helper.installed ||
           report->firewall_known || report->entry_count > 0;
}

/* Which settings policy sets, and each of its values that is refused. */
static void add_policy_lines(const struct policy *policy, struct table *table)
{
    char words[RULE_WORD_SIZE];
    struct text text = TEXT_OVER(words);

    for (enum setting setting = 0; setting < SETTING_COUNT; setting++) {
        if (policy->sets[setting])
            text_append_format(&text, "%s%s", text.length > 0 ? ", " : "sets ",
                               setting_key(setting));
    }
    if (text.length > 0)
        add_line(table, "Policy", words);
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++) {
        const struct message *problem = &policy->problems[setting];

        text = TEXT_OVER(words);
        message_append(problem->id, problem->arguments[0], problem->arguments[1],
                       problem->arguments[2], &text);
        if (problem->id != MESSAGE_NONE)
            add_line(table, "", words);
    }
}

static void add_windows_lines(const struct call *call, const struct report *report,
                              struct table *table)
{
    const struct wsl_view *wsl = report_wsl(report, &call->user);
    char words[RULE_WORD_SIZE];
    char wsl_line[WSL_WORDS_SIZE];

    wsl_words(wsl, wsl_line);
    add_line(table, "WSL", wsl_line);
    for (size_t i = 0; wsl != NULL && i < wsl->evidence_count; i++)
        add_line(table, i == 0 ? "Evidence" : "", wsl->evidence[i]);
    add_line(table, "IP Helper", ip_helper_words(&report->ip_helper));
    firewall_words(report, words);
    add_line(table, "Firewall", words);
    entry_words(report, words);
    add_line(table, "Entries", words);
}

static void write_circumstances(struct call *call, const struct report *report)
{
    struct table table;
    char words[RULE_WORD_SIZE];

    table_init(&table, 2);
    add_line(&table, "Service", call->hello.hello.version);
    caller_words(call, words);
    add_line(&table, "You", words);
    if (!user_sid_equals(&call->user, &call->hello.hello.user))
        add_line(&table, "User", call->user.text);
    if (report->fault[0] != '\0')
        add_line(&table, "Fault", report->fault);
    if (report->notice[0] != '\0')
        add_line(&table, "Notice", report->notice);
    add_policy_lines(&report->policy, &table);
    add_line(&table, "Health", healths[report_health(report, &call->user)].sentence);
    if (was_ever_read(report))
        add_windows_lines(call, report, &table);
    clock_words_local(report->time_ms, words);
    add_line(&table, "As of", words);
    table_write(&table, &call->out);
    table_clear(&table);
}

static void write_attention(struct call *call, const struct report *report)
{
    size_t quiet_count = 0;

    for (size_t i = 0; i < report->rule_count; i++) {
        const struct report_rule *item = &report->rules[i];
        char title[RULE_WORD_SIZE];
        char state[RULE_WORD_SIZE];
        char reason[RULE_WORD_SIZE];

        if (!user_sid_equals(&item->rule.owner, &call->user))
            continue;
        rule_words_reason(&item->status, reason);
        if (reason[0] == '\0') {
            quiet_count++;
            continue;
        }
        rule_words_title(&item->rule, title);
        rule_words_state(&item->status, state);
        output_text(&call->out, "\n");
        output_foreign(&call->out, title);
        output_format(&call->out, ": %s\n  ", state);
        output_foreign(&call->out, reason);
        output_text(&call->out, "\n");
    }
    if (quiet_count > 0)
        output_format(&call->out, "\n%zu %s active or off as wanted.\n", quiet_count,
                      quiet_count == 1 ? "rule is" : "rules are");
}

static void put_service(const struct call *call, struct json *json)
{
    json_begin_object(json, "service");
    json_put_text(json, "version", call->hello.hello.version);
    json_end(json);
    json_begin_object(json, "caller");
    json_put_text(json, "user", call->hello.hello.user.text);
    json_put_bool(json, "elevated", call->hello.hello.is_elevated);
    json_put_bool(json, "may_change", call->hello.hello.may_change);
    json_put_bool(json, "may_widen", call->hello.hello.may_widen);
    json_end(json);
}

static void put_ip_helper(const struct ip_helper *ip_helper, struct json *json)
{
    json_begin_object(json, "ip_helper");
    json_put_bool(json, "installed", ip_helper->installed);
    json_put_bool(json, "running", ip_helper->running);
    json_put_bool(json, "disabled", ip_helper->disabled);
    json_put_number(json, "process_id", ip_helper->process_id);
    json_end(json);
}

static void put_firewall(const struct report *report, struct json *json)
{
    char profiles[64];

    rule_profiles_format(report->firewall_current_profiles, profiles, sizeof profiles);
    json_begin_object(json, "firewall");
    json_put_bool(json, "known", report->firewall_known);
    json_put_bool(json, "busy", report->firewall_busy);
    json_put_bool(json, "hyperv_known", report->hyperv_known);
    json_put_bool(json, "hyperv_available", report->hyperv_available);
    json_put_text(json, "current_profiles",
                  report->firewall_current_profiles != 0 ? profiles : "");
    json_end(json);
}

static void put_policy(const struct policy *policy, struct json *json)
{
    json_begin_object(json, "policy");
    json_begin_array(json, "sets");
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++) {
        if (policy->sets[setting])
            json_put_text(json, NULL, setting_key(setting));
    }
    json_end(json);
    json_begin_array(json, "refused");
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++) {
        const struct message *problem = &policy->problems[setting];

        if (problem->id == MESSAGE_NONE)
            continue;
        json_begin_object(json, NULL);
        json_put_text(json, "value", problem->arguments[0]);
        json_put_text(json, "found", problem->arguments[1]);
        json_put_text(json, "accepted", problem->arguments[2]);
        json_end(json);
    }
    json_end(json);
    json_end(json);
}

static void put_wsl_ports(const struct call *call, const struct report *report)
{
    json_begin_array(call->json, "wsl_ports");
    for (size_t i = 0; i < report->wsl_port_count; i++) {
        if (user_sid_equals(&report->wsl_ports[i].user, &call->user))
            json_put_number(call->json, NULL, report->wsl_ports[i].port);
    }
    json_end(call->json);
}

static void put_status(struct call *call, const struct report *report)
{
    struct json *json = call->json;

    json_begin_object(json, NULL);
    json_put_number(json, "revision", (int64_t)report->revision);
    json_put_number(json, "time_ms", report->time_ms);
    json_put_text(json, "fault", report->fault);
    json_put_text(json, "notice", report->notice);
    put_policy(&report->policy, json);
    put_service(call, json);
    json_put_text(json, "user", call->user.text);
    json_put_text(json, "health", healths[report_health(report, &call->user)].name);
    json_put_bool(json, "paused", report_is_paused(report, &call->user));
    wsl_words_put_json(report_wsl(report, &call->user), "wsl", json);
    put_wsl_ports(call, report);
    put_ip_helper(&report->ip_helper, json);
    put_firewall(report, json);
    json_begin_array(json, "rules");
    for (size_t i = 0; i < report->rule_count; i++) {
        if (user_sid_equals(&report->rules[i].rule.owner, &call->user))
            rule_words_put_json(&report->rules[i], NULL, json);
    }
    json_end(json);
    json_put_number(json, "malformed_count", (int64_t)report->malformed_count);
    json_end(json);
}

bool run_status(struct call *call, struct error *err)
{
    struct report *report = call_fetch_report(call, err);

    if (report == NULL)
        return false;
    if (call->json != NULL) {
        put_status(call, report);
    } else {
        write_circumstances(call, report);
        write_attention(call, report);
    }
    report_free(report);
    return true;
}
