/*
 * The Hyper-V firewall, which decides over WSL's ports in mirrored mode, by WMI (namespace
 * ROOT\standardcimv2, class MSFT_NetFirewallHyperVRule): reading and writing our own rules
 * (facts/wsl.md §5.5). INetFwPolicy2 does not reach these. Same shape as firewall_com.h, and
 * called as that is: only on the firewall's own thread, inside its COM apartment, for each call may
 * block. All rules here are of the kind FIREWALL_HYPERV. os_code is the HRESULT that WMI gave.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_HYPERV_FIREWALL_H
#define TIDEGATE_WIN32_HYPERV_FIREWALL_H

#include "core/base/error.h"
#include "core/model/snapshot.h"

struct hyperv_firewall;

/* NULL with ERR_SYSTEM when WMI cannot be reached. A Windows that has no such namespace or class is
 * no failure: what is opened then is one that is not available. */
struct hyperv_firewall *hyperv_firewall_open(struct error *err);
void hyperv_firewall_close(struct hyperv_firewall *self); /* NULL is harmless */

/* Sets `hyperv_known`, `hyperv_available` (false: this Windows has no Hyper-V firewall, or
 * HyperVFirewallDisable is set) and `hyperv_has_profiles`, and appends our rules (grouping
 * "Tidegate" is not stored there: the InstanceID "Tidegate-…" tells) to `out->rules`, with
 * FIREWALL_GROUPING as their grouping. On failure `out` is as it was. A property that does not fit
 * or is not what we would write reads as "?" (texts), or as one that equals nothing of ours. */
bool hyperv_firewall_read(struct hyperv_firewall *self, struct firewall_state *out,
                          struct error *err) MUST_CHECK;

/* Success without a second write when one of that name exists and equals it; when it differs,
 * ERROR_ALREADY_EXISTS: an addition never replaces. Addresses are single ones, networks or ranges,
 * or "*" for all: these rules know no "LocalSubnet" (New-NetFirewallHyperVRule documents none, and
 * WSL spells its own out), so who wants that gives the networks of this PC's adapters. */
bool hyperv_firewall_add(struct hyperv_firewall *self, const struct firewall_rule *rule,
                         struct error *err) MUST_CHECK;

/* Removes the rule of that InstanceID if it equals `expected`; one that reads differently was
 * changed by somebody and stays, which is success, as is that there is none. */
bool hyperv_firewall_remove(struct hyperv_firewall *self,
                            const struct firewall_rule *expected,
                            struct error *err) MUST_CHECK;

#endif
