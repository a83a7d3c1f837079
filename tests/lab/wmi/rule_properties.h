/*
 * The properties of MSFT_NetFirewallHyperVRule, what they may hold, and where they are kept:
 * HKLM\Software\TidegateLab\HyperVFirewall\Rules\INSTANCEID, a value for each that is set.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_LAB_WMI_RULE_PROPERTIES_H
#define TIDEGATE_LAB_WMI_RULE_PROPERTIES_H

#include <winsock2.h>
#include <windows.h>
#include <oleauto.h>

#include <stdbool.h>
#include <stddef.h>

enum rule_property {
    RULE_INSTANCE_ID,
    RULE_ELEMENT_NAME,
    RULE_DIRECTION,
    RULE_VM_CREATOR_ID,
    RULE_ACTION,
    RULE_ENABLED,
    RULE_PROTOCOL,
    RULE_LOCAL_PORTS,
    RULE_LOCAL_ADDRESSES,
    RULE_REMOTE_PORTS,
    RULE_REMOTE_ADDRESSES,
    RULE_PRIORITY,
    RULE_PROFILES,
    RULE_PROPERTY_COUNT
};

/* VT_NULL where nothing is set. */
struct rule_values {
    VARIANT of[RULE_PROPERTY_COUNT];
};

/* RULE_PROPERTY_COUNT: no such property. Names compare without case, as in WMI. */
enum rule_property rule_property_find(const wchar_t *name);

/* VT_BSTR, VT_I4 or VT_ARRAY | VT_BSTR. */
VARTYPE rule_property_type(enum rule_property property);

void rule_values_init(struct rule_values *values);
void rule_values_clear(struct rule_values *values);
HRESULT rule_values_copy(struct rule_values *to, const struct rule_values *from);

/* "" when it is not set. Borrowed. */
const wchar_t *rule_values_text(const struct rule_values *values,
                                enum rule_property property);

/* What WMI would refuse, and the spelling that it gives back. */
HRESULT rule_values_check(struct rule_values *values, bool refuse_ports);

/* ERROR_FILE_NOT_FOUND: no rule of that id. `out` is initialised in any case. */
LSTATUS rule_store_read(const wchar_t *instance_id, struct rule_values *out);
LSTATUS rule_store_write(const struct rule_values *values);
LSTATUS rule_store_remove(const wchar_t *instance_id);

/* The id of the rule at `index`; false behind the last. */
bool rule_store_id_at(DWORD index, wchar_t out[256]);

#endif
