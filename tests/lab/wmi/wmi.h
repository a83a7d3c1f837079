/*
 * The COM server that plays WMI's namespace ROOT\standardcimv2 with the one class
 * MSFT_NetFirewallHyperVRule: its objects, and what tests can make it do.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_LAB_WMI_H
#define TIDEGATE_LAB_WMI_H

#include "rule_properties.h"

#define COBJMACROS
#include <winsock2.h>
#include <windows.h>
#include <wbemcli.h>

#include <stdbool.h>

#define RULE_CLASS L"MSFT_NetFirewallHyperVRule"

/* Objects alive, so that the DLL knows when it may be unloaded. */
extern LONG wmi_object_count;

/* A DWORD of HKLM\Software\TidegateLab\HyperVFirewall. */
DWORD wmi_setting(const wchar_t *name, DWORD otherwise);

/* FailVERB, as often as FailVERBCount says; S_OK when nothing was asked. */
HRESULT wmi_failure(const wchar_t *verb);

/* One JSON line in hyperv.jsonl: the verb and the rule's InstanceID. */
void wmi_record(const wchar_t *verb, const wchar_t *name);

/* When an answer comes that is asked for now (DelayMs), as GetTickCount64. */
ULONGLONG wmi_ready_at(void);

/* Waits until then or for `timeout_ms` (WBEM_INFINITE: as long as it takes); false: too early. */
bool wmi_wait(ULONGLONG ready_at, LONG timeout_ms);

HRESULT services_new(IWbemServices **out);

/* Copies `values`. A class has none set. */
HRESULT rule_object_new(const struct rule_values *values, IWbemClassObject **out);

/* Borrowed; NULL if the object is not one of ours. */
const struct rule_values *rule_object_values(IWbemClassObject *object);

/* The rules of that InstanceID, or all for NULL; `failure` is what Next answers instead. */
HRESULT rule_enum_new(const wchar_t *instance_id, HRESULT failure,
                      IEnumWbemClassObject **out);

/* The outcome of a call that returned at once. */
HRESULT call_result_new(HRESULT outcome, IWbemCallResult **out);

/* What every method that is not played answers. All have the same calling convention, which leaves
 * the arguments to the caller. */
HRESULT STDMETHODCALLTYPE wmi_refuse(void);
#define REFUSED ((void *)wmi_refuse)

/* IUnknown for the object type `type`, which begins with its vtable and holds `references`. */
#define WMI_UNKNOWN(type, interface_type, prefix, interface_id, destroy)                 \
    static HRESULT STDMETHODCALLTYPE prefix##_query_interface(interface_type *self,      \
                                                              REFIID iid, void **out)    \
    {                                                                                    \
        *out = NULL;                                                                     \
        if (!IsEqualIID(iid, &IID_IUnknown) && !IsEqualIID(iid, &interface_id))          \
            return E_NOINTERFACE;                                                        \
        InterlockedIncrement(&((type *)self)->references);                               \
        *out = self;                                                                     \
        return S_OK;                                                                     \
    }                                                                                    \
    static ULONG STDMETHODCALLTYPE prefix##_add_ref(interface_type *self)                \
    {                                                                                    \
        return (ULONG)InterlockedIncrement(&((type *)self)->references);                 \
    }                                                                                    \
    static ULONG STDMETHODCALLTYPE prefix##_release(interface_type *self)                \
    {                                                                                    \
        const LONG left = InterlockedDecrement(&((type *)self)->references);             \
        if (left == 0) {                                                                 \
            destroy((type *)self);                                                       \
            InterlockedDecrement(&wmi_object_count);                                     \
        }                                                                                \
        return (ULONG)left;                                                              \
    }

#endif
