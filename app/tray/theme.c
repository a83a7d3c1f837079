/*
 * What Windows looks like now.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/theme.h"

bool theme_is_high_contrast(void)
{
    HIGHCONTRASTW contrast = {.cbSize = sizeof contrast};

    return SystemParametersInfoW(SPI_GETHIGHCONTRAST, sizeof contrast, &contrast, 0) &&
           (contrast.dwFlags & HCF_HIGHCONTRASTON) != 0;
}

static bool is_light(COLORREF colour)
{
    return GetRValue(colour) + GetGValue(colour) + GetBValue(colour) > 3 * 128;
}

bool theme_taskbar_is_light(void)
{
    static const wchar_t key[] =
        L"Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize";
    DWORD light = 0;
    DWORD size = sizeof light;

    if (theme_is_high_contrast())
        return !is_light(GetSysColor(COLOR_WINDOWTEXT));
    /* Not documented, but what everybody reads (facts/ux-security.md §1.4). Missing before
     * Windows 10 1903, where the taskbar is always dark. */
    if (RegGetValueW(HKEY_CURRENT_USER, key, L"SystemUsesLightTheme", RRF_RT_REG_DWORD,
                     NULL, &light, &size) != ERROR_SUCCESS)
        return false;
    return light != 0;
}

UINT theme_taskbar_dpi(void)
{
    const HWND taskbar = FindWindowW(L"Shell_TrayWnd", NULL);
    const UINT dpi = taskbar != NULL ? GetDpiForWindow(taskbar) : 0;

    return dpi != 0 ? dpi : GetDpiForSystem();
}
