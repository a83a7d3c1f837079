/*
 * Opens an address in the user's browser.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_BROWSER_H
#define TIDEGATE_TRAY_BROWSER_H

#include "core/view/lan_address.h"

#include <windows.h>

/* Nothing for an address that is not for browsers. Windows itself tells when there is no browser.
 * The address is made of numbers only, so nothing a user or another program wrote is ever run. */
void browser_open(HWND owner, const struct lan_address *address);

#endif
