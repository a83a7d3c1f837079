/*
 * The activity log in the user's language.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/activity_words.h"

#include "resources/resource.h"

#include <string.h>

/* FILETIME counts from 1601 in steps of 100 ns. */
#define UNIX_EPOCH_MS 11644473600000
#define FILETIME_PER_MS 10000

static const UINT sentences[ACTIVITY_KIND_END] = {
    [ACTIVITY_RULE_ADDED] = IDS_ACTIVITY_RULE_ADDED,
    [ACTIVITY_RULE_CHANGED] = IDS_ACTIVITY_RULE_CHANGED,
    [ACTIVITY_RULE_TURNED_ON] = IDS_ACTIVITY_RULE_TURNED_ON,
    [ACTIVITY_RULE_TURNED_OFF] = IDS_ACTIVITY_RULE_TURNED_OFF,
    [ACTIVITY_RULE_REMOVED] = IDS_ACTIVITY_RULE_REMOVED,
    [ACTIVITY_RULE_RESTORED] = IDS_ACTIVITY_RULE_RESTORED,
    [ACTIVITY_WSL_MOVED] = IDS_ACTIVITY_WSL_MOVED,
    [ACTIVITY_WSL_MOVED_RULES] = IDS_ACTIVITY_WSL_MOVED_RULES,
    [ACTIVITY_WSL_RUNNING] = IDS_ACTIVITY_WSL_RUNNING,
    [ACTIVITY_WSL_STOPPED] = IDS_ACTIVITY_WSL_STOPPED,
    [ACTIVITY_WSL_UNKNOWN] = IDS_ACTIVITY_WSL_UNKNOWN,
    [ACTIVITY_WSL_SIGNED_OUT] = IDS_ACTIVITY_WSL_SIGNED_OUT,
    [ACTIVITY_ENTRIES_CHANGED] = IDS_ACTIVITY_ENTRIES_CHANGED,
    [ACTIVITY_FIREWALL_CHANGED] = IDS_ACTIVITY_FIREWALL_CHANGED,
    [ACTIVITY_PROBLEM] = IDS_ACTIVITY_PROBLEM,
    [ACTIVITY_PAUSED] = IDS_ACTIVITY_PAUSED,
    [ACTIVITY_RESUMED] = IDS_ACTIVITY_RESUMED,
    [ACTIVITY_TAKEN_OVER] = IDS_ACTIVITY_TAKEN_OVER,
    [ACTIVITY_SETTING_CHANGED] = IDS_ACTIVITY_SETTING_CHANGED,
    [ACTIVITY_IP_HELPER_STARTED] = IDS_ACTIVITY_IP_HELPER_STARTED,
    [ACTIVITY_DATABASE_MISSING] = IDS_ACTIVITY_DATABASE_MISSING,
    [ACTIVITY_DATABASE_DAMAGED] = IDS_ACTIVITY_DATABASE_DAMAGED,
    [ACTIVITY_DATABASE_BEGUN_ANEW] = IDS_ACTIVITY_DATABASE_BEGUN_ANEW,
    [ACTIVITY_SCRIPT_RULE_TURNED_OFF] = IDS_ACTIVITY_SCRIPT_RULE_TURNED_OFF,
    [ACTIVITY_SCRIPT_RULE_TURNED_ON] = IDS_ACTIVITY_SCRIPT_RULE_TURNED_ON,
    [ACTIVITY_POLICY_REFUSED] = IDS_ACTIVITY_POLICY_REFUSED,
    [ACTIVITY_POLICY_SETS] = IDS_ACTIVITY_POLICY_SETS,
    [ACTIVITY_POLICY_LEAVES] = IDS_ACTIVITY_POLICY_LEAVES,
};

/* The arguments are the rule, the reason's name and its subject. */
static struct words problem(const struct activity *activity)
{
    const struct words title = words_from_utf8(activity->arguments[0]);
    struct rule_row row = {.kind = ROW_MINE,
                           .status = {.reason = activity_reason(activity),
                                      .subject_message = activity->subject_message}};
    struct words reason;

    (void)text_copy(row.status.subject, sizeof row.status.subject, activity->arguments[2]);
    reason = row.status.reason != REASON_NONE ? words_of_reason(&row)
                                              : words_from_utf8(activity->arguments[1]);
    return words_format(IDS_ACTIVITY_PROBLEM, title.text, reason.text, NULL);
}

static UINT sentence_of(const struct activity *activity, const struct user_sid *user)
{
    const bool own = strcmp(activity->arguments[0], user->text) == 0;

    if (activity->kind == ACTIVITY_PAUSED && !own)
        return IDS_ACTIVITY_OTHERS_PAUSED;
    if (activity->kind == ACTIVITY_RESUMED && !own)
        return IDS_ACTIVITY_OTHERS_RESUMED;
    return sentences[activity->kind];
}

struct words words_of_activity(const struct activity *activity,
                               const struct user_sid *user)
{
    struct words inserts[ACTIVITY_ARGUMENT_COUNT];

    for (size_t i = 0; i < ACTIVITY_ARGUMENT_COUNT; i++)
        inserts[i] = words_from_utf8(activity->arguments[i]);
    /* Old lines are sentences already; so is, for want of better, what only a newer service
     * knows. */
    if (activity->kind >= ACTIVITY_KIND_END || sentences[activity->kind] == 0)
        return inserts[0];
    if (activity->kind == ACTIVITY_PROBLEM)
        return problem(activity);
    return words_format(sentence_of(activity, user), inserts[0].text, inserts[1].text,
                        inserts[2].text);
}

static bool local_time(int64_t time_ms, SYSTEMTIME *out)
{
    const ULARGE_INTEGER ticks = {.QuadPart = (ULONGLONG)(time_ms + UNIX_EPOCH_MS) *
                                              FILETIME_PER_MS};
    const FILETIME time = {ticks.LowPart, ticks.HighPart};
    SYSTEMTIME utc;

    return FileTimeToSystemTime(&time, &utc) &&
           SystemTimeToTzSpecificLocalTime(NULL, &utc, out);
}

struct words words_of_time(int64_t time_ms)
{
    wchar_t date[80] = L"";
    struct words time = {0};
    SYSTEMTIME now;
    SYSTEMTIME then;

    if (!local_time(time_ms, &then))
        return time;
    GetLocalTime(&now);
    GetTimeFormatEx(LOCALE_NAME_USER_DEFAULT, 0, &then, NULL, time.text, WORDS_SIZE);
    if (then.wDay == now.wDay && then.wMonth == now.wMonth && then.wYear == now.wYear)
        return time;
    GetDateFormatEx(LOCALE_NAME_USER_DEFAULT, DATE_SHORTDATE, &then, NULL, date,
                    ARRAYSIZE(date), NULL);
    return words_format(IDS_ACTIVITY_DATE_TIME, date, time.text, NULL);
}
