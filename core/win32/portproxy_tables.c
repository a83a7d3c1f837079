/*
 * The four tables in the registry that the IP Helper reads its forwards from.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/portproxy_tables.h"

#include "core/base/mem.h"
#include "core/win32/registry.h"
#include "core/win32/utf.h"

#include <windows.h>

#define PORTPROXY_PATH L"SYSTEM\\CurrentControlSet\\Services\\PortProxy"

static const wchar_t *const table_paths[PORTPROXY_TYPE_COUNT] = {
    [PORTPROXY_V4TOV4] = PORTPROXY_PATH L"\\v4tov4\\tcp",
    [PORTPROXY_V4TOV6] = PORTPROXY_PATH L"\\v4tov6\\tcp",
    [PORTPROXY_V6TOV4] = PORTPROXY_PATH L"\\v6tov4\\tcp",
    [PORTPROXY_V6TOV6] = PORTPROXY_PATH L"\\v6tov6\\tcp",
};

static bool fail(LSTATUS status, const char *what, enum portproxy_type type,
                 struct error *err)
{
    return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(status),
                            "%s 'PortProxy\\%s\\tcp'", what, portproxy_type_name(type));
}

/* Adds one table's entries. */
static bool read_values(HKEY key, enum portproxy_type type, struct portproxy_list *list,
                        size_t *malformed_count, struct error *err)
{
    for (DWORD i = 0; i < PORTPROXY_TABLE_VALUES_MAX; i++) {
        struct portproxy_entry entry;
        struct registry_value value;
        const enum registry_value_kind kind = registry_value_at(key, i, &value);

        if (kind == REGISTRY_VALUE_END)
            return true;
        if (kind == REGISTRY_VALUE_FAILED)
            return error_set_system(err, value.os_code,
                                    "read the values of 'PortProxy\\%s\\tcp'",
                                    portproxy_type_name(type));
        if (kind == REGISTRY_VALUE_TEXT &&
            portproxy_entry_parse(type, value.name, value.text, &entry))
            *LIST_ADD(list) = entry;
        else
            ++*malformed_count;
    }
    return fail(ERROR_FILE_TOO_LARGE, "read all values of", type, err);
}

static bool read_table(enum portproxy_type type, struct portproxy_list *list,
                       size_t *malformed_count, struct error *err)
{
    HKEY key = NULL;
    const LSTATUS status = registry_open(HKEY_LOCAL_MACHINE, table_paths[type], &key);
    bool ok;

    /* A machine that never had an entry of this type has no such key. */
    if (status == ERROR_FILE_NOT_FOUND)
        return true;
    if (status != ERROR_SUCCESS)
        return fail(status, "open registry key", type, err);
    ok = read_values(key, type, list, malformed_count, err);
    registry_close(&key);
    return ok;
}

bool portproxy_tables_read(struct portproxy_list *out, size_t *malformed_count,
                           struct error *err)
{
    struct portproxy_list list = {0};
    size_t count = 0;

    for (int i = 0; i < PORTPROXY_TYPE_COUNT; i++) {
        if (!read_table((enum portproxy_type)i, &list, &count, err)) {
            portproxy_list_clear(&list);
            return false;
        }
    }
    *out = list;
    *malformed_count = count;
    return true;
}

/* Looks again, right before a change: in the time since it was decided, somebody else may have
 * written there; and a malformed value was never among the entries that were read. */
static bool stands_as_expected(HKEY key, const struct portproxy_key *portproxy_key,
                               const wchar_t *wide_name,
                               const struct portproxy_value *expected, struct error *err)
{
    const enum portproxy_type type = portproxy_key->type;
    char name[PORTPROXY_TEXT_SIZE];
    char data[PORTPROXY_TEXT_SIZE];
    struct portproxy_entry live;

    if (RegQueryValueExW(key, wide_name, NULL, NULL, NULL, NULL) == ERROR_FILE_NOT_FOUND)
        return true;
    portproxy_key_format(portproxy_key, name);
    registry_read_text(HKEY_LOCAL_MACHINE, table_paths[type], wide_name, data,
                       sizeof data);
    if (expected != NULL && portproxy_entry_parse(type, name, data, &live) &&
        portproxy_value_equals(&live.value, expected))
        return true;
    return error_set(
        err, ERR_CONFLICT,
        "portproxy entry '%s' (%s): another program's value '%s' stands there", name,
        portproxy_type_name(type), data);
}

bool portproxy_tables_write(const struct portproxy_entry *entry,
                            const struct portproxy_value *expected, struct error *err)
{
    const enum portproxy_type type = entry->key.type;
    char name[PORTPROXY_TEXT_SIZE];
    char data[PORTPROXY_TEXT_SIZE];
    wchar_t wide_name[PORTPROXY_TEXT_SIZE];
    wchar_t wide_data[PORTPROXY_TEXT_SIZE];
    LSTATUS status;
    HKEY key = NULL;

    portproxy_key_format(&entry->key, name);
    portproxy_value_format(&entry->value, data);
    if (!utf16_from_utf8(name, wide_name, PORTPROXY_TEXT_SIZE) ||
        !utf16_from_utf8(data, wide_data, PORTPROXY_TEXT_SIZE))
        return error_set(err, ERR_INVALID, "portproxy entry '%s': not text", name);

    status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, table_paths[type], 0, NULL, 0,
                             KEY_SET_VALUE | KEY_QUERY_VALUE | KEY_WOW64_64KEY, NULL,
                             &key, NULL);
    if (status != ERROR_SUCCESS)
        return fail(status, "open registry key", type, err);
    if (!stands_as_expected(key, &entry->key, wide_name, expected, err)) {
        registry_close(&key);
        return false;
    }
    status = RegSetValueExW(key, wide_name, 0, REG_SZ, (const BYTE *)wide_data,
                            (DWORD)((wcslen(wide_data) + 1) * sizeof *wide_data));
    registry_close(&key);
    if (status != ERROR_SUCCESS)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(status),
                                "write portproxy entry '%s' (%s)", name,
                                portproxy_type_name(type));
    return true;
}

bool portproxy_tables_delete(const struct portproxy_key *portproxy_key,
                             const struct portproxy_value *expected, struct error *err)
{
    const enum portproxy_type type = portproxy_key->type;
    char name[PORTPROXY_TEXT_SIZE];
    wchar_t wide_name[PORTPROXY_TEXT_SIZE];
    LSTATUS status;
    HKEY key = NULL;

    portproxy_key_format(portproxy_key, name);
    if (!utf16_from_utf8(name, wide_name, PORTPROXY_TEXT_SIZE))
        return error_set(err, ERR_INVALID, "portproxy entry '%s': not text", name);

    status = RegOpenKeyExW(HKEY_LOCAL_MACHINE, table_paths[type], 0,
                           KEY_SET_VALUE | KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key);
    if (status == ERROR_FILE_NOT_FOUND)
        return true;
    if (status != ERROR_SUCCESS)
        return fail(status, "open registry key", type, err);
    if (!stands_as_expected(key, portproxy_key, wide_name, expected, err)) {
        registry_close(&key);
        return false;
    }
    status = RegDeleteValueW(key, wide_name);
    registry_close(&key);
    if (status != ERROR_SUCCESS && status != ERROR_FILE_NOT_FOUND)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(status),
                                "delete portproxy entry '%s' (%s)", name,
                                portproxy_type_name(type));
    return true;
}

bool portproxy_tables_flush(struct error *err)
{
    HKEY key = NULL;
    LSTATUS status = registry_open(HKEY_LOCAL_MACHINE, PORTPROXY_PATH, &key);

    /* No key, nothing in it to lose. */
    if (status == ERROR_FILE_NOT_FOUND)
        return true;
    if (status == ERROR_SUCCESS)
        status = RegFlushKey(key);
    registry_close(&key);
    if (status != ERROR_SUCCESS)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(status),
                                "flush registry key 'PortProxy'");
    return true;
}
