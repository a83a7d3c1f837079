/*
 * The COM server's objects: NetFwPolicy2, its rule list, and NetFwRule.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_LAB_FIREWALL_H
#define TIDEGATE_LAB_FIREWALL_H

#include "rule_fields.h"

#define COBJMACROS
#include <winsock2.h>
#include <windows.h>
#include <netfw.h>

/* Objects alive, so that the DLL knows when it may be unloaded. */
extern LONG firewall_object_count;

/* Serialises every access to rules; the objects are used from any thread. */
extern SRWLOCK firewall_lock;

/*
 * What tests asked for: waits DelayMs, fails like a stopped MpsSvc, or with FailVERB as
 * often as FailVERBCount says. Not to be called with the lock held.
 */
HRESULT firewall_gate(const wchar_t *verb);

/* One JSON line in firewall.jsonl: the verb and the rule's name. */
void firewall_record(const wchar_t *verb, const wchar_t *name);

/* The macro HRESULT_FROM_WIN32 may evaluate its argument twice. */
static inline HRESULT hresult_of(LSTATUS status)
{
    return HRESULT_FROM_WIN32(status);
}

HRESULT policy_object_new(REFIID iid, void **out);
HRESULT rules_object_new(INetFwRules **out);
HRESULT rule_enum_new(IUnknown **out);

/* Copies `fields`. */
HRESULT rule_object_new(const struct rule_fields *fields, REFIID iid, void **out);

/* Borrowed; NULL if the object is not one of ours. */
struct rule_fields *rule_object_fields(INetFwRule *rule);

/* IDispatch and reference counting for the object type `type`; `self` begins with its vtable. */
#define OBJECT_METHODS(type, interface_type, prefix, destroy)                            \
    static ULONG STDMETHODCALLTYPE prefix##_add_ref(interface_type *self)                \
    {                                                                                    \
        return (ULONG)InterlockedIncrement(&((type *)self)->references);                 \
    }                                                                                    \
    static ULONG STDMETHODCALLTYPE prefix##_release(interface_type *self)                \
    {                                                                                    \
        const LONG left = InterlockedDecrement(&((type *)self)->references);             \
        if (left == 0) {                                                                 \
            destroy((type *)self);                                                       \
            InterlockedDecrement(&firewall_object_count);                                \
        }                                                                                \
        return (ULONG)left;                                                              \
    }

#define DISPATCH_METHODS(interface_type, prefix)                                         \
    static HRESULT STDMETHODCALLTYPE prefix##_type_info_count(interface_type *self,      \
                                                              UINT *count)               \
    {                                                                                    \
        (void)self;                                                                      \
        *count = 0;                                                                      \
        return S_OK;                                                                     \
    }                                                                                    \
    static HRESULT STDMETHODCALLTYPE prefix##_type_info(                                 \
        interface_type *self, UINT index, LCID lcid, ITypeInfo **info)                   \
    {                                                                                    \
        (void)self, (void)index, (void)lcid, (void)info;                                 \
        return E_NOTIMPL;                                                                \
    }                                                                                    \
    static HRESULT STDMETHODCALLTYPE prefix##_ids_of_names(                              \
        interface_type *self, REFIID iid, LPOLESTR *names, UINT count, LCID lcid,        \
        DISPID *ids)                                                                     \
    {                                                                                    \
        (void)self, (void)iid, (void)names, (void)count, (void)lcid, (void)ids;          \
        return E_NOTIMPL;                                                                \
    }                                                                                    \
    static HRESULT STDMETHODCALLTYPE prefix##_invoke(                                    \
        interface_type *self, DISPID id, REFIID iid, LCID lcid, WORD flags,              \
        DISPPARAMS *params, VARIANT *result, EXCEPINFO *exception, UINT *bad_argument)   \
    {                                                                                    \
        (void)self, (void)id, (void)iid, (void)lcid, (void)flags, (void)params;          \
        (void)result, (void)exception, (void)bad_argument;                               \
        return E_NOTIMPL;                                                                \
    }

#define DISPATCH_ENTRIES(prefix)                                                         \
    .GetTypeInfoCount = prefix##_type_info_count, .GetTypeInfo = prefix##_type_info,     \
    .GetIDsOfNames = prefix##_ids_of_names, .Invoke = prefix##_invoke

#endif
