/*
 * Service registration.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/registration.h"

#include "app/service/messages.h"
#include "core/win32/pipe_client.h"
#include "core/win32/program_path.h"
#include "core/win32/utf.h"

#define DISPLAY_NAME L"Tidegate"
#define DESCRIPTION L"Keeps port forwarding into WSL2 working when its address changes."
#define STATE_TIMEOUT_MS 30000
#define STATE_POLL_MS 50
#define MINUTE_MS 60000

static bool fail(struct error *err, DWORD code, const char *what)
{
    return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(code), "%s", what);
}

/* NULL, with `err`, on failure; NULL with ERR_NOT_FOUND when it is not registered. */
static SC_HANDLE open_service(DWORD access, struct error *err)
{
    const SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service;
    DWORD code;

    if (manager == NULL) {
        fail(err, GetLastError(), "open the service control manager");
        return NULL;
    }
    service = OpenServiceW(manager, SERVICE_NAME, access);
    code = GetLastError();
    CloseServiceHandle(manager);
    if (service == NULL && code == ERROR_SERVICE_DOES_NOT_EXIST)
        error_set(err, ERR_NOT_FOUND, "the service is not registered");
    else if (service == NULL)
        fail(err, code, "open the service");
    return service;
}

static bool describe(SC_HANDLE service)
{
    static wchar_t text[] = DESCRIPTION;
    SERVICE_DESCRIPTIONW info = {.lpDescription = text};

    return ChangeServiceConfig2W(service, SERVICE_CONFIG_DESCRIPTION, &info) != 0;
}

/* Twice, then no more until it has run for a quarter of an hour. */
static bool restart_after_crash(SC_HANDLE service)
{
    SC_ACTION actions[] = {
        {SC_ACTION_RESTART, 2 * MINUTE_MS},
        {SC_ACTION_RESTART, 5 * MINUTE_MS},
        {SC_ACTION_NONE, 0},
    };
    SERVICE_FAILURE_ACTIONSW info = {
        .dwResetPeriod = 900,
        .cActions = sizeof actions / sizeof actions[0],
        .lpsaActions = actions,
    };

    return ChangeServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS, &info) != 0;
}

static bool drop_privileges(SC_HANDLE service)
{
    /* All others of SYSTEM's are gone before the first instruction. */
    static wchar_t privileges[] = L"SeChangeNotifyPrivilege\0SeImpersonatePrivilege\0";
    SERVICE_REQUIRED_PRIVILEGES_INFOW info = {.pmszRequiredPrivileges = privileges};

    return ChangeServiceConfig2W(service, SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO,
                                 &info) != 0;
}

static bool give_own_sid(SC_HANDLE service)
{
    SERVICE_SID_INFO info = {.dwServiceSidType = SERVICE_SID_TYPE_UNRESTRICTED};

    return ChangeServiceConfig2W(service, SERVICE_CONFIG_SERVICE_SID_INFO, &info) != 0;
}

static const struct {
    const char *what;
    bool (*apply)(SC_HANDLE service);
} details[] = {
    {"set the service's description", describe},
    {"set the service's restart after a crash", restart_after_crash},
    {"take the service's needless privileges away", drop_privileges},
    {"give the service a SID of its own", give_own_sid},
};

/* Wine does not know some of these levels; a Windows that refuses for another reason is a
 * failure. */
static bool apply_details(SC_HANDLE service, struct error *err)
{
    for (size_t i = 0; i < sizeof details / sizeof details[0]; i++) {
        struct error reason = {0};
        DWORD code;

        if (details[i].apply(service))
            continue;
        code = GetLastError();
        fail(&reason, code, details[i].what);
        if (code != ERROR_INVALID_LEVEL) {
            *err = reason;
            return false;
        }
        message_complain(&reason);
    }
    return true;
}

/* In quotes: without them "C:\Program.exe" would be tried first. */
static bool quote(const char *path, wchar_t *out, size_t capacity, struct error *err)
{
    char quoted[PROGRAM_PATH_SIZE + 2];

    snprintf(quoted, sizeof quoted, "\"%s\"", path);
    return utf16_from_utf8(quoted, out, capacity) ||
           error_set(err, ERR_INVALID, "path '%s' is too long", path);
}

static bool compare_command(const wchar_t *registered, const char *path, struct error *err)
{
    wchar_t own[PROGRAM_PATH_SIZE + 2];
    char other[PROGRAM_PATH_SIZE + 2];

    if (!quote(path, own, sizeof own / sizeof own[0], err))
        return false;
    if (CompareStringOrdinal(registered, -1, own, -1, TRUE) == CSTR_EQUAL)
        return true;
    if (!utf8_from_utf16(registered, other, sizeof other))
        other[0] = '\0';
    return error_set(err, ERR_CONFLICT,
                     "the service is registered as %s, whose folder has the ledger: use "
                     "that program, or, where it is gone, first 'sc delete Tidegate'",
                     other);
}

bool registration_check(const char *path, struct error *err)
{
    /* Windows' own limit; aligned for the structure. */
    union {
        QUERY_SERVICE_CONFIGW config;
        BYTE bytes[8192];
    } read;
    struct error reason = {0};
    const SC_HANDLE service = open_service(SERVICE_QUERY_CONFIG, &reason);
    DWORD needed;
    bool ok;

    if (service == NULL) {
        if (reason.kind == ERR_NOT_FOUND)
            return true;
        *err = reason;
        return false;
    }
    ok = QueryServiceConfigW(service, &read.config, sizeof read, &needed) ||
         fail(err, GetLastError(), "read the service's registration");
    ok = ok && compare_command(read.config.lpBinaryPathName, path, err);
    CloseServiceHandle(service);
    return ok;
}

static SC_HANDLE create_or_change(SC_HANDLE manager, const wchar_t *command,
                                  struct error *err)
{
    const DWORD access = SERVICE_CHANGE_CONFIG | SERVICE_START;
    SC_HANDLE service = CreateServiceW(
        manager, SERVICE_NAME, DISPLAY_NAME, access, SERVICE_WIN32_OWN_PROCESS,
        SERVICE_AUTO_START, SERVICE_ERROR_NORMAL, command, NULL, NULL, NULL, NULL, NULL);
    const DWORD code = service != NULL ? ERROR_SUCCESS : GetLastError();

    if (code == ERROR_SERVICE_EXISTS)
        service = OpenServiceW(manager, SERVICE_NAME, access);
    if (service == NULL) {
        fail(err, code == ERROR_SERVICE_EXISTS ? GetLastError() : code,
             "register the service");
        return NULL;
    }
    if (code == ERROR_SERVICE_EXISTS &&
        !ChangeServiceConfigW(service, SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START,
                              SERVICE_ERROR_NORMAL, command, NULL, NULL, NULL,
                              L"LocalSystem", L"", DISPLAY_NAME)) {
        fail(err, GetLastError(), "change the service's registration");
        CloseServiceHandle(service);
        return NULL;
    }
    return service;
}

bool registration_put(const char *path, struct error *err)
{
    wchar_t command[PROGRAM_PATH_SIZE + 2];
    SC_HANDLE manager;
    SC_HANDLE service;
    bool ok;

    if (!quote(path, command, sizeof command / sizeof command[0], err))
        return false;
    manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
    if (manager == NULL)
        return fail(err, GetLastError(), "open the service control manager");
    service = create_or_change(manager, command, err);
    ok = service != NULL && apply_details(service, err);
    if (service != NULL)
        CloseServiceHandle(service);
    CloseServiceHandle(manager);
    return ok;
}

/* The state in which it comes to rest: running or stopped. False when that takes too long. */
static bool wait_for_rest(SC_HANDLE service, DWORD *state, struct error *err)
{
    const ULONGLONG until = GetTickCount64() + STATE_TIMEOUT_MS;
    SERVICE_STATUS status;

    for (;;) {
        if (!QueryServiceStatus(service, &status))
            return fail(err, GetLastError(), "query the service");
        *state = status.dwCurrentState;
        if (*state == SERVICE_RUNNING || *state == SERVICE_STOPPED)
            return true;
        if (GetTickCount64() >= until)
            return error_set(err, ERR_UNAVAILABLE,
                             "start the service: it takes longer than 30 s");
        Sleep(STATE_POLL_MS);
    }
}

/* Windows calls one that stops "already running", too: it is waited for, and started then. */
static bool start_service(SC_HANDLE service, struct error *err)
{
    const ULONGLONG until = GetTickCount64() + STATE_TIMEOUT_MS;
    DWORD state = 0;
    bool started;

    do {
        started = StartServiceW(service, 0, NULL) != 0;
        if (!started && GetLastError() != ERROR_SERVICE_ALREADY_RUNNING)
            return fail(err, GetLastError(), "start the service");
        if (!wait_for_rest(service, &state, err))
            return false;
        if (state == SERVICE_RUNNING)
            return true;
        Sleep(STATE_POLL_MS);
    } while (!started && GetTickCount64() < until);
    return error_set(err, ERR_UNAVAILABLE,
                     "start the service: it ended at once; see the Application event log");
}

bool registration_start(struct error *err)
{
    const SC_HANDLE service = open_service(SERVICE_START | SERVICE_QUERY_STATUS, err);
    bool ok;

    if (service == NULL)
        return false;
    ok = start_service(service, err);
    CloseServiceHandle(service);
    return ok;
}

/* One that starts or stops takes no control: it is asked once it runs. */
static bool ask_to_stop(SC_HANDLE service, struct error *err)
{
    SERVICE_STATUS status;
    DWORD code;

    if (ControlService(service, SERVICE_CONTROL_STOP, &status))
        return true;
    code = GetLastError();
    return code == ERROR_SERVICE_NOT_ACTIVE || code == ERROR_SERVICE_CANNOT_ACCEPT_CTRL ||
           fail(err, code, "stop the service");
}

static bool wait_until_stopped(SC_HANDLE service, struct error *err)
{
    const ULONGLONG until = GetTickCount64() + STATE_TIMEOUT_MS;
    SERVICE_STATUS status;

    for (;;) {
        if (!QueryServiceStatus(service, &status))
            return fail(err, GetLastError(), "query the service");
        if (status.dwCurrentState == SERVICE_STOPPED)
            return true;
        if (status.dwCurrentState == SERVICE_RUNNING && !ask_to_stop(service, err))
            return false;
        if (GetTickCount64() >= until)
            return error_set(err, ERR_UNAVAILABLE,
                             "stop the service: it takes longer than 30 s");
        Sleep(STATE_POLL_MS);
    }
}

/* The process of a service that has not come to run; NULL when it is not so. */
static HANDLE open_starting(SC_HANDLE service)
{
    SERVICE_STATUS_PROCESS status;
    DWORD size;

    if (!QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status,
                              sizeof status, &size) ||
        status.dwCurrentState != SERVICE_START_PENDING || status.dwProcessId == 0)
        return NULL;
    return OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, status.dwProcessId);
}

/* One that hangs while it starts could not be stopped before Windows ends, and would hang again
 * after that. It has not worked yet: ended, it leaves nothing half done. */
static bool end_start(SC_HANDLE service)
{
    const HANDLE process = open_starting(service);
    bool ended;

    if (process == NULL)
        return false;
    ended = TerminateProcess(process, 1) &&
            WaitForSingleObject(process, STATE_TIMEOUT_MS) == WAIT_OBJECT_0;
    CloseHandle(process);
    if (ended)
        message_say("The service hung while it started, and was ended.");
    return ended;
}

bool registration_stop(struct error *err)
{
    struct error reason = {0};
    const SC_HANDLE service = open_service(SERVICE_STOP | SERVICE_QUERY_STATUS, &reason);
    bool ok;

    if (service == NULL && reason.kind == ERR_NOT_FOUND)
        return true;
    ok = service != NULL && (wait_until_stopped(service, &reason) || end_start(service));
    if (service != NULL)
        CloseServiceHandle(service);
    if (!ok)
        *err = reason;
    return ok;
}

bool registration_delete(struct error *err)
{
    struct error reason = {0};
    const SC_HANDLE service = open_service(DELETE, &reason);
    bool ok;

    if (service == NULL) {
        if (reason.kind == ERR_NOT_FOUND)
            return true;
        *err = reason;
        return false;
    }
    ok = DeleteService(service) || GetLastError() == ERROR_SERVICE_MARKED_FOR_DELETE ||
         fail(err, GetLastError(), "remove the service's registration");
    CloseServiceHandle(service);
    return ok;
}
