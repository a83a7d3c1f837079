/*
 * The firewall rules in the registry, where Windows keeps them too.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_LAB_RULE_STORE_H
#define TIDEGATE_LAB_RULE_STORE_H

#include "rule_fields.h"

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>

struct rule_list {
    struct rule_fields *items;
    size_t count;
    size_t capacity;
};

/* All rules, or those of that name only (NULL: all). Names compare without case. */
void rule_store_list(struct rule_list *out, const wchar_t *name);
void rule_list_clear(struct rule_list *list);

/* Gives the rule a new GUID if it has no id. Returns a Win32 code. */
LSTATUS rule_store_write(struct rule_fields *rule);
LSTATUS rule_store_remove(const wchar_t *id);

/* Reads the rule's present state again, by its id; unchanged on failure. */
LSTATUS rule_store_reload(struct rule_fields *rule);

/* A DWORD below HKLM\Software\TidegateLab\Firewall. */
DWORD firewall_setting(const wchar_t *name, DWORD otherwise);

/* For "FirewallEnabled" and profile 2: the value FirewallEnabled2. */
DWORD firewall_profile_setting(const wchar_t *name, long profile, DWORD otherwise);

#endif
