/*
 * Opens an address in the user's browser.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/browser.h"

#include "core/win32/utf.h"

#include <objbase.h>
#include <shellapi.h>

void browser_open(HWND owner, const struct lan_address *address)
{
    wchar_t url[LAN_ADDRESS_SIZE];
    SHELLEXECUTEINFOW info = {.cbSize = sizeof info,
                              .hwnd = owner,
                              .lpVerb = L"open",
                              .lpFile = url,
                              .nShow = SW_SHOWNORMAL};
    HRESULT com;

    if (!address->is_web || !utf16_from_utf8(address->text, url, LAN_ADDRESS_SIZE))
        return;
    /* The shell may hand the address over through COM. */
    com = CoInitializeEx(NULL, COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE);
    ShellExecuteExW(&info);
    if (SUCCEEDED(com))
        CoUninitialize();
}
