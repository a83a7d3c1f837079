/*
 * Lists, reads, writes and removes firewall rules in the registry.
 * SPDX-License-Identifier: MIT
 */
#include "rule_store.h"

#include <objbase.h>
#include <stdio.h>
#include <stdlib.h>

#define RULE_TEXT_LIMIT 16384

static const wchar_t settings_key[] = L"Software\\TidegateLab\\Firewall";
static const wchar_t rules_key[] =
    L"SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters"
    L"\\FirewallPolicy\\FirewallRules";

static LSTATUS open_rules(REGSAM access, HKEY *key)
{
    return RegCreateKeyExW(HKEY_LOCAL_MACHINE, rules_key, 0, NULL, 0, access, NULL, key,
                           NULL);
}

static void list_append(struct rule_list *list, const struct rule_fields *rule)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? list->capacity * 2 : 64;
        list->items = realloc(list->items, list->capacity * sizeof(*list->items));
        if (!list->items)
            abort();
    }
    list->items[list->count++] = *rule;
}

void rule_store_list(struct rule_list *out, const wchar_t *name)
{
    wchar_t *text = malloc(RULE_TEXT_LIMIT * sizeof(wchar_t));
    wchar_t id[16384];
    HKEY key = NULL;

    *out = (struct rule_list){0};
    if (!text || open_rules(KEY_QUERY_VALUE, &key) != ERROR_SUCCESS) {
        free(text);
        return;
    }
    for (DWORD i = 0;; i++) {
        struct rule_fields rule = {0};
        DWORD id_size = ARRAYSIZE(id);
        DWORD size = (RULE_TEXT_LIMIT - 1) * sizeof(wchar_t);
        DWORD type = 0;
        const LSTATUS status =
            RegEnumValueW(key, i, id, &id_size, NULL, &type, (BYTE *)text, &size);

        if (status == ERROR_MORE_DATA)
            continue;
        if (status != ERROR_SUCCESS)
            break;
        text[size / sizeof(wchar_t)] = L'\0';
        if (type != REG_SZ || id_size >= ARRAYSIZE(rule.id) ||
            !rule_fields_parse(&rule, text))
            continue;
        if (name && _wcsicmp(rule_fields_text(&rule, RULE_NAME), name) != 0) {
            rule_fields_clear(&rule);
            continue;
        }
        wcscpy(rule.id, id);
        list_append(out, &rule);
    }
    RegCloseKey(key);
    free(text);
}

void rule_list_clear(struct rule_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        rule_fields_clear(&list->items[i]);
    free(list->items);
    *list = (struct rule_list){0};
}

LSTATUS rule_store_write(struct rule_fields *rule)
{
    HKEY key = NULL;
    GUID guid;
    LSTATUS status = open_rules(KEY_SET_VALUE, &key);

    if (status != ERROR_SUCCESS)
        return status;
    if (!rule->id[0]) {
        CoCreateGuid(&guid);
        StringFromGUID2(&guid, rule->id, ARRAYSIZE(rule->id));
    }
    wchar_t *text = rule_fields_print(rule);
    status = RegSetValueExW(key, rule->id, 0, REG_SZ, (const BYTE *)text,
                            (DWORD)((wcslen(text) + 1) * sizeof(wchar_t)));
    free(text);
    RegCloseKey(key);
    return status;
}

LSTATUS rule_store_reload(struct rule_fields *rule)
{
    struct rule_fields fresh = {0};
    wchar_t *text = malloc(RULE_TEXT_LIMIT * sizeof(wchar_t));
    DWORD size = RULE_TEXT_LIMIT * sizeof(wchar_t);
    LSTATUS status = RegGetValueW(HKEY_LOCAL_MACHINE, rules_key, rule->id, RRF_RT_REG_SZ,
                                  NULL, text, &size);

    if (status == ERROR_SUCCESS && !rule_fields_parse(&fresh, text))
        status = ERROR_INVALID_DATA;
    if (status == ERROR_SUCCESS) {
        wcscpy(fresh.id, rule->id);
        rule_fields_clear(rule);
        *rule = fresh;
    }
    free(text);
    return status;
}

LSTATUS rule_store_remove(const wchar_t *id)
{
    HKEY key = NULL;
    LSTATUS status = open_rules(KEY_SET_VALUE, &key);

    if (status != ERROR_SUCCESS)
        return status;
    status = RegDeleteValueW(key, id);
    RegCloseKey(key);
    return status;
}

DWORD firewall_setting(const wchar_t *name, DWORD otherwise)
{
    DWORD value = otherwise;
    DWORD size = sizeof(value);

    if (RegGetValueW(HKEY_LOCAL_MACHINE, settings_key, name, RRF_RT_REG_DWORD, NULL,
                     &value, &size) != ERROR_SUCCESS)
        return otherwise;
    return value;
}

DWORD firewall_profile_setting(const wchar_t *name, long profile, DWORD otherwise)
{
    wchar_t numbered[64];

    _snwprintf(numbered, ARRAYSIZE(numbered), L"%ls%ld", name, profile);
    return firewall_setting(numbered, otherwise);
}
