/*
 * Checks of Windows itself: registry events, sockets, access lists, the pipe.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/self_test.h"

#include "core/base/mem.h"
#include "core/win32/network_tables.h"
#include "core/win32/pipe_client.h"
#include "core/win32/program_path.h"
#include "core/win32/security.h"
#include "core/win32/token.h"

#include <winsock2.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>
#include <string.h>

#define KEY_PATH L"Software\\Tidegate self-test"
#define EVENT_LIMIT_MS 500
#define SYSTEM_SID "S-1-5-18"
#define PIPE_LIMIT_MS 2000

/* Whether writing is heard of. The key is gone when the session ends, whatever happens here. */
static bool write_is_heard(HKEY key, HANDLE event, DWORD number, LSTATUS *status)
{
    ResetEvent(event);
    *status = RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, event, TRUE);
    if (*status == ERROR_SUCCESS)
        *status = RegSetValueExW(key, L"value", 0, REG_DWORD, (const BYTE *)&number,
                                 sizeof number);
    return *status == ERROR_SUCCESS &&
           WaitForSingleObject(event, EVENT_LIMIT_MS) == WAIT_OBJECT_0;
}

static void try_writes(HKEY key, HANDLE event, struct self_test_result *out)
{
    LSTATUS status;
    const bool first = write_is_heard(key, event, 1, &status);
    const bool same = status == ERROR_SUCCESS && write_is_heard(key, event, 1, &status);
    const bool other = status == ERROR_SUCCESS && write_is_heard(key, event, 2, &status);

    if (status != ERROR_SUCCESS)
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "the registry refused: error %ld",
                      (long)status);
    else if (!first || !other)
        self_test_say(out, SELF_TEST_REFUTED, "a changed value was not heard of");
    else if (same)
        self_test_say(out, SELF_TEST_REFUTED, "the same value written again was an event");
    else
        self_test_say(out, SELF_TEST_CONFIRMED,
                      "a changed value was heard of, the same one again was not");
}

void self_test_identical_write(struct self_test_result *out)
{
    const HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    HKEY key = NULL;
    const LSTATUS status =
        RegCreateKeyExW(HKEY_CURRENT_USER, KEY_PATH, 0, NULL, REG_OPTION_VOLATILE,
                        KEY_SET_VALUE | KEY_NOTIFY, NULL, &key, NULL);

    if (status == ERROR_SUCCESS && event != NULL)
        try_writes(key, event, out);
    else
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "no key could be made: error %ld",
                      (long)status);
    if (key != NULL) {
        RegCloseKey(key);
        RegDeleteKeyW(HKEY_CURRENT_USER, KEY_PATH);
    }
    if (event != NULL)
        CloseHandle(event);
}

static void WINAPI on_address(void *context, PMIB_UNICASTIPADDRESS_ROW row,
                              MIB_NOTIFICATION_TYPE type)
{
    (void)row;
    if (type == MibInitialNotification)
        SetEvent(context);
}

void self_test_address_events(struct self_test_result *out)
{
    const HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE registration = NULL;
    const DWORD code =
        NotifyUnicastIpAddressChange(AF_UNSPEC, on_address, event, TRUE, &registration);

    if (code != NO_ERROR)
        self_test_say(out, SELF_TEST_REFUTED, "Windows refused: error %lu", code);
    else if (WaitForSingleObject(event, EVENT_LIMIT_MS) == WAIT_OBJECT_0)
        self_test_say(out, SELF_TEST_CONFIRMED,
                      "the first notification came; a real change cannot be made here");
    else
        self_test_say(out, SELF_TEST_REFUTED, "accepted, but nothing was ever heard");
    if (registration != NULL)
        CancelMibChangeNotify2(registration);
    CloseHandle(event);
}

static SOCKET bind_to(uint32_t host, uint16_t port)
{
    const SOCKET result = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};

    name.sin_addr.s_addr = htonl(host);
    if (result != INVALID_SOCKET &&
        bind(result, (const struct sockaddr *)&name, sizeof name) == 0 &&
        listen(result, 1) == 0)
        return result;
    if (result != INVALID_SOCKET)
        closesocket(result);
    return INVALID_SOCKET;
}

static uint16_t port_of(SOCKET listener)
{
    struct sockaddr_in name = {0};
    int size = sizeof name;

    return getsockname(listener, (struct sockaddr *)&name, &size) == 0
               ? ntohs(name.sin_port)
               : 0;
}

static void try_sharing(struct self_test_result *out)
{
    const SOCKET loopback = bind_to(INADDR_LOOPBACK, 0);
    SOCKET all;
    uint16_t port;

    if (loopback == INVALID_SOCKET) {
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "no port could be listened on");
        return;
    }
    port = port_of(loopback);
    all = bind_to(INADDR_ANY, port);
    if (all != INVALID_SOCKET)
        self_test_say(out, SELF_TEST_CONFIRMED, "127.0.0.1:%u and 0.0.0.0:%u listened",
                      (unsigned)port, (unsigned)port);
    else
        self_test_say(out, SELF_TEST_REFUTED, "0.0.0.0:%u was refused beside 127.0.0.1:%u",
                      (unsigned)port, (unsigned)port);
    if (all != INVALID_SOCKET)
        closesocket(all);
    closesocket(loopback);
}

void self_test_port_sharing(struct self_test_result *out)
{
    WSADATA data;

    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) {
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "there are no sockets");
        return;
    }
    try_sharing(out);
    WSACleanup();
}

/* Windows reserves blocks of a hundred ports, in the dynamic range and below it. */
static uint16_t find_reserved_port(void)
{
    const struct address any = {.family = ADDRESS_IPV4};

    for (unsigned port = 1025; port < 65536; port += 50) {
        if (network_tables_port_is_reserved(&any, (uint16_t)port))
            return (uint16_t)port;
    }
    return 0;
}

/* A socket that somebody else holds exclusively would be told the same of. */
static bool is_listened_on(uint16_t port)
{
    struct listener_list list = {0};
    bool found = false;

    if (!network_tables_read_listeners(&list, NULL))
        return true;
    for (size_t i = 0; i < list.count; i++)
        found = found || list.items[i].port == port;
    LIST_CLEAR(&list);
    return found;
}

void self_test_reserved_port(struct self_test_result *out)
{
    const struct address any = {.family = ADDRESS_IPV4};
    const uint16_t reserved = find_reserved_port();
    WSADATA data;
    SOCKET taken;
    bool confused;

    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) {
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "there are no sockets");
        return;
    }
    taken = bind_to(INADDR_ANY, 0);
    confused =
        taken != INVALID_SOCKET && network_tables_port_is_reserved(&any, port_of(taken));
    if (taken != INVALID_SOCKET)
        closesocket(taken);
    WSACleanup();
    if (confused)
        self_test_say(out, SELF_TEST_REFUTED, "a port in use seems to be reserved");
    else if (reserved == 0)
        self_test_say(out, SELF_TEST_NOT_TESTABLE,
                      "no excluded range was met; a port in use is told apart");
    else if (is_listened_on(reserved))
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "port %u is forbidden, but in use",
                      (unsigned)reserved);
    else
        self_test_say(out, SELF_TEST_CONFIRMED,
                      "port %u is forbidden and nobody's; compare 'netsh int ipv4 show "
                      "excludedportrange tcp'",
                      (unsigned)reserved);
}

void self_test_data_folder(struct self_test_result *out)
{
    const struct user_sid system = {SYSTEM_SID};
    char path[PROGRAM_PATH_SIZE];
    struct user_sid own;
    struct error err = {0};

    if (!program_path_beside("Data", path, &err) || !token_read_own_user(&own, &err)) {
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "%s", err.detail);
    } else if (security_check_private_path(path, &system, &err)) {
        self_test_say(out, SELF_TEST_CONFIRMED, "nobody else can");
    } else if (err.kind == ERR_NOT_FOUND) {
        self_test_say(out, SELF_TEST_NOT_TESTABLE,
                      "there is no folder 'Data' beside this program");
    } else if (!token_is_own_elevated()) {
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "needs an administrator: %s",
                      err.detail);
    } else if (security_check_private_path(path, &own, NULL)) {
        self_test_say(out, SELF_TEST_NOT_TESTABLE,
                      "it belongs to you: the service does not run as SYSTEM here");
    } else {
        self_test_say(out, SELF_TEST_REFUTED, "%s", err.detail);
    }
}

void self_test_pipe_identity(struct self_test_result *out)
{
    struct reply hello = {0};
    struct error err = {0};
    struct user_sid own;
    struct pipe_client *client = pipe_client_open(PIPE_LIMIT_MS, &hello, &err);

    if (client == NULL) {
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "%s", err.detail);
        return;
    }
    if (!token_read_own_user(&own, &err))
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "%s", err.detail);
    else if (!user_sid_equals(&own, &hello.hello.user))
        self_test_say(out, SELF_TEST_REFUTED, "the service takes you for somebody else");
    else if (hello.hello.is_elevated != token_is_own_elevated())
        self_test_say(out, SELF_TEST_REFUTED, "the service takes you for %selevated",
                      hello.hello.is_elevated ? "" : "not ");
    else
        self_test_say(out, SELF_TEST_CONFIRMED, "it knows you, %selevated",
                      hello.hello.is_elevated ? "" : "not ");
    reply_clear(&hello);
    pipe_client_close(client);
}

static void read_privileges(SC_HANDLE service, struct self_test_result *out)
{
    uint8_t bytes[8192];
    const SERVICE_REQUIRED_PRIVILEGES_INFOW *info = (const void *)bytes;
    DWORD needed;
    unsigned count = 0;

    if (!QueryServiceConfig2W(service, SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, bytes,
                              sizeof bytes, &needed)) {
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "Windows does not tell: error %lu",
                      GetLastError());
        return;
    }
    for (const wchar_t *at = info->pmszRequiredPrivileges; at != NULL && *at != L'\0';
         at += wcslen(at) + 1)
        count++;
    self_test_say(out, count > 0 ? SELF_TEST_CONFIRMED : SELF_TEST_REFUTED,
                  "%u are asked for; 'sc qprivs Tidegate' names them", count);
}

void self_test_service_privileges(struct self_test_result *out)
{
    const SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    const SC_HANDLE service =
        manager != NULL ? OpenServiceW(manager, SERVICE_NAME, SERVICE_QUERY_CONFIG) : NULL;

    if (service != NULL) {
        read_privileges(service, out);
        CloseServiceHandle(service);
    } else {
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "the service is not installed");
    }
    if (manager != NULL)
        CloseServiceHandle(manager);
}
