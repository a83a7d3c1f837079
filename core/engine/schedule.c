/*
 * When the next pass is due.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/schedule.h"

#include <string.h>

#define RETRY_FIRST_MS 1000u
#define RETRY_LAST_MS 60000u
#define LOOK_COUNT 5

static const uint32_t relay_looks[LOOK_COUNT] = {100, 300, 1000, 3000, 10000};
static const uint32_t listener_looks[LOOK_COUNT] = {50, 150, 400, 1000, 3000};

void schedule_ask(struct schedule *schedule)
{
    schedule->asked = true;
}

/* Passes the moments that have come. */
static void advance(struct looks *looks, const uint32_t offsets[LOOK_COUNT],
                    uint64_t now_ms)
{
    while (looks->active && looks->start_ms + offsets[looks->next] <= now_ms) {
        looks->next++;
        if (looks->next == LOOK_COUNT)
            *looks = (struct looks){0};
    }
}

void schedule_begin_pass(struct schedule *schedule, uint64_t now_ms)
{
    memmove(schedule->passes_ms + 1, schedule->passes_ms,
            (SCHEDULE_BURST - 1) * sizeof schedule->passes_ms[0]);
    schedule->passes_ms[0] = now_ms;
    if (schedule->pass_count < SCHEDULE_BURST)
        schedule->pass_count++;
    schedule->asked = false;
    advance(&schedule->relay, relay_looks, now_ms);
    advance(&schedule->listener, listener_looks, now_ms);
    if (schedule->retry && schedule->retry_at_ms <= now_ms)
        schedule->retry = false;
}

static void start(struct looks *looks, uint64_t now_ms)
{
    *looks = (struct looks){.active = true, .start_ms = now_ms};
}

void schedule_look_for_relay(struct schedule *schedule, uint64_t now_ms)
{
    start(&schedule->relay, now_ms);
}

void schedule_relay_found(struct schedule *schedule)
{
    schedule->relay.active = false;
}

void schedule_look_for_listeners(struct schedule *schedule, uint64_t now_ms)
{
    start(&schedule->listener, now_ms);
}

void schedule_listeners_found(struct schedule *schedule)
{
    schedule->listener.active = false;
}

bool schedule_is_settling(const struct schedule *schedule)
{
    return schedule->listener.active;
}

void schedule_retry(struct schedule *schedule, uint64_t now_ms)
{
    if (schedule->retry)
        return; /* the next try is set already */
    if (schedule->retry_delay_ms == 0)
        schedule->retry_delay_ms = RETRY_FIRST_MS;
    else if (schedule->retry_delay_ms < RETRY_LAST_MS / 2)
        schedule->retry_delay_ms *= 2;
    else
        schedule->retry_delay_ms = RETRY_LAST_MS;
    schedule->retry = true;
    schedule->retry_at_ms = now_ms + schedule->retry_delay_ms;
}

void schedule_succeeded(struct schedule *schedule)
{
    schedule->retry = false;
    schedule->retry_delay_ms = 0;
}

bool schedule_is_backing_off(const struct schedule *schedule, uint64_t now_ms)
{
    return schedule->retry && now_ms < schedule->retry_at_ms;
}

static uint32_t until(uint64_t moment_ms, uint64_t now_ms)
{
    return moment_ms > now_ms ? (uint32_t)(moment_ms - now_ms) : 0;
}

static uint32_t earlier(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t asked_due(const struct schedule *schedule, uint64_t now_ms)
{
    const bool burst = schedule->pass_count == SCHEDULE_BURST &&
                       now_ms - schedule->passes_ms[SCHEDULE_BURST - 1] < 1000;

    return burst ? until(schedule->passes_ms[0] + SCHEDULE_SPACING_MS, now_ms) : 0;
}

uint32_t schedule_due_ms(const struct schedule *schedule, uint64_t now_ms)
{
    uint32_t due = SCHEDULE_NEVER;

    if (schedule->asked)
        due = asked_due(schedule, now_ms);
    if (schedule->relay.active)
        due = earlier(
            due,
            until(schedule->relay.start_ms + relay_looks[schedule->relay.next], now_ms));
    if (schedule->listener.active)
        due = earlier(due, until(schedule->listener.start_ms +
                                     listener_looks[schedule->listener.next],
                                 now_ms));
    if (schedule->retry)
        due = earlier(due, until(schedule->retry_at_ms, now_ms));
    return due;
}
