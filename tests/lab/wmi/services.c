/*
 * IWbemServices for ROOT\standardcimv2. Like WMI's proxy it can be given a security blanket, and
 * refuses who has not (believed: Windows lets no provider act for a caller that may only be
 * identified).
 * SPDX-License-Identifier: MIT
 */
#include "wmi.h"

#include <stdio.h>
#include <stdlib.h>

struct services {
    const IWbemServicesVtbl *vtbl;
    LONG references;
    const IClientSecurityVtbl *security_vtbl;
    LONG may_impersonate;
};

static SRWLOCK store_lock = SRWLOCK_INIT;

static struct services *of_security(IClientSecurity *security)
{
    return CONTAINING_RECORD((const IClientSecurityVtbl **)security, struct services,
                             security_vtbl);
}

static HRESULT STDMETHODCALLTYPE services_query_interface(IWbemServices *self, REFIID iid,
                                                          void **out)
{
    struct services *services = (struct services *)self;

    *out = NULL;
    if (IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IWbemServices))
        *out = self;
    else if (IsEqualIID(iid, &IID_IClientSecurity))
        *out = &services->security_vtbl;
    if (!*out)
        return E_NOINTERFACE;
    InterlockedIncrement(&services->references);
    return S_OK;
}

static ULONG STDMETHODCALLTYPE services_add_ref(IWbemServices *self)
{
    return (ULONG)InterlockedIncrement(&((struct services *)self)->references);
}

static ULONG STDMETHODCALLTYPE services_release(IWbemServices *self)
{
    const LONG left = InterlockedDecrement(&((struct services *)self)->references);

    if (left == 0) {
        free(self);
        InterlockedDecrement(&wmi_object_count);
    }
    return (ULONG)left;
}

static HRESULT STDMETHODCALLTYPE security_query_interface(IClientSecurity *self,
                                                          REFIID iid, void **out)
{
    return services_query_interface((IWbemServices *)of_security(self), iid, out);
}

static ULONG STDMETHODCALLTYPE security_add_ref(IClientSecurity *self)
{
    return services_add_ref((IWbemServices *)of_security(self));
}

static ULONG STDMETHODCALLTYPE security_release(IClientSecurity *self)
{
    return services_release((IWbemServices *)of_security(self));
}

static HRESULT STDMETHODCALLTYPE security_set_blanket(
    IClientSecurity *self, IUnknown *proxy, DWORD authn_service, DWORD authz_service,
    OLECHAR *principal, DWORD authn_level, DWORD imp_level, void *auth, DWORD capabilities)
{
    (void)proxy, (void)authn_service, (void)authz_service, (void)principal, (void)auth;
    (void)capabilities;
    InterlockedExchange(&of_security(self)->may_impersonate,
                        authn_level >= RPC_C_AUTHN_LEVEL_CALL &&
                            imp_level >= RPC_C_IMP_LEVEL_IMPERSONATE);
    return S_OK;
}

/* What keeps any call from being looked at. */
static HRESULT gate(IWbemServices *self, const wchar_t *verb)
{
    if (!((struct services *)self)->may_impersonate)
        return WBEM_E_ACCESS_DENIED;
    if (wmi_setting(L"AbsentClass", 0))
        return wcscmp(verb, L"Class") == 0 ? (HRESULT)WBEM_E_NOT_FOUND
                                           : (HRESULT)WBEM_E_INVALID_CLASS;
    return wmi_failure(verb);
}

/* Hands over the outcome: at once, or by a call result for who does not want to wait. */
static HRESULT answer(HRESULT outcome, LONG flags, IWbemCallResult **result)
{
    if (flags & WBEM_FLAG_RETURN_IMMEDIATELY)
        return result ? call_result_new(outcome, result)
                      : (HRESULT)WBEM_E_INVALID_PARAMETER;
    wmi_wait(wmi_ready_at(), WBEM_INFINITE);
    if (FAILED(outcome))
        return outcome;
    return result ? call_result_new(outcome, result) : WBEM_S_NO_ERROR;
}

static HRESULT read_rule(const wchar_t *id, IWbemClassObject **out)
{
    struct rule_values values;
    HRESULT result = WBEM_E_NOT_FOUND;

    AcquireSRWLockExclusive(&store_lock);
    if (rule_store_read(id, &values) == ERROR_SUCCESS)
        result = rule_object_new(&values, out);
    rule_values_clear(&values);
    ReleaseSRWLockExclusive(&store_lock);
    return result;
}

/* The id in `MSFT_NetFirewallHyperVRule.InstanceID="id"`. */
static bool parse_path(const wchar_t *path, wchar_t id[256])
{
    static const wchar_t start[] = RULE_CLASS L".InstanceID=\"";
    const size_t size = wcslen(start);
    const size_t length = wcslen(path);

    if (_wcsnicmp(path, start, size) != 0 || length <= size || length - size > 255 ||
        path[length - 1] != L'"')
        return false;
    wcscpy(id, path + size);
    id[length - size - 1] = L'\0';
    return true;
}

static HRESULT STDMETHODCALLTYPE services_get_object(IWbemServices *self, const BSTR path,
                                                     LONG flags, IWbemContext *context,
                                                     IWbemClassObject **out,
                                                     IWbemCallResult **result)
{
    HRESULT outcome = gate(self, L"Class");
    struct rule_values none;
    wchar_t id[256];

    (void)flags, (void)context, (void)result;
    *out = NULL;
    wmi_wait(wmi_ready_at(), WBEM_INFINITE);
    if (FAILED(outcome))
        return outcome;
    if (parse_path(path, id))
        return read_rule(id, out);
    if (_wcsicmp(path, RULE_CLASS) != 0)
        return WBEM_E_NOT_FOUND;
    rule_values_init(&none);
    return rule_object_new(&none, out);
}

static HRESULT put_rule(struct rule_values *values, LONG flags)
{
    struct rule_values old;
    bool exists;
    HRESULT result = rule_values_check(values, wmi_setting(L"RefusePorts", 0) != 0);

    if (FAILED(result))
        return result;
    exists = rule_store_read(rule_values_text(values, RULE_INSTANCE_ID), &old) ==
             ERROR_SUCCESS;
    rule_values_clear(&old);
    if (exists && (flags & WBEM_FLAG_CREATE_ONLY))
        return WBEM_E_ALREADY_EXISTS;
    if (!exists && (flags & WBEM_FLAG_UPDATE_ONLY))
        return WBEM_E_NOT_FOUND;
    return rule_store_write(values) == ERROR_SUCCESS ? S_OK : (HRESULT)WBEM_E_FAILED;
}

static HRESULT STDMETHODCALLTYPE services_put_instance(IWbemServices *self,
                                                       IWbemClassObject *object,
                                                       LONG flags, IWbemContext *context,
                                                       IWbemCallResult **result)
{
    const struct rule_values *given = rule_object_values(object);
    struct rule_values values;
    HRESULT outcome = gate(self, L"Put");

    (void)context;
    if (!given)
        return WBEM_E_INVALID_OBJECT;
    rule_values_copy(&values, given);
    AcquireSRWLockExclusive(&store_lock);
    if (SUCCEEDED(outcome))
        outcome = put_rule(&values, flags);
    ReleaseSRWLockExclusive(&store_lock);
    wmi_record(SUCCEEDED(outcome) ? L"put" : L"put_refused",
               rule_values_text(&values, RULE_INSTANCE_ID));
    rule_values_clear(&values);
    return answer(outcome, flags, result);
}

static HRESULT STDMETHODCALLTYPE services_delete_instance(IWbemServices *self,
                                                          const BSTR path, LONG flags,
                                                          IWbemContext *context,
                                                          IWbemCallResult **result)
{
    HRESULT outcome = gate(self, L"Delete");
    wchar_t id[256] = L"";

    (void)context;
    if (SUCCEEDED(outcome) && !parse_path(path, id))
        outcome = WBEM_E_INVALID_OBJECT_PATH;
    AcquireSRWLockExclusive(&store_lock);
    if (SUCCEEDED(outcome) && rule_store_remove(id) != ERROR_SUCCESS)
        outcome = WBEM_E_NOT_FOUND;
    ReleaseSRWLockExclusive(&store_lock);
    wmi_record(SUCCEEDED(outcome) ? L"delete" : L"delete_refused", id);
    return answer(outcome, flags, result);
}

/* "SELECT * FROM class", perhaps with "WHERE InstanceID = 'id'" (or double quotes). */
static bool parse_query(const wchar_t *query, wchar_t class_name[64], wchar_t id[256])
{
    wchar_t quote = 0;
    wchar_t end = 0;
    const int fields =
        swscanf(query, L"SELECT * FROM %63ls WHERE InstanceID = %lc%255l[^'\"]%lc",
                class_name, &quote, id, &end);

    if (fields == 1) {
        id[0] = L'\0';
        return !wcsstr(query, L"WHERE");
    }
    return fields == 4 && (quote == L'\'' || quote == L'"') && end == quote;
}

static HRESULT STDMETHODCALLTYPE services_exec_query(IWbemServices *self,
                                                     const BSTR language, const BSTR query,
                                                     LONG flags, IWbemContext *context,
                                                     IEnumWbemClassObject **out)
{
    HRESULT outcome = gate(self, L"Query");
    wchar_t class_name[64] = L"";
    wchar_t id[256] = L"";

    (void)context;
    *out = NULL;
    if (_wcsicmp(language, L"WQL") != 0)
        return WBEM_E_INVALID_QUERY_TYPE;
    if (SUCCEEDED(outcome) && !parse_query(query, class_name, id))
        outcome = WBEM_E_INVALID_QUERY;
    else if (SUCCEEDED(outcome) && _wcsicmp(class_name, RULE_CLASS) != 0)
        outcome = WBEM_E_INVALID_CLASS;
    /* Who does not wait is told with the first result. */
    if (FAILED(outcome) && !(flags & WBEM_FLAG_RETURN_IMMEDIATELY))
        return outcome;
    AcquireSRWLockExclusive(&store_lock);
    outcome = rule_enum_new(*id ? id : NULL, outcome, out);
    ReleaseSRWLockExclusive(&store_lock);
    return outcome;
}

static const IWbemServicesVtbl services_vtbl = {
    .QueryInterface = services_query_interface,
    .AddRef = services_add_ref,
    .Release = services_release,
    .OpenNamespace = REFUSED,
    .CancelAsyncCall = REFUSED,
    .QueryObjectSink = REFUSED,
    .GetObject = services_get_object,
    .GetObjectAsync = REFUSED,
    .PutClass = REFUSED,
    .PutClassAsync = REFUSED,
    .DeleteClass = REFUSED,
    .DeleteClassAsync = REFUSED,
    .CreateClassEnum = REFUSED,
    .CreateClassEnumAsync = REFUSED,
    .PutInstance = services_put_instance,
    .PutInstanceAsync = REFUSED,
    .DeleteInstance = services_delete_instance,
    .DeleteInstanceAsync = REFUSED,
    .CreateInstanceEnum = REFUSED,
    .CreateInstanceEnumAsync = REFUSED,
    .ExecQuery = services_exec_query,
    .ExecQueryAsync = REFUSED,
    .ExecNotificationQuery = REFUSED,
    .ExecNotificationQueryAsync = REFUSED,
    .ExecMethod = REFUSED,
    .ExecMethodAsync = REFUSED,
};

static const IClientSecurityVtbl security_vtbl = {
    .QueryInterface = security_query_interface,
    .AddRef = security_add_ref,
    .Release = security_release,
    .QueryBlanket = REFUSED,
    .SetBlanket = security_set_blanket,
    .CopyProxy = REFUSED,
};

HRESULT services_new(IWbemServices **out)
{
    struct services *self = calloc(1, sizeof(*self));

    *out = NULL;
    if (!self)
        return E_OUTOFMEMORY;
    InterlockedIncrement(&wmi_object_count);
    self->vtbl = &services_vtbl;
    self->security_vtbl = &security_vtbl;
    self->references = 1;
    *out = (IWbemServices *)self;
    return WBEM_S_NO_ERROR;
}
