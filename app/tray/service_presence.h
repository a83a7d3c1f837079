/*
 * Why nobody answers in the name of the service, as far as Windows' service manager knows.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_SERVICE_PRESENCE_H
#define TIDEGATE_TRAY_SERVICE_PRESENCE_H

#include <stdint.h>

/* SERVICE_CODE_NOT_INSTALLED, or 0: it is installed, or that is not known. Any thread. */
uint32_t service_presence_code(void);

#endif
