/*
 * Plays the service MpsSvc: runs, does nothing, and tells the firewall stand-in whether it runs.
 * SPDX-License-Identifier: MIT
 */
#include <windows.h>

static SERVICE_STATUS_HANDLE status_handle;
static HANDLE stop_event;

static void report_state(DWORD state)
{
    SERVICE_STATUS status = {.dwServiceType = SERVICE_WIN32_OWN_PROCESS,
                             .dwCurrentState = state,
                             .dwControlsAccepted = SERVICE_ACCEPT_STOP};
    const DWORD stopped = state != SERVICE_RUNNING;
    HKEY key = NULL;

    if (RegCreateKeyExW(HKEY_LOCAL_MACHINE, L"Software\\TidegateLab\\Firewall", 0, NULL,
                        0, KEY_SET_VALUE, NULL, &key, NULL) == ERROR_SUCCESS) {
        RegSetValueExW(key, L"ServiceStopped", 0, REG_DWORD, (const BYTE *)&stopped,
                       sizeof(stopped));
        RegCloseKey(key);
    }
    SetServiceStatus(status_handle, &status);
}

static DWORD WINAPI on_control(DWORD control, DWORD type, void *data, void *context)
{
    (void)type, (void)data, (void)context;
    if (control == SERVICE_CONTROL_STOP)
        SetEvent(stop_event);
    return NO_ERROR;
}

static void WINAPI service_main(DWORD argc, wchar_t **argv)
{
    (void)argc, (void)argv;
    stop_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    status_handle = RegisterServiceCtrlHandlerExW(L"MpsSvc", on_control, NULL);
    report_state(SERVICE_RUNNING);
    WaitForSingleObject(stop_event, INFINITE);
    report_state(SERVICE_STOPPED);
}

int wmain(void)
{
    wchar_t name[] = L"MpsSvc";
    const SERVICE_TABLE_ENTRYW table[] = {{name, service_main}, {NULL, NULL}};

    return StartServiceCtrlDispatcherW(table) ? 0 : 1;
}
