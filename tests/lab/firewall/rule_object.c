/*
 * NetFwRule: INetFwRule, INetFwRule2 and INetFwRule3 on one object. A rule that is in
 * the list commits each property as it is set.
 * SPDX-License-Identifier: MIT
 */
#include "firewall.h"

#include "rule_check.h"
#include "rule_store.h"

#include <stdlib.h>

struct rule_object {
    const INetFwRule3Vtbl *vtbl;
    LONG references;
    struct rule_fields fields;
};

static void destroy(struct rule_object *self)
{
    rule_fields_clear(&self->fields);
    free(self);
}

OBJECT_METHODS(struct rule_object, INetFwRule3, rule, destroy)
DISPATCH_METHODS(INetFwRule3, rule)

static HRESULT STDMETHODCALLTYPE rule_query_interface(INetFwRule3 *self, REFIID iid,
                                                      void **out)
{
    *out = NULL;
    if (!IsEqualIID(iid, &IID_IUnknown) && !IsEqualIID(iid, &IID_IDispatch) &&
        !IsEqualIID(iid, &IID_INetFwRule) && !IsEqualIID(iid, &IID_INetFwRule2) &&
        !IsEqualIID(iid, &IID_INetFwRule3))
        return E_NOINTERFACE;
    rule_add_ref(self);
    *out = self;
    return S_OK;
}

static struct rule_fields *fields_of(INetFwRule3 *self)
{
    return &((struct rule_object *)self)->fields;
}

/* Takes the lock. A rule in the list may have been changed by others meanwhile. */
static HRESULT begin_change(INetFwRule3 *self)
{
    struct rule_fields *fields = fields_of(self);
    HRESULT result = S_OK;

    if (fields->id[0])
        result = firewall_gate(L"Put");
    if (FAILED(result))
        return result;
    AcquireSRWLockExclusive(&firewall_lock);
    if (fields->id[0])
        result = hresult_of(rule_store_reload(fields));
    if (FAILED(result))
        ReleaseSRWLockExclusive(&firewall_lock);
    return result;
}

/* Gives the lock back and, if the rule is in the list, commits it. */
static HRESULT end_change(INetFwRule3 *self, HRESULT result)
{
    struct rule_fields *fields = fields_of(self);

    if (SUCCEEDED(result) && fields->id[0])
        result = hresult_of(rule_store_write(fields));
    ReleaseSRWLockExclusive(&firewall_lock);
    if (fields->id[0])
        firewall_record(L"put", rule_fields_text(fields, RULE_NAME));
    return result;
}

static HRESULT get_text(INetFwRule3 *self, enum rule_text field,
                        const wchar_t *when_empty, BSTR *out)
{
    if (!out)
        return E_POINTER;
    AcquireSRWLockShared(&firewall_lock);
    const wchar_t *text = rule_fields_text(fields_of(self), field);
    if (!*text)
        text = when_empty;
    *out = text ? SysAllocString(text) : NULL;
    ReleaseSRWLockShared(&firewall_lock);
    return S_OK;
}

typedef HRESULT (*check_text)(const struct rule_fields *rule, const wchar_t *text,
                              wchar_t spelled[4096]);

static HRESULT put_text(INetFwRule3 *self, enum rule_text field, BSTR text,
                        check_text check)
{
    wchar_t spelled[4096];
    HRESULT result = begin_change(self);

    if (FAILED(result))
        return result;
    result = check(fields_of(self), text ? text : L"", spelled);
    if (SUCCEEDED(result))
        rule_fields_set_text(fields_of(self), field, spelled);
    return end_change(self, result);
}

static HRESULT check_plain(const struct rule_fields *rule, const wchar_t *text,
                           wchar_t spelled[4096])
{
    (void)rule;
    if (wcschr(text, L'|') || wcslen(text) >= 4096)
        return E_INVALIDARG;
    wcscpy(spelled, text);
    return S_OK;
}

static HRESULT check_name(const struct rule_fields *rule, const wchar_t *text,
                          wchar_t spelled[4096])
{
    if (!*text || _wcsicmp(text, L"all") == 0)
        return E_INVALIDARG;
    return check_plain(rule, text, spelled);
}

static HRESULT check_ports(const struct rule_fields *rule, const wchar_t *text,
                           wchar_t spelled[4096])
{
    const bool has_ports =
        rule->protocol == PROTOCOL_TCP || rule->protocol == PROTOCOL_UDP;

    return has_ports && rule_check_ports(text, spelled) ? S_OK : E_INVALIDARG;
}

static HRESULT check_addresses(const struct rule_fields *rule, const wchar_t *text,
                               wchar_t spelled[4096])
{
    (void)rule;
    return rule_check_addresses(text, spelled) ? S_OK : E_INVALIDARG;
}

static HRESULT check_interface_types(const struct rule_fields *rule, const wchar_t *text,
                                     wchar_t spelled[4096])
{
    (void)rule;
    if (_wcsicmp(text, L"All") == 0)
        text = L"";
    if (*text && _wcsicmp(text, L"Lan") != 0 && _wcsicmp(text, L"Wireless") != 0 &&
        _wcsicmp(text, L"RemoteAccess") != 0)
        return E_INVALIDARG;
    wcscpy(spelled, text);
    return S_OK;
}

#define TEXT_PROPERTY(property, field, when_empty, check)                                \
    static HRESULT STDMETHODCALLTYPE get_##property(INetFwRule3 *self, BSTR *out)        \
    {                                                                                    \
        return get_text(self, field, when_empty, out);                                   \
    }                                                                                    \
    static HRESULT STDMETHODCALLTYPE put_##property(INetFwRule3 *self, BSTR text)        \
    {                                                                                    \
        return put_text(self, field, text, check);                                       \
    }

TEXT_PROPERTY(Name, RULE_NAME, NULL, check_name)
TEXT_PROPERTY(Description, RULE_DESCRIPTION, NULL, check_plain)
TEXT_PROPERTY(ServiceName, RULE_SERVICE, NULL, check_plain)
TEXT_PROPERTY(Grouping, RULE_GROUPING, NULL, check_plain)
TEXT_PROPERTY(LocalPorts, RULE_LOCAL_PORTS, L"*", check_ports)
TEXT_PROPERTY(RemotePorts, RULE_REMOTE_PORTS, L"*", check_ports)
TEXT_PROPERTY(LocalAddresses, RULE_LOCAL_ADDRESSES, L"*", check_addresses)
TEXT_PROPERTY(RemoteAddresses, RULE_REMOTE_ADDRESSES, L"*", check_addresses)
TEXT_PROPERTY(IcmpTypesAndCodes, RULE_ICMP_TYPES, L"*", check_plain)
TEXT_PROPERTY(InterfaceTypes, RULE_INTERFACE_TYPES, L"All", check_interface_types)

/* Stored as it was set, given back with its variables expanded. */
static HRESULT STDMETHODCALLTYPE get_ApplicationName(INetFwRule3 *self, BSTR *out)
{
    wchar_t expanded[1024];
    BSTR stored = NULL;
    const HRESULT result = get_text(self, RULE_APPLICATION, NULL, &stored);

    if (SUCCEEDED(result) && stored && ExpandEnvironmentStringsW(stored, expanded, 1024)) {
        *out = SysAllocString(expanded);
        SysFreeString(stored);
    } else if (out) {
        *out = stored;
    }
    return out ? result : E_POINTER;
}

static HRESULT STDMETHODCALLTYPE put_ApplicationName(INetFwRule3 *self, BSTR text)
{
    return put_text(self, RULE_APPLICATION, text, check_plain);
}

#define NUMBER_PROPERTY(property, type, value, acceptable, assignment)                   \
    static HRESULT STDMETHODCALLTYPE get_##property(INetFwRule3 *self, type *out)        \
    {                                                                                    \
        const struct rule_fields *rule = fields_of(self);                                \
        if (!out)                                                                        \
            return E_POINTER;                                                            \
        *out = (value);                                                                  \
        return S_OK;                                                                     \
    }                                                                                    \
    static HRESULT STDMETHODCALLTYPE put_##property(INetFwRule3 *self, type wanted)      \
    {                                                                                    \
        struct rule_fields *rule = fields_of(self);                                      \
        HRESULT result = begin_change(self);                                             \
        if (FAILED(result))                                                              \
            return result;                                                               \
        if (acceptable)                                                                  \
            assignment;                                                                  \
        else                                                                             \
            result = E_INVALIDARG;                                                       \
        return end_change(self, result);                                                 \
    }

static bool protocol_is_acceptable(const struct rule_fields *rule, long wanted)
{
    const bool has_ports = rule->text[RULE_LOCAL_PORTS] || rule->text[RULE_REMOTE_PORTS];

    return wanted >= 0 && wanted <= PROTOCOL_ANY &&
           (!has_ports || wanted == PROTOCOL_TCP || wanted == PROTOCOL_UDP);
}

NUMBER_PROPERTY(Protocol, LONG, rule->protocol, protocol_is_acceptable(rule, wanted),
                rule->protocol = wanted)
NUMBER_PROPERTY(Direction, NET_FW_RULE_DIRECTION,
                rule->inbound ? NET_FW_RULE_DIR_IN : NET_FW_RULE_DIR_OUT,
                wanted == NET_FW_RULE_DIR_IN || wanted == NET_FW_RULE_DIR_OUT,
                rule->inbound = wanted == NET_FW_RULE_DIR_IN)
NUMBER_PROPERTY(Enabled, VARIANT_BOOL, rule->active ? VARIANT_TRUE : VARIANT_FALSE, true,
                rule->active = wanted != VARIANT_FALSE)
NUMBER_PROPERTY(Profiles, LONG, rule->profiles,
                wanted == PROFILES_ALL || (wanted > 0 && wanted <= 7),
                rule->profiles = wanted)
NUMBER_PROPERTY(EdgeTraversal, VARIANT_BOOL,
                rule->edge_traversal ? VARIANT_TRUE : VARIANT_FALSE, true,
                rule->edge_traversal = wanted != VARIANT_FALSE)
NUMBER_PROPERTY(Action, NET_FW_ACTION,
                rule->allow ? NET_FW_ACTION_ALLOW : NET_FW_ACTION_BLOCK,
                wanted == NET_FW_ACTION_ALLOW || wanted == NET_FW_ACTION_BLOCK,
                rule->allow = wanted == NET_FW_ACTION_ALLOW)
NUMBER_PROPERTY(EdgeTraversalOptions, LONG, rule->edge_traversal ? 1 : 0,
                wanted >= 0 && wanted <= 3, rule->edge_traversal = wanted != 0)

static HRESULT STDMETHODCALLTYPE get_SecureFlags(INetFwRule3 *self, LONG *out)
{
    (void)self;
    *out = 0;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE put_SecureFlags(INetFwRule3 *self, LONG wanted)
{
    (void)self;
    return wanted == 0 ? S_OK : E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE get_Interfaces(INetFwRule3 *self, VARIANT *out)
{
    (void)self;
    VariantInit(out);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE put_Interfaces(INetFwRule3 *self, VARIANT interfaces)
{
    (void)self;
    return V_VT(&interfaces) == VT_EMPTY ? S_OK : E_NOTIMPL;
}

/* The properties that INetFwRule3 adds are not needed for a forward. */
static HRESULT STDMETHODCALLTYPE get_nothing(INetFwRule3 *self, BSTR *out)
{
    (void)self;
    *out = NULL;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE put_nothing(INetFwRule3 *self, BSTR text)
{
    (void)self;
    return text && *text ? E_NOTIMPL : S_OK;
}

#define BOTH(property) .get_##property = get_##property, .put_##property = put_##property
#define NEITHER(property) .get_##property = get_nothing, .put_##property = put_nothing

static const INetFwRule3Vtbl rule_vtbl = {
    .QueryInterface = rule_query_interface,
    .AddRef = rule_add_ref,
    .Release = rule_release,
    DISPATCH_ENTRIES(rule),
    BOTH(Name),
    BOTH(Description),
    BOTH(ApplicationName),
    BOTH(ServiceName),
    BOTH(Protocol),
    BOTH(LocalPorts),
    BOTH(RemotePorts),
    BOTH(LocalAddresses),
    BOTH(RemoteAddresses),
    BOTH(IcmpTypesAndCodes),
    BOTH(Direction),
    BOTH(Interfaces),
    BOTH(InterfaceTypes),
    BOTH(Enabled),
    BOTH(Grouping),
    BOTH(Profiles),
    BOTH(EdgeTraversal),
    BOTH(Action),
    BOTH(EdgeTraversalOptions),
    BOTH(SecureFlags),
    NEITHER(LocalAppPackageId),
    NEITHER(LocalUserOwner),
    NEITHER(LocalUserAuthorizedList),
    NEITHER(RemoteUserAuthorizedList),
    NEITHER(RemoteMachineAuthorizedList),
};

HRESULT rule_object_new(const struct rule_fields *fields, REFIID iid, void **out)
{
    struct rule_object *self = calloc(1, sizeof(*self));

    if (!self)
        return E_OUTOFMEMORY;
    InterlockedIncrement(&firewall_object_count);
    self->vtbl = &rule_vtbl;
    self->references = 1;
    rule_fields_copy(&self->fields, fields);
    const HRESULT result = rule_query_interface((INetFwRule3 *)self, iid, out);
    rule_release((INetFwRule3 *)self);
    return result;
}

struct rule_fields *rule_object_fields(INetFwRule *rule)
{
    struct rule_object *self = (struct rule_object *)rule;

    return rule && self->vtbl == &rule_vtbl ? &self->fields : NULL;
}
