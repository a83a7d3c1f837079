/*
 * Ending the process at a chosen call.
 * SPDX-License-Identifier: MIT
 */
#include "tests/e2e/crash/crash_point.h"

#define EXIT_CODE 99

static DWORD read_number(const wchar_t *name)
{
    DWORD value = 0;
    DWORD size = sizeof value;

    if (RegGetValueW(HKEY_LOCAL_MACHINE, L"Software\\TidegateLab", name, RRF_RT_REG_DWORD,
                     NULL, &value, &size) != ERROR_SUCCESS)
        return 0;
    return value;
}

static void end_process(void)
{
    TerminateProcess(GetCurrentProcess(), EXIT_CODE);
}

bool crash_point_enter(struct crash_point *point)
{
    const DWORD value = read_number(point->value_name);

    if (value != point->armed)
        point->count = 0;
    point->armed = value;
    point->count++;
    if (value == 0 || point->count != LOWORD(value))
        return false;
    if (read_number(L"CrashAfter") == 0)
        end_process();
    return true;
}

bool crash_point_leave(bool ok, bool ends)
{
    if (ends)
        end_process();
    return ok;
}

void crash_point_pass(struct crash_point *point)
{
    if (read_number(L"CrashAfter") == 0)
        crash_point_enter(point);
}
