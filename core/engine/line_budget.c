/*
 * How many lines something may still write into the log.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/line_budget.h"

static void refill(struct line_budget *budget, uint64_t now_ms)
{
    const uint64_t back = (now_ms - budget->since_ms) / LINE_BUDGET_REFILL_MS;

    if (back >= budget->used) {
        budget->used = 0;
        budget->since_ms = now_ms;
    } else {
        budget->used -= (unsigned)back;
        budget->since_ms += back * LINE_BUDGET_REFILL_MS;
    }
}

bool line_budget_take(struct line_budget *budget, uint64_t now_ms)
{
    refill(budget, now_ms);
    if (budget->used == LINE_BUDGET_BURST)
        return false;
    budget->used++;
    return true;
}
