/*
 * The Hyper-V firewall by WMI.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/hyperv_firewall.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/win32/hyperv_firewall_rule.h"
#include "core/win32/registry.h"
#include "core/win32/utf.h"

#define COBJMACROS
#include <windows.h>
#include <wbemcli.h>

#include <string.h>

#define RULE_CLASS "MSFT_NetFirewallHyperVRule"
#define RULES_MAX 65536
#define ANSWER_LIMIT_MS 60000 /* for a whole list as for one call */

#define FIREWALL_SETTINGS L"SYSTEM\\CurrentControlSet\\Services\\MpsSvc\\Parameters"

#define QUERY_SIZE 256

struct hyperv_firewall {
    IWbemServices *services; /* NULL: this Windows has no Hyper-V firewall */
    IWbemClassObject *rule_class;
};

static bool fail(HRESULT result, const char *what, struct error *err)
{
    return error_set_system(err, (uint32_t)result, "%s", what);
}

/* A BSTR, or NULL when `text` is not UTF-8, too long, or memory is short. Caller frees. */
static BSTR to_bstr(const char *text)
{
    wchar_t wide[QUERY_SIZE];

    return utf16_from_utf8(text, wide, QUERY_SIZE) ? SysAllocString(wide) : NULL;
}

/* Windows older than this firewall, or an edition without it. */
static bool says_absent(HRESULT result)
{
    return result == (HRESULT)WBEM_E_INVALID_NAMESPACE ||
           result == (HRESULT)WBEM_E_NOT_FOUND || result == (HRESULT)WBEM_E_INVALID_CLASS;
}

/* Who may only be identified gets nothing from WMI's providers, and that is the default. */
static HRESULT let_impersonate(IUnknown *proxy)
{
    return CoSetProxyBlanket(proxy, RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, NULL,
                             RPC_C_AUTHN_LEVEL_CALL, RPC_C_IMP_LEVEL_IMPERSONATE, NULL,
                             EOAC_NONE);
}

static HRESULT connect(IWbemServices **out)
{
    IWbemLocator *locator = NULL;
    BSTR space = to_bstr("ROOT\\standardcimv2");
    HRESULT result = CoCreateInstance(&CLSID_WbemLocator, NULL, CLSCTX_INPROC_SERVER,
                                      &IID_IWbemLocator, (void **)&locator);

    if (SUCCEEDED(result))
        result =
            IWbemLocator_ConnectServer(locator, space, NULL, NULL, NULL,
                                       WBEM_FLAG_CONNECT_USE_MAX_WAIT, NULL, NULL, out);
    if (locator != NULL)
        IWbemLocator_Release(locator);
    SysFreeString(space);
    if (SUCCEEDED(result))
        result = let_impersonate((IUnknown *)*out);
    return result;
}

static HRESULT get_class(IWbemServices *services, IWbemClassObject **out)
{
    BSTR name = to_bstr(RULE_CLASS);
    const HRESULT result = IWbemServices_GetObject(
        services, name, WBEM_FLAG_RETURN_WBEM_COMPLETE, NULL, out, NULL);

    SysFreeString(name);
    return result;
}

static void release(struct hyperv_firewall *self)
{
    if (self->rule_class != NULL)
        IWbemClassObject_Release(self->rule_class);
    if (self->services != NULL)
        IWbemServices_Release(self->services);
    *self = (struct hyperv_firewall){0};
}

struct hyperv_firewall *hyperv_firewall_open(struct error *err)
{
    struct hyperv_firewall *self = mem_alloc(sizeof *self);
    HRESULT result = connect(&self->services);

    if (SUCCEEDED(result))
        result = get_class(self->services, &self->rule_class);
    if (SUCCEEDED(result) && self->rule_class != NULL)
        return self;
    release(self);
    if (says_absent(result))
        return self;
    mem_free(self);
    fail(FAILED(result) ? result : E_POINTER, "open the Hyper-V firewall", err);
    return NULL;
}

void hyperv_firewall_close(struct hyperv_firewall *self)
{
    if (self == NULL)
        return;
    release(self);
    mem_free(self);
}

static bool is_available(const struct hyperv_firewall *self)
{
    return self->services != NULL &&
           registry_read_number(HKEY_LOCAL_MACHINE, FIREWALL_SETTINGS,
                                L"HyperVFirewallDisable", 0) != 1;
}

/* S_FALSE at the end of the list. */
static HRESULT next_object(IEnumWbemClassObject *objects, ULONGLONG deadline,
                           IWbemClassObject **out)
{
    const ULONGLONG now = GetTickCount64();
    ULONG count = 0;
    HRESULT result;

    *out = NULL;
    if (now >= deadline)
        return HRESULT_FROM_WIN32(ERROR_TIMEOUT);
    result = IEnumWbemClassObject_Next(objects, (LONG)(deadline - now), 1, out, &count);
    if (result == WBEM_S_TIMEDOUT)
        return HRESULT_FROM_WIN32(ERROR_TIMEOUT);
    if (SUCCEEDED(result) && count == 0)
        return S_FALSE;
    return result;
}

static HRESULT read_objects(IEnumWbemClassObject *objects, struct firewall_rule_list *list)
{
    const ULONGLONG deadline = GetTickCount64() + ANSWER_LIMIT_MS;

    for (int i = 0; i < RULES_MAX; i++) {
        IWbemClassObject *object = NULL;
        const HRESULT result = next_object(objects, deadline, &object);

        if (result != S_OK)
            return result;
        if (hyperv_firewall_rule_is_ours(object))
            hyperv_firewall_rule_read(object, LIST_ADD(list));
        IWbemClassObject_Release(object);
    }
    return HRESULT_FROM_WIN32(ERROR_FILE_TOO_LARGE);
}

static HRESULT query_rules(IWbemServices *services, const char *query,
                           struct firewall_rule_list *list)
{
    IEnumWbemClassObject *objects = NULL;
    BSTR language = to_bstr("WQL");
    BSTR text = to_bstr(query);
    HRESULT result = IWbemServices_ExecQuery(
        services, language, text, WBEM_FLAG_FORWARD_ONLY | WBEM_FLAG_RETURN_IMMEDIATELY,
        NULL, &objects);

    if (SUCCEEDED(result)) {
        /* A proxy of its own; one that takes no blanket was made by a caller who had one. */
        let_impersonate((IUnknown *)objects);
        result = read_objects(objects, list);
    }
    if (objects != NULL)
        IEnumWbemClassObject_Release(objects);
    SysFreeString(text);
    SysFreeString(language);
    return result;
}

bool hyperv_firewall_read(struct hyperv_firewall *self, struct firewall_state *out,
                          struct error *err)
{
    struct firewall_rule_list live = {0};
    const bool available = is_available(self);
    HRESULT result = S_OK;

    /* Rules outlive the switch, so they are read whenever somebody has them. */
    if (self->services != NULL)
        result = query_rules(self->services, "SELECT * FROM " RULE_CLASS, &live);
    if (FAILED(result) && available) {
        firewall_rule_list_clear(&live);
        return fail(result, "list the Hyper-V firewall rules", err);
    }
    for (size_t i = 0; i < live.count; i++)
        *LIST_ADD(&out->rules) = live.items[i];
    firewall_rule_list_clear(&live);
    out->hyperv_known = true;
    out->hyperv_available = available;
    out->hyperv_has_profiles =
        self->rule_class != NULL && hyperv_firewall_rule_has_profiles(self->rule_class);
    return true;
}

/* Our names stand in queries and paths: nothing that could end them early. */
static bool is_plain_name(const char *name)
{
    return name[0] != '\0' && strspn(name, "abcdefghijklmnopqrstuvwxyz"
                                           "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                           "0123456789-") == strlen(name);
}

/* S_OK: `out` is the live rule of that name. S_FALSE: there is none. */
static HRESULT find_rule(struct hyperv_firewall *self, const char *name,
                         struct firewall_rule *out)
{
    struct firewall_rule_list live = {0};
    char query[QUERY_SIZE];
    struct text text = TEXT_OVER(query);
    const struct firewall_rule *found;
    HRESULT result;

    if (self->services == NULL)
        return HRESULT_FROM_WIN32(ERROR_NOT_SUPPORTED);
    if (!is_plain_name(name))
        return E_INVALIDARG;
    text_append_format(&text, "SELECT * FROM " RULE_CLASS " WHERE InstanceID = '%s'",
                       name);
    result = query_rules(self->services, query, &live);
    found = firewall_rule_list_find(&live, name);
    if (SUCCEEDED(result) && found != NULL)
        *out = *found;
    if (SUCCEEDED(result))
        result = found != NULL ? S_OK : S_FALSE;
    firewall_rule_list_clear(&live);
    return result;
}

/* Waits for a call that returned at once, and takes over its result object. */
static HRESULT finish(HRESULT started, IWbemCallResult *call)
{
    LONG status = (LONG)WBEM_E_FAILED;
    HRESULT result = started;

    if (SUCCEEDED(result) && call != NULL)
        result = IWbemCallResult_GetCallStatus(call, ANSWER_LIMIT_MS, &status);
    if (call != NULL)
        IWbemCallResult_Release(call);
    if (FAILED(result))
        return result;
    return result == WBEM_S_TIMEDOUT ? HRESULT_FROM_WIN32(ERROR_TIMEOUT) : status;
}

static HRESULT create(struct hyperv_firewall *self, const struct firewall_rule *rule)
{
    IWbemClassObject *object = NULL;
    IWbemCallResult *call = NULL;
    HRESULT result = IWbemClassObject_SpawnInstance(self->rule_class, 0, &object);

    if (SUCCEEDED(result))
        result = hyperv_firewall_rule_fill(object, rule);
    if (SUCCEEDED(result)) {
        result = IWbemServices_PutInstance(
            self->services, object, WBEM_FLAG_CREATE_ONLY | WBEM_FLAG_RETURN_IMMEDIATELY,
            NULL, &call);
        result = finish(result, call);
    }
    if (object != NULL)
        IWbemClassObject_Release(object);
    return result;
}

bool hyperv_firewall_add(struct hyperv_firewall *self, const struct firewall_rule *rule,
                         struct error *err)
{
    struct firewall_rule live;
    HRESULT result = find_rule(self, rule->name, &live);

    if (result == S_OK && firewall_rule_equals(&live, rule))
        return true;
    if (result == S_OK)
        result = HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS);
    /* Some builds refuse local ports on some rules; WSL then makes the rule without any. We do not:
     * it would let everything in. */
    if (SUCCEEDED(result))
        result = create(self, rule);
    if (result == (HRESULT)WBEM_E_ALREADY_EXISTS)
        result = HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS);
    if (FAILED(result))
        return error_set_system(err, (uint32_t)result, "add Hyper-V firewall rule '%s'",
                                rule->name);
    return true;
}

static HRESULT delete_rule(struct hyperv_firewall *self, const char *name)
{
    IWbemCallResult *call = NULL;
    char path[QUERY_SIZE];
    struct text text = TEXT_OVER(path);
    BSTR wide;
    HRESULT result;

    text_append_format(&text, RULE_CLASS ".InstanceID=\"%s\"", name);
    wide = to_bstr(path);
    if (wide == NULL)
        return E_INVALIDARG;
    result = IWbemServices_DeleteInstance(self->services, wide,
                                          WBEM_FLAG_RETURN_IMMEDIATELY, NULL, &call);
    SysFreeString(wide);
    result = finish(result, call);
    return result == (HRESULT)WBEM_E_NOT_FOUND ? S_OK : result;
}

bool hyperv_firewall_remove(struct hyperv_firewall *self,
                            const struct firewall_rule *expected, struct error *err)
{
    struct firewall_rule live;
    HRESULT result;

    /* Without the firewall its rules are gone, too. */
    if (self->services == NULL)
        return true;
    result = find_rule(self, expected->name, &live);
    if (result == S_OK && firewall_rule_equals(&live, expected))
        result = delete_rule(self, expected->name);
    if (FAILED(result))
        return error_set_system(err, (uint32_t)result,
                                "remove Hyper-V firewall rule '%s'", expected->name);
    return true;
}
