/*
 * The activity page's rows.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/activity_rows.h"

#include <string.h>

bool activity_equals(const struct activity *a, const struct activity *b)
{
    for (size_t i = 0; i < ACTIVITY_ARGUMENT_COUNT; i++) {
        if (strcmp(a->arguments[i], b->arguments[i]) != 0)
            return false;
    }
    return a->time_ms == b->time_ms && a->kind == b->kind &&
           rule_id_equals(&a->rule_id, &b->rule_id);
}

/* How many rows of `shown`, from its first on, follow in `now` after `added` new ones: all up to
 * the end of `now`, or 0. */
static size_t count_kept(const struct activity_list *shown,
                         const struct activity_list *now, size_t added)
{
    const size_t rest = now->count - added;

    if (rest > shown->count)
        return 0;
    for (size_t i = 0; i < rest; i++) {
        if (!activity_equals(&shown->items[i], &now->items[added + i]))
            return 0;
    }
    return rest;
}

struct activity_change activity_rows_compare(const struct activity_list *shown,
                                             const struct activity_list *now)
{
    for (size_t added = 0; added < now->count; added++) {
        const size_t kept = count_kept(shown, now, added);

        if (kept > 0)
            return (struct activity_change){.dropped = shown->count - kept,
                                            .added = added};
    }
    return (struct activity_change){.dropped = shown->count, .added = now->count};
}
