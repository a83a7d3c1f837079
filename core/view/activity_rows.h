/*
 * The activity page's rows, newest first: how to bring those that are shown in line with a newer
 * reading, so that selection and scroll position stay.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_ACTIVITY_ROWS_H
#define TIDEGATE_VIEW_ACTIVITY_ROWS_H

#include "core/store/activity.h"

#include <stdbool.h>

struct activity_change {
    size_t dropped; /* rows to take from the end, first of all */
    size_t added;   /* rows of the newer reading to put before the others */
};

/* What turns `shown` into `now`. Two readings without a common line: all go, all come. */
struct activity_change activity_rows_compare(const struct activity_list *shown,
                                             const struct activity_list *now);

bool activity_equals(const struct activity *a, const struct activity *b);

#endif
