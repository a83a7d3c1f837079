/*
 * One firewall rule between its COM object and our value.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/firewall_com_rule.h"

#include "core/base/text.h"
#include "core/win32/utf.h"

#define COBJMACROS
#include <netfw.h>

#include <string.h>

#define NAME_PREFIX FIREWALL_GROUPING " "

typedef HRESULT(STDMETHODCALLTYPE *get_text_fn)(INetFwRule *com_rule, BSTR *out);
typedef HRESULT(STDMETHODCALLTYPE *put_text_fn)(INetFwRule *com_rule, BSTR text);

static HRESULT get_text(INetFwRule *com_rule, get_text_fn get, char *out, size_t capacity)
{
    BSTR text = NULL;
    const HRESULT result = get(com_rule, &text);

    out[0] = '\0';
    if (FAILED(result))
        return result;
    if (text != NULL && !utf8_from_utf16(text, out, capacity))
        text_copy(out, capacity, "?");
    SysFreeString(text);
    return S_OK;
}

static HRESULT put_text(INetFwRule *com_rule, put_text_fn put, const char *text)
{
    wchar_t wide[FIREWALL_REMOTE_SIZE];
    HRESULT result;
    BSTR copy;

    /* An untouched property means "any"; an empty text is not accepted by all of them. */
    if (text[0] == '\0')
        return S_OK;
    if (!utf16_from_utf8(text, wide, FIREWALL_REMOTE_SIZE))
        return E_INVALIDARG;
    copy = SysAllocString(wide);
    if (copy == NULL)
        return E_OUTOFMEMORY;
    result = put(com_rule, copy);
    SysFreeString(copy);
    return result;
}

bool firewall_com_rule_is_ours(INetFwRule *com_rule)
{
    char text[FIREWALL_NAME_SIZE];

    if (SUCCEEDED(get_text(com_rule, com_rule->lpVtbl->get_Grouping, text, sizeof text)) &&
        strcmp(text, FIREWALL_GROUPING) == 0)
        return true;
    return SUCCEEDED(get_text(com_rule, com_rule->lpVtbl->get_Name, text, sizeof text)) &&
           strncmp(text, NAME_PREFIX, strlen(NAME_PREFIX)) == 0;
}

static HRESULT read_texts(INetFwRule *com_rule, struct firewall_rule *rule)
{
    const struct {
        get_text_fn get;
        char *out;
        size_t capacity;
    } texts[] = {
        {com_rule->lpVtbl->get_Name, rule->name, sizeof rule->name},
        {com_rule->lpVtbl->get_Grouping, rule->grouping, sizeof rule->grouping},
        {com_rule->lpVtbl->get_LocalPorts, rule->local_ports, sizeof rule->local_ports},
        {com_rule->lpVtbl->get_RemotePorts, rule->remote_ports, sizeof rule->remote_ports},
        {com_rule->lpVtbl->get_LocalAddresses, rule->local_addresses,
         sizeof rule->local_addresses},
        {com_rule->lpVtbl->get_RemoteAddresses, rule->remote_addresses,
         sizeof rule->remote_addresses},
        {com_rule->lpVtbl->get_ApplicationName, rule->program, sizeof rule->program},
        {com_rule->lpVtbl->get_ServiceName, rule->service, sizeof rule->service},
    };
    HRESULT result = S_OK;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && SUCCEEDED(result); i++)
        result = get_text(com_rule, texts[i].get, texts[i].out, texts[i].capacity);
    return result;
}

static HRESULT read_choices(INetFwRule *com_rule, struct firewall_rule *rule)
{
    NET_FW_RULE_DIRECTION direction = NET_FW_RULE_DIR_OUT;
    NET_FW_ACTION action = NET_FW_ACTION_BLOCK;
    VARIANT_BOOL enabled = VARIANT_FALSE;
    LONG protocol = 0;
    LONG profiles = 0;
    HRESULT result = INetFwRule_get_Direction(com_rule, &direction);

    if (SUCCEEDED(result))
        result = INetFwRule_get_Action(com_rule, &action);
    if (SUCCEEDED(result))
        result = INetFwRule_get_Enabled(com_rule, &enabled);
    if (SUCCEEDED(result))
        result = INetFwRule_get_Protocol(com_rule, &protocol);
    if (SUCCEEDED(result))
        result = INetFwRule_get_Profiles(com_rule, &profiles);
    rule->inbound = direction == NET_FW_RULE_DIR_IN;
    rule->allow = action == NET_FW_ACTION_ALLOW;
    rule->enabled = enabled != VARIANT_FALSE;
    rule->protocol = (int)protocol;
    /* "All" sets every bit there is. */
    rule->profiles = (unsigned)profiles & PROFILE_MASK;
    return result;
}

bool firewall_com_rule_read(INetFwRule *com_rule, struct firewall_rule *out,
                            struct error *err)
{
    struct firewall_rule rule = {0};
    HRESULT result = read_texts(com_rule, &rule);

    if (SUCCEEDED(result))
        result = read_choices(com_rule, &rule);
    if (FAILED(result))
        return error_set_system(err, (uint32_t)result, "read firewall rule '%s'",
                                rule.name);
    *out = rule;
    return true;
}

unsigned firewall_com_rule_helper_out(INetFwRule *com_rule)
{
    struct firewall_rule rule = {0};

    if (FAILED(read_choices(com_rule, &rule)) || rule.inbound || !rule.enabled ||
        FAILED(read_texts(com_rule, &rule)) || !firewall_rule_lets_helper_out(&rule))
        return 0;
    return rule.profiles;
}

HRESULT firewall_com_rule_fill(INetFwRule *com_rule, const struct firewall_rule *from)
{
    const struct {
        put_text_fn put;
        const char *text;
    } texts[] = {
        {com_rule->lpVtbl->put_Name, from->name},
        {com_rule->lpVtbl->put_Grouping, from->grouping},
        {com_rule->lpVtbl->put_ApplicationName, from->program},
        {com_rule->lpVtbl->put_ServiceName, from->service},
        {com_rule->lpVtbl->put_LocalPorts, from->local_ports},
        {com_rule->lpVtbl->put_RemotePorts, from->remote_ports},
        {com_rule->lpVtbl->put_LocalAddresses, from->local_addresses},
        {com_rule->lpVtbl->put_RemoteAddresses, from->remote_addresses},
    };
    /* The protocol comes first: ports are refused without one (documented). */
    HRESULT result = INetFwRule_put_Protocol(com_rule, from->protocol);

    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && SUCCEEDED(result); i++)
        result = put_text(com_rule, texts[i].put, texts[i].text);
    if (SUCCEEDED(result))
        result = INetFwRule_put_Direction(com_rule, from->inbound ? NET_FW_RULE_DIR_IN
                                                                  : NET_FW_RULE_DIR_OUT);
    if (SUCCEEDED(result))
        result = INetFwRule_put_Profiles(com_rule, (LONG)from->profiles);
    if (SUCCEEDED(result))
        result = INetFwRule_put_Action(com_rule, from->allow ? NET_FW_ACTION_ALLOW
                                                             : NET_FW_ACTION_BLOCK);
    if (SUCCEEDED(result))
        result = INetFwRule_put_Enabled(com_rule,
                                        from->enabled ? VARIANT_TRUE : VARIANT_FALSE);
    return result;
}
