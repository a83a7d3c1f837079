/*
 * The icon in the notification area.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/tray_icon.h"

#include "app/tray/theme.h"
#include "app/tray/words.h"
#include "resources/resource.h"

#include <commctrl.h>
#include <shellapi.h>
#include <wchar.h>

#define ICON_ID 1
#define RETRY_LONGEST_MS 30000
/* After a change of theme or resolution the shell's own figures come late (EarTrumpet). */
#define SETTLE_MS 2000

static const struct {
    UINT dark, light; /* for a dark taskbar, for a light one */
    UINT contrast_dark, contrast_light;
} pictures[] = {
    [HEALTH_FINE] = {IDI_TRAY_FINE_DARK, IDI_TRAY_FINE_LIGHT, IDI_TRAY_FINE_DARK,
                     IDI_TRAY_FINE_LIGHT},
    [HEALTH_PAUSED] = {IDI_TRAY_PAUSED_DARK, IDI_TRAY_PAUSED_LIGHT, IDI_TRAY_PAUSED_DARK,
                       IDI_TRAY_PAUSED_LIGHT},
    [HEALTH_WAITING] = {IDI_TRAY_WAITING_DARK, IDI_TRAY_WAITING_LIGHT,
                        IDI_TRAY_WAITING_DARK, IDI_TRAY_WAITING_LIGHT},
    [HEALTH_NEEDS_USER] = {IDI_TRAY_NEEDS_USER_DARK, IDI_TRAY_NEEDS_USER_LIGHT,
                           IDI_TRAY_NEEDS_USER_CONTRAST_DARK,
                           IDI_TRAY_NEEDS_USER_CONTRAST_LIGHT},
    [HEALTH_UNREACHABLE] = {IDI_TRAY_UNREACHABLE_DARK, IDI_TRAY_UNREACHABLE_LIGHT,
                            IDI_TRAY_UNREACHABLE_CONTRAST_DARK,
                            IDI_TRAY_UNREACHABLE_CONTRAST_LIGHT},
};

typedef HRESULT WINAPI load_scaled_down(HINSTANCE instance, LPCWSTR name, int width,
                                        int height, HICON *icon);

/* Between two sizes of the file (as at 225 %) it takes the larger one, where LoadImage enlarges the
 * smaller. LoadIconMetric knows no DPI. Missing in mingw's import library. */
static HICON load_icon(UINT id, int width, int height)
{
    const HINSTANCE instance = GetModuleHandleW(NULL);
    const HMODULE controls = GetModuleHandleW(L"comctl32.dll");
    load_scaled_down *load = NULL;
    HICON icon = NULL;

    if (controls != NULL)
        load = (load_scaled_down *)(void (*)(void))GetProcAddress(
            controls, "LoadIconWithScaleDown");
    if (load != NULL &&
        SUCCEEDED(load(instance, MAKEINTRESOURCEW(id), width, height, &icon)))
        return icon;
    return (HICON)LoadImageW(instance, MAKEINTRESOURCEW(id), IMAGE_ICON, width, height,
                             LR_DEFAULTCOLOR);
}

static UINT choose_picture(enum report_health health)
{
    const bool light = theme_taskbar_is_light();

    if (theme_is_high_contrast())
        return light ? pictures[health].contrast_light : pictures[health].contrast_dark;
    return light ? pictures[health].light : pictures[health].dark;
}

static HICON load_picture(enum report_health health)
{
    const UINT id = choose_picture(health);
    const UINT dpi = theme_taskbar_dpi();

    return load_icon(id, GetSystemMetricsForDpi(SM_CXSMICON, dpi),
                     GetSystemMetricsForDpi(SM_CYSMICON, dpi));
}

static NOTIFYICONDATAW describe(const struct tray_icon *icon, HICON picture)
{
    NOTIFYICONDATAW data = {.cbSize = sizeof data,
                            .hWnd = icon->owner,
                            .uID = ICON_ID,
                            /* Version 4 shows no tip without NIF_SHOWTIP each time. */
                            .uFlags = NIF_MESSAGE | NIF_ICON | NIF_TIP | NIF_SHOWTIP,
                            .uCallbackMessage = WM_APP_ICON,
                            .hIcon = picture};
    const struct words tip = words_of_tray(&icon->status);

    wcsncpy(data.szTip, tip.text, ARRAYSIZE(data.szTip) - 1);
    return data;
}

static bool add(struct tray_icon *icon, NOTIFYICONDATAW *data)
{
    /* A time-out may also mean that it was added after all. */
    if (!Shell_NotifyIconW(NIM_ADD, data) && !Shell_NotifyIconW(NIM_MODIFY, data))
        return false;
    /* Not remembered by the shell: after every add. */
    data->uVersion = NOTIFYICON_VERSION_4;
    Shell_NotifyIconW(NIM_SETVERSION, data);
    icon->retry_ms = 0;
    return true;
}

static void retry_later(struct tray_icon *icon)
{
    icon->retry_ms =
        icon->retry_ms == 0 ? 1000 : min(2 * icon->retry_ms, RETRY_LONGEST_MS);
    SetTimer(icon->owner, TIMER_TRAY_ICON, icon->retry_ms, NULL);
}

static void draw(struct tray_icon *icon)
{
    const HICON former = icon->icon;
    const HICON picture = load_picture(icon->status.icon);
    NOTIFYICONDATAW data = describe(icon, picture);

    /* A modification fails when the shell has lost the icon: then it is added again. */
    if (icon->added)
        icon->added = Shell_NotifyIconW(NIM_MODIFY, &data);
    if (!icon->added)
        icon->added = add(icon, &data);
    if (!icon->added)
        retry_later(icon);
    icon->icon = picture;
    if (former != NULL)
        DestroyIcon(former);
}

void tray_icon_show(struct tray_icon *icon, HWND owner, const struct tray_status *status)
{
    if (icon->added && tray_status_equals(&icon->status, status))
        return;
    icon->owner = owner;
    icon->status = *status;
    /* While a retry is due, the timer draws the newest status. */
    if (icon->retry_ms == 0)
        draw(icon);
}

void tray_icon_retry(struct tray_icon *icon)
{
    KillTimer(icon->owner, TIMER_TRAY_ICON);
    draw(icon);
}

void tray_icon_restore(struct tray_icon *icon)
{
    NOTIFYICONDATAW data = {.cbSize = sizeof data, .hWnd = icon->owner, .uID = ICON_ID};

    /* After a change of resolution the old one may still be there. */
    Shell_NotifyIconW(NIM_DELETE, &data);
    icon->added = false;
    icon->retry_ms = 0;
    tray_icon_retry(icon);
}

void tray_icon_reload(struct tray_icon *icon)
{
    /* While a retry is due, the timer loads the picture anew, too. */
    if (!icon->added)
        return;
    draw(icon);
    if (icon->added)
        SetTimer(icon->owner, TIMER_TRAY_ICON, SETTLE_MS, NULL);
}

static NOTIFYICONDATAW describe_notice(const struct tray_icon *icon)
{
    return (NOTIFYICONDATAW){.cbSize = sizeof(NOTIFYICONDATAW),
                             .hWnd = icon->owner,
                             .uID = ICON_ID,
                             /* Late, it would tell of what may be over. */
                             .uFlags = NIF_INFO | NIF_REALTIME,
                             .dwInfoFlags = NIIF_WARNING | NIIF_RESPECT_QUIET_TIME};
}

void tray_icon_notify(const struct tray_icon *icon, const wchar_t *title,
                      const wchar_t *text)
{
    NOTIFYICONDATAW data = describe_notice(icon);

    wcsncpy(data.szInfoTitle, title, ARRAYSIZE(data.szInfoTitle) - 1);
    wcsncpy(data.szInfo, text, ARRAYSIZE(data.szInfo) - 1);
    Shell_NotifyIconW(NIM_MODIFY, &data);
}

void tray_icon_withdraw(const struct tray_icon *icon)
{
    NOTIFYICONDATAW data = describe_notice(icon);

    Shell_NotifyIconW(NIM_MODIFY, &data);
}

RECT tray_icon_place(const struct tray_icon *icon, POINT event)
{
    const NOTIFYICONIDENTIFIER which = {
        .cbSize = sizeof which, .hWnd = icon->owner, .uID = ICON_ID};
    const UINT dpi = theme_taskbar_dpi();
    RECT place = {event.x, event.y, event.x + 1, event.y + 1};

    /* From the overflow area the shell gives the place of the button that opens it. */
    if (FAILED(Shell_NotifyIconGetRect(&which, &place)) || !PtInRect(&place, event)) {
        place = (RECT){event.x, event.y, event.x + 1, event.y + 1};
        InflateRect(&place, GetSystemMetricsForDpi(SM_CXSMICON, dpi) / 2,
                    GetSystemMetricsForDpi(SM_CYSMICON, dpi) / 2);
    }
    return place;
}

void tray_icon_focus(const struct tray_icon *icon)
{
    NOTIFYICONDATAW data = {.cbSize = sizeof data, .hWnd = icon->owner, .uID = ICON_ID};

    Shell_NotifyIconW(NIM_SETFOCUS, &data);
}

void tray_icon_remove(struct tray_icon *icon)
{
    NOTIFYICONDATAW data = {.cbSize = sizeof data, .hWnd = icon->owner, .uID = ICON_ID};

    if (icon->added)
        Shell_NotifyIconW(NIM_DELETE, &data);
    if (icon->icon != NULL)
        DestroyIcon(icon->icon);
    *icon = (struct tray_icon){0};
}
