/*
 * How many lines something may still write into the log, which keeps only the newest: whoever makes
 * his WSL seem to come and go must not push the others' lines out. Pure; times are monotonic
 * milliseconds.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_ENGINE_LINE_BUDGET_H
#define TIDEGATE_ENGINE_LINE_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#define LINE_BUDGET_BURST 300u /* a line for each rule that a user can have, and some */
#define LINE_BUDGET_REFILL_MS (5u * 60000u)

/* A zeroed budget is valid: all is left. */
struct line_budget {
    unsigned used;
    uint64_t since_ms; /* from then on one line comes back each LINE_BUDGET_REFILL_MS */
};

/* False when nothing is left; else takes one. */
bool line_budget_take(struct line_budget *budget, uint64_t now_ms);

#endif
