/*
 * Hyper-V firewall rules in the registry: REG_SZ, REG_DWORD, and REG_MULTI_SZ for lists.
 * SPDX-License-Identifier: MIT
 */
#include "rule_properties.h"

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define STORE L"Software\\TidegateLab\\HyperVFirewall\\Rules"
#define VALUE_LIMIT 65536

/* Where Windows itself keeps these rules, by hearsay (tests/lab/README.md). Here it only tells
 * those who watch the firewall's policy that a rule changed. */
#define ANNOUNCEMENTS                                                                    \
    L"SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters"                     \
    L"\\FirewallPolicy\\HyperVRules"

static const wchar_t *const names[RULE_PROPERTY_COUNT] = {
    L"InstanceID",      L"ElementName",  L"Direction",  L"VMCreatorId",    L"Action",
    L"Enabled",         L"Protocol",     L"LocalPorts", L"LocalAddresses", L"RemotePorts",
    L"RemoteAddresses", L"RulePriority", L"Profiles",
};

static LSTATUS open_rule(const wchar_t *instance_id, REGSAM access, HKEY *key)
{
    wchar_t path[512];

    _snwprintf(path, ARRAYSIZE(path), STORE L"\\%ls", instance_id);
    path[ARRAYSIZE(path) - 1] = L'\0';
    return RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, access, key);
}

/* The parts of a REG_MULTI_SZ; an empty list is none, as WMI gives NULL for it. */
static void read_list(const wchar_t *text, VARIANT *out)
{
    ULONG count = 0;
    SAFEARRAY *array;

    for (const wchar_t *part = text; *part; part += wcslen(part) + 1)
        count++;
    if (count == 0)
        return;
    array = SafeArrayCreateVector(VT_BSTR, 0, count);
    for (LONG i = 0; i < (LONG)count; i++, text += wcslen(text) + 1) {
        BSTR part = SysAllocString(text);

        SafeArrayPutElement(array, &i, part);
        SysFreeString(part);
    }
    V_VT(out) = VT_ARRAY | VT_BSTR;
    V_ARRAY(out) = array;
}

static void read_value(HKEY key, const wchar_t *name, VARIANT *out)
{
    static wchar_t text[VALUE_LIMIT + 2]; /* the caller holds the lock */
    DWORD size = VALUE_LIMIT * sizeof(wchar_t);
    DWORD type = 0;

    if (RegQueryValueExW(key, name, NULL, &type, (BYTE *)text, &size) != ERROR_SUCCESS)
        return;
    text[size / sizeof(wchar_t)] = text[size / sizeof(wchar_t) + 1] = L'\0';
    if (type == REG_DWORD) {
        V_VT(out) = VT_I4;
        memcpy(&V_I4(out), text, sizeof(LONG));
    } else if (type == REG_SZ) {
        V_VT(out) = VT_BSTR;
        V_BSTR(out) = SysAllocString(text);
    } else if (type == REG_MULTI_SZ) {
        read_list(text, out);
    }
}

LSTATUS rule_store_read(const wchar_t *instance_id, struct rule_values *out)
{
    HKEY key = NULL;
    const LSTATUS status = open_rule(instance_id, KEY_QUERY_VALUE, &key);

    rule_values_init(out);
    if (status != ERROR_SUCCESS)
        return status;
    for (int i = RULE_INSTANCE_ID + 1; i < RULE_PROPERTY_COUNT; i++)
        read_value(key, names[i], &out->of[i]);
    V_VT(&out->of[RULE_INSTANCE_ID]) = VT_BSTR;
    V_BSTR(&out->of[RULE_INSTANCE_ID]) = SysAllocString(instance_id);
    RegCloseKey(key);
    return ERROR_SUCCESS;
}

static LSTATUS write_list(HKEY key, const wchar_t *name, SAFEARRAY *array)
{
    wchar_t *text = calloc(VALUE_LIMIT, sizeof(*text));
    size_t used = 0;
    BSTR *parts = NULL;
    LONG last = -1;
    LSTATUS status;

    SafeArrayGetUBound(array, 1, &last);
    SafeArrayAccessData(array, (void **)&parts);
    for (LONG i = 0; i <= last && used + wcslen(parts[i]) + 2 < VALUE_LIMIT; i++) {
        wcscpy(text + used, parts[i]);
        used += wcslen(parts[i]) + 1;
    }
    SafeArrayUnaccessData(array);
    status = RegSetValueExW(key, name, 0, REG_MULTI_SZ, (const BYTE *)text,
                            (DWORD)((used + 1) * sizeof(*text)));
    free(text);
    return status;
}

static LSTATUS write_value(HKEY key, const wchar_t *name, const VARIANT *value)
{
    switch (V_VT(value)) {
    case VT_I4:
        return RegSetValueExW(key, name, 0, REG_DWORD, (const BYTE *)&V_I4(value),
                              sizeof(DWORD));
    case VT_BSTR:
        return RegSetValueExW(key, name, 0, REG_SZ, (const BYTE *)V_BSTR(value),
                              (DWORD)((wcslen(V_BSTR(value)) + 1) * sizeof(wchar_t)));
    case VT_ARRAY | VT_BSTR:
        return write_list(key, name, V_ARRAY(value));
    default:
        RegDeleteValueW(key, name);
        return ERROR_SUCCESS;
    }
}

static void announce(const wchar_t *instance_id)
{
    const ULONGLONG now = GetTickCount64();

    RegSetKeyValueW(HKEY_LOCAL_MACHINE, ANNOUNCEMENTS, instance_id, REG_QWORD, &now,
                    sizeof(now));
}

LSTATUS rule_store_write(const struct rule_values *values)
{
    HKEY key = NULL;
    wchar_t path[512];
    LSTATUS status;

    _snwprintf(path, ARRAYSIZE(path), STORE L"\\%ls",
               rule_values_text(values, RULE_INSTANCE_ID));
    status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, path, 0, NULL, 0, KEY_SET_VALUE, NULL,
                             &key, NULL);
    for (int i = RULE_INSTANCE_ID + 1; i < RULE_PROPERTY_COUNT && status == ERROR_SUCCESS;
         i++)
        status = write_value(key, names[i], &values->of[i]);
    if (key)
        RegCloseKey(key);
    announce(rule_values_text(values, RULE_INSTANCE_ID));
    return status;
}

LSTATUS rule_store_remove(const wchar_t *instance_id)
{
    HKEY key = NULL;
    LSTATUS status = RegOpenKeyExW(HKEY_LOCAL_MACHINE, STORE, 0, KEY_ALL_ACCESS, &key);

    if (status == ERROR_SUCCESS) {
        status = RegDeleteKeyW(key, instance_id);
        RegCloseKey(key);
    }
    RegDeleteKeyValueW(HKEY_LOCAL_MACHINE, ANNOUNCEMENTS, instance_id);
    return status;
}

bool rule_store_id_at(DWORD index, wchar_t out[256])
{
    HKEY key = NULL;
    DWORD size = 256;
    LSTATUS status;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, STORE, 0, KEY_ENUMERATE_SUB_KEYS, &key) !=
        ERROR_SUCCESS)
        return false;
    status = RegEnumKeyExW(key, index, out, &size, NULL, NULL, NULL, NULL);
    RegCloseKey(key);
    return status == ERROR_SUCCESS;
}
