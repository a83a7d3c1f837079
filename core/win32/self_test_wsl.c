/*
 * Checks of the traces that WSL leaves.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/self_test.h"

#include "core/base/mem.h"
#include "core/win32/network_tables.h"
#include "core/win32/process_facts.h"
#include "core/win32/token.h"
#include "core/win32/wsl_hives.h"
#include "core/win32/wsl_relays.h"

#include <string.h>
#include <tlhelp32.h>
#include <wchar.h>
#include <windows.h>

/* What this user's WSL has left. */
struct traces {
    struct wsl_machine machine;
    struct wsl_trace own;
};

static bool read_traces(struct traces *out, struct self_test_result *result)
{
    struct wsl_trace_list list = {0};
    struct wsl_relay_list relays = {0};
    struct error err = {0};
    struct user_sid user;
    bool found = false;

    if (!token_read_own_user(&user, &err) || !wsl_hives_read(&list, &err)) {
        self_test_say(result, SELF_TEST_NOT_TESTABLE, "%s", err.detail);
        return false;
    }
    wsl_relays_find(&relays);
    wsl_relays_assign(&relays, &list);
    wsl_hives_read_machine(&out->machine);
    for (size_t i = 0; i < list.count && !found; i++) {
        found = user_sid_equals(&list.items[i].user, &user);
        if (found)
            out->own = list.items[i];
    }
    wsl_relay_list_clear(&relays);
    LIST_CLEAR(&list);
    if (!found)
        self_test_say(result, SELF_TEST_NOT_TESTABLE,
                      "your part of the registry is not there");
    return found;
}

static void judge_address(const struct traces *traces, struct self_test_result *out)
{
    struct adapter_list adapters = {0};
    struct wsl_view view = {0};
    struct error err = {0};
    char address[ADDRESS_TEXT_SIZE];

    if (!network_tables_read_adapters(&adapters, &err)) {
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "%s", err.detail);
        return;
    }
    wsl_infer(&traces->machine, &traces->own, &adapters, &view);
    adapter_list_clear(&adapters);
    address_format(&view.address, address);
    if (view.address_known)
        self_test_say(out, SELF_TEST_CONFIRMED, "%s in %s", address,
                      traces->machine.nat_network);
    else
        self_test_say(out, SELF_TEST_REFUTED, "WSL's relay runs, and yet: %s",
                      view.problem);
}

/* Only the relay's presence tells that WSL runs in NAT mode now. */
void self_test_wsl_address(struct self_test_result *out)
{
    struct traces *traces = mem_alloc(sizeof *traces);

    if (read_traces(traces, out)) {
        if (traces->own.relay_found)
            judge_address(traces, out);
        else
            self_test_say(out, SELF_TEST_NOT_TESTABLE,
                          "WSL does not run in NAT mode now: start a distribution");
    }
    mem_free(traces);
}

static bool names_vm(const struct wsl_trace *trace)
{
    for (size_t i = 0; i < trace->vm_count; i++) {
        if (strcmp(trace->vm_ids[i], trace->relay_vm_id) == 0)
            return true;
    }
    return false;
}

void self_test_local_devices(struct self_test_result *out)
{
    struct traces *traces = mem_alloc(sizeof *traces);

    if (read_traces(traces, out)) {
        if (!traces->own.relay_found)
            self_test_say(out, SELF_TEST_NOT_TESTABLE,
                          "WSL does not run in NAT mode now: start a distribution");
        else if (names_vm(&traces->own))
            self_test_say(out, SELF_TEST_CONFIRMED, "the relay's VM is there");
        else if (traces->own.vm_count == 0)
            self_test_say(out, SELF_TEST_NOT_TESTABLE,
                          "nothing is there, as with guiApplications=false in .wslconfig");
        else
            self_test_say(out, SELF_TEST_REFUTED, "%zu VMs are there, the relay's is not",
                          traces->own.vm_count);
    }
    mem_free(traces);
}

struct relay_count {
    unsigned seen;
    unsigned readable;
    unsigned for_nat;
};

static void look_into(uint32_t process_id, struct relay_count *count)
{
    char *line = mem_alloc(PROCESS_COMMAND_LINE_SIZE);
    char vm_id[WSL_VM_ID_SIZE];

    count->seen++;
    if (process_command_line(process_id, line)) {
        count->readable++;
        count->for_nat += wsl_relay_command_parse(line, vm_id);
    }
    mem_free(line);
}

static void count_relays(struct relay_count *count)
{
    const HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W process = {.dwSize = sizeof process};

    if (all == INVALID_HANDLE_VALUE)
        return;
    for (BOOL more = Process32FirstW(all, &process); more;
         more = Process32NextW(all, &process)) {
        if (_wcsicmp(process.szExeFile, L"wslrelay.exe") == 0)
            look_into(process.th32ProcessID, count);
    }
    CloseHandle(all);
}

void self_test_relay_command_line(struct self_test_result *out)
{
    struct relay_count count = {0};

    count_relays(&count);
    if (count.seen == 0)
        self_test_say(out, SELF_TEST_NOT_TESTABLE,
                      "no wslrelay.exe runs: start a distribution");
    else if (count.for_nat > 0)
        self_test_say(out, SELF_TEST_CONFIRMED, "%u of %u serve a VM in NAT mode",
                      count.for_nat, count.seen);
    else if (count.readable < count.seen && !token_is_own_elevated())
        self_test_say(out, SELF_TEST_NOT_TESTABLE,
                      "needs an administrator: %u of %u can be looked into",
                      count.readable, count.seen);
    else
        self_test_say(out, SELF_TEST_REFUTED,
                      "of %u that run, %u can be looked into and none says '--mode 1'",
                      count.seen, count.readable);
}

static size_t count_loopback(const struct listener_list *list, uint32_t process_id,
                             size_t *elsewhere)
{
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].process_id != process_id)
            continue;
        if (address_is_loopback(&list->items[i].address))
            count++;
        else
            (*elsewhere)++;
    }
    return count;
}

static void judge_relay_listeners(const struct wsl_trace *trace,
                                  struct self_test_result *out)
{
    struct listener_list list = {0};
    struct error err = {0};
    size_t elsewhere = 0;
    size_t count;

    if (!network_tables_read_listeners(&list, &err)) {
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "%s", err.detail);
        return;
    }
    count = count_loopback(&list, trace->relay_process_id, &elsewhere);
    LIST_CLEAR(&list);
    if (elsewhere > 0)
        self_test_say(out, SELF_TEST_REFUTED, "%zu of its listeners are not on loopback",
                      elsewhere);
    else if (count > 0)
        self_test_say(out, SELF_TEST_CONFIRMED, "it owns %zu", count);
    else
        self_test_say(out, SELF_TEST_NOT_TESTABLE,
                      "it owns none: start a server inside WSL");
}

void self_test_relay_listeners(struct self_test_result *out)
{
    struct traces *traces = mem_alloc(sizeof *traces);

    if (read_traces(traces, out)) {
        if (traces->own.relay_found)
            judge_relay_listeners(&traces->own, out);
        else
            self_test_say(out, SELF_TEST_NOT_TESTABLE,
                          "WSL does not run in NAT mode now: start a distribution");
    }
    mem_free(traces);
}
