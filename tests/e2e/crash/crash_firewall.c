/*
 * The same for the firewall's thread (--wrap=firewall_com_add and _remove): ends the process at a
 * change of the firewall, by HKLM\Software\TidegateLab, CrashAtFirewall (crash_point.h).
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/firewall_com.h"
#include "tests/e2e/crash/crash_point.h"

static struct crash_point point = {.value_name = L"CrashAtFirewall"};

bool __real_firewall_com_add(struct firewall_com *self, const struct firewall_rule *rule,
                             struct error *err);
bool __wrap_firewall_com_add(struct firewall_com *self, const struct firewall_rule *rule,
                             struct error *err);
bool __real_firewall_com_remove(struct firewall_com *self,
                                const struct firewall_rule *expected, struct error *err);
bool __wrap_firewall_com_remove(struct firewall_com *self,
                                const struct firewall_rule *expected, struct error *err);

bool __wrap_firewall_com_add(struct firewall_com *self, const struct firewall_rule *rule,
                             struct error *err)
{
    const bool ends = crash_point_enter(&point);

    return crash_point_leave(__real_firewall_com_add(self, rule, err), ends);
}

bool __wrap_firewall_com_remove(struct firewall_com *self,
                                const struct firewall_rule *expected, struct error *err)
{
    const bool ends = crash_point_enter(&point);

    return crash_point_leave(__real_firewall_com_remove(self, expected, err), ends);
}
