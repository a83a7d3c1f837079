/*
 * One firewall rule between its COM object and our value.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_FIREWALL_COM_RULE_H
#define TIDEGATE_WIN32_FIREWALL_COM_RULE_H

#include "core/base/error.h"
#include "core/model/firewall_rule.h"

#include <windows.h>

typedef struct INetFwRule INetFwRule; /* of netfw.h, which only users of COM include */

/* By grouping or by name; false, too, for a rule that tells neither. */
bool firewall_com_rule_is_ours(INetFwRule *com_rule);

/* The networks on which it lets the IP Helper out to anywhere (firewall_rule_lets_helper_out), or
 * none; cheap for most of the hundreds of rules that a PC has. */
unsigned firewall_com_rule_helper_out(INetFwRule *com_rule);

bool firewall_com_rule_read(INetFwRule *com_rule, struct firewall_rule *out,
                            struct error *err) MUST_CHECK;

/* Sets every property of a rule that is not in the list yet. Gives the first failure. */
HRESULT firewall_com_rule_fill(INetFwRule *com_rule, const struct firewall_rule *from);

#endif
