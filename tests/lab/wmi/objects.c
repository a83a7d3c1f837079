/*
 * WMI's objects for one rule, a list of rules, and the outcome of a call.
 * SPDX-License-Identifier: MIT
 */
#include "wmi.h"

#include <stdlib.h>

#define RULES_MAX 4096

struct rule_object {
    const IWbemClassObjectVtbl *vtbl;
    LONG references;
    struct rule_values values;
};

struct rule_enum {
    const IEnumWbemClassObjectVtbl *vtbl;
    LONG references;
    ULONGLONG ready_at;
    HRESULT failure;
    size_t count, next;
    IWbemClassObject *items[RULES_MAX];
};

struct call_result {
    const IWbemCallResultVtbl *vtbl;
    LONG references;
    ULONGLONG ready_at;
    HRESULT outcome;
};

static void destroy_object(struct rule_object *self)
{
    rule_values_clear(&self->values);
    free(self);
}

WMI_UNKNOWN(struct rule_object, IWbemClassObject, object, IID_IWbemClassObject,
            destroy_object)

/* Builds that know no profiles have no such property. */
static enum rule_property find_property(LPCWSTR name)
{
    const enum rule_property property = rule_property_find(name);

    return property == RULE_PROFILES && wmi_setting(L"AbsentProfiles", 0)
               ? RULE_PROPERTY_COUNT
               : property;
}

static HRESULT STDMETHODCALLTYPE object_get(IWbemClassObject *self, LPCWSTR name,
                                            LONG flags, VARIANT *value, CIMTYPE *type,
                                            LONG *flavor)
{
    const enum rule_property property = find_property(name);

    (void)flags;
    if (type)
        *type = 0;
    if (flavor)
        *flavor = 0;
    if (property == RULE_PROPERTY_COUNT)
        return WBEM_E_NOT_FOUND;
    VariantInit(value);
    return VariantCopy(value, &((struct rule_object *)self)->values.of[property]);
}

static HRESULT STDMETHODCALLTYPE object_put(IWbemClassObject *self, LPCWSTR name,
                                            LONG flags, VARIANT *value, CIMTYPE type)
{
    const enum rule_property property = find_property(name);

    (void)flags, (void)type;
    if (property == RULE_PROPERTY_COUNT)
        return WBEM_E_NOT_FOUND;
    if (V_VT(value) != VT_NULL && V_VT(value) != rule_property_type(property))
        return WBEM_E_TYPE_MISMATCH;
    return VariantCopy(&((struct rule_object *)self)->values.of[property], value);
}

static HRESULT STDMETHODCALLTYPE object_spawn(IWbemClassObject *self, LONG flags,
                                              IWbemClassObject **out)
{
    struct rule_values none;

    (void)self, (void)flags;
    rule_values_init(&none);
    return rule_object_new(&none, out);
}

static const IWbemClassObjectVtbl object_vtbl = {
    .QueryInterface = object_query_interface,
    .AddRef = object_add_ref,
    .Release = object_release,
    .GetQualifierSet = REFUSED,
    .Get = object_get,
    .Put = object_put,
    .Delete = REFUSED,
    .GetNames = REFUSED,
    .BeginEnumeration = REFUSED,
    .Next = REFUSED,
    .EndEnumeration = REFUSED,
    .GetPropertyQualifierSet = REFUSED,
    .Clone = REFUSED,
    .GetObjectText = REFUSED,
    .SpawnDerivedClass = REFUSED,
    .SpawnInstance = object_spawn,
    .CompareTo = REFUSED,
    .GetPropertyOrigin = REFUSED,
    .InheritsFrom = REFUSED,
    .GetMethod = REFUSED,
    .PutMethod = REFUSED,
    .DeleteMethod = REFUSED,
    .BeginMethodEnumeration = REFUSED,
    .NextMethod = REFUSED,
    .EndMethodEnumeration = REFUSED,
    .GetMethodQualifierSet = REFUSED,
    .GetMethodOrigin = REFUSED,
};

HRESULT rule_object_new(const struct rule_values *values, IWbemClassObject **out)
{
    struct rule_object *self = calloc(1, sizeof(*self));

    *out = NULL;
    if (!self)
        return E_OUTOFMEMORY;
    InterlockedIncrement(&wmi_object_count);
    self->vtbl = &object_vtbl;
    self->references = 1;
    *out = (IWbemClassObject *)self;
    return rule_values_copy(&self->values, values);
}

const struct rule_values *rule_object_values(IWbemClassObject *object)
{
    if (!object || object->lpVtbl != (IWbemClassObjectVtbl *)&object_vtbl)
        return NULL;
    return &((struct rule_object *)object)->values;
}

static void destroy_enum(struct rule_enum *self)
{
    for (size_t i = 0; i < self->count; i++)
        IWbemClassObject_Release(self->items[i]);
    free(self);
}

WMI_UNKNOWN(struct rule_enum, IEnumWbemClassObject, enum, IID_IEnumWbemClassObject,
            destroy_enum)

static HRESULT STDMETHODCALLTYPE enum_next(IEnumWbemClassObject *self, LONG timeout_ms,
                                           ULONG wanted, IWbemClassObject **out,
                                           ULONG *fetched)
{
    struct rule_enum *walk = (struct rule_enum *)self;

    *fetched = 0;
    if (!wmi_wait(walk->ready_at, timeout_ms))
        return WBEM_S_TIMEDOUT;
    if (FAILED(walk->failure))
        return walk->failure;
    while (*fetched < wanted && walk->next < walk->count) {
        IWbemClassObject *item = walk->items[walk->next++];

        IWbemClassObject_AddRef(item);
        out[(*fetched)++] = item;
    }
    return *fetched == wanted ? WBEM_S_NO_ERROR : WBEM_S_FALSE;
}

static void fill_enum(struct rule_enum *self, const wchar_t *instance_id)
{
    wchar_t id[256];

    for (DWORD i = 0; self->count < RULES_MAX && rule_store_id_at(i, id); i++) {
        struct rule_values values;

        if (instance_id && _wcsicmp(instance_id, id) != 0)
            continue;
        if (rule_store_read(id, &values) == ERROR_SUCCESS &&
            SUCCEEDED(rule_object_new(&values, &self->items[self->count])))
            self->count++;
        rule_values_clear(&values);
    }
}

HRESULT rule_enum_new(const wchar_t *instance_id, HRESULT failure,
                      IEnumWbemClassObject **out)
{
    static const IEnumWbemClassObjectVtbl vtbl = {
        .QueryInterface = enum_query_interface,
        .AddRef = enum_add_ref,
        .Release = enum_release,
        .Reset = REFUSED,
        .Next = enum_next,
        .NextAsync = REFUSED,
        .Clone = REFUSED,
        .Skip = REFUSED,
    };
    struct rule_enum *self = calloc(1, sizeof(*self));

    *out = NULL;
    if (!self)
        return E_OUTOFMEMORY;
    InterlockedIncrement(&wmi_object_count);
    self->vtbl = &vtbl;
    self->references = 1;
    self->ready_at = wmi_ready_at();
    self->failure = failure;
    fill_enum(self, instance_id);
    *out = (IEnumWbemClassObject *)self;
    return WBEM_S_NO_ERROR;
}

static void destroy_result(struct call_result *self)
{
    free(self);
}

WMI_UNKNOWN(struct call_result, IWbemCallResult, result, IID_IWbemCallResult,
            destroy_result)

static HRESULT STDMETHODCALLTYPE result_status(IWbemCallResult *self, LONG timeout_ms,
                                               LONG *status)
{
    struct call_result *call = (struct call_result *)self;

    if (!wmi_wait(call->ready_at, timeout_ms))
        return WBEM_S_TIMEDOUT;
    *status = call->outcome;
    return WBEM_S_NO_ERROR;
}

HRESULT call_result_new(HRESULT outcome, IWbemCallResult **out)
{
    static const IWbemCallResultVtbl vtbl = {
        .QueryInterface = result_query_interface,
        .AddRef = result_add_ref,
        .Release = result_release,
        .GetResultObject = REFUSED,
        .GetResultString = REFUSED,
        .GetResultServices = REFUSED,
        .GetCallStatus = result_status,
    };
    struct call_result *self = calloc(1, sizeof(*self));

    *out = NULL;
    if (!self)
        return E_OUTOFMEMORY;
    InterlockedIncrement(&wmi_object_count);
    self->vtbl = &vtbl;
    self->references = 1;
    self->ready_at = wmi_ready_at();
    self->outcome = outcome;
    *out = (IWbemCallResult *)self;
    return WBEM_S_NO_ERROR;
}
