/*
 * A moment as text.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_CTL_CLOCK_WORDS_H
#define TIDEGATE_CTL_CLOCK_WORDS_H

#include <stdint.h>

#define CLOCK_WORDS_SIZE 32

/* "2026-03-29 14:05:09" as this PC's clock showed it; "?" outside of what Windows can count. */
void clock_words_local(int64_t time_ms, char out[CLOCK_WORDS_SIZE]);

/* "2026-03-29T12:05:09.123Z". */
void clock_words_utc(int64_t time_ms, char out[CLOCK_WORDS_SIZE]);

#endif
