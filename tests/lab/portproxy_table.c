/*
 * Reads HKLM\SYSTEM\CurrentControlSet\Services\PortProxy\<type>\tcp.
 * SPDX-License-Identifier: MIT
 */
#include "portproxy_table.h"

#include <windows.h>
#include <ws2tcpip.h>
#include <stdlib.h>
#include <string.h>

#define NAME_LIMIT 16384

static const struct {
    const char *name;
    const wchar_t *key;
    int listen_family;
    int connect_family;
} types[] = {
    {"v4tov4", L"v4tov4", AF_INET, AF_INET},
    {"v4tov6", L"v4tov6", AF_INET, AF_INET6},
    {"v6tov4", L"v6tov4", AF_INET6, AF_INET},
    {"v6tov6", L"v6tov6", AF_INET6, AF_INET6},
};

static bool parse_port(const wchar_t *text, wchar_t out[8])
{
    wchar_t *end = NULL;
    const unsigned long port = wcstoul(text, &end, 10);

    if (*text < L'0' || *text > L'9' || *end || wcslen(text) > 5 || port < 1 ||
        port > 65535)
        return false;
    wcscpy(out, text);
    return true;
}

/* "host/port"; a literal address must be of the table's family. */
static bool parse_endpoint(const wchar_t *text, wchar_t *host, size_t capacity,
                           wchar_t port[8])
{
    const wchar_t *slash = wcsrchr(text, L'/');

    if (!slash || slash == text || (size_t)(slash - text) >= capacity ||
        !parse_port(slash + 1, port))
        return false;
    wmemcpy(host, text, (size_t)(slash - text));
    host[slash - text] = L'\0';
    return true;
}

static bool is_literal_of(const wchar_t *host, int family)
{
    unsigned char address[16];

    return InetPtonW(family, host, address) == 1;
}

/* Names are legal connect addresses; the resolver decides about them later. */
static bool entry_is_well_formed(const struct portproxy_entry *entry)
{
    const int other = entry->connect_family == AF_INET ? AF_INET6 : AF_INET;

    if (wcscmp(entry->listen_host, L"*") != 0 &&
        !is_literal_of(entry->listen_host, entry->listen_family))
        return false;
    for (const wchar_t *at = entry->connect_host; *at; at++)
        if (*at <= L' ' || *at > L'~')
            return false;
    return !is_literal_of(entry->connect_host, other);
}

static void append(struct portproxy_table *table, const struct portproxy_entry *entry)
{
    if (table->count == table->capacity) {
        table->capacity = table->capacity ? table->capacity * 2 : 32;
        table->items = realloc(table->items, table->capacity * sizeof(*table->items));
        if (!table->items)
            abort();
    }
    table->items[table->count++] = *entry;
}

static void read_type(struct portproxy_table *out, size_t type)
{
    wchar_t path[128];
    wchar_t *name = malloc(NAME_LIMIT * sizeof(wchar_t));
    wchar_t data[512];
    HKEY key = NULL;

    _snwprintf(path, ARRAYSIZE(path),
               L"SYSTEM\\CurrentControlSet\\Services\\PortProxy\\%ls\\tcp",
               types[type].key);
    if (!name || RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, KEY_QUERY_VALUE, &key) !=
                     ERROR_SUCCESS) {
        free(name);
        return;
    }
    for (DWORD i = 0;; i++) {
        struct portproxy_entry entry = {.type = types[type].name,
                                        .listen_family = types[type].listen_family,
                                        .connect_family = types[type].connect_family};
        DWORD name_size = NAME_LIMIT;
        DWORD size = sizeof(data) - sizeof(wchar_t);
        DWORD kind = 0;
        const LSTATUS status =
            RegEnumValueW(key, i, name, &name_size, NULL, &kind, (BYTE *)data, &size);

        if (status == ERROR_NO_MORE_ITEMS)
            break;
        if (status != ERROR_SUCCESS || kind != REG_SZ)
            continue;
        data[size / sizeof(wchar_t)] = L'\0';
        if (parse_endpoint(name, entry.listen_host, ARRAYSIZE(entry.listen_host),
                           entry.listen_port) &&
            parse_endpoint(data, entry.connect_host, ARRAYSIZE(entry.connect_host),
                           entry.connect_port) &&
            entry_is_well_formed(&entry))
            append(out, &entry);
    }
    RegCloseKey(key);
    free(name);
}

void portproxy_table_read(struct portproxy_table *out)
{
    *out = (struct portproxy_table){0};
    for (size_t type = 0; type < ARRAYSIZE(types); type++)
        read_type(out, type);
}

void portproxy_table_clear(struct portproxy_table *table)
{
    free(table->items);
    *table = (struct portproxy_table){0};
}

void portproxy_entry_describe(const struct portproxy_entry *entry, struct line *line)
{
    line_format(line, "[\"%s\",", entry->type);
    line_quote(line, entry->listen_host);
    line_format(line, ",");
    line_quote(line, entry->listen_port);
    line_format(line, ",");
    line_quote(line, entry->connect_host);
    line_format(line, ",");
    line_quote(line, entry->connect_port);
    line_format(line, "]");
}

static void listen_bytes(const struct portproxy_entry *entry, unsigned char bytes[16])
{
    memset(bytes, 0, 16);
    if (wcscmp(entry->listen_host, L"*") != 0)
        InetPtonW(entry->listen_family, entry->listen_host, bytes);
}

bool portproxy_entry_listens_like(const struct portproxy_entry *a,
                                  const struct portproxy_entry *b)
{
    unsigned char left[16];
    unsigned char right[16];

    if (a->listen_family != b->listen_family ||
        wcstoul(a->listen_port, NULL, 10) != wcstoul(b->listen_port, NULL, 10))
        return false;
    listen_bytes(a, left);
    listen_bytes(b, right);
    return memcmp(left, right, sizeof(left)) == 0;
}
