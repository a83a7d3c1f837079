/*
 * A script's firewall rule from its COM object.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/firewall_com_script.h"

#include "core/base/text.h"
#include "core/model/firewall_rule.h"
#include "core/win32/utf.h"

#define COBJMACROS
#include <windows.h>
#include <netfw.h>

typedef HRESULT(STDMETHODCALLTYPE *get_text_fn)(INetFwRule *com_rule, BSTR *out);

static bool get_text(INetFwRule *com_rule, get_text_fn get, char *out, size_t capacity)
{
    BSTR text = NULL;
    bool ok = SUCCEEDED(get(com_rule, &text)) && text != NULL;

    out[0] = '\0';
    if (ok && !utf8_from_utf16(text, out, capacity))
        text_copy(out, capacity, "?");
    SysFreeString(text);
    return ok;
}

static bool read_choices(INetFwRule *com_rule, struct script_rule *rule)
{
    NET_FW_RULE_DIRECTION direction = NET_FW_RULE_DIR_OUT;
    NET_FW_ACTION action = NET_FW_ACTION_BLOCK;
    VARIANT_BOOL enabled = VARIANT_FALSE;
    LONG protocol = 0;
    LONG profiles = 0;

    if (FAILED(INetFwRule_get_Direction(com_rule, &direction)) ||
        FAILED(INetFwRule_get_Action(com_rule, &action)) ||
        FAILED(INetFwRule_get_Enabled(com_rule, &enabled)) ||
        FAILED(INetFwRule_get_Protocol(com_rule, &protocol)) ||
        FAILED(INetFwRule_get_Profiles(com_rule, &profiles)))
        return false;
    rule->inbound = direction == NET_FW_RULE_DIR_IN;
    rule->enabled = enabled != VARIANT_FALSE;
    rule->profiles = (unsigned)profiles & PROFILE_MASK;
    return action == NET_FW_ACTION_ALLOW && protocol == FIREWALL_TCP;
}

bool firewall_com_script_read(INetFwRule *com_rule, struct script_rule *out)
{
    struct script_rule rule = {0};

    if (!get_text(com_rule, com_rule->lpVtbl->get_Name, rule.name, sizeof rule.name) ||
        !script_rule_is_named(rule.name) || !read_choices(com_rule, &rule) ||
        !get_text(com_rule, com_rule->lpVtbl->get_LocalPorts, rule.local_ports,
                  sizeof rule.local_ports) ||
        !get_text(com_rule, com_rule->lpVtbl->get_RemoteAddresses, rule.remote_addresses,
                  sizeof rule.remote_addresses) ||
        !script_rule_is_whole(&rule))
        return false;
    *out = rule;
    return true;
}
