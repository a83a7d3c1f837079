/*
 * The processes that relay localhost into WSL's VM.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/wsl_relays.h"

#include "core/base/mem.h"
#include "core/win32/process_facts.h"

#include <windows.h>
#include <tlhelp32.h>

#include <string.h>

#define RELAY_PROGRAM L"wslrelay.exe"
/* Each costs a few system calls, and any user can start programs of this name. */
#define RELAYS_MAX 128

/* Appends the process when it relays for a VM; other jobs use the same program. */
static void add_relay(uint32_t process_id, struct wsl_relay_list *list)
{
    char command_line[PROCESS_COMMAND_LINE_SIZE];
    struct wsl_relay relay = {.process_id = process_id};

    if (process_command_line(process_id, command_line) &&
        wsl_relay_command_parse(command_line, relay.vm_id) &&
        process_owner(process_id, &relay.owner))
        *LIST_ADD(list) = relay;
}

void wsl_relays_find(struct wsl_relay_list *out)
{
    PROCESSENTRY32W entry = {.dwSize = sizeof entry};
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    size_t looked_at = 0;

    if (snapshot == INVALID_HANDLE_VALUE)
        return;
    for (BOOL more = Process32FirstW(snapshot, &entry); more && looked_at < RELAYS_MAX;
         more = Process32NextW(snapshot, &entry)) {
        if (_wcsicmp(entry.szExeFile, RELAY_PROGRAM) != 0)
            continue;
        looked_at++;
        add_relay(entry.th32ProcessID, out);
    }
    CloseHandle(snapshot);
}

void wsl_relay_list_clear(struct wsl_relay_list *list)
{
    LIST_CLEAR(list);
}

static bool names_vm(const struct wsl_trace *trace, const char *vm_id)
{
    for (size_t i = 0; i < trace->vm_count; i++) {
        if (strcmp(trace->vm_ids[i], vm_id) == 0)
            return true;
    }
    return false;
}

static void assign(const struct wsl_relay *relay, struct wsl_trace *trace)
{
    if (trace->relay_found && !names_vm(trace, relay->vm_id))
        return;
    trace->relay_found = true;
    trace->relay_process_id = relay->process_id;
    memcpy(trace->relay_vm_id, relay->vm_id, sizeof trace->relay_vm_id);
}

void wsl_relays_assign(const struct wsl_relay_list *relays, struct wsl_trace_list *traces)
{
    for (size_t i = 0; i < relays->count; i++) {
        for (size_t k = 0; k < traces->count; k++) {
            if (user_sid_equals(&relays->items[i].owner, &traces->items[k].user))
                assign(&relays->items[i], &traces->items[k]);
        }
    }
}
