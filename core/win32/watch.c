/*
 * Waits for everything that may change what forwards must be. Thread-pool waits mark what fired
 * and ring one bell; the loop's thread re-arms.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/watch.h"

#include "core/base/mem.h"
#include "core/engine/engine.h"
#include "core/win32/hive_watch.h"
#include "core/win32/key_watch.h"
#include "core/win32/policy_key.h"
#include "core/win32/relay_watch.h"
#include "core/win32/service_watch.h"
#include "core/win32/wsl_hives.h"

#include <winsock2.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>

#define SERVICES L"SYSTEM\\CurrentControlSet\\Services\\"

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
    {POLICY_KEY_PATH, false, EVENT_POLICY_CHANGED},
    {WSL_LXSS_PATH, false, EVENT_WSL_CHANGED},
    /* The start type, which is no state: "disabled" must be seen. */
    {SERVICES L"iphlpsvc", false, EVENT_SERVICE_CHANGED},
};

#define MACHINE_KEY_COUNT (sizeof machine_keys / sizeof machine_keys[0])

struct watch {
    HANDLE bell; /* auto-reset */
    struct key_watch *machine[MACHINE_KEY_COUNT];
    struct service_watch *services;
    HANDLE addresses; /* of NotifyUnicastIpAddressChange */
    volatile LONG address_changed;
    unsigned found; /* events seen on the loop's own thread, for the next take */

    struct hive_watch_list hives;
    struct relay_watch_list relays;
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
    relay_watch_list_clear(&watch->relays);
    hive_watch_list_release(&watch->hives, NULL);
    if (watch->bell != NULL)
        CloseHandle(watch->bell);
    mem_free(watch);
}

HANDLE watch_event(const struct watch *watch)
{
    return watch->bell;
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
    if (hive_watch_list_take(&watch->hives) | relay_watch_list_take(&watch->relays))
        events |= BIT(EVENT_WSL_CHANGED);
    return events;
}

/* Something that no notification will tell. */
static void announce(struct watch *watch, enum engine_event event)
{
    watch->found |= BIT(event);
    SetEvent(watch->bell);
}

size_t watch_hives(struct watch *watch)
{
    if (hive_watch_list_find(&watch->hives, watch->bell) > 0)
        announce(watch, EVENT_WSL_CHANGED);
    return watch->hives.count;
}

void watch_release_hive(struct watch *watch, const struct user_sid *user)
{
    hive_watch_list_release(&watch->hives, user);
}

void watch_relays(struct watch *watch, const uint32_t *process_ids, size_t count)
{
    if (!relay_watch_list_set(&watch->relays, watch->bell, process_ids, count))
        announce(watch, EVENT_WSL_CHANGED);
}
