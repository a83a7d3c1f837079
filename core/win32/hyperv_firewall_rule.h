/*
 * One Hyper-V firewall rule between its WMI object and our value.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_HYPERV_FIREWALL_RULE_H
#define TIDEGATE_WIN32_HYPERV_FIREWALL_RULE_H

#include "core/model/firewall_rule.h"

#include <windows.h>

typedef struct IWbemClassObject
    IWbemClassObject; /* of wbemcli.h, which only users of WMI include */

/* By its InstanceID; false, too, for an object that does not tell it. */
bool hyperv_firewall_rule_is_ours(IWbemClassObject *object);

/* Whether this build's class has that property: it is newer than the class. */
bool hyperv_firewall_rule_has_profiles(IWbemClassObject *rule_class);

/* Never fails: a property that is missing or of another type reads as one that equals nothing of
 * ours, and so does a rule for the VMs of another creator, or with a condition that ours lack. */
void hyperv_firewall_rule_read(IWbemClassObject *object, struct firewall_rule *out);

/* Sets every property of a new instance. Gives the first failure. */
HRESULT hyperv_firewall_rule_fill(IWbemClassObject *object,
                                  const struct firewall_rule *from);

#endif
