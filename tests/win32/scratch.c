/*
 * What the tests do to the Windows they run on.
 * SPDX-License-Identifier: MIT
 */
#include "tests/win32/scratch.h"

#include <check.h>
#include <winternl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIREWALL_SETTINGS L"SOFTWARE\\TidegateLab\\Firewall"
#define FIREWALL_RULES                                                                   \
    L"SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\"   \
    L"FirewallRules"
#define SERVICE_LIMIT_MS 10000

bool scratch_is_allowed(const char *what)
{
    if (GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != NULL)
        return true;
    printf("%s: left out, it would change this Windows\n", what);
    return false;
}

static HKEY open_for_writing(HKEY root, const wchar_t *path)
{
    HKEY key = NULL;
    const LSTATUS status = RegCreateKeyExW(root, path, 0, NULL, 0,
                                           KEY_WRITE | KEY_WOW64_64KEY, NULL, &key, NULL);

    ck_assert_msg(status == ERROR_SUCCESS, "create key '%ls': %ld", path, (long)status);
    return key;
}

void scratch_set_bytes(HKEY root, const wchar_t *path, const wchar_t *name, DWORD type,
                       const void *bytes, DWORD size)
{
    HKEY key = open_for_writing(root, path);
    const LSTATUS status = RegSetValueExW(key, name, 0, type, bytes, size);

    RegCloseKey(key);
    ck_assert_msg(status == ERROR_SUCCESS, "set '%ls': %ld", name, (long)status);
}

void scratch_set(HKEY root, const wchar_t *path, const wchar_t *name, const wchar_t *text)
{
    scratch_set_bytes(root, path, name, REG_SZ, text,
                      (DWORD)((wcslen(text) + 1) * sizeof *text));
}

void scratch_set_number(HKEY root, const wchar_t *path, const wchar_t *name, DWORD number)
{
    scratch_set_bytes(root, path, name, REG_DWORD, &number, sizeof number);
}

void scratch_create_key(HKEY root, const wchar_t *path)
{
    RegCloseKey(open_for_writing(root, path));
}

void scratch_delete_value(HKEY root, const wchar_t *path, const wchar_t *name)
{
    HKEY key = open_for_writing(root, path);

    RegDeleteValueW(key, name);
    RegCloseKey(key);
}

void scratch_delete_tree(HKEY root, const wchar_t *path)
{
    const LSTATUS status = RegDeleteTreeW(root, path);

    ck_assert_msg(status == ERROR_SUCCESS || status == ERROR_FILE_NOT_FOUND,
                  "delete tree '%ls': %ld", path, (long)status);
}

void scratch_lab_path(const wchar_t *name, wchar_t out[MAX_PATH])
{
    wchar_t folder[MAX_PATH];
    wchar_t relative[MAX_PATH];

    if (GetEnvironmentVariableW(L"TIDEGATE_LAB", folder, MAX_PATH) == 0)
        swprintf(folder, MAX_PATH, L"build\\lab");
    swprintf(relative, MAX_PATH, L"%ls\\%ls", folder, name);
    ck_assert_uint_gt(GetFullPathNameW(relative, MAX_PATH, out, NULL), 0);
    ck_assert_msg(GetFileAttributesW(out) != INVALID_FILE_ATTRIBUTES,
                  "'%ls' is missing: make lab", out);
}

static void install_class(const wchar_t *class_id, const wchar_t *library)
{
    wchar_t path[MAX_PATH];

    swprintf(path, MAX_PATH, L"SOFTWARE\\Classes\\CLSID\\%ls\\InprocServer32", class_id);
    scratch_set(HKEY_LOCAL_MACHINE, path, NULL, library);
    scratch_set(HKEY_LOCAL_MACHINE, path, L"ThreadingModel", L"Both");
}

void scratch_install_firewall(void)
{
    wchar_t library[MAX_PATH];

    scratch_lab_path(L"firewall.dll", library);
    install_class(L"{E2B3C97F-6AE1-41AC-817A-F6F92166D7DD}", library);
    install_class(L"{2C5BC43E-3369-4C33-AB0C-BE9469677AF4}", library);
    scratch_delete_tree(HKEY_LOCAL_MACHINE, FIREWALL_SETTINGS);
    scratch_delete_tree(HKEY_LOCAL_MACHINE, FIREWALL_RULES);
    scratch_create_key(HKEY_LOCAL_MACHINE, FIREWALL_SETTINGS);
    scratch_create_key(HKEY_LOCAL_MACHINE, FIREWALL_RULES);
}

void scratch_tell_firewall(const wchar_t *name, DWORD number)
{
    scratch_set_number(HKEY_LOCAL_MACHINE, FIREWALL_SETTINGS, name, number);
}

static SC_HANDLE open_service(const wchar_t *service)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    SC_HANDLE handle = OpenServiceW(manager, service, SERVICE_ALL_ACCESS);

    CloseServiceHandle(manager);
    return handle;
}

static void wait_for_state(SC_HANDLE handle, DWORD state)
{
    const ULONGLONG start = GetTickCount64();
    SERVICE_STATUS status = {0};

    do {
        ck_assert(QueryServiceStatus(handle, &status));
        if (status.dwCurrentState == state)
            return;
        Sleep(10);
    } while (GetTickCount64() - start < SERVICE_LIMIT_MS);
    ck_abort_msg("service state is %lu, not %lu", status.dwCurrentState, state);
}

void scratch_install_service(const wchar_t *service, const wchar_t *program)
{
    wchar_t path[MAX_PATH];
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    SC_HANDLE handle;

    scratch_delete_service(service);
    scratch_lab_path(program, path);
    handle = CreateServiceW(manager, service, service, SERVICE_ALL_ACCESS,
                            SERVICE_WIN32_OWN_PROCESS, SERVICE_DEMAND_START,
                            SERVICE_ERROR_NORMAL, path, NULL, NULL, NULL, NULL, NULL);
    ck_assert_msg(handle != NULL, "create service '%ls': %lu", service, GetLastError());
    CloseServiceHandle(handle);
    CloseServiceHandle(manager);
}

void scratch_start_service(const wchar_t *service)
{
    SC_HANDLE handle = open_service(service);

    ck_assert_msg(StartServiceW(handle, 0, NULL), "start '%ls': %lu", service,
                  GetLastError());
    wait_for_state(handle, SERVICE_RUNNING);
    CloseServiceHandle(handle);
}

void scratch_stop_service(const wchar_t *service)
{
    SC_HANDLE handle = open_service(service);
    SERVICE_STATUS status;

    if (ControlService(handle, SERVICE_CONTROL_STOP, &status))
        wait_for_state(handle, SERVICE_STOPPED);
    CloseServiceHandle(handle);
}

void scratch_delete_service(const wchar_t *service)
{
    SC_HANDLE handle = open_service(service);

    if (handle == NULL)
        return;
    scratch_stop_service(service);
    DeleteService(handle);
    CloseServiceHandle(handle);
}

/* SystemExtendedHandleInformation (64): not in the headers. */
struct handle_table {
    ULONG_PTR count;
    ULONG_PTR reserved;
    struct {
        void *object;
        ULONG_PTR process_id;
        ULONG_PTR handle;
        ULONG access;
        USHORT trace;
        USHORT type;
        ULONG attributes;
        ULONG reserved;
    } rows[];
};

size_t scratch_count_handles(void)
{
    const ULONG size = 4 * 1024 * 1024;
    struct handle_table *table = calloc(1, size);
    ULONG used = 0;
    size_t count = 0;

    if (NT_SUCCESS(
            NtQuerySystemInformation((SYSTEM_INFORMATION_CLASS)64, table, size, &used))) {
        for (ULONG_PTR i = 0; i < table->count; i++) {
            if (table->rows[i].process_id == GetCurrentProcessId())
                count++;
        }
    }
    free(table);
    return count;
}

void scratch_start_program(const wchar_t *file_name, const wchar_t *arguments,
                           PROCESS_INFORMATION *out)
{
    STARTUPINFOW startup = {.cb = sizeof startup};
    wchar_t idle[MAX_PATH];
    wchar_t folder[MAX_PATH];
    wchar_t program[MAX_PATH + 64];
    wchar_t command_line[2 * MAX_PATH];

    scratch_lab_path(L"idle.exe", idle);
    GetTempPathW(MAX_PATH, folder);
    swprintf(program, MAX_PATH + 64, L"%ls%ls", folder, file_name);
    ck_assert_msg(CopyFileW(idle, program, FALSE), "copy to '%ls': %lu", program,
                  GetLastError());
    swprintf(command_line, 2 * MAX_PATH, L"\"%ls\" %ls", program, arguments);
    ck_assert_msg(CreateProcessW(program, command_line, NULL, NULL, FALSE,
                                 CREATE_NO_WINDOW, NULL, NULL, &startup, out),
                  "start '%ls': %lu", program, GetLastError());
}

void scratch_end_program(PROCESS_INFORMATION *program)
{
    TerminateProcess(program->hProcess, 0);
    WaitForSingleObject(program->hProcess, 5000);
    CloseHandle(program->hThread);
    CloseHandle(program->hProcess);
    *program = (PROCESS_INFORMATION){0};
}
