/*
 * When the next pass is due. Events ask for one at once; only a burst is spaced. Later looks
 * and retries are the sole timers, and they end by themselves: at rest nothing is due.
 * Pure; times are monotonic milliseconds.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_ENGINE_SCHEDULE_H
#define TIDEGATE_ENGINE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCHEDULE_BURST 5 /* passes within a second before further ones are spaced */
#define SCHEDULE_SPACING_MS 100u
#define SCHEDULE_NEVER UINT32_MAX

/* A fixed series of moments after a start. */
struct looks {
    bool active;
    uint64_t start_ms;
    size_t next;
};

/* A zeroed schedule is valid: nothing is due. */
struct schedule {
    bool asked;
    uint64_t passes_ms[SCHEDULE_BURST]; /* begin of the last passes, newest first */
    size_t pass_count;
    struct looks relay; /* 0.1, 0.3, 1, 3, 10 s after a VM was announced without a relay */
    struct looks listener; /* 50, 150, 400, 1000, 3000 ms after a change, until all listen */
    bool retry;            /* something failed */
    uint64_t retry_at_ms;
    uint32_t retry_delay_ms; /* doubles from 1 s to 60 s */
};

void schedule_ask(struct schedule *schedule);
void schedule_begin_pass(struct schedule *schedule, uint64_t now_ms);

void schedule_look_for_relay(struct schedule *schedule, uint64_t now_ms);
void schedule_relay_found(struct schedule *schedule);
void schedule_look_for_listeners(struct schedule *schedule, uint64_t now_ms);
void schedule_listeners_found(struct schedule *schedule);
/* Whether looks for listeners are still to come. */
bool schedule_is_settling(const struct schedule *schedule);

/* After a failure; each further one in a row doubles the delay. */
void schedule_retry(struct schedule *schedule, uint64_t now_ms);
void schedule_succeeded(struct schedule *schedule);
/* Whether a retry was asked for and its time has not come. */
bool schedule_is_backing_off(const struct schedule *schedule, uint64_t now_ms);

/* Milliseconds until a pass is due, 0 now, SCHEDULE_NEVER at rest. */
uint32_t schedule_due_ms(const struct schedule *schedule, uint64_t now_ms);

#endif
