/*
 * The installation's mark, as everybody reads it.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/installation_stamp.h"

#include "core/win32/registry.h"

void installation_stamp_read(char out[INSTALLATION_STAMP_SIZE])
{
    registry_read_text(HKEY_LOCAL_MACHINE, INSTALLATION_KEY, INSTALLATION_VALUE, out,
                       INSTALLATION_STAMP_SIZE);
}
