/*
 * A service that takes its time to stop (--wrap=loop_free): as long as HKLM\Software\TidegateLab,
 * HoldStop is 1, it is neither running nor stopped.
 * SPDX-License-Identifier: MIT
 */
#include <windows.h>

#define POLL_MS 20

struct loop; /* the service's own */

void __real_loop_free(struct loop *loop);
void __wrap_loop_free(struct loop *loop);

static BOOL is_held(void)
{
    DWORD value = 0;
    DWORD size = sizeof value;

    return RegGetValueW(HKEY_LOCAL_MACHINE, L"Software\\TidegateLab", L"HoldStop",
                        RRF_RT_REG_DWORD, NULL, &value, &size) == ERROR_SUCCESS &&
           value == 1;
}

void __wrap_loop_free(struct loop *loop)
{
    while (is_held())
        Sleep(POLL_MS);
    __real_loop_free(loop);
}
