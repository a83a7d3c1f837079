/*
 * For a build of the tray whose clock a scenario can put forward: what would happen in a minute
 * happens at once. ClockAheadMs below HKLM\Software\TidegateLab says by how much; a wait that is
 * under way heeds it, too.
 * SPDX-License-Identifier: MIT
 */
#include <windows.h>

#define LOOK_MS 50

typedef ULONGLONG WINAPI get_tick_count(void);
typedef DWORD WINAPI wait_for_objects(DWORD, const HANDLE *, BOOL, DWORD);

extern get_tick_count *const __real___imp_GetTickCount64;
extern get_tick_count *const __wrap___imp_GetTickCount64;
extern wait_for_objects *const __real___imp_WaitForMultipleObjects;
extern wait_for_objects *const __wrap___imp_WaitForMultipleObjects;

static ULONGLONG WINAPI tick_count(void)
{
    DWORD ahead_ms = 0;
    DWORD size = sizeof ahead_ms;

    RegGetValueW(HKEY_LOCAL_MACHINE, L"Software\\TidegateLab", L"ClockAheadMs",
                 RRF_RT_REG_DWORD, NULL, &ahead_ms, &size);
    return (*__real___imp_GetTickCount64)() + ahead_ms;
}

static DWORD WINAPI wait(DWORD count, const HANDLE *handles, BOOL all, DWORD timeout_ms)
{
    const ULONGLONG from = tick_count();
    ULONGLONG past_ms = 0;
    DWORD result = WAIT_TIMEOUT;

    if (timeout_ms == INFINITE)
        return (*__real___imp_WaitForMultipleObjects)(count, handles, all, timeout_ms);
    do {
        const ULONGLONG left_ms = timeout_ms - past_ms;

        result = (*__real___imp_WaitForMultipleObjects)(
            count, handles, all, left_ms < LOOK_MS ? (DWORD)left_ms : LOOK_MS);
        past_ms = tick_count() - from;
    } while (result == WAIT_TIMEOUT && past_ms < timeout_ms);
    return result;
}

get_tick_count *const __wrap___imp_GetTickCount64 = tick_count;
wait_for_objects *const __wrap___imp_WaitForMultipleObjects = wait;
