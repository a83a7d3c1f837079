/*
 * The IP Helper service (iphlpsvc), which owns every portproxy listener.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/ip_helper.h"

#include <windows.h>

#define SERVICE_NAME L"iphlpsvc"
#define CONFIG_SIZE 8192 /* QueryServiceConfig never needs more: documented */

/* False with the Win32 code of the failure. */
static bool open_service(DWORD rights, SC_HANDLE *out, DWORD *code)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);

    *out = NULL;
    *code = ERROR_SUCCESS;
    if (manager == NULL) {
        *code = GetLastError();
        return false;
    }
    *out = OpenServiceW(manager, SERVICE_NAME, rights);
    if (*out == NULL)
        *code = GetLastError();
    CloseServiceHandle(manager);
    return *out != NULL;
}

static bool fail(DWORD code, const char *what, struct error *err)
{
    return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(code),
                            "%s service 'iphlpsvc'", what);
}

/* False with the Win32 code of the failure. */
static bool read_state(SC_HANDLE service, struct ip_helper *out, DWORD *code)
{
    union {
        QUERY_SERVICE_CONFIGW config;
        BYTE bytes[CONFIG_SIZE];
    } answer;
    SERVICE_STATUS_PROCESS status = {0};
    DWORD size = 0;

    if (!QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status,
                              sizeof status, &size) ||
        !QueryServiceConfigW(service, &answer.config, sizeof answer, &size)) {
        *code = GetLastError();
        return false;
    }
    *out = (struct ip_helper){
        .installed = true,
        .running = status.dwCurrentState == SERVICE_RUNNING,
        .disabled = answer.config.dwStartType == SERVICE_DISABLED,
    };
    if (out->running)
        out->process_id = status.dwProcessId;
    return true;
}

bool ip_helper_query(struct ip_helper *out, struct error *err)
{
    SC_HANDLE service = NULL;
    DWORD code = ERROR_SUCCESS;
    bool ok;

    if (!open_service(SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG, &service, &code)) {
        if (code != ERROR_SERVICE_DOES_NOT_EXIST)
            return fail(code, "open", err);
        *out = (struct ip_helper){0};
        return true;
    }
    ok = read_state(service, out, &code);
    CloseServiceHandle(service);
    return ok ? true : fail(code, "query", err);
}

bool ip_helper_announce(struct error *err)
{
    SERVICE_STATUS status;
    SC_HANDLE service = NULL;
    DWORD code = ERROR_SUCCESS;

    /* PARAMCHANGE asks for this right (documented with ControlService). */
    if (!open_service(SERVICE_PAUSE_CONTINUE, &service, &code))
        return code == ERROR_SERVICE_DOES_NOT_EXIST ? true : fail(code, "open", err);
    if (!ControlService(service, SERVICE_CONTROL_PARAMCHANGE, &status))
        code = GetLastError();
    CloseServiceHandle(service);
    if (code != ERROR_SUCCESS && code != ERROR_SERVICE_NOT_ACTIVE)
        return fail(code, "send PARAMCHANGE to", err);
    return true;
}

bool ip_helper_start(struct error *err)
{
    SC_HANDLE service = NULL;
    DWORD code = ERROR_SUCCESS;

    if (!open_service(SERVICE_START, &service, &code))
        return fail(code, "open", err);
    if (!StartServiceW(service, 0, NULL))
        code = GetLastError();
    CloseServiceHandle(service);
    if (code != ERROR_SUCCESS && code != ERROR_SERVICE_ALREADY_RUNNING)
        return fail(code, "start", err);
    return true;
}
