/*
 * NetFwPolicy2: the firewall's settings, which tests set in the registry.
 * SPDX-License-Identifier: MIT
 */
#include "firewall.h"

#include "rule_store.h"

#include <stdlib.h>

struct policy_object {
    const INetFwPolicy2Vtbl *vtbl;
    LONG references;
};

static void destroy(struct policy_object *self)
{
    free(self);
}

OBJECT_METHODS(struct policy_object, INetFwPolicy2, policy, destroy)
DISPATCH_METHODS(INetFwPolicy2, policy)

static HRESULT STDMETHODCALLTYPE policy_query_interface(INetFwPolicy2 *self, REFIID iid,
                                                        void **out)
{
    *out = NULL;
    if (!IsEqualIID(iid, &IID_IUnknown) && !IsEqualIID(iid, &IID_IDispatch) &&
        !IsEqualIID(iid, &IID_INetFwPolicy2))
        return E_NOINTERFACE;
    policy_add_ref(self);
    *out = self;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE get_CurrentProfileTypes(INetFwPolicy2 *self,
                                                         LONG *profiles)
{
    const HRESULT result = firewall_gate(L"Policy");

    (void)self;
    if (SUCCEEDED(result))
        *profiles = (LONG)firewall_setting(L"CurrentProfiles", NET_FW_PROFILE2_PRIVATE);
    return result;
}

static HRESULT read_profile(const wchar_t *name, NET_FW_PROFILE_TYPE2 profile,
                            DWORD otherwise, DWORD *value)
{
    const HRESULT result = firewall_gate(L"Policy");

    if (FAILED(result))
        return result;
    if (profile != NET_FW_PROFILE2_DOMAIN && profile != NET_FW_PROFILE2_PRIVATE &&
        profile != NET_FW_PROFILE2_PUBLIC)
        return E_INVALIDARG;
    *value = firewall_profile_setting(name, profile, otherwise);
    return S_OK;
}

#define PROFILE_FLAG(property, name, otherwise)                                          \
    static HRESULT STDMETHODCALLTYPE get_##property(                                     \
        INetFwPolicy2 *self, NET_FW_PROFILE_TYPE2 profile, VARIANT_BOOL *out)            \
    {                                                                                    \
        DWORD value = 0;                                                                 \
        const HRESULT result = read_profile(name, profile, otherwise, &value);           \
        (void)self;                                                                      \
        if (SUCCEEDED(result))                                                           \
            *out = value ? VARIANT_TRUE : VARIANT_FALSE;                                 \
        return result;                                                                   \
    }                                                                                    \
    static HRESULT STDMETHODCALLTYPE put_##property(                                     \
        INetFwPolicy2 *self, NET_FW_PROFILE_TYPE2 profile, VARIANT_BOOL wanted)          \
    {                                                                                    \
        (void)self, (void)profile, (void)wanted;                                         \
        firewall_record(L"put policy", name);                                            \
        return E_ACCESSDENIED;                                                           \
    }

#define PROFILE_ACTION(property, name, otherwise)                                        \
    static HRESULT STDMETHODCALLTYPE get_##property(                                     \
        INetFwPolicy2 *self, NET_FW_PROFILE_TYPE2 profile, NET_FW_ACTION *out)           \
    {                                                                                    \
        DWORD value = 0;                                                                 \
        const HRESULT result = read_profile(name, profile, otherwise, &value);           \
        (void)self;                                                                      \
        if (SUCCEEDED(result))                                                           \
            *out = value ? NET_FW_ACTION_ALLOW : NET_FW_ACTION_BLOCK;                    \
        return result;                                                                   \
    }                                                                                    \
    static HRESULT STDMETHODCALLTYPE put_##property(                                     \
        INetFwPolicy2 *self, NET_FW_PROFILE_TYPE2 profile, NET_FW_ACTION wanted)         \
    {                                                                                    \
        (void)self, (void)profile, (void)wanted;                                         \
        firewall_record(L"put policy", name);                                            \
        return E_ACCESSDENIED;                                                           \
    }

/* Nothing in the lab may change the machine's policy; an attempt is on record. */
PROFILE_FLAG(FirewallEnabled, L"FirewallEnabled", 1)
PROFILE_FLAG(BlockAllInboundTraffic, L"BlockAllInbound", 0)
PROFILE_FLAG(NotificationsDisabled, L"NotificationsDisabled", 0)
PROFILE_FLAG(UnicastResponsesToMulticastBroadcastDisabled, L"UnicastResponsesDisabled", 0)
PROFILE_ACTION(DefaultInboundAction, L"DefaultInboundAction", NET_FW_ACTION_BLOCK)
PROFILE_ACTION(DefaultOutboundAction, L"DefaultOutboundAction", NET_FW_ACTION_ALLOW)

static HRESULT STDMETHODCALLTYPE get_ExcludedInterfaces(INetFwPolicy2 *self,
                                                        NET_FW_PROFILE_TYPE2 profile,
                                                        VARIANT *out)
{
    (void)self, (void)profile;
    VariantInit(out);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE put_ExcludedInterfaces(INetFwPolicy2 *self,
                                                        NET_FW_PROFILE_TYPE2 profile,
                                                        VARIANT interfaces)
{
    (void)self, (void)profile, (void)interfaces;
    return E_ACCESSDENIED;
}

static HRESULT STDMETHODCALLTYPE get_Rules(INetFwPolicy2 *self, INetFwRules **out)
{
    const HRESULT result = firewall_gate(L"Policy");

    (void)self;
    *out = NULL;
    return FAILED(result) ? result : rules_object_new(out);
}

static HRESULT STDMETHODCALLTYPE get_ServiceRestriction(INetFwPolicy2 *self,
                                                        INetFwServiceRestriction **out)
{
    (void)self;
    *out = NULL;
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE enable_group(INetFwPolicy2 *self, LONG profiles,
                                              BSTR group, VARIANT_BOOL enable)
{
    (void)self, (void)profiles, (void)group, (void)enable;
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE is_group_enabled(INetFwPolicy2 *self, LONG profiles,
                                                  BSTR group, VARIANT_BOOL *enabled)
{
    (void)self, (void)profiles, (void)group, (void)enabled;
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE is_group_now_enabled(INetFwPolicy2 *self, BSTR group,
                                                      VARIANT_BOOL *enabled)
{
    (void)self, (void)group, (void)enabled;
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE restore_defaults(INetFwPolicy2 *self)
{
    (void)self;
    firewall_record(L"restore defaults", L"");
    return E_ACCESSDENIED;
}

static HRESULT STDMETHODCALLTYPE get_LocalPolicyModifyState(INetFwPolicy2 *self,
                                                            NET_FW_MODIFY_STATE *out)
{
    const HRESULT result = firewall_gate(L"Policy");

    (void)self;
    if (SUCCEEDED(result))
        *out = (NET_FW_MODIFY_STATE)firewall_setting(L"LocalPolicyModifyState",
                                                     NET_FW_MODIFY_STATE_OK);
    return result;
}

#define BOTH(property) .get_##property = get_##property, .put_##property = put_##property

HRESULT policy_object_new(REFIID iid, void **out)
{
    static const INetFwPolicy2Vtbl vtbl = {
        .QueryInterface = policy_query_interface,
        .AddRef = policy_add_ref,
        .Release = policy_release,
        DISPATCH_ENTRIES(policy),
        .get_CurrentProfileTypes = get_CurrentProfileTypes,
        BOTH(FirewallEnabled),
        BOTH(ExcludedInterfaces),
        BOTH(BlockAllInboundTraffic),
        BOTH(NotificationsDisabled),
        BOTH(UnicastResponsesToMulticastBroadcastDisabled),
        .get_Rules = get_Rules,
        .get_ServiceRestriction = get_ServiceRestriction,
        .EnableRuleGroup = enable_group,
        .IsRuleGroupEnabled = is_group_enabled,
        .RestoreLocalFirewallDefaults = restore_defaults,
        BOTH(DefaultInboundAction),
        BOTH(DefaultOutboundAction),
        .get_IsRuleGroupCurrentlyEnabled = is_group_now_enabled,
        .get_LocalPolicyModifyState = get_LocalPolicyModifyState,
    };
    struct policy_object *self = calloc(1, sizeof(*self));

    if (!self)
        return E_OUTOFMEMORY;
    InterlockedIncrement(&firewall_object_count);
    self->vtbl = &vtbl;
    self->references = 1;
    const HRESULT result = policy_query_interface((INetFwPolicy2 *)self, iid, out);
    policy_release((INetFwPolicy2 *)self);
    return result;
}
