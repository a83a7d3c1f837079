/*
 * labagent: service verbs.
 * SPDX-License-Identifier: MIT
 */
#include "agent.h"

static DWORD open_service(const struct command *command, DWORD access, SC_HANDLE *manager,
                          SC_HANDLE *service)
{
    *service = NULL;
    *manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    if (!*manager)
        return GetLastError();
    *service = OpenServiceW(*manager, command_field(command, 1), access);
    const DWORD code = *service ? ERROR_SUCCESS : GetLastError();
    if (!*service) {
        CloseServiceHandle(*manager);
        *manager = NULL;
    }
    return code;
}

static DWORD close_service(SC_HANDLE manager, SC_HANDLE service, BOOL ok)
{
    const DWORD code = ok ? ERROR_SUCCESS : GetLastError();

    CloseServiceHandle(service);
    CloseServiceHandle(manager);
    return code;
}

/* svc_create NAME PATH START DISPLAY_NAME */
static DWORD svc_create(const struct command *command, struct line *out)
{
    const SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_ALL_ACCESS);

    (void)out;
    const SC_HANDLE service = CreateServiceW(
        manager, command_field(command, 1), command_field(command, 4), SERVICE_ALL_ACCESS,
        SERVICE_WIN32_OWN_PROCESS, (DWORD)command_number(command, 3),
        SERVICE_ERROR_NORMAL, command_field(command, 2), NULL, NULL, NULL, NULL, NULL);
    return close_service(manager, service, service != NULL);
}

static DWORD svc_delete(const struct command *command, struct line *out)
{
    SC_HANDLE manager;
    SC_HANDLE service;
    const DWORD code = open_service(command, DELETE, &manager, &service);

    (void)out;
    return code ? code : close_service(manager, service, DeleteService(service));
}

/* svc_start NAME */
static DWORD svc_start(const struct command *command, struct line *out)
{
    SC_HANDLE manager;
    SC_HANDLE service;
    const DWORD code = open_service(command, SERVICE_START, &manager, &service);

    (void)out;
    return code ? code : close_service(manager, service, StartServiceW(service, 0, NULL));
}

/* svc_control NAME CODE: 1 stops, 6 is PARAMCHANGE */
static DWORD svc_control(const struct command *command, struct line *out)
{
    SERVICE_STATUS status;
    SC_HANDLE manager;
    SC_HANDLE service;
    const DWORD code = open_service(command, SERVICE_ALL_ACCESS, &manager, &service);

    (void)out;
    return code ? code
                : close_service(manager, service,
                                ControlService(service, (DWORD)command_number(command, 2),
                                               &status));
}

/* svc_query NAME -> STATE PID EXIT_CODE START PATH */
static DWORD svc_query(const struct command *command, struct line *out)
{
    BYTE buffer[8192];
    QUERY_SERVICE_CONFIGW *config = (QUERY_SERVICE_CONFIGW *)buffer;
    SERVICE_STATUS_PROCESS status = {0};
    SC_HANDLE manager;
    SC_HANDLE service;
    DWORD needed = 0;
    DWORD code = open_service(command, SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG,
                              &manager, &service);

    if (code)
        return code;
    const BOOL ok = QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status,
                                         sizeof(status), &needed) &&
                    QueryServiceConfigW(service, config, sizeof(buffer), &needed);
    code = close_service(manager, service, ok);
    if (code)
        return code;
    row_begin(out);
    row_number(out, status.dwCurrentState);
    row_number(out, status.dwProcessId);
    row_number(out, status.dwWin32ExitCode);
    row_number(out, config->dwStartType);
    row_text(out, config->lpBinaryPathName);
    row_end(out);
    return ERROR_SUCCESS;
}

/* svc_start_type NAME START */
static DWORD svc_start_type(const struct command *command, struct line *out)
{
    SC_HANDLE manager;
    SC_HANDLE service;
    const DWORD code = open_service(command, SERVICE_CHANGE_CONFIG, &manager, &service);

    (void)out;
    return code ? code
                : close_service(manager, service,
                                ChangeServiceConfigW(service, SERVICE_NO_CHANGE,
                                                     (DWORD)command_number(command, 2),
                                                     SERVICE_NO_CHANGE, NULL, NULL, NULL,
                                                     NULL, NULL, NULL, NULL));
}

const struct agent_verb_entry agent_service_verbs[] = {
    {L"svc_create", svc_create},
    {L"svc_delete", svc_delete},
    {L"svc_start", svc_start},
    {L"svc_control", svc_control},
    {L"svc_query", svc_query},
    {L"svc_start_type", svc_start_type},
    {NULL, NULL},
};
