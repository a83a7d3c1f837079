/*
 * A firewall rule of the well-known scripts, read from its COM object.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_FIREWALL_COM_SCRIPT_H
#define TIDEGATE_WIN32_FIREWALL_COM_SCRIPT_H

#include "core/model/script_rule.h"

#include <stdbool.h>

typedef struct INetFwRule INetFwRule; /* of netfw.h, which only users of COM include */

/* False when it is none, or cannot be read or told from others; `out` is then as it was. */
bool firewall_com_script_read(INetFwRule *com_rule, struct script_rule *out);

#endif
