/*
 * Where a window stood when it was last closed.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/placement.h"

/* The template is the smallest size: wider by three quarters, as reasons are long, and higher by a
 * half. */
static void enlarge(HWND hwnd)
{
    MONITORINFO monitor = {.cbSize = sizeof monitor};
    RECT window;

    GetWindowRect(hwnd, &window);
    if (!GetMonitorInfoW(MonitorFromWindow(hwnd, MONITOR_DEFAULTTONEAREST), &monitor))
        return;

    const RECT work = monitor.rcWork;
    const int width = min(7 * (window.right - window.left) / 4, work.right - work.left);
    const int height = min(3 * (window.bottom - window.top) / 2, work.bottom - work.top);

    SetWindowPos(hwnd, NULL, work.left + (work.right - work.left - width) / 2,
                 work.top + (work.bottom - work.top - height) / 2, width, height,
                 SWP_NOZORDER | SWP_NOACTIVATE);
}

int placement_restore(HWND hwnd, const WINDOWPLACEMENT *placement)
{
    WINDOWPLACEMENT hidden = *placement;

    if (placement->length == 0) {
        enlarge(hwnd);
        return SW_SHOWNORMAL;
    }
    hidden.showCmd = SW_HIDE;
    SetWindowPlacement(hwnd, &hidden);
    return (int)placement->showCmd;
}

void placement_save(HWND hwnd, WINDOWPLACEMENT *placement)
{
    WINDOWPLACEMENT now = {.length = sizeof now};

    if (!GetWindowPlacement(hwnd, &now))
        return;
    /* A window that is opened again is wanted on the screen. */
    if (now.showCmd == SW_SHOWMINIMIZED)
        now.showCmd =
            now.flags & WPF_RESTORETOMAXIMIZED ? SW_SHOWMAXIMIZED : SW_SHOWNORMAL;
    *placement = now;
}
