/*
 * labagent: process, handle and TCP table verbs.
 * SPDX-License-Identifier: MIT
 */
#include "agent.h"

#include <ws2tcpip.h>
#include <iphlpapi.h>
#include <tlhelp32.h>
#include <winternl.h>

#include <stdlib.h>

#define SYSTEM_EXTENDED_HANDLE_INFORMATION 64

struct system_handle {
    void *object;
    ULONG_PTR process_id;
    ULONG_PTR handle;
    ULONG access;
    USHORT creator;
    USHORT type;
    ULONG attributes;
    ULONG reserved;
};

struct system_handles {
    ULONG_PTR count;
    ULONG_PTR reserved;
    struct system_handle items[];
};

/* Read from the other process' memory: Wine does not know ProcessCommandLineInformation. */
static void read_command_line(DWORD process_id, wchar_t *out, size_t capacity)
{
    const HANDLE process =
        OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, FALSE, process_id);
    PROCESS_BASIC_INFORMATION basic = {0};
    RTL_USER_PROCESS_PARAMETERS parameters = {0};
    PEB peb = {0};

    out[0] = L'\0';
    if (!process)
        return;
    if (NtQueryInformationProcess(process, ProcessBasicInformation, &basic, sizeof(basic),
                                  NULL) == 0 &&
        ReadProcessMemory(process, basic.PebBaseAddress, &peb, sizeof(peb), NULL) &&
        ReadProcessMemory(process, peb.ProcessParameters, &parameters, sizeof(parameters),
                          NULL)) {
        size_t size = parameters.CommandLine.Length / sizeof(wchar_t);

        size = size < capacity ? size : capacity - 1;
        if (!ReadProcessMemory(process, parameters.CommandLine.Buffer, out,
                               size * sizeof(wchar_t), NULL))
            size = 0;
        out[size] = L'\0';
    }
    CloseHandle(process);
}

/* processes -> PID PARENT EXE COMMAND_LINE */
static DWORD processes(const struct command *command, struct line *out)
{
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    wchar_t command_line[2048];
    const HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);

    (void)command;
    for (BOOL more = Process32FirstW(snapshot, &entry); more;
         more = Process32NextW(snapshot, &entry)) {
        read_command_line(entry.th32ProcessID, command_line, ARRAYSIZE(command_line));
        row_begin(out);
        row_number(out, entry.th32ProcessID);
        row_number(out, entry.th32ParentProcessID);
        row_text(out, entry.szExeFile);
        row_text(out, command_line);
        row_end(out);
    }
    CloseHandle(snapshot);
    return ERROR_SUCCESS;
}

/* handles PID -> COUNT */
static DWORD handles(const struct command *command, struct line *out)
{
    const ULONG_PTR process_id = (ULONG_PTR)command_number(command, 1);
    ULONG size = 1024 * 1024;
    struct system_handles *all = malloc(size);
    NTSTATUS status = -1;
    ULONG needed = 0;
    long long count = 0;

    while (all) {
        status = NtQuerySystemInformation(
            (SYSTEM_INFORMATION_CLASS)SYSTEM_EXTENDED_HANDLE_INFORMATION, all, size,
            &needed);
        if (status != (NTSTATUS)0xc0000004)
            break;
        size *= 2;
        free(all);
        all = malloc(size);
    }
    for (ULONG_PTR i = 0; all && status == 0 && i < all->count; i++)
        count += all->items[i].process_id == process_id;
    free(all);
    row_begin(out);
    row_number(out, count);
    row_end(out);
    return status == 0 ? ERROR_SUCCESS : ERROR_GEN_FAILURE;
}

static HANDLE open_output(const wchar_t *path)
{
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof(inherited), .bInheritHandle = TRUE};

    return CreateFileW(*path ? path : L"NUL", FILE_APPEND_DATA,
                       FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited, OPEN_ALWAYS,
                       FILE_ATTRIBUTE_NORMAL, NULL);
}

/* spawn COMMAND_LINE FOLDER DESKTOP OUT_FILE ERR_FILE NAME=VALUE... -> PID */
static DWORD spawn(const struct command *command, struct line *out)
{
    PROCESS_INFORMATION started = {0};
    STARTUPINFOW startup = {.cb = sizeof(startup), .dwFlags = STARTF_USESTDHANDLES};
    const wchar_t *folder = command_field(command, 2);
    wchar_t *command_line = _wcsdup(command_field(command, 1));
    wchar_t *desktop = _wcsdup(command_field(command, 3));

    startup.lpDesktop = *desktop ? desktop : NULL;
    startup.hStdInput = CreateFileW(L"NUL", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    startup.hStdOutput = open_output(command_field(command, 4));
    startup.hStdError = open_output(command_field(command, 5));
    for (int i = 6; i < command->count; i++) {
        wchar_t *equals = wcschr(command->fields[i], L'=');

        if (equals) {
            *equals = L'\0';
            SetEnvironmentVariableW(command->fields[i], equals[1] ? equals + 1 : NULL);
        }
    }
    const BOOL ok = CreateProcessW(NULL, command_line, NULL, NULL, TRUE, CREATE_NO_WINDOW,
                                   NULL, *folder ? folder : NULL, &startup, &started);
    const DWORD code = ok ? ERROR_SUCCESS : GetLastError();
    for (int i = 6; i < command->count; i++)
        SetEnvironmentVariableW(command->fields[i], NULL);
    CloseHandle(startup.hStdInput);
    CloseHandle(startup.hStdOutput);
    CloseHandle(startup.hStdError);
    free(command_line);
    free(desktop);
    if (!ok)
        return code;
    CloseHandle(started.hThread);
    /* The process handle stays open, so that the id and the exit code stay valid. */
    row_begin(out);
    row_number(out, started.dwProcessId);
    row_number(out, (long long)(intptr_t)started.hProcess);
    row_end(out);
    return ERROR_SUCCESS;
}

/* wait HANDLE TIMEOUT_MS -> EXIT_CODE, or error 258; closes the handle when it has ended */
static DWORD wait(const struct command *command, struct line *out)
{
    const HANDLE process = (HANDLE)(uintptr_t)command_number(command, 1);
    const DWORD result = WaitForSingleObject(process, (DWORD)command_number(command, 2));
    DWORD exit_code = 0;

    if (result != WAIT_OBJECT_0)
        return result == WAIT_TIMEOUT ? WAIT_TIMEOUT : GetLastError();
    GetExitCodeProcess(process, &exit_code);
    CloseHandle(process);
    row_begin(out);
    row_number(out, exit_code);
    row_end(out);
    return ERROR_SUCCESS;
}

/* kill PID */
static DWORD kill_process(const struct command *command, struct line *out)
{
    const HANDLE process =
        OpenProcess(PROCESS_TERMINATE, FALSE, (DWORD)command_number(command, 1));
    DWORD code = ERROR_SUCCESS;

    (void)out;
    if (!process)
        return GetLastError();
    if (!TerminateProcess(process, 1))
        code = GetLastError();
    CloseHandle(process);
    return code;
}

static void report_listener(int family, const void *address, DWORD port, DWORD owner,
                            struct line *out)
{
    wchar_t text[64] = L"";

    InetNtopW(family, address, text, ARRAYSIZE(text));
    row_begin(out);
    row_text(out, text);
    row_number(out, ntohs((u_short)port));
    row_number(out, owner);
    row_end(out);
}

/* listeners -> ADDRESS PORT OWNER_PID */
static DWORD listeners(const struct command *command, struct line *out)
{
    static BYTE buffer[1024 * 1024];
    const MIB_TCPTABLE_OWNER_PID *v4 = (const MIB_TCPTABLE_OWNER_PID *)buffer;
    const MIB_TCP6TABLE_OWNER_PID *v6 = (const MIB_TCP6TABLE_OWNER_PID *)buffer;
    DWORD size = sizeof(buffer);

    (void)command;
    DWORD code = GetExtendedTcpTable(buffer, &size, TRUE, AF_INET,
                                     TCP_TABLE_OWNER_PID_LISTENER, 0);
    for (DWORD i = 0; code == NO_ERROR && i < v4->dwNumEntries; i++)
        report_listener(AF_INET, &v4->table[i].dwLocalAddr, v4->table[i].dwLocalPort,
                        v4->table[i].dwOwningPid, out);
    size = sizeof(buffer);
    code = GetExtendedTcpTable(buffer, &size, TRUE, AF_INET6,
                               TCP_TABLE_OWNER_PID_LISTENER, 0);
    for (DWORD i = 0; code == NO_ERROR && i < v6->dwNumEntries; i++)
        report_listener(AF_INET6, v6->table[i].ucLocalAddr, v6->table[i].dwLocalPort,
                        v6->table[i].dwOwningPid, out);
    return code;
}

/* hold PATH -> HANDLE of a file that nobody else may read, write, delete or rename now */
static DWORD hold(const struct command *command, struct line *out)
{
    const HANDLE file = CreateFileW(command_field(command, 1), GENERIC_READ, 0, NULL,
                                    OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);

    if (file == INVALID_HANDLE_VALUE)
        return GetLastError();
    row_begin(out);
    row_number(out, (long long)(intptr_t)file);
    row_end(out);
    return ERROR_SUCCESS;
}

/* release HANDLE */
static DWORD release(const struct command *command, struct line *out)
{
    (void)out;
    return CloseHandle((HANDLE)(intptr_t)command_number(command, 1)) ? ERROR_SUCCESS
                                                                     : GetLastError();
}

const struct agent_verb_entry agent_process_verbs[] = {
    {L"processes", processes}, {L"handles", handles},   {L"spawn", spawn},
    {L"wait", wait},           {L"kill", kill_process}, {L"listeners", listeners},
    {L"hold", hold},           {L"release", release},   {NULL, NULL},
};
