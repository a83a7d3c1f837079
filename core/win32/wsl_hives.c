/*
 * What WSL leaves in the registry.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/wsl_hives.h"

#include "core/base/mem.h"
#include "core/win32/registry.h"
#include "core/win32/utf.h"

#include <windows.h>

#include <stdio.h>
#include <string.h>

/* Names looked at below HKEY_USERS; each user has two, his own and the one with _Classes. */
#define HIVE_NAMES_MAX (4 * WSL_HIVES_MAX)
/* A user could fill LocalDevices without end; the newest values come last. */
#define LOCAL_DEVICES_MAX 256
/* As many distributions as anybody has; a user could make keys without end. */
#define DISTRIBUTIONS_MAX 128
#define HIVE_PATH_SIZE (USER_SID_SIZE + 160)

#define DISTRIBUTION_IS_WSL2 8u /* in the value Flags */

/* Local and domain accounts, and Entra ID accounts. A name with "_Classes" is no SID. */
static bool is_user(const char *name)
{
    return (strncmp(name, "S-1-5-21-", 9) == 0 || strncmp(name, "S-1-12-1-", 9) == 0) &&
           user_sid_is_valid(name);
}

bool wsl_hives_list_users(struct hive_user_list *out, struct error *err)
{
    struct hive_user_list list = {0};

    for (DWORD i = 0; i < HIVE_NAMES_MAX && list.count < WSL_HIVES_MAX; i++) {
        wchar_t name[USER_SID_SIZE + 16];
        DWORD length = sizeof name / sizeof name[0];
        struct user_sid user;
        const LSTATUS status =
            RegEnumKeyExW(HKEY_USERS, i, name, &length, NULL, NULL, NULL, NULL);

        if (status == ERROR_NO_MORE_ITEMS)
            break;
        if (status == ERROR_MORE_DATA)
            continue;
        if (status != ERROR_SUCCESS) {
            hive_user_list_clear(&list);
            return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(status),
                                    "list the keys of HKEY_USERS");
        }
        if (utf8_from_utf16(name, user.text, sizeof user.text) && is_user(user.text))
            *LIST_ADD(&list) = user;
    }
    *out = list;
    return true;
}

void hive_user_list_clear(struct hive_user_list *list)
{
    LIST_CLEAR(list);
}

static void add_vm_id(const char vm_id[WSL_VM_ID_SIZE], struct wsl_trace *trace)
{
    /* Ids of VMs that ended without cleaning up stay behind: the oldest makes room. */
    if (trace->vm_count == WSL_VM_CAPACITY) {
        trace->vm_count--;
        memmove(trace->vm_ids[0], trace->vm_ids[1], trace->vm_count * WSL_VM_ID_SIZE);
    }
    memcpy(trace->vm_ids[trace->vm_count++], vm_id, WSL_VM_ID_SIZE);
}

/* The Remote Desktop client keeps values with names of hosts in the same key. */
static void read_vm_ids(const wchar_t *path, struct wsl_trace *trace)
{
    HKEY key = NULL;
    DWORD count;

    if (registry_open(HKEY_USERS, path, &key) != ERROR_SUCCESS)
        return;
    count = registry_value_count(key);
    for (DWORD i = count > LOCAL_DEVICES_MAX ? count - LOCAL_DEVICES_MAX : 0; i < count;
         i++) {
        struct registry_value value;
        char vm_id[WSL_VM_ID_SIZE];
        const enum registry_value_kind kind = registry_value_at(key, i, &value);

        if (kind == REGISTRY_VALUE_END || kind == REGISTRY_VALUE_FAILED)
            break;
        if (kind == REGISTRY_VALUE_NUMBER && wsl_vm_id_parse(value.name, vm_id))
            add_vm_id(vm_id, trace);
    }
    registry_close(&key);
}

/* Without that value it is as if it were of WSL 2: nothing is concluded from what is missing. */
static bool is_wsl2(const wchar_t *lxss_path, const wchar_t *name)
{
    wchar_t path[HIVE_PATH_SIZE];

    swprintf(path, HIVE_PATH_SIZE, L"%ls\\%ls", lxss_path, name);
    return (registry_read_number(HKEY_USERS, path, L"Flags", DISTRIBUTION_IS_WSL2) &
            DISTRIBUTION_IS_WSL2) != 0;
}

static void add_distribution(const wchar_t *lxss_path, const wchar_t *name,
                             const char *default_id, struct wsl_trace *trace)
{
    const bool wsl2 = is_wsl2(lxss_path, name);
    char text[WSL_VM_ID_SIZE + 2];
    char id[WSL_VM_ID_SIZE];

    if (!utf8_from_utf16(name, text, sizeof text) || !wsl_vm_id_parse(text, id))
        return;
    trace->distribution_count++;
    trace->has_wsl2 = trace->has_wsl2 || wsl2;
    if (strcmp(id, default_id) == 0)
        trace->default_is_wsl1 = !wsl2;
}

/* Each is a subkey named by a GUID. */
static void read_distributions(const wchar_t *lxss_path, struct wsl_trace *trace)
{
    char text[WSL_TRACE_SIZE];
    char default_id[WSL_VM_ID_SIZE] = "";
    HKEY key = NULL;

    if (registry_open(HKEY_USERS, lxss_path, &key) != ERROR_SUCCESS)
        return;
    registry_read_text(HKEY_USERS, lxss_path, L"DefaultDistribution", text, sizeof text);
    wsl_vm_id_parse(text, default_id);
    for (DWORD i = 0; i < DISTRIBUTIONS_MAX; i++) {
        wchar_t name[WSL_VM_ID_SIZE + 2];
        DWORD length = sizeof name / sizeof name[0];
        const LSTATUS status =
            RegEnumKeyExW(key, i, name, &length, NULL, NULL, NULL, NULL);

        if (status != ERROR_SUCCESS && status != ERROR_MORE_DATA)
            break;
        if (status == ERROR_SUCCESS)
            add_distribution(lxss_path, name, default_id, trace);
    }
    registry_close(&key);
}

/* False when the hive went away since its name was seen. */
static bool read_hive(const struct user_sid *user, struct wsl_trace *trace)
{
    wchar_t sid[USER_SID_SIZE];
    wchar_t path[HIVE_PATH_SIZE];
    HKEY key = NULL;

    if (!utf16_from_utf8(user->text, sid, USER_SID_SIZE) ||
        registry_open(HKEY_USERS, sid, &key) != ERROR_SUCCESS)
        return false;
    registry_close(&key);

    trace->user = *user;
    trace->hive_loaded = true;
    swprintf(path, HIVE_PATH_SIZE, L"%ls\\" WSL_LXSS_PATH, sid);
    registry_read_text(HKEY_USERS, path, L"NatIpAddress", trace->nat_address,
                       sizeof trace->nat_address);
    read_distributions(path, trace);
    swprintf(path, HIVE_PATH_SIZE, L"%ls\\" WSL_LOCAL_DEVICES_PATH, sid);
    read_vm_ids(path, trace);
    return true;
}

bool wsl_hives_read(struct wsl_trace_list *out, struct error *err)
{
    struct hive_user_list users = {0};
    struct wsl_trace_list traces = {0};

    if (!wsl_hives_list_users(&users, err))
        return false;
    for (size_t i = 0; i < users.count; i++) {
        struct wsl_trace trace = {0};

        if (read_hive(&users.items[i], &trace))
            *LIST_ADD(&traces) = trace;
    }
    hive_user_list_clear(&users);
    *out = traces;
    return true;
}

static bool key_exists(const wchar_t *path)
{
    HKEY key = NULL;
    const bool exists = registry_open(HKEY_LOCAL_MACHINE, path, &key) == ERROR_SUCCESS;

    registry_close(&key);
    return exists;
}

static bool is_installed(void)
{
    return key_exists(WSL_LXSS_PATH L"\\MSI") ||
           key_exists(L"SYSTEM\\CurrentControlSet\\Services\\WSLService") ||
           key_exists(L"SYSTEM\\CurrentControlSet\\Services\\LxssManager");
}

struct wsl_policy wsl_hives_read_policy(void)
{
    return wsl_policy_of(
        registry_read_number(HKEY_LOCAL_MACHINE, WSL_POLICY_PATH,
                             L"DefaultNetworkingMode", WSL_POLICY_NOT_SET),
        registry_read_number(HKEY_LOCAL_MACHINE, WSL_POLICY_PATH,
                             L"AllowNetworkingModeUserSetting", WSL_POLICY_NOT_SET));
}

void wsl_hives_read_machine(struct wsl_machine *out)
{
    out->policy = wsl_hives_read_policy();
    out->presence = is_installed() ? WSL_PRESENCE_INSTALLED : WSL_PRESENCE_NONE;
    registry_read_text(HKEY_LOCAL_MACHINE, WSL_LXSS_PATH, L"NatNetwork", out->nat_network,
                       sizeof out->nat_network);
    registry_read_text(HKEY_LOCAL_MACHINE, WSL_LXSS_PATH, L"NatGatewayIpAddress",
                       out->nat_gateway, sizeof out->nat_gateway);
}
