/*
 * The values of a Hyper-V firewall rule, and what Windows accepts as such: the documented forms of
 * New-NetFirewallHyperVRule, which know neither "LocalSubnet" nor "Any".
 * SPDX-License-Identifier: MIT
 */
#include "rule_properties.h"

#include "../firewall/rule_check.h"

#include <wbemcli.h>
#include <wchar.h>

static const struct {
    const wchar_t *name;
    VARTYPE type;
} properties[RULE_PROPERTY_COUNT] = {
    [RULE_INSTANCE_ID] = {L"InstanceID", VT_BSTR},
    [RULE_ELEMENT_NAME] = {L"ElementName", VT_BSTR},
    [RULE_DIRECTION] = {L"Direction", VT_I4},
    [RULE_VM_CREATOR_ID] = {L"VMCreatorId", VT_BSTR},
    [RULE_ACTION] = {L"Action", VT_I4},
    [RULE_ENABLED] = {L"Enabled", VT_I4},
    [RULE_PROTOCOL] = {L"Protocol", VT_BSTR},
    [RULE_LOCAL_PORTS] = {L"LocalPorts", VT_ARRAY | VT_BSTR},
    [RULE_LOCAL_ADDRESSES] = {L"LocalAddresses", VT_ARRAY | VT_BSTR},
    [RULE_REMOTE_PORTS] = {L"RemotePorts", VT_ARRAY | VT_BSTR},
    [RULE_REMOTE_ADDRESSES] = {L"RemoteAddresses", VT_ARRAY | VT_BSTR},
    [RULE_PRIORITY] = {L"RulePriority", VT_I4},
    [RULE_PROFILES] = {L"Profiles", VT_I4},
};

enum rule_property rule_property_find(const wchar_t *name)
{
    for (int i = 0; i < RULE_PROPERTY_COUNT; i++) {
        if (_wcsicmp(properties[i].name, name) == 0)
            return (enum rule_property)i;
    }
    return RULE_PROPERTY_COUNT;
}

VARTYPE rule_property_type(enum rule_property property)
{
    return properties[property].type;
}

void rule_values_init(struct rule_values *values)
{
    for (int i = 0; i < RULE_PROPERTY_COUNT; i++) {
        VariantInit(&values->of[i]);
        V_VT(&values->of[i]) = VT_NULL;
    }
}

void rule_values_clear(struct rule_values *values)
{
    for (int i = 0; i < RULE_PROPERTY_COUNT; i++)
        VariantClear(&values->of[i]);
}

HRESULT rule_values_copy(struct rule_values *to, const struct rule_values *from)
{
    HRESULT result = S_OK;

    rule_values_init(to);
    for (int i = 0; i < RULE_PROPERTY_COUNT && SUCCEEDED(result); i++)
        result = VariantCopy(&to->of[i], (VARIANT *)&from->of[i]); /* lacks const */
    return result;
}

const wchar_t *rule_values_text(const struct rule_values *values,
                                enum rule_property property)
{
    const VARIANT *value = &values->of[property];

    return V_VT(value) == VT_BSTR && V_BSTR(value) ? V_BSTR(value) : L"";
}

static bool is_one_of(const VARIANT *value, LONG first, LONG second)
{
    return V_VT(value) == VT_I4 && (V_I4(value) == first || V_I4(value) == second);
}

static bool is_protocol(const wchar_t *text)
{
    static const wchar_t *const names[] = {L"TCP", L"UDP", L"ICMPv4", L"ICMPv6"};
    wchar_t *end;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (_wcsicmp(text, names[i]) == 0)
            return true;
    }
    return *text && wcstoul(text, &end, 10) <= 255 && !*end;
}

/* One part of a list. `spelled` is what comes back; an address comes with its mask (believed, as of
 * the host's firewall). Keywords have neither a digit first nor a dot or colon. */
static bool check_part(const wchar_t *part, bool is_port, wchar_t spelled[4096])
{
    if (is_port)
        return *part >= L'0' && *part <= L'9' && !wcschr(part, L',') &&
               rule_check_ports(part, spelled);
    return (wcschr(part, L'.') || wcschr(part, L':')) && !wcschr(part, L',') &&
           rule_check_addresses(part, spelled);
}

static HRESULT check_list(VARIANT *value, bool is_port)
{
    static wchar_t spelled[4096]; /* the caller holds the lock */
    BSTR *parts = NULL;
    LONG last = -1;
    HRESULT result = S_OK;

    if (V_VT(value) == VT_NULL)
        return S_OK;
    if (FAILED(SafeArrayGetUBound(V_ARRAY(value), 1, &last)) ||
        FAILED(SafeArrayAccessData(V_ARRAY(value), (void **)&parts)))
        return WBEM_E_FAILED;
    for (LONG i = 0; i <= last && SUCCEEDED(result); i++) {
        if (!parts[i] || !check_part(parts[i], is_port, spelled))
            result = WBEM_E_INVALID_PARAMETER;
        else
            SysReAllocString(&parts[i], spelled);
    }
    SafeArrayUnaccessData(V_ARRAY(value));
    return result;
}

/* Domain 1, private 2, public 4; "any" is 0. */
static bool is_profiles(const VARIANT *value)
{
    return V_VT(value) == VT_NULL || (V_VT(value) == VT_I4 && (V_I4(value) & ~7) == 0);
}

HRESULT rule_values_check(struct rule_values *values, bool refuse_ports)
{
    const wchar_t *id = rule_values_text(values, RULE_INSTANCE_ID);
    const wchar_t *creator = rule_values_text(values, RULE_VM_CREATOR_ID);
    const bool has_ports = V_VT(&values->of[RULE_LOCAL_PORTS]) != VT_NULL;
    HRESULT result;
    GUID guid;

    if (!*id || wcslen(id) >= 256 || wcschr(id, L'\\') ||
        !is_one_of(&values->of[RULE_DIRECTION], 1, 2) ||
        !is_one_of(&values->of[RULE_ACTION], 2, 4) ||
        !is_one_of(&values->of[RULE_ENABLED], 1, 2) ||
        !is_profiles(&values->of[RULE_PROFILES]) ||
        (*creator && FAILED(CLSIDFromString(creator, &guid))) ||
        (V_VT(&values->of[RULE_PROTOCOL]) != VT_NULL &&
         !is_protocol(rule_values_text(values, RULE_PROTOCOL))) ||
        (has_ports && (refuse_ports || V_VT(&values->of[RULE_PROTOCOL]) == VT_NULL)))
        return WBEM_E_INVALID_PARAMETER;
    result = check_list(&values->of[RULE_LOCAL_PORTS], true);
    if (SUCCEEDED(result))
        result = check_list(&values->of[RULE_REMOTE_PORTS], true);
    if (SUCCEEDED(result))
        result = check_list(&values->of[RULE_LOCAL_ADDRESSES], false);
    if (SUCCEEDED(result))
        result = check_list(&values->of[RULE_REMOTE_ADDRESSES], false);
    return result;
}
