/*
 * labagent: registry verbs. Keys are written HKLM\..., HKCU\... or HKU\...; data is hex.
 * SPDX-License-Identifier: MIT
 */
#include "agent.h"

#include <stdlib.h>

#define NAME_LIMIT 16384
#define DATA_LIMIT (1024 * 1024)

static const struct {
    const wchar_t *name;
    HKEY key;
} roots[] = {{L"HKLM", HKEY_LOCAL_MACHINE},
             {L"HKCU", HKEY_CURRENT_USER},
             {L"HKU", HKEY_USERS}};

static const wchar_t *split_root(const wchar_t *path, HKEY *root)
{
    const wchar_t *slash = wcschr(path, L'\\');
    const size_t size = slash ? (size_t)(slash - path) : wcslen(path);

    *root = NULL;
    for (size_t i = 0; i < ARRAYSIZE(roots); i++)
        if (wcslen(roots[i].name) == size && wcsncmp(path, roots[i].name, size) == 0)
            *root = roots[i].key;
    return slash ? slash + 1 : L"";
}

static DWORD open_key(const wchar_t *path, REGSAM access, HKEY *key)
{
    HKEY root;
    const wchar_t *rest = split_root(path, &root);

    *key = NULL;
    return root ? (DWORD)RegOpenKeyExW(root, rest, 0, access, key)
                : ERROR_INVALID_PARAMETER;
}

static DWORD create_key_as(const wchar_t *path, DWORD options, HKEY *key)
{
    HKEY root;
    const wchar_t *rest = split_root(path, &root);

    *key = NULL;
    return root ? (DWORD)RegCreateKeyExW(root, rest, 0, NULL, options, KEY_ALL_ACCESS,
                                         NULL, key, NULL)
                : ERROR_INVALID_PARAMETER;
}

static DWORD create_key(const wchar_t *path, HKEY *key)
{
    return create_key_as(path, REG_OPTION_NON_VOLATILE, key);
}

static unsigned nibble(wchar_t digit)
{
    if (digit >= L'0' && digit <= L'9')
        return (unsigned)(digit - L'0');
    return ((unsigned)(digit | 0x20) - L'a' + 10) & 0xf;
}

/* reg_set KEY NAME TYPE HEX */
static DWORD reg_set(const struct command *command, struct line *out)
{
    const wchar_t *hex = command_field(command, 4);
    const size_t size = wcslen(hex) / 2;
    BYTE *data = malloc(size + 1);
    HKEY key;
    DWORD code = create_key(command_field(command, 1), &key);

    (void)out;
    for (size_t i = 0; data && i < size; i++)
        data[i] = (BYTE)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
    if (code == ERROR_SUCCESS)
        code = (DWORD)RegSetValueExW(key, command_field(command, 2), 0,
                                     (DWORD)command_number(command, 3), data, (DWORD)size);
    if (key)
        RegCloseKey(key);
    free(data);
    return code;
}

/* reg_get KEY NAME -> TYPE HEX */
static DWORD reg_get(const struct command *command, struct line *out)
{
    BYTE *data = malloc(DATA_LIMIT);
    DWORD size = DATA_LIMIT;
    DWORD type = 0;
    HKEY key;
    DWORD code = open_key(command_field(command, 1), KEY_QUERY_VALUE, &key);

    if (code == ERROR_SUCCESS) {
        code = (DWORD)RegQueryValueExW(key, command_field(command, 2), NULL, &type, data,
                                       &size);
        RegCloseKey(key);
    }
    if (code == ERROR_SUCCESS) {
        row_begin(out);
        row_number(out, type);
        row_hex(out, data, size);
        row_end(out);
    }
    free(data);
    return code;
}

/* reg_delete KEY NAME */
static DWORD reg_delete(const struct command *command, struct line *out)
{
    HKEY key;
    DWORD code = open_key(command_field(command, 1), KEY_SET_VALUE, &key);

    (void)out;
    if (code == ERROR_SUCCESS) {
        code = (DWORD)RegDeleteValueW(key, command_field(command, 2));
        RegCloseKey(key);
    }
    return code;
}

/* reg_create KEY */
static DWORD reg_create(const struct command *command, struct line *out)
{
    HKEY key;
    const DWORD code = create_key(command_field(command, 1), &key);

    (void)out;
    if (key)
        RegCloseKey(key);
    return code;
}

/* reg_create_volatile KEY: below it nothing can be made that lasts */
static DWORD reg_create_volatile(const struct command *command, struct line *out)
{
    HKEY key;
    const DWORD code = create_key_as(command_field(command, 1), REG_OPTION_VOLATILE, &key);

    (void)out;
    if (key)
        RegCloseKey(key);
    return code;
}

/* reg_delete_key KEY: with everything below it */
static DWORD reg_delete_key(const struct command *command, struct line *out)
{
    HKEY root;
    const wchar_t *rest = split_root(command_field(command, 1), &root);

    (void)out;
    return root && *rest ? (DWORD)RegDeleteTreeW(root, rest) : ERROR_INVALID_PARAMETER;
}

static void dump_values(HKEY key, const wchar_t *path, struct line *out)
{
    wchar_t *name = malloc(NAME_LIMIT * sizeof(wchar_t));
    BYTE *data = malloc(DATA_LIMIT);

    for (DWORD i = 0; name && data; i++) {
        DWORD name_size = NAME_LIMIT;
        DWORD size = DATA_LIMIT;
        DWORD type = 0;

        if (RegEnumValueW(key, i, name, &name_size, NULL, &type, data, &size) !=
            ERROR_SUCCESS)
            break;
        row_begin(out);
        row_text(out, path);
        row_text(out, name);
        row_number(out, type);
        row_hex(out, data, size);
        row_end(out);
    }
    free(name);
    free(data);
}

static void dump_tree(const wchar_t *path, struct line *out)
{
    wchar_t child[1024];
    wchar_t name[256];
    HKEY key;

    if (open_key(path, KEY_READ, &key) != ERROR_SUCCESS)
        return;
    row_begin(out);
    row_text(out, path);
    row_end(out);
    dump_values(key, path, out);
    for (DWORD i = 0;; i++) {
        DWORD size = ARRAYSIZE(name);

        if (RegEnumKeyExW(key, i, name, &size, NULL, NULL, NULL, NULL) != ERROR_SUCCESS)
            break;
        _snwprintf(child, ARRAYSIZE(child), L"%ls\\%ls", path, name);
        dump_tree(child, out);
    }
    RegCloseKey(key);
}

/* reg_dump KEY -> rows PATH for each key and PATH NAME TYPE HEX for each value */
static DWORD reg_dump(const struct command *command, struct line *out)
{
    HKEY key;
    const DWORD code = open_key(command_field(command, 1), KEY_READ, &key);

    if (code != ERROR_SUCCESS)
        return code;
    RegCloseKey(key);
    dump_tree(command_field(command, 1), out);
    return ERROR_SUCCESS;
}

/* reg_values KEY -> NAME TYPE HEX, this key only */
static DWORD reg_values(const struct command *command, struct line *out)
{
    HKEY key;
    const DWORD code = open_key(command_field(command, 1), KEY_READ, &key);

    if (code != ERROR_SUCCESS)
        return code;
    dump_values(key, L"", out);
    RegCloseKey(key);
    return ERROR_SUCCESS;
}

const struct agent_verb_entry agent_registry_verbs[] = {
    {L"reg_set", reg_set},
    {L"reg_get", reg_get},
    {L"reg_delete", reg_delete},
    {L"reg_create", reg_create},
    {L"reg_create_volatile", reg_create_volatile},
    {L"reg_delete_key", reg_delete_key},
    {L"reg_dump", reg_dump},
    {L"reg_values", reg_values},
    {NULL, NULL},
};
