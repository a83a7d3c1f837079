/*
 * Windows Firewall by its COM interfaces (INetFwPolicy2): reading and writing our own rules and the
 * few facts of the policy that decide whether they count (facts/peers-portproxy-firewall.md
 * C). Each call can block for minutes (tailscale issue 785): only the firewall's own thread, inside
 * its COM apartment, comes here. os_code is the HRESULT that the interface gave.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_FIREWALL_COM_H
#define TIDEGATE_WIN32_FIREWALL_COM_H

#include "core/base/error.h"
#include "core/model/snapshot.h"

struct firewall_com;

/* NULL with ERR_SYSTEM when the firewall cannot be reached. */
struct firewall_com *firewall_com_open(struct error *err);
void firewall_com_close(struct firewall_com *self); /* NULL is harmless */

/* Reads the policy and every rule of our grouping or names; a name that two rules bear is given
 * twice. Sets neither `known`, `busy` nor the failures. A text that does not fit or is not
 * text reads as "?", which equals nothing that we would write. */
bool firewall_com_read(struct firewall_com *self, struct firewall_state *out,
                       struct error *err) MUST_CHECK;

/* Success without a second rule when one of that name exists and equals it; when it differs,
 * ERROR_ALREADY_EXISTS: names are no keys to COM, so an addition never replaces. */
bool firewall_com_add(struct firewall_com *self, const struct firewall_rule *rule,
                      struct error *err) MUST_CHECK;

/* Removes the rules of that name that equal `expected`; one that reads differently was changed by
 * somebody and stays, which is success. ERROR_ALREADY_EXISTS when rules of both kinds bear the
 * name: COM removes by name only, and might take the wrong one. */
bool firewall_com_remove(struct firewall_com *self, const struct firewall_rule *expected,
                         struct error *err) MUST_CHECK;

/* Turns the scripts' firewall rules off or on, leaving all else of them as it is. One that reads
 * differently was changed by somebody and stays, which is success. */
bool firewall_com_switch(struct firewall_com *self,
                         const struct script_rule_switch *switches, size_t count,
                         struct error *err) MUST_CHECK;

#endif
