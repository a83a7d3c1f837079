/*
 * Plays the traces that WSL's service leaves in Windows when its VM starts and stops, in
 * WSL's own order (facts/wsl.md 1.2). Reads commands on standard input, answers each with
 * one line "ok NANOSECONDS" or "error TEXT".
 * SPDX-License-Identifier: MIT
 *
 *   start vm_id=GUID address=A network=N gateway=G [sid=S] [gui=0] [relay=0] [nat=0]
 *         [relay_delay_ms=N] [nat_delay_ms=N]
 *   stop [gui=0] [device_delay_ms=N]     quit
 *
 * The time in the answer is the moment just before NatIpAddress was written, or before the
 * last trace of a stop. gui, relay and nat say whether that trace is left at all.
 */
#include <windows.h>

#include "event_log.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const wchar_t lxss_key[] = L"Software\\Microsoft\\Windows\\CurrentVersion\\Lxss";
static const wchar_t devices_key[] =
    L"SOFTWARE\\Microsoft\\Terminal Server Client\\LocalDevices";

struct vm {
    wchar_t id[64];   /* upper case, no braces */
    wchar_t sid[200]; /* empty: the current user */
    HANDLE relay;
};

static struct vm vm;

/* Copies the value of `name=value` in the command; false if it is not there. */
static bool read_option(const char *command, const char *name, wchar_t *out, int capacity)
{
    const size_t size = strlen(name);

    for (const char *at = strchr(command, ' '); at; at = strchr(at + 1, ' ')) {
        if (strncmp(at + 1, name, size) != 0 || at[1 + size] != '=')
            continue;
        const char *value = at + size + 2;
        const int length = (int)strcspn(value, " \r\n");

        if (length >= capacity)
            return false;
        const int written =
            MultiByteToWideChar(CP_UTF8, 0, value, length, out, capacity - 1);
        out[written] = L'\0';
        return true;
    }
    return false;
}

static unsigned long read_number(const char *command, const char *name,
                                 unsigned long otherwise)
{
    wchar_t text[32];

    return read_option(command, name, text, ARRAYSIZE(text)) ? wcstoul(text, NULL, 10)
                                                             : otherwise;
}

static HKEY open_user_key(const wchar_t *path)
{
    wchar_t full[512];
    HKEY key = NULL;

    _snwprintf(full, ARRAYSIZE(full), L"%ls%ls%ls", vm.sid, vm.sid[0] ? L"\\" : L"", path);
    RegCreateKeyExW(vm.sid[0] ? HKEY_USERS : HKEY_CURRENT_USER, full, 0, NULL, 0,
                    KEY_ALL_ACCESS, NULL, &key, NULL);
    return key;
}

static bool write_text(HKEY key, const wchar_t *name, const wchar_t *text)
{
    return RegSetValueExW(key, name, 0, REG_SZ, (const BYTE *)text,
                          (DWORD)((wcslen(text) + 1) * sizeof(wchar_t))) == ERROR_SUCCESS;
}

static void add_device(void)
{
    const DWORD redirected = 0xc4;
    HKEY key = open_user_key(devices_key);

    RegSetValueExW(key, vm.id, 0, REG_DWORD, (const BYTE *)&redirected,
                   sizeof(redirected));
    RegCloseKey(key);
}

static void remove_device(void)
{
    HKEY key = open_user_key(devices_key);

    RegDeleteValueW(key, vm.id);
    RegCloseKey(key);
}

/* The relay gets a handle of this process and ends with it. */
static bool launch_relay(void)
{
    wchar_t path[MAX_PATH];
    wchar_t command[MAX_PATH * 2];
    wchar_t lower[64];
    HANDLE own = NULL;
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION started = {0};

    GetModuleFileNameW(NULL, path, ARRAYSIZE(path));
    wcscpy(wcsrchr(path, L'\\') + 1, L"wslrelay.exe");
    wcscpy(lower, vm.id);
    DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), GetCurrentProcess(), &own,
                    SYNCHRONIZE, TRUE, 0);
    _snwprintf(command, ARRAYSIZE(command),
               L"\"%ls\" --mode 1 --vm-id {%ls} --handle %llu", path, _wcslwr(lower),
               (unsigned long long)(uintptr_t)own);
    const BOOL ok = CreateProcessW(path, command, NULL, NULL, TRUE, DETACHED_PROCESS,
                                   NULL, NULL, &startup, &started);
    CloseHandle(own);
    if (ok)
        CloseHandle(started.hThread);
    vm.relay = started.hProcess;
    return ok;
}

/* The machine's network first, then the user's address. */
static uint64_t write_nat(const char *command)
{
    wchar_t address[64] = L"";
    wchar_t network[64] = L"";
    wchar_t gateway[64] = L"";
    HKEY key = NULL;

    read_option(command, "address", address, ARRAYSIZE(address));
    read_option(command, "network", network, ARRAYSIZE(network));
    read_option(command, "gateway", gateway, ARRAYSIZE(gateway));
    RegCreateKeyExW(HKEY_LOCAL_MACHINE, lxss_key, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key,
                    NULL);
    write_text(key, L"NatGatewayIpAddress", gateway);
    write_text(key, L"NatNetwork", network);
    RegCloseKey(key);
    key = open_user_key(lxss_key);
    const uint64_t written = event_log_now();
    write_text(key, L"NatIpAddress", address);
    RegCloseKey(key);
    return written;
}

static void start(const char *command)
{
    uint64_t written = event_log_now();

    vm.sid[0] = L'\0';
    read_option(command, "sid", vm.sid, ARRAYSIZE(vm.sid));
    if (!read_option(command, "vm_id", vm.id, ARRAYSIZE(vm.id))) {
        printf("error vm_id is missing\n");
        return;
    }
    if (read_number(command, "gui", 1))
        add_device();
    Sleep(read_number(command, "relay_delay_ms", 0));
    if (read_number(command, "relay", 1) && !launch_relay()) {
        printf("error launch wslrelay.exe: %lu\n", GetLastError());
        return;
    }
    Sleep(read_number(command, "nat_delay_ms", 0));
    if (read_number(command, "nat", 1))
        written = write_nat(command);
    printf("ok %llu\n", written);
}

static void stop(const char *command)
{
    if (vm.relay) {
        TerminateProcess(vm.relay, 0);
        WaitForSingleObject(vm.relay, 5000);
        CloseHandle(vm.relay);
        vm.relay = NULL;
    }
    Sleep(read_number(command, "device_delay_ms", 0));
    const uint64_t now = event_log_now();
    if (read_number(command, "gui", 1) && vm.id[0])
        remove_device();
    printf("ok %llu\n", now);
}

int main(void)
{
    char command[1024];

    setvbuf(stdout, NULL, _IONBF, 0);
    while (fgets(command, sizeof(command), stdin)) {
        if (strncmp(command, "start ", 6) == 0)
            start(command);
        else if (strncmp(command, "stop", 4) == 0)
            stop(command);
        else if (strncmp(command, "quit", 4) == 0)
            break;
        else
            printf("error unknown command\n");
        fflush(stdout);
    }
    if (vm.relay)
        TerminateProcess(vm.relay, 0);
    return 0;
}
