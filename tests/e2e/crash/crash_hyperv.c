/*
 * The same for the Hyper-V firewall (--wrap=hyperv_firewall_add and _remove): ends the process at a
 * change of it by WMI, by HKLM\Software\TidegateLab, CrashAtHyperV (crash_point.h).
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/hyperv_firewall.h"
#include "tests/e2e/crash/crash_point.h"

static struct crash_point point = {.value_name = L"CrashAtHyperV"};

bool __real_hyperv_firewall_add(struct hyperv_firewall *self,
                                const struct firewall_rule *rule, struct error *err);
bool __wrap_hyperv_firewall_add(struct hyperv_firewall *self,
                                const struct firewall_rule *rule, struct error *err);
bool __real_hyperv_firewall_remove(struct hyperv_firewall *self,
                                   const struct firewall_rule *expected,
                                   struct error *err);
bool __wrap_hyperv_firewall_remove(struct hyperv_firewall *self,
                                   const struct firewall_rule *expected,
                                   struct error *err);

bool __wrap_hyperv_firewall_add(struct hyperv_firewall *self,
                                const struct firewall_rule *rule, struct error *err)
{
    const bool ends = crash_point_enter(&point);

    return crash_point_leave(__real_hyperv_firewall_add(self, rule, err), ends);
}

bool __wrap_hyperv_firewall_remove(struct hyperv_firewall *self,
                                   const struct firewall_rule *expected, struct error *err)
{
    const bool ends = crash_point_enter(&point);

    return crash_point_leave(__real_hyperv_firewall_remove(self, expected, err), ends);
}
