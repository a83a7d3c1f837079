/*
 * The activity log in the user's language.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_ACTIVITY_WORDS_H
#define TIDEGATE_TRAY_ACTIVITY_WORDS_H

#include "app/tray/words.h"
#include "core/store/activity.h"

/* `user`: who reads it. */
struct words words_of_activity(const struct activity *activity,
                               const struct user_sid *user);

/* A moment (milliseconds since 1970, UTC) in the user's time zone and format; of today, the time
 * alone. */
struct words words_of_time(int64_t time_ms);

#endif
