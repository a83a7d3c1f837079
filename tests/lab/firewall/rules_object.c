/*
 * INetFwRules: the list of firewall rules, and the enumerator over a copy of it.
 * SPDX-License-Identifier: MIT
 */
#include "firewall.h"

#include "rule_store.h"

#include <stdlib.h>

struct rules_object {
    const INetFwRulesVtbl *vtbl;
    LONG references;
};

struct rule_enum {
    const IEnumVARIANTVtbl *vtbl;
    LONG references;
    struct rule_list list;
    size_t next;
};

static void destroy_rules(struct rules_object *self)
{
    free(self);
}

static void destroy_enum(struct rule_enum *self)
{
    rule_list_clear(&self->list);
    free(self);
}

OBJECT_METHODS(struct rules_object, INetFwRules, rules, destroy_rules)
DISPATCH_METHODS(INetFwRules, rules)
OBJECT_METHODS(struct rule_enum, IEnumVARIANT, rule_enum, destroy_enum)

static HRESULT STDMETHODCALLTYPE rules_query_interface(INetFwRules *self, REFIID iid,
                                                       void **out)
{
    *out = NULL;
    if (!IsEqualIID(iid, &IID_IUnknown) && !IsEqualIID(iid, &IID_IDispatch) &&
        !IsEqualIID(iid, &IID_INetFwRules))
        return E_NOINTERFACE;
    rules_add_ref(self);
    *out = self;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE rules_count(INetFwRules *self, LONG *count)
{
    struct rule_list list;
    const HRESULT result = firewall_gate(L"Count");

    (void)self;
    if (FAILED(result))
        return result;
    AcquireSRWLockShared(&firewall_lock);
    rule_store_list(&list, NULL);
    ReleaseSRWLockShared(&firewall_lock);
    *count = (LONG)list.count;
    rule_list_clear(&list);
    return S_OK;
}

/* A second rule of the same name is added, not overwritten: the name is no key. */
static HRESULT STDMETHODCALLTYPE rules_add(INetFwRules *self, INetFwRule *rule)
{
    struct rule_fields *fields = rule_object_fields(rule);
    HRESULT result = firewall_gate(L"Add");

    (void)self;
    if (FAILED(result))
        return result;
    if (!fields || !*rule_fields_text(fields, RULE_NAME))
        return E_INVALIDARG;
    AcquireSRWLockExclusive(&firewall_lock);
    result = hresult_of(rule_store_write(fields));
    ReleaseSRWLockExclusive(&firewall_lock);
    firewall_record(L"add", rule_fields_text(fields, RULE_NAME));
    return result;
}

/* Removes one rule of that name; says nothing if there is none. */
static HRESULT STDMETHODCALLTYPE rules_remove(INetFwRules *self, BSTR name)
{
    struct rule_list list;
    HRESULT result = firewall_gate(L"Remove");

    (void)self;
    if (FAILED(result))
        return result;
    if (!name || !*name)
        return E_INVALIDARG;
    AcquireSRWLockExclusive(&firewall_lock);
    rule_store_list(&list, name);
    if (list.count > 0)
        result = hresult_of(rule_store_remove(list.items[0].id));
    ReleaseSRWLockExclusive(&firewall_lock);
    rule_list_clear(&list);
    firewall_record(L"remove", name);
    return result;
}

static HRESULT STDMETHODCALLTYPE rules_item(INetFwRules *self, BSTR name,
                                            INetFwRule **rule)
{
    struct rule_list list;
    HRESULT result = firewall_gate(L"Item");

    (void)self;
    *rule = NULL;
    if (FAILED(result))
        return result;
    if (!name || !*name)
        return E_INVALIDARG;
    AcquireSRWLockShared(&firewall_lock);
    rule_store_list(&list, name);
    ReleaseSRWLockShared(&firewall_lock);
    result = HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND);
    if (list.count > 0)
        result = rule_object_new(&list.items[0], &IID_INetFwRule, (void **)rule);
    rule_list_clear(&list);
    return result;
}

static HRESULT STDMETHODCALLTYPE rules_new_enum(INetFwRules *self, IUnknown **out)
{
    const HRESULT result = firewall_gate(L"Enum");

    (void)self;
    *out = NULL;
    return FAILED(result) ? result : rule_enum_new(out);
}

HRESULT rules_object_new(INetFwRules **out)
{
    static const INetFwRulesVtbl vtbl = {
        .QueryInterface = rules_query_interface,
        .AddRef = rules_add_ref,
        .Release = rules_release,
        DISPATCH_ENTRIES(rules),
        .get_Count = rules_count,
        .Add = rules_add,
        .Remove = rules_remove,
        .Item = rules_item,
        .get__NewEnum = rules_new_enum,
    };
    struct rules_object *self = calloc(1, sizeof(*self));

    if (!self)
        return E_OUTOFMEMORY;
    InterlockedIncrement(&firewall_object_count);
    self->vtbl = &vtbl;
    self->references = 1;
    *out = (INetFwRules *)self;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE enum_query_interface(IEnumVARIANT *self, REFIID iid,
                                                      void **out)
{
    *out = NULL;
    if (!IsEqualIID(iid, &IID_IUnknown) && !IsEqualIID(iid, &IID_IEnumVARIANT))
        return E_NOINTERFACE;
    rule_enum_add_ref(self);
    *out = self;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE enum_next(IEnumVARIANT *self, ULONG wanted, VARIANT *out,
                                           ULONG *fetched)
{
    struct rule_enum *walk = (struct rule_enum *)self;
    ULONG count = 0;

    while (count < wanted && walk->next < walk->list.count) {
        void *rule = NULL;

        if (FAILED(rule_object_new(&walk->list.items[walk->next++], &IID_IDispatch, &rule)))
            break;
        VariantInit(&out[count]);
        V_VT(&out[count]) = VT_DISPATCH;
        V_DISPATCH(&out[count]) = rule;
        count++;
    }
    if (fetched)
        *fetched = count;
    return count == wanted ? S_OK : S_FALSE;
}

static HRESULT STDMETHODCALLTYPE enum_skip(IEnumVARIANT *self, ULONG count)
{
    struct rule_enum *walk = (struct rule_enum *)self;
    const size_t left = walk->list.count - walk->next;

    walk->next += count < left ? count : left;
    return count <= left ? S_OK : S_FALSE;
}

static HRESULT STDMETHODCALLTYPE enum_reset(IEnumVARIANT *self)
{
    ((struct rule_enum *)self)->next = 0;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE enum_clone(IEnumVARIANT *self, IEnumVARIANT **out)
{
    (void)self;
    *out = NULL;
    return E_NOTIMPL;
}

HRESULT rule_enum_new(IUnknown **out)
{
    static const IEnumVARIANTVtbl vtbl = {
        .QueryInterface = enum_query_interface,
        .AddRef = rule_enum_add_ref,
        .Release = rule_enum_release,
        .Next = enum_next,
        .Skip = enum_skip,
        .Reset = enum_reset,
        .Clone = enum_clone,
    };
    struct rule_enum *self = calloc(1, sizeof(*self));

    if (!self)
        return E_OUTOFMEMORY;
    InterlockedIncrement(&firewall_object_count);
    self->vtbl = &vtbl;
    self->references = 1;
    AcquireSRWLockShared(&firewall_lock);
    rule_store_list(&self->list, NULL);
    ReleaseSRWLockShared(&firewall_lock);
    *out = (IUnknown *)self;
    return S_OK;
}
