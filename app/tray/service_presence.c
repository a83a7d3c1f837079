/*
 * Why nobody answers in the name of the service.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/service_presence.h"

#include "core/view/service_trouble.h"
#include "core/win32/pipe_client.h"

#include <windows.h>

uint32_t service_presence_code(void)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = NULL;
    uint32_t code = 0;

    if (manager == NULL)
        return 0;
    service = OpenServiceW(manager, SERVICE_NAME, SERVICE_QUERY_STATUS);
    if (service == NULL && GetLastError() == ERROR_SERVICE_DOES_NOT_EXIST)
        code = SERVICE_CODE_NOT_INSTALLED;
    if (service != NULL)
        CloseServiceHandle(service);
    CloseServiceHandle(manager);
    return code;
}
