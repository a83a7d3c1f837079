/*
 * What this user's WSL shows without being asked.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/wsl_facts.h"

#include "core/base/mem.h"
#include "core/win32/network_tables.h"
#include "core/win32/registry.h"
#include "core/win32/wsl_hives.h"
#include "core/win32/wsl_relays.h"
#include "core/win32/wslconfig_file.h"

static void read_traces(const struct user_sid *user, struct wsl_trace *out)
{
    struct wsl_trace_list traces = {0};
    struct wsl_relay_list relays = {0};
    struct error ignored = {0};

    *out = (struct wsl_trace){.user = *user, .hive_loaded = true};
    if (!wsl_hives_read(&traces, &ignored))
        return;
    wsl_relays_find(&relays);
    wsl_relays_assign(&relays, &traces);
    for (size_t i = 0; i < traces.count; i++) {
        if (user_sid_equals(&traces.items[i].user, user))
            *out = traces.items[i];
    }
    wsl_relay_list_clear(&relays);
    LIST_CLEAR(&traces);
}

static bool has_wsl2(const struct distribution_list *registered)
{
    for (size_t i = 0; i < registered->count; i++) {
        if (registered->items[i].version == 2)
            return true;
    }
    return false;
}

void wsl_facts_clear(struct wsl_facts *facts)
{
    distribution_list_clear(&facts->registered);
    adapter_list_clear(&facts->adapters);
}

void wsl_facts_read(const struct user_sid *user, struct wsl_facts *facts)
{
    struct error ignored = {0};

    wsl_facts_clear(facts);
    wsl_installed_read(&facts->installed);
    wsl_distributions_read(&facts->registered);
    /* Without adapters no address is believed. */
    if (!network_tables_read_adapters(&facts->adapters, &ignored))
        facts->adapters = (struct adapter_list){0};
    wsl_hives_read_machine(&facts->ladder.machine);
    read_traces(user, &facts->ladder.trace);
    facts->ladder.adapters = &facts->adapters;
    facts->ladder.is_inbox = facts->installed.is_inbox;
    facts->ladder.can_ask = facts->installed.is_there && has_wsl2(&facts->registered);
}

static int64_t process_start(uint32_t process_id)
{
    HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process_id);
    FILETIME created = {0};
    FILETIME exited, kernel, user;
    int64_t start = 0;

    if (process == NULL)
        return 0;
    if (GetProcessTimes(process, &created, &exited, &kernel, &user))
        start = filetime_ms(&created);
    CloseHandle(process);
    return start;
}

/* WSL writes the VM's id into this key when it starts it, and little else is ever written there. */
static int64_t announcement(void)
{
    FILETIME written = {0};
    HKEY key = NULL;
    int64_t time = 0;

    if (registry_open(HKEY_CURRENT_USER, WSL_LOCAL_DEVICES_PATH, &key) != ERROR_SUCCESS)
        return 0;
    if (RegQueryInfoKeyW(key, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                         &written) == ERROR_SUCCESS)
        time = filetime_ms(&written);
    registry_close(&key);
    return time;
}

int64_t wsl_facts_vm_start(const struct wsl_facts *facts)
{
    const struct wsl_trace *trace = &facts->ladder.trace;

    if (trace->relay_found)
        return process_start(trace->relay_process_id);
    return trace->vm_count > 0 ? announcement() : 0;
}
