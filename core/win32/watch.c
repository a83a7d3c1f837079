/*
 * Waits for everything that may change what forwards must be. Thread-pool waits mark what fired
 * and ring one bell; the loop's thread re-arms.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/watch.h"

#include "core/base/mem.h"
#include "core/engine/engine.h"
#include "core/win32/key_watch.h"
#include "core/win32/service_watch.h"
#include "core/win32/utf.h"
#include "core/win32/wsl_hives.h"

#include <winsock2.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>

#include <assert.h>
#include <stdio.h>

#define SERVICES L"SYSTEM\\CurrentControlSet\\Services\\"
#define HIVE_PATH_SIZE (USER_SID_SIZE + 80)
#define RELAYS_MAX 128

#define BIT(event) (1u << (event))

static const struct {
    const wchar_t *path;
    bool subtree;
    enum engine_event event;
} machine_keys[] = {
    {SERVICES L"PortProxy", true, EVENT_PORTPROXY_CHANGED},
    {SERVICES L"SharedAccess\\Parameters\\FirewallPolicy", true, EVENT_FIREWALL_CHANGED},
    {L"SOFTWARE\\Policies\\Microsoft\\WindowsFirewall", true, EVENT_FIREWALL_CHANGED},
    /* A network's category decides which firewall profile is current. */
    {L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\NetworkList\\Profiles", true,
     EVENT_FIREWALL_CHANGED},
    {WSL_LXSS_PATH, false, EVENT_WSL_CHANGED},
    /* The start type, which is no state: "disabled" must be seen. */
    {SERVICES L"iphlpsvc", false, EVENT_SERVICE_CHANGED},
};

#define MACHINE_KEY_COUNT (sizeof machine_keys / sizeof machine_keys[0])

struct hive_watch {
    struct user_sid user;
    struct key_watch *lxss;          /* owned */
    struct key_watch *local_devices; /* owned */
};

/* On the heap: the thread pool keeps its address. */
struct relay_watch {
    uint32_t process_id;
    HANDLE process;
    PTP_WAIT wait;
    volatile LONG ended;
    HANDLE bell; /* borrowed */
};

struct watch {
    HANDLE bell; /* auto-reset */
    struct key_watch *machine[MACHINE_KEY_COUNT];
    struct service_watch *services;
    HANDLE addresses; /* of NotifyUnicastIpAddressChange */
    volatile LONG address_changed;
    unsigned found; /* events seen on the loop's own thread, for the next take */

    struct {
        struct hive_watch *items;
        size_t count, capacity;
    } hives;
    struct {
        struct relay_watch **items;
        size_t count, capacity;
    } relays;
};

static void WINAPI on_address_changed(void *context, MIB_UNICASTIPADDRESS_ROW *row,
                                      MIB_NOTIFICATION_TYPE type)
{
    struct watch *watch = context;

    (void)row;
    (void)type;
    InterlockedExchange(&watch->address_changed, 1);
    SetEvent(watch->bell);
}

static bool watch_machine(struct watch *watch, struct error *err)
{
    for (size_t i = 0; i < MACHINE_KEY_COUNT; i++) {
        const struct key_watch_spec spec = {
            .root = HKEY_LOCAL_MACHINE,
            .path = machine_keys[i].path,
            .subtree = machine_keys[i].subtree,
        };

        watch->machine[i] = key_watch_new(&spec, watch->bell);
        if (watch->machine[i] == NULL)
            return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                                    "watch registry key '%ls'", spec.path);
    }
    return true;
}

static bool watch_addresses(struct watch *watch, struct error *err)
{
    const DWORD code = NotifyUnicastIpAddressChange(AF_UNSPEC, on_address_changed, watch,
                                                    FALSE, &watch->addresses);

    if (code == NO_ERROR)
        return true;
    watch->addresses = NULL;
    return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(code),
                            "watch this PC's addresses");
}

struct watch *watch_new(struct error *err)
{
    struct watch *watch = mem_alloc(sizeof *watch);

    watch->bell = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (watch->bell == NULL) {
        error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                         "create an event");
        goto fail;
    }
    watch->services = service_watch_new(watch->bell, err);
    if (watch->services == NULL || !watch_machine(watch, err) ||
        !watch_addresses(watch, err))
        goto fail;
    return watch;

fail:
    watch_free(watch);
    return NULL;
}

void watch_free(struct watch *watch)
{
    if (watch == NULL)
        return;
    if (watch->addresses != NULL)
        CancelMibChangeNotify2(watch->addresses);
    service_watch_free(watch->services);
    for (size_t i = 0; i < MACHINE_KEY_COUNT; i++)
        key_watch_free(watch->machine[i]);
    watch_relays(watch, NULL, 0);
    watch_release_hive(watch, NULL);
    LIST_CLEAR(&watch->relays);
    LIST_CLEAR(&watch->hives);
    if (watch->bell != NULL)
        CloseHandle(watch->bell);
    mem_free(watch);
}

HANDLE watch_event(const struct watch *watch)
{
    return watch->bell;
}

static void drop_hive(struct watch *watch, size_t index)
{
    struct hive_watch *hive = &watch->hives.items[index];

    key_watch_free(hive->lxss);
    key_watch_free(hive->local_devices);
    *hive = watch->hives.items[--watch->hives.count];
}

static unsigned take_hives(struct watch *watch)
{
    unsigned events = 0;

    for (size_t i = watch->hives.count; i-- > 0;) {
        const enum key_watch_news lxss = key_watch_take(watch->hives.items[i].lxss);
        const enum key_watch_news devices =
            key_watch_take(watch->hives.items[i].local_devices);

        if (lxss != KEY_WATCH_QUIET || devices != KEY_WATCH_QUIET)
            events |= BIT(EVENT_WSL_CHANGED);
        /* Signed out before anybody told us. */
        if (lxss == KEY_WATCH_LOST || devices == KEY_WATCH_LOST)
            drop_hive(watch, i);
    }
    return events;
}

static void drop_relay(struct watch *watch, size_t index)
{
    struct relay_watch *relay = watch->relays.items[index];

    if (relay->wait != NULL) {
        SetThreadpoolWait(relay->wait, NULL, NULL);
        WaitForThreadpoolWaitCallbacks(relay->wait, TRUE);
        CloseThreadpoolWait(relay->wait);
    }
    CloseHandle(relay->process);
    mem_free(relay);
    watch->relays.items[index] = watch->relays.items[--watch->relays.count];
}

static unsigned take_relays(struct watch *watch)
{
    unsigned events = 0;

    for (size_t i = watch->relays.count; i-- > 0;) {
        if (watch->relays.items[i]->ended == 0)
            continue;
        events |= BIT(EVENT_WSL_CHANGED);
        drop_relay(watch, i);
    }
    return events;
}

unsigned watch_take(struct watch *watch)
{
    unsigned events = watch->found;

    watch->found = 0;
    for (size_t i = 0; i < MACHINE_KEY_COUNT; i++) {
        if (key_watch_take(watch->machine[i]) != KEY_WATCH_QUIET)
            events |= BIT(machine_keys[i].event);
    }
    if (InterlockedExchange(&watch->address_changed, 0) != 0)
        events |= BIT(EVENT_NETWORK_CHANGED);
    if (service_watch_take(watch->services))
        events |= BIT(EVENT_SERVICE_CHANGED);
    service_watch_look_again(watch->services);
    return events | take_hives(watch) | take_relays(watch);
}

static bool is_hive_watched(const struct watch *watch, const struct user_sid *user)
{
    for (size_t i = 0; i < watch->hives.count; i++) {
        if (user_sid_equals(&watch->hives.items[i].user, user))
            return true;
    }
    return false;
}

static struct key_watch *watch_user_key(const struct watch *watch, const wchar_t *sid,
                                        const wchar_t *below, bool subtree)
{
    wchar_t path[HIVE_PATH_SIZE];
    const struct key_watch_spec spec = {
        .root = HKEY_USERS,
        .path = path,
        .floor = wcslen(sid),
        .subtree = subtree,
    };

    swprintf(path, HIVE_PATH_SIZE, L"%ls\\%ls", sid, below);
    return key_watch_new(&spec, watch->bell);
}

static void watch_hive(struct watch *watch, const struct user_sid *user)
{
    wchar_t sid[USER_SID_SIZE];
    struct hive_watch hive = {.user = *user};

    if (!utf16_from_utf8(user->text, sid, USER_SID_SIZE))
        return;
    hive.lxss = watch_user_key(watch, sid, WSL_LXSS_PATH, true);
    hive.local_devices = watch_user_key(watch, sid, WSL_LOCAL_DEVICES_PATH, false);
    if (hive.lxss == NULL || hive.local_devices == NULL) {
        key_watch_free(hive.lxss);
        key_watch_free(hive.local_devices);
        return;
    }
    *LIST_ADD(&watch->hives) = hive;
    watch->found |= BIT(EVENT_WSL_CHANGED);
    SetEvent(watch->bell);
}

size_t watch_hives(struct watch *watch)
{
    struct hive_user_list users = {0};

    if (!wsl_hives_list_users(&users, NULL))
        return watch->hives.count;
    for (size_t i = 0; i < users.count; i++) {
        if (!is_hive_watched(watch, &users.items[i]))
            watch_hive(watch, &users.items[i]);
    }
    hive_user_list_clear(&users);
    return watch->hives.count;
}

void watch_release_hive(struct watch *watch, const struct user_sid *user)
{
    for (size_t i = watch->hives.count; i-- > 0;) {
        if (user == NULL || user_sid_equals(&watch->hives.items[i].user, user))
            drop_hive(watch, i);
    }
}

static void CALLBACK on_relay_ended(PTP_CALLBACK_INSTANCE instance, void *context,
                                    PTP_WAIT wait, TP_WAIT_RESULT result)
{
    struct relay_watch *relay = context;

    (void)instance;
    (void)wait;
    (void)result;
    InterlockedExchange(&relay->ended, 1);
    SetEvent(relay->bell);
}

static bool is_named(uint32_t process_id, const uint32_t *process_ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (process_ids[i] == process_id)
            return true;
    }
    return false;
}

static bool is_relay_watched(const struct watch *watch, uint32_t process_id)
{
    for (size_t i = 0; i < watch->relays.count; i++) {
        if (watch->relays.items[i]->process_id == process_id)
            return true;
    }
    return false;
}

static void watch_relay(struct watch *watch, uint32_t process_id)
{
    struct relay_watch *relay;
    HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, process_id);

    if (process == NULL) {
        /* Ended since it was seen: nobody else will say so. Windows' code for "no such id". */
        if (GetLastError() == ERROR_INVALID_PARAMETER) {
            watch->found |= BIT(EVENT_WSL_CHANGED);
            SetEvent(watch->bell);
        }
        return;
    }
    relay = mem_alloc(sizeof *relay);
    relay->process_id = process_id;
    relay->process = process;
    relay->bell = watch->bell;
    relay->wait = CreateThreadpoolWait(on_relay_ended, relay, NULL);
    *LIST_ADD(&watch->relays) = relay;
    if (relay->wait == NULL)
        drop_relay(watch, watch->relays.count - 1);
    else
        SetThreadpoolWait(relay->wait, process, NULL);
}

void watch_relays(struct watch *watch, const uint32_t *process_ids, size_t count)
{
    for (size_t i = watch->relays.count; i-- > 0;) {
        if (!is_named(watch->relays.items[i]->process_id, process_ids, count))
            drop_relay(watch, i);
    }
    for (size_t i = 0; i < count && watch->relays.count < RELAYS_MAX; i++) {
        if (!is_relay_watched(watch, process_ids[i]))
            watch_relay(watch, process_ids[i]);
    }
}
