/*
 * A small client of the firewall's COM interface, with which the self-test tries the
 * firewall stand-in. Output is UTF-8; a refused call prints its HRESULT and exits with 1.
 * SPDX-License-Identifier: MIT
 *
 *   fwctl add NAME PORTS REMOTE PROFILES GROUP      fwctl remove NAME
 *   fwctl show NAME                                 fwctl set NAME PROPERTY VALUE
 *   fwctl list GROUP                                fwctl count
 *   fwctl policy                                    fwctl try PROPERTY VALUE (on a new rule)
 */
#define COBJMACROS
#include <initguid.h>
#include <windows.h>
#include <netfw.h>

#include <stdio.h>
#include <stdlib.h>

DEFINE_GUID(CLSID_Policy, 0xe2b3c97f, 0x6ae1, 0x41ac, 0x81, 0x7a, 0xf6, 0xf9, 0x21, 0x66,
            0xd7, 0xdd);
DEFINE_GUID(CLSID_Rule, 0x2c5bc43e, 0x3369, 0x4c33, 0xab, 0x0c, 0xbe, 0x94, 0x69, 0x67,
            0x7a, 0xf4);

static INetFwPolicy2 *policy;
static INetFwRules *rules;

static void check(HRESULT result, const char *what)
{
    if (SUCCEEDED(result))
        return;
    printf("%s: 0x%08lx\n", what, (unsigned long)result);
    exit(1);
}

static BSTR text(const wchar_t *characters)
{
    return SysAllocString(characters);
}

static void print_text(const char *label, BSTR value)
{
    char utf8[4096] = "";

    if (value)
        WideCharToMultiByte(CP_UTF8, 0, value, -1, utf8, sizeof(utf8), NULL, NULL);
    printf("%s=%s\n", label, utf8);
    SysFreeString(value);
}

static void print_rule(INetFwRule *rule)
{
    NET_FW_RULE_DIRECTION direction = 0;
    NET_FW_ACTION action = 0;
    VARIANT_BOOL enabled = 0;
    LONG protocol = 0;
    LONG profiles = 0;
    BSTR value = NULL;

#define PRINT(property)                                                                  \
    check(INetFwRule_get_##property(rule, &value), #property);                           \
    print_text(#property, value)
    PRINT(Name);
    PRINT(Description);
    PRINT(ApplicationName);
    PRINT(ServiceName);
    PRINT(LocalPorts);
    PRINT(RemotePorts);
    PRINT(LocalAddresses);
    PRINT(RemoteAddresses);
    PRINT(Grouping);
    check(INetFwRule_get_Protocol(rule, &protocol), "Protocol");
    check(INetFwRule_get_Profiles(rule, &profiles), "Profiles");
    check(INetFwRule_get_Direction(rule, &direction), "Direction");
    check(INetFwRule_get_Action(rule, &action), "Action");
    check(INetFwRule_get_Enabled(rule, &enabled), "Enabled");
    printf("Protocol=%ld\nProfiles=%ld\nDirection=%d\nAction=%d\nEnabled=%d\n", protocol,
           profiles, (int)direction, (int)action, enabled ? 1 : 0);
}

static void set_property(INetFwRule *rule, const wchar_t *property, const wchar_t *value)
{
    static const struct {
        const wchar_t *name;
        size_t offset;
    } texts[] = {
        {L"Name", offsetof(INetFwRuleVtbl, put_Name)},
        {L"Description", offsetof(INetFwRuleVtbl, put_Description)},
        {L"ApplicationName", offsetof(INetFwRuleVtbl, put_ApplicationName)},
        {L"ServiceName", offsetof(INetFwRuleVtbl, put_ServiceName)},
        {L"LocalPorts", offsetof(INetFwRuleVtbl, put_LocalPorts)},
        {L"RemoteAddresses", offsetof(INetFwRuleVtbl, put_RemoteAddresses)},
        {L"Grouping", offsetof(INetFwRuleVtbl, put_Grouping)},
    };
    typedef HRESULT(STDMETHODCALLTYPE * put_text)(INetFwRule *, BSTR);
    const long number = wcstol(value, NULL, 0);

    for (size_t i = 0; i < ARRAYSIZE(texts); i++) {
        if (wcscmp(property, texts[i].name) != 0)
            continue;
        const put_text put =
            *(const put_text *)((const char *)rule->lpVtbl + texts[i].offset);

        check(put(rule, text(value)), "put");
        return;
    }
    if (wcscmp(property, L"Enabled") == 0)
        check(INetFwRule_put_Enabled(rule, number ? VARIANT_TRUE : VARIANT_FALSE), "put");
    else if (wcscmp(property, L"Protocol") == 0)
        check(INetFwRule_put_Protocol(rule, number), "put");
    else if (wcscmp(property, L"Profiles") == 0)
        check(INetFwRule_put_Profiles(rule, number), "put");
    else if (wcscmp(property, L"Action") == 0)
        check(INetFwRule_put_Action(rule, (NET_FW_ACTION)number), "put");
    else
        check(E_NOTIMPL, "property");
}

static INetFwRule *new_rule(void)
{
    INetFwRule *rule = NULL;

    check(CoCreateInstance(&CLSID_Rule, NULL, CLSCTX_INPROC_SERVER, &IID_INetFwRule,
                           (void **)&rule),
          "create NetFwRule");
    return rule;
}

static void add(wchar_t **argv)
{
    INetFwRule *rule = new_rule();

    set_property(rule, L"Name", argv[0]);
    set_property(rule, L"Protocol", L"6");
    set_property(rule, L"LocalPorts", argv[1]);
    set_property(rule, L"RemoteAddresses", argv[2]);
    set_property(rule, L"Profiles", argv[3]);
    set_property(rule, L"Grouping", argv[4]);
    set_property(rule, L"ApplicationName", L"%SystemRoot%\\system32\\svchost.exe");
    set_property(rule, L"ServiceName", L"iphlpsvc");
    set_property(rule, L"Enabled", L"1");
    check(INetFwRules_Add(rules, rule), "Add");
    INetFwRule_Release(rule);
}

static INetFwRule *find(const wchar_t *name)
{
    INetFwRule *rule = NULL;

    check(INetFwRules_Item(rules, text(name), &rule), "Item");
    return rule;
}

static void list(const wchar_t *group)
{
    IUnknown *unknown = NULL;
    IEnumVARIANT *all = NULL;
    VARIANT item;

    check(INetFwRules_get__NewEnum(rules, &unknown), "_NewEnum");
    check(IUnknown_QueryInterface(unknown, &IID_IEnumVARIANT, (void **)&all),
          "IEnumVARIANT");
    VariantInit(&item);
    while (IEnumVARIANT_Next(all, 1, &item, NULL) == S_OK) {
        INetFwRule *rule = NULL;
        BSTR grouping = NULL;
        BSTR name = NULL;

        check(IDispatch_QueryInterface(V_DISPATCH(&item), &IID_INetFwRule, (void **)&rule),
              "rule");
        INetFwRule_get_Grouping(rule, &grouping);
        INetFwRule_get_Name(rule, &name);
        if (wcscmp(group, L"*") == 0 || (grouping && wcscmp(grouping, group) == 0))
            print_text("Name", name);
        INetFwRule_Release(rule);
        VariantClear(&item);
    }
}

static void print_policy(void)
{
    NET_FW_MODIFY_STATE state = 0;
    LONG profiles = 0;

    check(INetFwPolicy2_get_CurrentProfileTypes(policy, &profiles), "CurrentProfileTypes");
    check(INetFwPolicy2_get_LocalPolicyModifyState(policy, &state),
          "LocalPolicyModifyState");
    printf("CurrentProfileTypes=%ld\nLocalPolicyModifyState=%d\n", profiles, (int)state);
    for (int profile = 1; profile <= 4; profile *= 2) {
        VARIANT_BOOL enabled = 0;
        VARIANT_BOOL block = 0;

        INetFwPolicy2_get_FirewallEnabled(policy, (NET_FW_PROFILE_TYPE2)profile, &enabled);
        INetFwPolicy2_get_BlockAllInboundTraffic(policy, (NET_FW_PROFILE_TYPE2)profile,
                                                 &block);
        printf("FirewallEnabled%d=%d\nBlockAllInbound%d=%d\n", profile, enabled ? 1 : 0,
               profile, block ? 1 : 0);
    }
}

int wmain(int argc, wchar_t **argv)
{
    const wchar_t *verb = argc > 1 ? argv[1] : L"";
    LONG count = 0;

    check(CoInitializeEx(NULL, COINIT_MULTITHREADED), "CoInitializeEx");
    check(CoCreateInstance(&CLSID_Policy, NULL, CLSCTX_INPROC_SERVER, &IID_INetFwPolicy2,
                           (void **)&policy),
          "create NetFwPolicy2");
    if (wcscmp(verb, L"policy") == 0) {
        print_policy();
        return 0;
    }
    check(INetFwPolicy2_get_Rules(policy, &rules), "Rules");
    if (wcscmp(verb, L"add") == 0 && argc == 7)
        add(argv + 2);
    else if (wcscmp(verb, L"remove") == 0 && argc == 3)
        check(INetFwRules_Remove(rules, text(argv[2])), "Remove");
    else if (wcscmp(verb, L"show") == 0 && argc == 3)
        print_rule(find(argv[2]));
    else if (wcscmp(verb, L"set") == 0 && argc == 5)
        set_property(find(argv[2]), argv[3], argv[4]);
    else if (wcscmp(verb, L"try") == 0 && argc == 4)
        set_property(new_rule(), argv[2], argv[3]);
    else if (wcscmp(verb, L"list") == 0 && argc == 3)
        list(argv[2]);
    else if (wcscmp(verb, L"count") == 0 &&
             SUCCEEDED(INetFwRules_get_Count(rules, &count)))
        printf("%ld\n", count);
    else
        return 2;
    return 0;
}
