/*
 * The mark that each installation leaves in HKLM\Software\Tidegate: trays in every session see it
 * change when the program was upgraded or repaired, and go away when it was uninstalled. A message
 * would reach one session only.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_INSTALLATION_STAMP_H
#define TIDEGATE_WIN32_INSTALLATION_STAMP_H

#include <stddef.h>

#define INSTALLATION_KEY L"Software\\Tidegate"
#define INSTALLATION_VALUE L"Installed"
/* Characters of the key's path that belong to Windows. */
#define INSTALLATION_KEY_FLOOR (sizeof L"Software" / sizeof(wchar_t) - 1)
#define INSTALLATION_STAMP_SIZE 64

/* "" when there is none. */
void installation_stamp_read(char out[INSTALLATION_STAMP_SIZE]);

#endif
