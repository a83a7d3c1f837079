/*
 * Where the rules window stood when it was last closed.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/placement.h"

#include "app/tray/user_settings.h"

#include <wchar.h>

/* The DPI under which the newest layout is stored. */
static const wchar_t newest[] = L"RulesDpi";

static void name_of(UINT dpi, wchar_t name[32])
{
    swprintf(name, 32, L"Rules%u", dpi);
}

static bool read_layout(UINT dpi, struct window_layout *out)
{
    struct window_layout layout;
    wchar_t name[32];

    name_of(dpi, name);
    if (!user_settings_read_bytes(name, &layout, sizeof layout) ||
        !window_layout_is_valid(&layout) || layout.dpi != dpi)
        return false;
    *out = layout;
    return true;
}

static bool read_newest(struct window_layout *out)
{
    uint32_t dpi = 0;

    return user_settings_read_bytes(newest, &dpi, sizeof dpi) && read_layout(dpi, out);
}

/* The template is the smallest size: wider by a third, as reasons are long, and higher by a half.
 * */
static void enlarge(HWND hwnd)
{
    MONITORINFO monitor = {.cbSize = sizeof monitor};
    RECT window;

    GetWindowRect(hwnd, &window);
    if (!GetMonitorInfoW(MonitorFromWindow(hwnd, MONITOR_DEFAULTTONEAREST), &monitor))
        return;

    const RECT work = monitor.rcWork;
    const int width = min(4 * (window.right - window.left) / 3, work.right - work.left);
    const int height = min(3 * (window.bottom - window.top) / 2, work.bottom - work.top);

    SetWindowPos(hwnd, NULL, work.left + (work.right - work.left - width) / 2,
                 work.top + (work.bottom - work.top - height) / 2, width, height,
                 SWP_NOZORDER | SWP_NOACTIVATE);
}

static void clamp_to_monitor(struct window_layout *layout)
{
    const RECT rect = {layout->left, layout->top, layout->left + layout->width,
                       layout->top + layout->height};
    MONITORINFO monitor = {.cbSize = sizeof monitor};

    if (!GetMonitorInfoW(MonitorFromRect(&rect, MONITOR_DEFAULTTONEAREST), &monitor))
        return;

    const RECT work = monitor.rcWork;
    const struct work_area area = {work.left, work.top, work.right, work.bottom};

    window_layout_clamp(layout, &area);
}

/* The DPI is known only once the window is there; what was stored for that DPI knows its sizes
 * better than a calculation. */
static void adopt_dpi(HWND hwnd, struct window_layout *layout)
{
    const UINT dpi = GetDpiForWindow(hwnd);
    struct window_layout known;

    if (dpi == layout->dpi)
        return;
    if (!read_layout(dpi, &known)) {
        known = *layout;
        window_layout_scale(&known, dpi);
    }
    known.left = layout->left;
    known.top = layout->top;
    *layout = known;
    clamp_to_monitor(layout);
}

bool placement_restore(HWND hwnd, struct window_layout *layout)
{
    if (!read_newest(layout) && !read_layout(GetDpiForWindow(hwnd), layout)) {
        enlarge(hwnd);
        return false;
    }
    clamp_to_monitor(layout);
    SetWindowPos(hwnd, NULL, layout->left, layout->top, 0, 0,
                 SWP_NOSIZE | SWP_NOZORDER | SWP_NOACTIVATE);
    adopt_dpi(hwnd, layout);
    SetWindowPos(hwnd, NULL, layout->left, layout->top, layout->width, layout->height,
                 SWP_NOZORDER | SWP_NOACTIVATE);
    return true;
}

/* Of a window that is not maximised: in coordinates that begin at the work area's corner. */
static RECT normal_place(HWND hwnd, const WINDOWPLACEMENT *placement)
{
    MONITORINFO monitor = {.cbSize = sizeof monitor};
    RECT place = placement->rcNormalPosition;

    if (GetMonitorInfoW(MonitorFromRect(&place, MONITOR_DEFAULTTONEAREST), &monitor) &&
        (GetWindowLongW(hwnd, GWL_EXSTYLE) & WS_EX_TOOLWINDOW) == 0)
        OffsetRect(&place, monitor.rcWork.left - monitor.rcMonitor.left,
                   monitor.rcWork.top - monitor.rcMonitor.top);
    return place;
}

void placement_save(HWND hwnd, struct window_layout *layout)
{
    WINDOWPLACEMENT now = {.length = sizeof now};
    wchar_t name[32];
    RECT place;

    if (!GetWindowPlacement(hwnd, &now))
        return;
    place = normal_place(hwnd, &now);
    layout->version = WINDOW_LAYOUT_VERSION;
    layout->dpi = GetDpiForWindow(hwnd);
    layout->left = place.left;
    layout->top = place.top;
    layout->width = place.right - place.left;
    layout->height = place.bottom - place.top;
    /* A window that is opened again is wanted on the screen: never minimised. */
    layout->maximized =
        now.showCmd == SW_SHOWMAXIMIZED ||
        (now.showCmd == SW_SHOWMINIMIZED && (now.flags & WPF_RESTORETOMAXIMIZED) != 0);
    if (!window_layout_is_valid(layout))
        return;
    name_of(layout->dpi, name);
    user_settings_save_bytes(name, layout, sizeof *layout);
    user_settings_save_bytes(newest, &layout->dpi, sizeof layout->dpi);
}
