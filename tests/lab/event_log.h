/*
 * What the stand-ins did and when, as one JSON object per line, for tests and benchmarks.
 * The files lie in the folder named by HKLM\Software\TidegateLab, value LogFolder.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_LAB_EVENT_LOG_H
#define TIDEGATE_LAB_EVENT_LOG_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>

/* A growing line of UTF-8. A zeroed one is empty; line_clear() frees it. */
struct line {
    char *bytes;
    size_t size;
    size_t capacity;
};

/* Nanoseconds since 1970, the same clock as Linux' CLOCK_REALTIME. */
uint64_t event_log_now(void);

__attribute__((format(__MINGW_PRINTF_FORMAT, 2, 3))) void line_format(struct line *line,
                                                                      const char *format,
                                                                      ...);
void line_quote(struct line *line, const wchar_t *text);
void line_clear(struct line *line);

/* Appends the line to LogFolder\name in one write, then clears it. Any thread. */
void event_log_append(const wchar_t *name, struct line *line);

#endif
