/*
 * The text of a problem report.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/problem_report.h"

#include "core/base/mem.h"

#include <string.h>

#define ENTRY_LINES_MAX 200

static const char *or_unknown(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : "not known";
}

static void write_versions(const struct problem_report *facts, struct text *out)
{
    text_append_format(out, "Tidegate problem report, %s\n\n", or_unknown(facts->time));
    text_append_format(out, "program:   %s\n", or_unknown(facts->program));
    text_append_format(out, "service:   %s\n", or_unknown(facts->service_version));
    text_append_format(out, "Windows:   %s\n", or_unknown(facts->windows));
    text_append_format(out, "WSL:       %s\n", or_unknown(facts->wsl));
}

static void write_wsl(const struct wsl_view *view, struct text *out)
{
    char address[ADDRESS_TEXT_SIZE] = "not known";

    if (view == NULL) {
        text_append(out, "WSL state: no traces for this user\n");
        return;
    }
    if (view->address_known)
        address_format(&view->address, address);
    text_append_format(out, "WSL state: %s, networking mode %s, address %s\n",
                       wsl_state_name(view->state), networking_mode_name(view->mode),
                       address);
    if (view->problem[0] != '\0')
        text_append_format(out, "  problem: %s\n", view->problem);
    for (size_t i = 0; i < view->evidence_count; i++)
        text_append_format(out, "  evidence: %s\n", view->evidence[i]);
}

static const char *helper_words(const struct ip_helper *helper)
{
    if (!helper->installed)
        return "not installed";
    if (helper->running)
        return "running";
    return helper->disabled ? "disabled" : "stopped";
}

/* What stands in a refused value may be anybody's name. */
static void write_policy(const struct policy *policy, struct text *out)
{
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++) {
        if (policy->sets[setting])
            text_append_format(out, "policy:    sets %s%s\n", setting_key(setting),
                               policy_source(policy, setting) == SETTING_BY_POLICY
                                   ? ""
                                   : ", by a value that is refused");
    }
}

static void write_circumstances(const struct problem_report *facts, struct text *out)
{
    const struct report *report = facts->report;
    char profiles[64];

    if (report->fault[0] != '\0')
        text_append_format(out, "fault:     %s\n", report->fault);
    if (report->notice[0] != '\0')
        text_append_format(out, "notice:    %s\n", report->notice);
    write_policy(&report->policy, out);
    write_wsl(report_wsl(report, facts->user), out);
    text_append_format(out, "IP Helper: %s\n", helper_words(&report->ip_helper));
    rule_profiles_format(report->firewall_current_profiles, profiles, sizeof profiles);
    text_append_format(out, "firewall:  %s%s, current networks: %s\n",
                       report->firewall_known ? "read" : "not read yet",
                       report->firewall_busy ? ", a change is under way" : "",
                       report->firewall_current_profiles == 0 ? "none" : profiles);
    text_append_format(out, "paused:    %s\n",
                       report_is_paused(report, facts->user) ? "yes" : "no");
}

static void write_entries(const struct report *report, struct text *out)
{
    text_append_format(out, "\nPortproxy entries: %zu, and %zu malformed\n",
                       report->entry_count, report->malformed_count);
    for (size_t i = 0; i < report->entry_count && i < ENTRY_LINES_MAX; i++) {
        const struct report_entry *item = &report->entries[i];
        char listen[PORTPROXY_TEXT_SIZE];
        char connect[PORTPROXY_TEXT_SIZE];

        portproxy_key_format(&item->entry.key, listen);
        portproxy_value_format(&item->entry.value, connect);
        text_append_format(out, "  %s %s to %s, %s\n",
                           portproxy_type_name(item->entry.key.type), listen, connect,
                           item->owner == ENTRY_OURS ? "ours" : "foreign");
    }
    if (report->entry_count > ENTRY_LINES_MAX)
        text_append_format(out, "  and %zu more\n", report->entry_count - ENTRY_LINES_MAX);
}

static void write_chain(const struct diagnosis *diagnosis, struct text *out)
{
    for (size_t i = 0; i < diagnosis->link_count; i++) {
        const struct diagnosis_link *link = &diagnosis->links[i];

        text_append_format(out, "    %-10s %-10s ", link_verdict_name(link->verdict),
                           link_kind_name(link->kind));
        diagnosis_link_explain(link, out);
        text_append(out, "\n");
    }
    for (size_t i = 0; i < diagnosis->listener_count; i++) {
        const struct diagnosis_listener *listener = &diagnosis->listeners[i];
        char address[ADDRESS_TEXT_SIZE];

        address_format(&listener->address, address);
        text_append_format(out, "    listening: %s port %u by %s%s\n", address,
                           (unsigned)listener->port, or_unknown(listener->program),
                           listener->is_ip_helper ? " (IP Helper)" : "");
    }
    if (diagnosis->probe != PROBE_NONE)
        text_append_format(out, "    probe: %s\n", probe_result_name(diagnosis->probe));
}

static const struct diagnosis *find_diagnosis(const struct problem_report *facts,
                                              const struct rule_id *id)
{
    for (size_t i = 0; i < facts->diagnosis_count; i++) {
        if (rule_id_equals(&facts->diagnoses[i].rule_id, id))
            return &facts->diagnoses[i];
    }
    return NULL;
}

static void write_status(const struct rule_status *status, struct text *out)
{
    text_append_format(out, "    %s, reason %s, warning %s, %u of %u ports",
                       rule_state_name(status->state), reason_name(status->reason),
                       reason_name(status->warning), (unsigned)status->active_count,
                       (unsigned)status->port_count);
    if (status->os_code != 0)
        text_append_format(out, ", code 0x%08X", (unsigned)status->os_code);
    text_append(out, "\n");
    if (status->reason != REASON_NONE || status->warning != REASON_NONE) {
        text_append(out, "    ");
        rule_status_explain(status, out);
        text_append(out, "\n");
    }
}

/* Of another user's only what is in the way of anybody. */
static void write_rule(const struct problem_report *facts, size_t index, struct text *out)
{
    const struct report_rule *item = &facts->report->rules[index];
    const struct diagnosis *diagnosis = find_diagnosis(facts, &item->rule.id);
    const bool is_own = user_sid_equals(&item->rule.owner, facts->user);
    char listen[RULE_TEXT_SIZE];
    char connect[RULE_TEXT_SIZE];
    char profiles[64];

    rule_listen_format(&item->rule.listen, listen, sizeof listen);
    rule_connect_format(&item->rule.connect, connect, sizeof connect);
    rule_profiles_format(item->rule.scope.profiles, profiles, sizeof profiles);
    text_append_format(out, "  %s%s%s to %s, firewall %s, owner %s\n",
                       is_own ? item->rule.name : "another user's",
                       is_own && item->rule.name[0] == '\0' ? "" : ": ", listen, connect,
                       profiles, item->rule.owner.text);
    write_status(&item->status, out);
    if (diagnosis != NULL)
        write_chain(diagnosis, out);
}

static void write_rules(const struct problem_report *facts, struct text *out)
{
    text_append_format(out, "\nRules: %zu\n", facts->report->rule_count);
    for (size_t i = 0; i < facts->report->rule_count; i++)
        write_rule(facts, i, out);
}

/* The end says that it is not the end. */
static void mark_cut(char *whole, struct text *text)
{
    static const char mark[] = "\n(cut off)\n";

    size_t at = text->capacity - sizeof mark;

    if (!text->truncated)
        return;
    memcpy(whole + at, mark, sizeof mark);
    while (at > 0 && ((unsigned char)whole[at - 1] & 0x80) != 0)
        whole[--at] = ' '; /* never half a character */
}

/* The names of others' rules are none of whoever reads the report. A rule that is gone cannot be
 * told any more whose it was. */
static bool is_of_others(const struct problem_report *facts, const struct rule_id *id)
{
    if (id->text[0] == '\0')
        return false;
    for (size_t i = 0; facts->report != NULL && i < facts->report->rule_count; i++) {
        const struct rule *rule = &facts->report->rules[i].rule;

        if (rule_id_equals(&rule->id, id))
            return !user_sid_equals(&rule->owner, facts->user);
    }
    return true;
}

static void write_activity(const struct problem_report *facts, struct text *out)
{
    if (facts->activity_count == 0)
        return;
    text_append(out, "\nLast activity, newest first:\n");
    for (size_t i = 0; i < facts->activity_count; i++) {
        const struct activity *line = &facts->activity[i];
        char time[32];

        if (is_of_others(facts, &line->rule_id))
            continue;
        facts->format_time(line->time_ms, time, sizeof time);
        text_append_format(out, "  %s %s: ", time, activity_kind_name(line->kind));
        if (line->kind == ACTIVITY_POLICY_REFUSED)
            text_append(out, line->arguments[0]);
        else
            activity_explain(line, out);
        text_append(out, "\n");
    }
}

void problem_report_write(const struct problem_report *facts,
                          const struct redaction *redaction, struct text *out)
{
    char *whole = mem_alloc(PROBLEM_REPORT_SIZE);
    struct text text = text_over(whole, PROBLEM_REPORT_SIZE);

    write_versions(facts, &text);
    if (facts->report != NULL) {
        write_circumstances(facts, &text);
        write_rules(facts, &text);
        write_entries(facts->report, &text);
        write_activity(facts, &text);
    } else {
        text_append_format(&text, "trouble:   %s\n", or_unknown(facts->trouble));
    }
    mark_cut(whole, &text);
    redaction_append(redaction, whole, out);
    mem_free(whole);
}
