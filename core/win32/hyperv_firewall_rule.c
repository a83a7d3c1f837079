/*
 * One Hyper-V firewall rule between its WMI object and our value.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/hyperv_firewall_rule.h"

#include "core/base/text.h"
#include "core/model/address.h"
#include "core/win32/utf.h"

#define COBJMACROS
#include <wbemcli.h>

#include <string.h>

/* Of the class' own numbers (learn.microsoft.com, wfascimprov/msft-netfirewallhypervrule). */
#define DIRECTION_INBOUND 1
#define DIRECTION_OUTBOUND 2
#define ACTION_ALLOW 2
#define ACTION_BLOCK 4
#define ENABLED_TRUE 1
#define ENABLED_FALSE 2

#define NAME_PREFIX FIREWALL_GROUPING "-"
#define UNREADABLE "?"
#define PART_SIZE 128

/* A missing property is "", which only the reader of that property can judge. */
static void get_text(IWbemClassObject *object, const wchar_t *name, char *out,
                     size_t capacity)
{
    VARIANT value;

    out[0] = '\0';
    VariantInit(&value);
    if (FAILED(IWbemClassObject_Get(object, name, 0, &value, NULL, NULL)))
        text_copy(out, capacity, UNREADABLE);
    else if (V_VT(&value) == VT_BSTR && V_BSTR(&value) != NULL &&
             !utf8_from_utf16(V_BSTR(&value), out, capacity))
        text_copy(out, capacity, UNREADABLE);
    VariantClear(&value);
}

/* 0, which none of the numbers is, for anything but a number. */
static LONG get_number(IWbemClassObject *object, const wchar_t *name)
{
    VARIANT value;
    LONG number = 0;

    VariantInit(&value);
    if (SUCCEEDED(IWbemClassObject_Get(object, name, 0, &value, NULL, NULL)) &&
        SUCCEEDED(VariantChangeType(&value, &value, 0, VT_I4)))
        number = V_I4(&value);
    VariantClear(&value);
    return number;
}

static bool is_any(const char *part)
{
    return strcmp(part, "*") == 0 || ascii_equals_ignoring_case(part, "Any");
}

/* Whether first to last are exactly the addresses of one prefix. */
static bool range_to_prefix(const struct address *first, const struct address *last,
                            struct prefix *out)
{
    const unsigned bits = first->family == ADDRESS_IPV4 ? 32 : 128;
    struct prefix prefix = {.network = *first};
    unsigned length = 0;

    if (first->family != last->family)
        return false;
    while (length < bits && !((first->bytes[length / 8] ^ last->bytes[length / 8]) &
                              (0x80u >> (length % 8))))
        length++;
    prefix.length = length;
    for (; length < bits; length++) {
        const unsigned bit = 0x80u >> (length % 8);

        if ((first->bytes[length / 8] & bit) || !(last->bytes[length / 8] & bit))
            return false;
    }
    *out = prefix;
    return true;
}

/* Windows takes a network as a range, too, and which spelling it gives back is not yet verified:
 * "10.0.0.0-10.255.255.255" is given as "10.0.0.0/8". Anything else stays as it is. */
static void normalise_range(char part[PART_SIZE])
{
    char *dash = strchr(part, '-');
    struct address first;
    struct address last;
    struct prefix prefix;

    if (dash == NULL)
        return;
    *dash = '\0';
    if (address_parse(part, &first) && address_parse(dash + 1, &last) &&
        range_to_prefix(&first, &last, &prefix))
        prefix_format(&prefix, part);
    else
        *dash = '-';
}

/* Appends the parts with commas between; false when one is no text or does not fit. */
static bool join_parts(SAFEARRAY *array, struct text *out)
{
    LONG first = 0;
    LONG last = -1;
    bool ok = SafeArrayGetDim(array) == 1 &&
              SUCCEEDED(SafeArrayGetLBound(array, 1, &first)) &&
              SUCCEEDED(SafeArrayGetUBound(array, 1, &last));

    for (LONG i = first; i <= last && ok; i++) {
        char part[PART_SIZE];
        BSTR wide = NULL;

        ok = SUCCEEDED(SafeArrayGetElement(array, &i, &wide)) && wide != NULL &&
             utf8_from_utf16(wide, part, sizeof part);
        SysFreeString(wide);
        if (!ok)
            break;
        normalise_range(part);
        text_append_format(out, "%s%s", i > first ? "," : "", part);
    }
    return ok && !out->truncated;
}

/* `if_any` is what stands for a list that is missing, empty or says "any". */
static void get_list(IWbemClassObject *object, const wchar_t *name, const char *if_any,
                     char *out, size_t capacity)
{
    struct text text = text_over(out, capacity);
    VARIANT value;
    bool ok;

    VariantInit(&value);
    ok = SUCCEEDED(IWbemClassObject_Get(object, name, 0, &value, NULL, NULL));
    if (ok && V_VT(&value) == (VT_ARRAY | VT_BSTR) && V_ARRAY(&value) != NULL)
        ok = join_parts(V_ARRAY(&value), &text);
    else
        ok = ok && (V_VT(&value) == VT_NULL || V_VT(&value) == VT_EMPTY);
    VariantClear(&value);
    if (!ok)
        text_copy(out, capacity, UNREADABLE);
    else if (out[0] == '\0' || is_any(out))
        text_copy(out, capacity, if_any);
}

static int protocol_of(const char *text)
{
    unsigned long number = 0;

    if (ascii_equals_ignoring_case(text, "TCP"))
        return FIREWALL_TCP;
    return text_parse_number(text, 255, &number) ? (int)number : -1;
}

/* Whether the rule is for WSL's VMs, whatever port the other end has. */
static bool has_only_our_conditions(IWbemClassObject *object)
{
    char creator[FIREWALL_NAME_SIZE];
    char remote_ports[FIREWALL_PORTS_SIZE];

    get_text(object, L"VMCreatorId", creator, sizeof creator);
    get_list(object, L"RemotePorts", "", remote_ports, sizeof remote_ports);
    return ascii_equals_ignoring_case(creator, FIREWALL_WSL_CREATOR) &&
           remote_ports[0] == '\0';
}

bool hyperv_firewall_rule_is_ours(IWbemClassObject *object)
{
    char name[FIREWALL_NAME_SIZE];

    get_text(object, L"InstanceID", name, sizeof name);
    return strncmp(name, NAME_PREFIX, strlen(NAME_PREFIX)) == 0;
}

bool hyperv_firewall_rule_has_profiles(IWbemClassObject *rule_class)
{
    VARIANT value;
    HRESULT result;

    VariantInit(&value);
    result = IWbemClassObject_Get(rule_class, L"Profiles", 0, &value, NULL, NULL);
    VariantClear(&value);
    return SUCCEEDED(result);
}

void hyperv_firewall_rule_read(IWbemClassObject *object, struct firewall_rule *out)
{
    struct firewall_rule rule = {
        .kind = FIREWALL_HYPERV,
        .grouping = FIREWALL_GROUPING,
        .inbound = get_number(object, L"Direction") == DIRECTION_INBOUND,
        .allow = get_number(object, L"Action") == ACTION_ALLOW,
        .enabled = get_number(object, L"Enabled") == ENABLED_TRUE,
        .profiles = (unsigned)get_number(object, L"Profiles") & PROFILE_MASK,
    };
    char protocol[FIREWALL_NAME_SIZE];

    get_text(object, L"InstanceID", rule.name, sizeof rule.name);
    get_text(object, L"Protocol", protocol, sizeof protocol);
    rule.protocol = protocol_of(protocol);
    get_list(object, L"LocalPorts", "", rule.local_ports, sizeof rule.local_ports);
    get_list(object, L"LocalAddresses", "*", rule.local_addresses,
             sizeof rule.local_addresses);
    get_list(object, L"RemoteAddresses", "*", rule.remote_addresses,
             sizeof rule.remote_addresses);
    /* These rules have no service: with one it equals none of ours. */
    if (!has_only_our_conditions(object))
        text_copy(rule.service, sizeof rule.service, UNREADABLE);
    *out = rule;
}

/* Takes the value over, whether it succeeds or not. */
static HRESULT put(IWbemClassObject *object, const wchar_t *name, VARIANT *value)
{
    const HRESULT result = IWbemClassObject_Put(object, name, 0, value, 0);

    VariantClear(value);
    return result;
}

static HRESULT put_text(IWbemClassObject *object, const wchar_t *name, const char *text)
{
    wchar_t wide[PART_SIZE];
    VARIANT value;

    if (!utf16_from_utf8(text, wide, PART_SIZE))
        return E_INVALIDARG;
    VariantInit(&value);
    V_BSTR(&value) = SysAllocString(wide);
    if (V_BSTR(&value) == NULL)
        return E_OUTOFMEMORY;
    V_VT(&value) = VT_BSTR;
    return put(object, name, &value);
}

static HRESULT put_number(IWbemClassObject *object, const wchar_t *name, LONG number)
{
    VARIANT value;

    VariantInit(&value);
    V_VT(&value) = VT_I4;
    V_I4(&value) = number;
    return put(object, name, &value);
}

static ULONG count_parts(const char *list)
{
    ULONG count = 1;

    for (const char *at = strchr(list, ','); at != NULL; at = strchr(at + 1, ','))
        count++;
    return count;
}

/* The numbers of the three are those of INetFwRule; "any" is 0, and what a rule has that says
 * nothing. */
static HRESULT put_profiles(IWbemClassObject *object, unsigned profiles)
{
    profiles &= PROFILE_MASK;
    return profiles == 0 || profiles == PROFILE_MASK
               ? S_OK
               : put_number(object, L"Profiles", (LONG)profiles);
}

/* Cuts the list at its commas. */
static HRESULT fill_array(SAFEARRAY *array, const char *list)
{
    HRESULT result = S_OK;

    for (LONG i = 0; SUCCEEDED(result); i++) {
        const size_t size = strcspn(list, ",");
        char part[PART_SIZE];
        wchar_t wide[PART_SIZE];
        BSTR copy;

        if (size >= sizeof part)
            return E_INVALIDARG;
        memcpy(part, list, size);
        part[size] = '\0';
        if (!utf16_from_utf8(part, wide, PART_SIZE))
            return E_INVALIDARG;
        copy = SysAllocString(wide);
        result = copy != NULL ? SafeArrayPutElement(array, &i, copy) : E_OUTOFMEMORY;
        SysFreeString(copy);
        if (list[size] == '\0')
            break;
        list += size + 1;
    }
    return result;
}

/* "Any" has no spelling of its own: the property is left out (WSL's WslCoreFirewallSupport.cpp). */
static HRESULT put_list(IWbemClassObject *object, const wchar_t *name, const char *list)
{
    VARIANT value;
    HRESULT result;

    if (list[0] == '\0' || is_any(list))
        return S_OK;
    VariantInit(&value);
    V_ARRAY(&value) = SafeArrayCreateVector(VT_BSTR, 0, count_parts(list));
    if (V_ARRAY(&value) == NULL)
        return E_OUTOFMEMORY;
    V_VT(&value) = VT_ARRAY | VT_BSTR;
    result = fill_array(V_ARRAY(&value), list);
    if (SUCCEEDED(result))
        return put(object, name, &value);
    VariantClear(&value);
    return result;
}

HRESULT hyperv_firewall_rule_fill(IWbemClassObject *object,
                                  const struct firewall_rule *from)
{
    /* Without its port a rule would let everything in. */
    HRESULT result = from->local_ports[0] == '\0' || from->protocol != FIREWALL_TCP
                         ? E_INVALIDARG
                         : put_text(object, L"InstanceID", from->name);

    if (SUCCEEDED(result))
        result = put_text(object, L"ElementName", from->name);
    if (SUCCEEDED(result))
        result = put_number(object, L"Direction",
                            from->inbound ? DIRECTION_INBOUND : DIRECTION_OUTBOUND);
    if (SUCCEEDED(result))
        result = put_text(object, L"VMCreatorId", FIREWALL_WSL_CREATOR);
    if (SUCCEEDED(result))
        result = put_number(object, L"Action", from->allow ? ACTION_ALLOW : ACTION_BLOCK);
    if (SUCCEEDED(result))
        result =
            put_number(object, L"Enabled", from->enabled ? ENABLED_TRUE : ENABLED_FALSE);
    if (SUCCEEDED(result))
        result = put_text(object, L"Protocol", "TCP");
    if (SUCCEEDED(result))
        result = put_list(object, L"LocalPorts", from->local_ports);
    if (SUCCEEDED(result))
        result = put_list(object, L"LocalAddresses", from->local_addresses);
    if (SUCCEEDED(result))
        result = put_list(object, L"RemoteAddresses", from->remote_addresses);
    if (SUCCEEDED(result))
        result = put_profiles(object, from->profiles);
    return result;
}
