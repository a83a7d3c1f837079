/*
 * For the build of the tray that pictures are taken of: whether high contrast is on is read from
 * where Windows keeps it, as Wine always says no.
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <windows.h>

extern BOOL(WINAPI *const __real___imp_SystemParametersInfoW)(UINT, UINT, void *, UINT);
extern BOOL(WINAPI *const __wrap___imp_SystemParametersInfoW)(UINT, UINT, void *, UINT);

static DWORD read_flags(void)
{
    static const wchar_t key[] = L"Control Panel\\Accessibility\\HighContrast";
    wchar_t text[16] = L"0";
    DWORD size = sizeof text;

    RegGetValueW(HKEY_CURRENT_USER, key, L"Flags", RRF_RT_REG_SZ, NULL, text, &size);
    return (DWORD)wcstoul(text, NULL, 10);
}

static BOOL WINAPI answer(UINT action, UINT parameter, void *data, UINT update)
{
    if (action != SPI_GETHIGHCONTRAST)
        return (*__real___imp_SystemParametersInfoW)(action, parameter, data, update);
    ((HIGHCONTRASTW *)data)->dwFlags = read_flags();
    return TRUE;
}

BOOL(WINAPI *const __wrap___imp_SystemParametersInfoW)(UINT, UINT, void *, UINT) = answer;
