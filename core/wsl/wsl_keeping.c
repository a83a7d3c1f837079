/*
 * Keeping a distribution running.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/wsl_keeping.h"

/* Whoever shuts WSL down gets it to rest for a moment, to convert a distribution for instance. */
#define PAUSE_MS 15000
#define PAUSE_LONGEST_MS 600000
/* One that ran for as long was no failure. */
#define LONG_LIFE_MS 60000

bool wsl_is_needed(const struct report *report, const struct user_sid *user)
{
    if (report == NULL || report_is_paused(report, user))
        return false;
    for (size_t i = 0; i < report->rule_count; i++) {
        const struct rule *rule = &report->rules[i].rule;

        if (rule->enabled && rule->connect.kind == CONNECT_WSL &&
            user_sid_equals(&rule->owner, user))
            return true;
    }
    return false;
}

bool wsl_keeping_starts(const struct wsl_keeping *keeping, bool wanted, int64_t now_ms)
{
    return wanted && !keeping->runs && now_ms >= keeping->not_before_ms;
}

int64_t wsl_keeping_wait_ms(const struct wsl_keeping *keeping, bool wanted, int64_t now_ms)
{
    if (!wanted || keeping->runs)
        return -1;
    return keeping->not_before_ms > now_ms ? keeping->not_before_ms - now_ms : 0;
}

void wsl_keeping_started(struct wsl_keeping *keeping, int64_t now_ms)
{
    keeping->runs = true;
    keeping->started_ms = now_ms;
}

void wsl_keeping_ended(struct wsl_keeping *keeping, int64_t now_ms)
{
    int64_t pause = PAUSE_MS;

    keeping->ended_count = keeping->runs && now_ms - keeping->started_ms >= LONG_LIFE_MS
                               ? 0
                               : keeping->ended_count + 1;
    for (unsigned i = 1; i < keeping->ended_count && pause < PAUSE_LONGEST_MS; i++)
        pause *= 2;
    keeping->runs = false;
    keeping->not_before_ms =
        now_ms + (pause < PAUSE_LONGEST_MS ? pause : PAUSE_LONGEST_MS);
}

void wsl_keeping_stopped(struct wsl_keeping *keeping)
{
    *keeping = (struct wsl_keeping){0};
}
