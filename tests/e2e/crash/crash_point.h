/*
 * For the test build of the service only: a place in the program where it can be made to end at
 * once, without clean-up, as by a power cut.
 *
 * A DWORD below HKLM\Software\TidegateLab, read at each call: its low half is the number of the
 * call at which to end, counted from when the value was set; its high half makes each setting a
 * new one. CrashAfter beside it is 1 for "after the call", else it is before.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_E2E_CRASH_POINT_H
#define TIDEGATE_E2E_CRASH_POINT_H

#include <windows.h>

#include <stdbool.h>

struct crash_point {
    const wchar_t *value_name;
    DWORD armed; /* the value as last read */
    DWORD count;
};

/* Call it before: may not return. True: the process is to end after the call. */
bool crash_point_enter(struct crash_point *point);

/* Call it after, with the call's result, which it gives back unless it ends the process. */
bool crash_point_leave(bool ok, bool ends);

/* For calls that change nothing: the end after one is the end before the next. */
void crash_point_pass(struct crash_point *point);

#endif
