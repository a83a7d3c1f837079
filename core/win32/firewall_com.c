/*
 * Windows Firewall by its COM interfaces.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/firewall_com.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/win32/firewall_com_rule.h"
#include "core/win32/firewall_com_script.h"
#include "core/win32/registry.h"
#include "core/win32/utf.h"

#define COBJMACROS
#include <windows.h>
#include <initguid.h> /* this file defines the ids of the firewall's classes and interfaces */
#include <netfw.h>

#include <string.h>

#define RULES_MAX 65536

#define POLICY_PATH L"SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\"

static const struct {
    unsigned bit;
    NET_FW_PROFILE_TYPE2 type;
    const wchar_t *policy_path;
} profiles[] = {
    {PROFILE_DOMAIN, NET_FW_PROFILE2_DOMAIN, POLICY_PATH L"DomainProfile"},
    {PROFILE_PRIVATE, NET_FW_PROFILE2_PRIVATE, POLICY_PATH L"PrivateProfile"},
    {PROFILE_PUBLIC, NET_FW_PROFILE2_PUBLIC, POLICY_PATH L"PublicProfile"},
};

#define PROFILE_COUNT (sizeof profiles / sizeof profiles[0])

struct firewall_com {
    INetFwPolicy2 *policy;
    INetFwRules *rules;
};

static bool fail(HRESULT result, const char *what, struct error *err)
{
    return error_set_system(err, (uint32_t)result, "%s", what);
}

struct firewall_com *firewall_com_open(struct error *err)
{
    struct firewall_com *self = mem_alloc(sizeof *self);
    HRESULT result = CoCreateInstance(&CLSID_NetFwPolicy2, NULL, CLSCTX_INPROC_SERVER,
                                      &IID_INetFwPolicy2, (void **)&self->policy);

    if (SUCCEEDED(result))
        result = INetFwPolicy2_get_Rules(self->policy, &self->rules);
    if (SUCCEEDED(result) && self->rules != NULL)
        return self;
    firewall_com_close(self);
    fail(FAILED(result) ? result : E_POINTER, "open the Windows Firewall policy", err);
    return NULL;
}

void firewall_com_close(struct firewall_com *self)
{
    if (self == NULL)
        return;
    if (self->rules != NULL)
        INetFwRules_Release(self->rules);
    if (self->policy != NULL)
        INetFwPolicy2_Release(self->policy);
    mem_free(self);
}

/* Group policy may say of each profile that rules made on this PC do not count (MS-GPFAS
 * 2.2.3.13); hardening guides have it say so of the public one. */
static unsigned find_profiles_without_merge(void)
{
    unsigned found = 0;

    for (size_t i = 0; i < PROFILE_COUNT; i++) {
        if (registry_read_number(HKEY_LOCAL_MACHINE, profiles[i].policy_path,
                                 L"AllowLocalPolicyMerge", 1) == 0)
            found |= profiles[i].bit;
    }
    return found;
}

/* Whether changes to the current profiles count, and if not, why (NET_FW_MODIFY_STATE). It does not
 * say for which of several: what the profiles themselves say goes first. */
static void explain_modify_state(NET_FW_MODIFY_STATE modify_state,
                                 struct firewall_state *state)
{
    if (modify_state == NET_FW_MODIFY_STATE_INBOUND_BLOCKED &&
        (state->block_all_profiles & state->current_profiles) == 0)
        state->block_all_profiles |= state->current_profiles;
    state->overridden_profiles = find_profiles_without_merge();
    if (modify_state == NET_FW_MODIFY_STATE_GP_OVERRIDE &&
        (state->overridden_profiles & state->current_profiles) == 0)
        state->overridden_profiles = PROFILE_MASK;
}

static bool read_policy(INetFwPolicy2 *policy, struct firewall_state *state,
                        struct error *err)
{
    NET_FW_MODIFY_STATE modify_state = NET_FW_MODIFY_STATE_OK;
    LONG current = 0;

    for (size_t i = 0; i < PROFILE_COUNT; i++) {
        VARIANT_BOOL enabled = VARIANT_FALSE;
        VARIANT_BOOL blocks_all = VARIANT_FALSE;
        NET_FW_ACTION outbound = NET_FW_ACTION_ALLOW;
        HRESULT result =
            INetFwPolicy2_get_FirewallEnabled(policy, profiles[i].type, &enabled);

        if (SUCCEEDED(result))
            result = INetFwPolicy2_get_BlockAllInboundTraffic(policy, profiles[i].type,
                                                              &blocks_all);
        if (FAILED(result))
            return fail(result, "read the Windows Firewall profiles", err);
        if (enabled != VARIANT_FALSE)
            state->enabled_profiles |= profiles[i].bit;
        if (blocks_all != VARIANT_FALSE)
            state->block_all_profiles |= profiles[i].bit;
        /* Seldom set: without it the rest still helps. */
        if (SUCCEEDED(INetFwPolicy2_get_DefaultOutboundAction(policy, profiles[i].type,
                                                              &outbound)) &&
            outbound == NET_FW_ACTION_BLOCK)
            state->block_outbound_profiles |= profiles[i].bit;
    }

    /* Without these two the rest still helps: unknown, and not overridden. */
    if (SUCCEEDED(INetFwPolicy2_get_CurrentProfileTypes(policy, &current)))
        state->current_profiles = (unsigned)current & PROFILE_MASK;
    if (FAILED(INetFwPolicy2_get_LocalPolicyModifyState(policy, &modify_state)))
        modify_state = NET_FW_MODIFY_STATE_OK;
    explain_modify_state(modify_state, state);
    return true;
}

/* What is done with each rule of the firewall, whoever made it; false ends the walk. */
typedef bool (*visit_fn)(INetFwRule *com_rule, void *context, struct error *err);

static bool visit_item(VARIANT *item, visit_fn visit, void *context, struct error *err)
{
    INetFwRule *com_rule = NULL;
    bool ok;

    if (V_VT(item) != VT_DISPATCH || V_DISPATCH(item) == NULL ||
        FAILED(IDispatch_QueryInterface(V_DISPATCH(item), &IID_INetFwRule,
                                        (void **)&com_rule)))
        return true;
    ok = visit(com_rule, context, err);
    INetFwRule_Release(com_rule);
    return ok;
}

static bool visit_items(IEnumVARIANT *items, visit_fn visit, void *context,
                        struct error *err)
{
    for (int i = 0; i < RULES_MAX; i++) {
        VARIANT item;
        ULONG count = 0;
        HRESULT result;
        bool ok;

        VariantInit(&item);
        result = IEnumVARIANT_Next(items, 1, &item, &count);
        if (FAILED(result))
            return fail(result, "list the Windows Firewall rules", err);
        if (result != S_OK || count == 0)
            return true;
        ok = visit_item(&item, visit, context, err);
        VariantClear(&item);
        if (!ok)
            return false;
    }
    return fail(HRESULT_FROM_WIN32(ERROR_FILE_TOO_LARGE),
                "list all Windows Firewall rules", err);
}

/* By enumeration, because Item(name) shows only one of several rules of a name. */
static bool visit_rules(INetFwRules *rules, visit_fn visit, void *context,
                        struct error *err)
{
    IUnknown *unknown = NULL;
    IEnumVARIANT *items = NULL;
    HRESULT result = INetFwRules_get__NewEnum(rules, &unknown);
    bool ok;

    if (SUCCEEDED(result))
        result = IUnknown_QueryInterface(unknown, &IID_IEnumVARIANT, (void **)&items);
    if (unknown != NULL)
        IUnknown_Release(unknown);
    if (FAILED(result))
        return fail(result, "list the Windows Firewall rules", err);
    ok = visit_items(items, visit, context, err);
    IEnumVARIANT_Release(items);
    return ok;
}

/* Adds the rule to the firewall_rule_list if it is one of ours. */
static bool read_rule(INetFwRule *com_rule, void *context, struct error *err)
{
    struct firewall_rule_list *list = context;
    struct firewall_rule rule = {0};

    if (!firewall_com_rule_is_ours(com_rule))
        return true;
    if (!firewall_com_rule_read(com_rule, &rule, err))
        return false;
    *LIST_ADD(list) = rule;
    return true;
}

/* Likewise to the right list of the firewall_state; a script's that cannot be read is none. */
static bool read_any_rule(INetFwRule *com_rule, void *context, struct error *err)
{
    struct firewall_state *state = context;
    struct script_rule script;

    if (state->script_rules.count < SCRIPT_RULES_MAX &&
        firewall_com_script_read(com_rule, &script))
        *LIST_ADD(&state->script_rules) = script;
    state->helper_out_profiles |= firewall_com_rule_helper_out(com_rule);
    return read_rule(com_rule, &state->rules, err);
}

bool firewall_com_read(struct firewall_com *self, struct firewall_state *out,
                       struct error *err)
{
    struct firewall_state state = {0};

    if (!read_policy(self->policy, &state, err) ||
        !visit_rules(self->rules, read_any_rule, &state, err)) {
        firewall_rule_list_clear(&state.rules);
        LIST_CLEAR(&state.script_rules);
        return false;
    }
    out->current_profiles = state.current_profiles;
    out->enabled_profiles = state.enabled_profiles;
    out->block_all_profiles = state.block_all_profiles;
    out->block_outbound_profiles = state.block_outbound_profiles;
    out->helper_out_profiles = state.helper_out_profiles;
    out->overridden_profiles = state.overridden_profiles;
    firewall_rule_list_clear(&out->rules);
    out->rules = state.rules;
    LIST_CLEAR(&out->script_rules);
    out->script_rules = state.script_rules;
    return true;
}

/* A BSTR, or NULL when `name` is not UTF-8 or memory is short. Caller frees. */
static BSTR name_to_bstr(const char *name)
{
    wchar_t wide[FIREWALL_NAME_SIZE];

    return utf16_from_utf8(name, wide, FIREWALL_NAME_SIZE) ? SysAllocString(wide) : NULL;
}

/* The first rule of that name; NULL with S_OK when there is none. */
static HRESULT find_rule(INetFwRules *rules, BSTR name, INetFwRule **out)
{
    const HRESULT result = INetFwRules_Item(rules, name, out);

    if (SUCCEEDED(result) && *out != NULL)
        return S_OK;
    *out = NULL;
    return result == HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND) || SUCCEEDED(result)
               ? S_OK
               : result;
}

/* S_FALSE: there is an equal rule already; the code for "exists": a different one. */
static HRESULT look_for_same_name(INetFwRules *rules, const struct firewall_rule *wanted)
{
    struct firewall_rule found = {0};
    INetFwRule *com_rule = NULL;
    BSTR name = name_to_bstr(wanted->name);
    HRESULT result = name == NULL ? E_INVALIDARG : find_rule(rules, name, &com_rule);

    SysFreeString(name);
    if (com_rule == NULL)
        return result;
    result = HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS);
    if (firewall_com_rule_read(com_rule, &found, NULL) &&
        firewall_rule_equals(&found, wanted))
        result = S_FALSE;
    INetFwRule_Release(com_rule);
    return result;
}

bool firewall_com_add(struct firewall_com *self, const struct firewall_rule *rule,
                      struct error *err)
{
    INetFwRule *com_rule = NULL;
    HRESULT result = look_for_same_name(self->rules, rule);

    if (result == S_FALSE)
        return true;
    if (SUCCEEDED(result))
        result = CoCreateInstance(&CLSID_NetFwRule, NULL, CLSCTX_INPROC_SERVER,
                                  &IID_INetFwRule, (void **)&com_rule);
    /* Filled first: each property set on a rule in the list would be committed by itself. */
    if (SUCCEEDED(result))
        result = firewall_com_rule_fill(com_rule, rule);
    if (SUCCEEDED(result))
        result = INetFwRules_Add(self->rules, com_rule);
    if (com_rule != NULL)
        INetFwRule_Release(com_rule);
    if (FAILED(result))
        return error_set_system(err, (uint32_t)result, "add firewall rule '%s'",
                                rule->name);
    return true;
}

/* Remove takes one of several rules of a name, and is silent when there is none. */
static HRESULT remove_times(INetFwRules *rules, const char *name, size_t times)
{
    BSTR wide_name = name_to_bstr(name);
    HRESULT result = wide_name == NULL ? E_INVALIDARG : S_OK;

    for (size_t i = 0; i < times && SUCCEEDED(result); i++)
        result = INetFwRules_Remove(rules, wide_name);
    SysFreeString(wide_name);
    return result;
}

bool firewall_com_remove(struct firewall_com *self, const struct firewall_rule *expected,
                         struct error *err)
{
    struct firewall_rule_list live = {0};
    size_t equal_count = 0;
    size_t other_count = 0;
    HRESULT result = S_OK;

    if (!visit_rules(self->rules, read_rule, &live, err)) {
        firewall_rule_list_clear(&live);
        return false;
    }
    for (size_t i = 0; i < live.count; i++) {
        if (firewall_rule_equals(&live.items[i], expected))
            equal_count++;
        else if (ascii_equals_ignoring_case(live.items[i].name, expected->name))
            other_count++;
    }
    firewall_rule_list_clear(&live);

    if (equal_count > 0 && other_count > 0)
        result = HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS);
    else
        result = remove_times(self->rules, expected->name, equal_count);
    if (FAILED(result))
        return error_set_system(err, (uint32_t)result, "remove firewall rule '%s'",
                                expected->name);
    return true;
}

struct switching {
    const struct script_rule_switch *switches;
    size_t count;
    struct error first_error; /* ERR_NONE: none */
};

/* On the object that was found: the scripts' names are no keys either, they make two rules of
 * each. One that cannot be switched keeps none of the others from it. */
static bool switch_rule(INetFwRule *com_rule, void *context, struct error *err)
{
    struct switching *self = context;
    struct script_rule rule;

    (void)err;

    if (!firewall_com_script_read(com_rule, &rule))
        return true;
    for (size_t i = 0; i < self->count; i++) {
        const struct script_rule_switch *order = &self->switches[i];
        HRESULT result = S_OK;

        if (!script_rule_same(&order->rule, &rule) || order->on == rule.enabled)
            continue;
        result =
            INetFwRule_put_Enabled(com_rule, order->on ? VARIANT_TRUE : VARIANT_FALSE);
        if (FAILED(result) && self->first_error.kind == ERR_NONE)
            error_set_system(&self->first_error, (uint32_t)result,
                             "turn firewall rule '%s' %s", rule.name,
                             order->on ? "on" : "off");
    }
    return true;
}

bool firewall_com_switch(struct firewall_com *self,
                         const struct script_rule_switch *switches, size_t count,
                         struct error *err)
{
    struct switching switching = {.switches = switches, .count = count};

    if (!visit_rules(self->rules, switch_rule, &switching, err))
        return false;
    if (switching.first_error.kind == ERR_NONE)
        return true;
    if (err != NULL)
        *err = switching.first_error;
    return false;
}
