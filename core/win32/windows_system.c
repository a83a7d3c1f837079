/*
 * The seam's Windows side, joined from its parts.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/windows_system.h"

#include "core/base/mem.h"
#include "core/win32/connect_probe.h"
#include "core/win32/firewall_thread.h"
#include "core/win32/ip_helper.h"
#include "core/win32/network_tables.h"
#include "core/win32/policy_key.h"
#include "core/win32/portproxy_tables.h"
#include "core/win32/process_facts.h"
#include "core/win32/wsl_hives.h"
#include "core/win32/wsl_relays.h"

#include <ntsecapi.h>

/* From 1601 to 1970, in the units of FILETIME. */
#define EPOCH_OFFSET 116444736000000000
#define TICKS_PER_MS 10000

struct windows_system {
    struct system seam;
    struct firewall_thread *firewall; /* owned */
    struct connect_probes probes;
};

static bool read_wsl(struct snapshot *snapshot, struct error *err)
{
    struct wsl_relay_list relays = {0};

    wsl_hives_read_machine(&snapshot->wsl_machine);
    if (!wsl_hives_read(&snapshot->wsl_traces, err))
        return false;
    wsl_relays_find(&relays);
    wsl_relays_assign(&relays, &snapshot->wsl_traces);
    wsl_relay_list_clear(&relays);
    return true;
}

static bool observe(void *context, struct snapshot *out, struct error *err)
{
    struct windows_system *self = context;
    struct snapshot snapshot = {0};

    if (!portproxy_tables_read(&snapshot.portproxy, &snapshot.malformed_count, err) ||
        !network_tables_read_adapters(&snapshot.adapters, err) ||
        !ip_helper_query(&snapshot.ip_helper, err) || !read_wsl(&snapshot, err)) {
        snapshot_clear(&snapshot);
        return false;
    }
    firewall_thread_state(self->firewall, &snapshot.firewall);
    connect_probes_expire(&self->probes);
    *out = snapshot;
    return true;
}

static void observe_policy(void *context, struct policy_values *out)
{
    (void)context;
    policy_key_read(out);
}

static bool observe_listeners(void *context, struct listener_list *out, struct error *err)
{
    (void)context;
    return network_tables_read_listeners(out, err);
}

static bool observe_connections(void *context, struct connection_list *out,
                                struct error *err)
{
    (void)context;
    return network_tables_read_connections(out, err);
}

static bool port_is_reserved(void *context, const struct address *address, uint16_t port)
{
    (void)context;
    return network_tables_port_is_reserved(address, port);
}

static enum probe_result probe(void *context, const struct address *address, uint16_t port)
{
    struct windows_system *self = context;

    return connect_probes_ask(&self->probes, address, port);
}

static bool write_portproxy(void *context, const struct portproxy_entry *entry,
                            const struct portproxy_value *expected, struct error *err)
{
    (void)context;
    return portproxy_tables_write(entry, expected, err);
}

static bool delete_portproxy(void *context, const struct portproxy_key *key,
                             const struct portproxy_value *expected, struct error *err)
{
    (void)context;
    return portproxy_tables_delete(key, expected, err);
}

static bool announce_portproxy(void *context, struct error *err)
{
    (void)context;
    return ip_helper_announce(err);
}

static bool flush_portproxy(void *context, struct error *err)
{
    (void)context;
    return portproxy_tables_flush(err);
}

static void refresh_firewall(void *context)
{
    windows_system_refresh_firewall(context);
}

static bool change_firewall(void *context, const struct firewall_changes *changes,
                            struct error *err)
{
    struct windows_system *self = context;

    return firewall_thread_change(self->firewall, changes, err);
}

static bool switch_firewall(void *context, const struct script_rule_switch *switches,
                            size_t count, struct error *err)
{
    struct windows_system *self = context;

    return firewall_thread_switch(self->firewall, switches, count, err);
}

static void watch_hyperv(void *context, bool watched)
{
    struct windows_system *self = context;

    firewall_thread_watch_hyperv(self->firewall, watched);
}

static bool start_ip_helper(void *context, struct error *err)
{
    (void)context;
    return ip_helper_start(err);
}

static void name_program(void *context, uint32_t process_id, char out[PROGRAM_NAME_SIZE])
{
    (void)context;
    process_program_name(process_id, out, PROGRAM_NAME_SIZE);
}

static uint64_t read_monotonic_ms(void *context)
{
    (void)context;
    return GetTickCount64();
}

static int64_t read_wall_clock_ms(void *context)
{
    FILETIME now;
    ULARGE_INTEGER ticks;

    (void)context;
    GetSystemTimeAsFileTime(&now);
    ticks.LowPart = now.dwLowDateTime;
    ticks.HighPart = now.dwHighDateTime;
    return ((int64_t)ticks.QuadPart - EPOCH_OFFSET) / TICKS_PER_MS;
}

static bool fill_random(void *context, void *out, size_t size, struct error *err)
{
    (void)context;
    if (!RtlGenRandom(out, (ULONG)size))
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(ERROR_GEN_FAILURE),
                                "get %zu random bytes", size);
    return true;
}

struct windows_system *windows_system_new(HANDLE firewall_news, struct error *err)
{
    struct windows_system *self = mem_alloc(sizeof *self);

    self->seam = (struct system){
        .self = self,
        .observe = observe,
        .observe_policy = observe_policy,
        .observe_listeners = observe_listeners,
        .observe_connections = observe_connections,
        .port_is_reserved = port_is_reserved,
        .probe = probe,
        .portproxy_write = write_portproxy,
        .portproxy_delete = delete_portproxy,
        .portproxy_announce = announce_portproxy,
        .portproxy_flush = flush_portproxy,
        .firewall_refresh = refresh_firewall,
        .firewall_change = change_firewall,
        .firewall_switch = switch_firewall,
        .hyperv_watch = watch_hyperv,
        .ip_helper_start = start_ip_helper,
        .program_name = name_program,
        .monotonic_ms = read_monotonic_ms,
        .wall_clock_ms = read_wall_clock_ms,
        .random_bytes = fill_random,
    };
    self->firewall = firewall_thread_new(firewall_news, err);
    if (self->firewall != NULL)
        return self;
    mem_free(self);
    return NULL;
}

const struct system *windows_system_seam(struct windows_system *self)
{
    return &self->seam;
}

void windows_system_refresh_firewall(struct windows_system *self)
{
    firewall_thread_refresh(self->firewall);
}

void windows_system_free(struct windows_system *self)
{
    if (self == NULL)
        return;
    firewall_thread_free(self->firewall);
    connect_probes_clear(&self->probes);
    mem_free(self);
}
