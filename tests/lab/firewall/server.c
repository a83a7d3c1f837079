/*
 * The DLL's entry points and class factory, and what tests can make it do: be slow, fail.
 * SPDX-License-Identifier: MIT
 */
#include <initguid.h>
#include "firewall.h"

#include "../event_log.h"
#include "rule_store.h"

/* What INetFwPolicy2 answers while MpsSvc does not run (EPT_S_NOT_REGISTERED). */
#define HRESULT_SERVICE_STOPPED ((HRESULT)0x800706d9)
#define DELAY_LOOK_MS 50

DEFINE_GUID(CLSID_LabFwPolicy2, 0xe2b3c97f, 0x6ae1, 0x41ac, 0x81, 0x7a, 0xf6, 0xf9, 0x21,
            0x66, 0xd7, 0xdd);
DEFINE_GUID(CLSID_LabFwRule, 0x2c5bc43e, 0x3369, 0x4c33, 0xab, 0x0c, 0xbe, 0x94, 0x69,
            0x67, 0x7a, 0xf4);

LONG firewall_object_count;
SRWLOCK firewall_lock = SRWLOCK_INIT;

static bool take_one_failure(const wchar_t *count_name)
{
    HKEY key = NULL;
    DWORD left = firewall_setting(count_name, MAXDWORD);

    if (left == 0 || left == MAXDWORD)
        return left != 0;
    left--;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"Software\\TidegateLab\\Firewall", 0,
                      KEY_SET_VALUE, &key) == ERROR_SUCCESS) {
        RegSetValueExW(key, count_name, 0, REG_DWORD, (const BYTE *)&left, sizeof(left));
        RegCloseKey(key);
    }
    return true;
}

/* As long as the setting says, or until it is taken back. */
static void delay(void)
{
    const ULONGLONG from = GetTickCount64();

    while (GetTickCount64() - from < firewall_setting(L"DelayMs", 0))
        Sleep(DELAY_LOOK_MS);
}

HRESULT firewall_gate(const wchar_t *verb)
{
    wchar_t fail_name[32];
    wchar_t count_name[32];

    if (wcscmp(verb, L"Add") == 0 || wcscmp(verb, L"Remove") == 0 ||
        wcscmp(verb, L"Put") == 0)
        delay();
    if (firewall_setting(L"ServiceStopped", 0))
        return HRESULT_SERVICE_STOPPED;
    _snwprintf(fail_name, ARRAYSIZE(fail_name), L"Fail%ls", verb);
    _snwprintf(count_name, ARRAYSIZE(count_name), L"Fail%lsCount", verb);
    const HRESULT failure = (HRESULT)firewall_setting(fail_name, 0);
    return FAILED(failure) && take_one_failure(count_name) ? failure : S_OK;
}

void firewall_record(const wchar_t *verb, const wchar_t *name)
{
    struct line line = {0};

    line_format(&line, "{\"t\":%llu,\"pid\":%lu,\"event\":", event_log_now(),
                GetCurrentProcessId());
    line_quote(&line, verb);
    line_format(&line, ",\"name\":");
    line_quote(&line, name);
    line_format(&line, "}");
    event_log_append(L"firewall.jsonl", &line);
}

static HRESULT STDMETHODCALLTYPE factory_query_interface(IClassFactory *self, REFIID iid,
                                                         void **out)
{
    const bool known =
        IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IClassFactory);

    *out = known ? self : NULL;
    return known ? S_OK : E_NOINTERFACE;
}

/* Factories are static: they are not counted. */
static ULONG STDMETHODCALLTYPE factory_count(IClassFactory *self)
{
    (void)self;
    return 1;
}

static HRESULT STDMETHODCALLTYPE create_policy(IClassFactory *self, IUnknown *outer,
                                               REFIID iid, void **out)
{
    (void)self;
    return outer ? CLASS_E_NOAGGREGATION : policy_object_new(iid, out);
}

static HRESULT STDMETHODCALLTYPE create_rule(IClassFactory *self, IUnknown *outer,
                                             REFIID iid, void **out)
{
    struct rule_fields fields;

    (void)self;
    rule_fields_init(&fields);
    return outer ? CLASS_E_NOAGGREGATION : rule_object_new(&fields, iid, out);
}

static HRESULT STDMETHODCALLTYPE factory_lock(IClassFactory *self, BOOL lock)
{
    (void)self;
    InterlockedExchangeAdd(&firewall_object_count, lock ? 1 : -1);
    return S_OK;
}

static const IClassFactoryVtbl policy_factory_vtbl = {
    factory_query_interface, factory_count, factory_count, create_policy, factory_lock};
static const IClassFactoryVtbl rule_factory_vtbl = {
    factory_query_interface, factory_count, factory_count, create_rule, factory_lock};
static IClassFactory policy_factory = {(IClassFactoryVtbl *)&policy_factory_vtbl};
static IClassFactory rule_factory = {(IClassFactoryVtbl *)&rule_factory_vtbl};

__declspec(dllexport) HRESULT WINAPI
    DllGetClassObject(REFCLSID clsid, REFIID iid, void **out)
{
    *out = NULL;
    if (IsEqualCLSID(clsid, &CLSID_LabFwPolicy2))
        return factory_query_interface(&policy_factory, iid, out);
    if (IsEqualCLSID(clsid, &CLSID_LabFwRule))
        return factory_query_interface(&rule_factory, iid, out);
    return CLASS_E_CLASSNOTAVAILABLE;
}

__declspec(dllexport) HRESULT WINAPI DllCanUnloadNow(void)
{
    return firewall_object_count == 0 ? S_OK : S_FALSE;
}
