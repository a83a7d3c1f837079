/*
 * The DLL's entry points, class factory and locator, and what tests can make it do.
 * SPDX-License-Identifier: MIT
 */
#include "wmi.h"

#include "../event_log.h"

#include <stdio.h>

#define SETTINGS L"Software\\TidegateLab\\HyperVFirewall"
#define DELAY_LOOK_MS 50

LONG wmi_object_count;

DWORD wmi_setting(const wchar_t *name, DWORD otherwise)
{
    DWORD value = otherwise;
    DWORD size = sizeof(value);

    if (RegGetValueW(HKEY_LOCAL_MACHINE, SETTINGS, name, RRF_RT_REG_DWORD, NULL, &value,
                     &size) != ERROR_SUCCESS)
        return otherwise;
    return value;
}

static bool take_one_failure(const wchar_t *count_name)
{
    HKEY key = NULL;
    DWORD left = wmi_setting(count_name, MAXDWORD);

    if (left == 0 || left == MAXDWORD)
        return left != 0;
    left--;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, SETTINGS, 0, KEY_SET_VALUE, &key) ==
        ERROR_SUCCESS) {
        RegSetValueExW(key, count_name, 0, REG_DWORD, (const BYTE *)&left, sizeof(left));
        RegCloseKey(key);
    }
    return true;
}

HRESULT wmi_failure(const wchar_t *verb)
{
    wchar_t name[32];
    wchar_t count_name[32];
    HRESULT failure;

    _snwprintf(name, ARRAYSIZE(name), L"Fail%ls", verb);
    _snwprintf(count_name, ARRAYSIZE(count_name), L"Fail%lsCount", verb);
    failure = (HRESULT)wmi_setting(name, 0);
    return FAILED(failure) && take_one_failure(count_name) ? failure : S_OK;
}

void wmi_record(const wchar_t *verb, const wchar_t *name)
{
    struct line line = {0};

    line_format(&line, "{\"t\":%llu,\"pid\":%lu,\"event\":", event_log_now(),
                GetCurrentProcessId());
    line_quote(&line, verb);
    line_format(&line, ",\"name\":");
    line_quote(&line, name);
    line_format(&line, "}");
    event_log_append(L"hyperv.jsonl", &line);
}

ULONGLONG wmi_ready_at(void)
{
    return GetTickCount64() + wmi_setting(L"DelayMs", 0);
}

/* As long as the setting says, or until it is taken back. */
bool wmi_wait(ULONGLONG ready_at, LONG timeout_ms)
{
    const ULONGLONG from = GetTickCount64();

    for (;;) {
        const ULONGLONG now = GetTickCount64();

        if (ready_at <= now || wmi_setting(L"DelayMs", 0) == 0)
            return true;
        if (timeout_ms != (LONG)WBEM_INFINITE && now - from >= (ULONGLONG)timeout_ms)
            return false;
        Sleep(DELAY_LOOK_MS);
    }
}

HRESULT STDMETHODCALLTYPE wmi_refuse(void)
{
    return WBEM_E_NOT_SUPPORTED;
}

/* Factory and locator are static and without state: they are not counted. */
static ULONG STDMETHODCALLTYPE count_nothing(void *self)
{
    (void)self;
    return 1;
}

static HRESULT STDMETHODCALLTYPE locator_query_interface(IWbemLocator *self, REFIID iid,
                                                         void **out)
{
    const bool known =
        IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IWbemLocator);

    *out = known ? self : NULL;
    return known ? S_OK : E_NOINTERFACE;
}

static HRESULT STDMETHODCALLTYPE locator_connect(IWbemLocator *self, const BSTR resource,
                                                 const BSTR user, const BSTR password,
                                                 const BSTR locale, LONG flags,
                                                 const BSTR authority,
                                                 IWbemContext *context,
                                                 IWbemServices **out)
{
    const HRESULT result = wmi_failure(L"Connect");

    (void)self, (void)user, (void)password, (void)locale, (void)flags, (void)authority;
    (void)context;
    *out = NULL;
    if (FAILED(result))
        return result;
    if (_wcsicmp(resource, L"ROOT\\standardcimv2") != 0 ||
        wmi_setting(L"AbsentNamespace", 0))
        return WBEM_E_INVALID_NAMESPACE;
    return services_new(out);
}

static const IWbemLocatorVtbl locator_vtbl = {locator_query_interface,
                                              (void *)count_nothing,
                                              (void *)count_nothing, locator_connect};
static IWbemLocator locator = {(IWbemLocatorVtbl *)&locator_vtbl};

static HRESULT STDMETHODCALLTYPE factory_query_interface(IClassFactory *self, REFIID iid,
                                                         void **out)
{
    const bool known =
        IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IClassFactory);

    *out = known ? self : NULL;
    return known ? S_OK : E_NOINTERFACE;
}

static HRESULT STDMETHODCALLTYPE factory_create(IClassFactory *self, IUnknown *outer,
                                                REFIID iid, void **out)
{
    (void)self;
    *out = NULL;
    return outer ? CLASS_E_NOAGGREGATION : locator_query_interface(&locator, iid, out);
}

static HRESULT STDMETHODCALLTYPE factory_lock(IClassFactory *self, BOOL lock)
{
    (void)self;
    InterlockedExchangeAdd(&wmi_object_count, lock ? 1 : -1);
    return S_OK;
}

static const IClassFactoryVtbl factory_vtbl = {
    factory_query_interface, (void *)count_nothing, (void *)count_nothing, factory_create,
    factory_lock};
static IClassFactory factory = {(IClassFactoryVtbl *)&factory_vtbl};

__declspec(dllexport) HRESULT WINAPI
    DllGetClassObject(REFCLSID clsid, REFIID iid, void **out)
{
    *out = NULL;
    if (!IsEqualCLSID(clsid, &CLSID_WbemLocator))
        return CLASS_E_CLASSNOTAVAILABLE;
    return factory_query_interface(&factory, iid, out);
}

__declspec(dllexport) HRESULT WINAPI DllCanUnloadNow(void)
{
    return wmi_object_count == 0 ? S_OK : S_FALSE;
}
