/*
 * Moments by Windows' calendar and time zone.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/clock_words.h"

#include "core/base/text.h"

#include <windows.h>

/* From 1601-01-01, where Windows starts to count, to 1970-01-01. */
#define EPOCH_MS 11644473600000LL
#define FILETIME_PER_MS 10000

static bool system_time(int64_t time_ms, SYSTEMTIME *out)
{
    ULARGE_INTEGER ticks;
    FILETIME file_time;

    if (time_ms < 0 || time_ms > INT64_MAX / FILETIME_PER_MS - EPOCH_MS)
        return false;
    ticks.QuadPart = (ULONGLONG)(time_ms + EPOCH_MS) * FILETIME_PER_MS;
    file_time.dwLowDateTime = ticks.LowPart;
    file_time.dwHighDateTime = ticks.HighPart;
    return FileTimeToSystemTime(&file_time, out) != 0;
}

void clock_words_local(int64_t time_ms, char out[CLOCK_WORDS_SIZE])
{
    struct text text = text_over(out, CLOCK_WORDS_SIZE);
    SYSTEMTIME utc;
    SYSTEMTIME local;

    if (system_time(time_ms, &utc) && SystemTimeToTzSpecificLocalTime(NULL, &utc, &local))
        text_append_format(&text, "%04u-%02u-%02u %02u:%02u:%02u", local.wYear,
                           local.wMonth, local.wDay, local.wHour, local.wMinute,
                           local.wSecond);
    else
        text_append(&text, "?");
}

void clock_words_utc(int64_t time_ms, char out[CLOCK_WORDS_SIZE])
{
    struct text text = text_over(out, CLOCK_WORDS_SIZE);
    SYSTEMTIME utc;

    if (system_time(time_ms, &utc))
        text_append_format(&text, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", utc.wYear,
                           utc.wMonth, utc.wDay, utc.wHour, utc.wMinute, utc.wSecond,
                           utc.wMilliseconds);
    else
        text_append(&text, "?");
}
