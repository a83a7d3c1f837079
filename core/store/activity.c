/*
 * The words for kinds of activity, in English.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/activity.h"

#include <assert.h>
#include <string.h>

/* "%1" to "%3" stand for the arguments. */
static const struct {
    const char *name;
    const char *sentence;
} kinds[ACTIVITY_KIND_END] = {
    [ACTIVITY_OLD_RULE_ADDED] = {"rule-added", "%1"},
    [ACTIVITY_OLD_RULE_CHANGED] = {"rule-changed", "%1"},
    [ACTIVITY_OLD_RULE_REMOVED] = {"rule-removed", "%1"},
    [ACTIVITY_OLD_WSL_MOVED] = {"wsl-moved", "%1"},
    [ACTIVITY_OLD_ENTRIES_CHANGED] = {"entries-changed", "%1"},
    [ACTIVITY_OLD_FIREWALL_CHANGED] = {"firewall-changed", "%1"},
    [ACTIVITY_OLD_PROBLEM] = {"problem", "%1"},
    [ACTIVITY_OLD_PAUSED] = {"paused", "%1"},
    [ACTIVITY_OLD_RESUMED] = {"resumed", "%1"},
    [ACTIVITY_OLD_TAKEN_OVER] = {"taken-over", "%1"},
    [ACTIVITY_OLD_SETTINGS] = {"settings", "%1"},
    [ACTIVITY_OLD_SERVICE] = {"service", "%1"},
    [ACTIVITY_OLD_WSL_STATE] = {"wsl-state", "%1"},
    [ACTIVITY_RULE_ADDED] = {"rule-added", "rule %1 added"},
    [ACTIVITY_RULE_CHANGED] = {"rule-changed", "rule %1 changed"},
    [ACTIVITY_RULE_TURNED_ON] = {"rule-turned-on", "rule %1 turned on"},
    [ACTIVITY_RULE_TURNED_OFF] = {"rule-turned-off", "rule %1 turned off"},
    [ACTIVITY_RULE_REMOVED] = {"rule-removed", "rule %1 removed"},
    [ACTIVITY_RULE_RESTORED] = {"rule-restored", "rule %1 restored"},
    [ACTIVITY_WSL_MOVED] = {"wsl-moved", "WSL moved to %1"},
    [ACTIVITY_WSL_MOVED_RULES] = {"wsl-moved-rules",
                                  "WSL moved to %1: %2 rules re-pointed in %3 ms"},
    [ACTIVITY_WSL_RUNNING] = {"wsl-running", "WSL is running now"},
    [ACTIVITY_WSL_STOPPED] = {"wsl-stopped", "WSL is stopped now"},
    [ACTIVITY_WSL_UNKNOWN] = {"wsl-unknown", "whether WSL runs is unknown now"},
    [ACTIVITY_WSL_SIGNED_OUT] = {"wsl-signed-out", "the user of WSL signed out"},
    [ACTIVITY_ENTRIES_CHANGED] = {"entries-changed",
                                  "portproxy entries: %1 written, %2 removed in %3 ms"},
    [ACTIVITY_FIREWALL_CHANGED] = {"firewall-changed",
                                   "firewall changes handed to Windows Firewall: %1"},
    [ACTIVITY_PROBLEM] = {"problem", "%1: "}, /* and the reason's sentence */
    [ACTIVITY_PAUSED] = {"paused", "all forwards of %1 paused"},
    [ACTIVITY_RESUMED] = {"resumed", "all forwards of %1 resumed"},
    [ACTIVITY_TAKEN_OVER] = {"taken-over", "rule %1 took over %2"},
    [ACTIVITY_SETTING_CHANGED] = {"setting-changed", "setting %1 is now '%2'"},
    [ACTIVITY_IP_HELPER_STARTED] = {"ip-helper-started",
                                    "the IP Helper service was started"},
    [ACTIVITY_DATABASE_MISSING] = {"database-missing", "the database was missing; its last "
                                                       "good copy was restored"},
    [ACTIVITY_DATABASE_DAMAGED] =
        {"database-damaged",
         "the database was damaged; its last good copy was restored. The "
         "damaged file is '%1'"},
    [ACTIVITY_DATABASE_BEGUN_ANEW] =
        {"database-begun-anew",
         "the database was damaged and no good copy was found; Tidegate "
         "began anew. The damaged file is '%1'"},
    [ACTIVITY_SCRIPT_RULE_TURNED_OFF] = {"script-rule-turned-off",
                                         "a script's firewall rule '%1' for ports %2 turned "
                                         "off"},
    [ACTIVITY_SCRIPT_RULE_TURNED_ON] = {"script-rule-turned-on",
                                        "a script's firewall rule '%1' for ports %2 turned on "
                                        "again"},
    [ACTIVITY_POLICY_REFUSED] = {"policy-refused",
                                 "policy value %1 must be %3, not %2; the strictest choice "
                                 "counts until it is"},
    [ACTIVITY_POLICY_SETS] = {"policy-sets", "policy sets %1 to '%2'"},
    [ACTIVITY_POLICY_LEAVES] = {"policy-leaves",
                                "policy leaves %1 alone again; it is '%2'"},
};

bool activity_kind_is_known(unsigned number)
{
    return number < ACTIVITY_KIND_END && kinds[number].name != NULL;
}

const char *activity_kind_name(enum activity_kind kind)
{
    return activity_kind_is_known(kind) ? kinds[kind].name : "unknown";
}

enum reason activity_reason(const struct activity *activity)
{
    if (activity->kind != ACTIVITY_PROBLEM)
        return REASON_NONE;
    for (enum reason reason = REASON_NONE; reason < REASON_COUNT; reason++) {
        if (strcmp(reason_name(reason), activity->arguments[1]) == 0)
            return reason;
    }
    return REASON_NONE;
}

/* "1 rules" would be no English; where two forms are needed, this is the other. */
static const char *sentence_of(const struct activity *activity)
{
    if (activity->kind == ACTIVITY_WSL_MOVED_RULES &&
        strcmp(activity->arguments[1], "1") == 0)
        return "WSL moved to %1: 1 rule re-pointed in %3 ms";
    return kinds[activity->kind].sentence;
}

static void append_filled(const char *sentence, const struct activity *activity,
                          struct text *out)
{
    for (const char *at = sentence; *at != '\0'; at++) {
        if (*at == '%') {
            at++;
            assert(*at >= '1' && *at <= '0' + ACTIVITY_ARGUMENT_COUNT);
            text_append(out, activity->arguments[*at - '1']);
        } else {
            text_append(out, (const char[]){*at, '\0'});
        }
    }
}

static void append_reason(const struct activity *activity, struct text *out)
{
    struct rule_status status = {.reason = activity_reason(activity)};

    text_copy(status.subject, sizeof status.subject, activity->arguments[2]);
    if (status.reason != REASON_NONE)
        rule_status_explain(&status, out);
    else
        text_append(out, activity->arguments[1]);
}

void activity_explain(const struct activity *activity, struct text *out)
{
    if (!activity_kind_is_known(activity->kind))
        return; /* stored by a newer version */
    append_filled(sentence_of(activity), activity, out);
    if (activity->kind == ACTIVITY_PROBLEM)
        append_reason(activity, out);
}
