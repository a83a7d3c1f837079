/*
 * The seam: everything the core needs from Windows, in the domain's words.
 * core/win32 implements it for real, tests/fake_system.c in memory. Each call that
 * can fail returns false and fills `err`; its outputs are then as they were.
 * All are called on the one thread that decides, and none of them waits for the network,
 * the firewall or WSL, or starts a process.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SYSTEM_H
#define TIDEGATE_SYSTEM_H

#include "core/base/error.h"
#include "core/model/probe.h"
#include "core/model/snapshot.h"
#include "core/store/policy.h"

/* Changes for the firewall's own thread. Its reading may be minutes old when they are carried
 * out, so each removal says what is expected to stand there: a rule of that name that reads
 * differently by then was changed by somebody and stays. */
struct firewall_changes {
    const struct firewall_rule *removals; /* done first */
    size_t removal_count;
    const struct firewall_rule *additions;
    size_t addition_count;
};

struct system {
    void *self;

    /* Reads everything afresh but the listeners; of the firewall, its thread's last reading is
     * given. */
    bool (*observe)(void *self, struct snapshot *out, struct error *err);

    /* Reads what policy sets. What cannot be read is no absent value, but one of another kind. */
    void (*observe_policy)(void *self, struct policy_values *out);

    /* Reads snapshot.listeners: of use only after the changes, and by far the slowest to read. */
    bool (*observe_listeners)(void *self, struct listener_list *out, struct error *err);

    /* Established TCP connections. Read only when a rule is diagnosed. */
    bool (*observe_connections)(void *self, struct connection_list *out,
                                struct error *err);

    /* Whether Windows lets nobody listen there although nobody does: the port lies in an excluded
     * range. Windows has no documented list of these, so this tries; false when in doubt. */
    bool (*port_is_reserved)(void *self, const struct address *address, uint16_t port);

    /* Tries whether something accepts connections there: begins with the first call, and tells with
     * each further one, for which the caller comes again, what became of it, within 2 s. */
    enum probe_result (*probe)(void *self, const struct address *address, uint16_t port);

    /* Both look again right before they act: `expected` is what stood there when it was decided
     * (NULL: nothing). Anything else that stands there by then, well-formed or not, is somebody
     * else's: ERR_CONFLICT, and nothing is changed. */
    bool (*portproxy_write)(void *self, const struct portproxy_entry *entry,
                            const struct portproxy_value *expected, struct error *err);

    /* Success when there is no such value. */
    bool (*portproxy_delete)(void *self, const struct portproxy_key *key,
                             const struct portproxy_value *expected, struct error *err);

    /* Makes the IP Helper read the tables again (SERVICE_CONTROL_PARAMCHANGE). Success, too, when
     * the service is not running: it reads them when it starts. */
    bool (*portproxy_announce)(void *self, struct error *err);

    /* Returns once the tables are on disk (RegFlushKey). */
    bool (*portproxy_flush)(void *self, struct error *err);

    /* Has both firewalls read again: not every change of theirs is announced. The reading shows in
     * a later snapshot, announced by an event. */
    void (*firewall_refresh)(void *self);

    /* Hands the changes over, in place of any that were handed over and not begun, and
     * returns at once; ERR_SYSTEM if the thread is gone. The outcome is seen in later
     * snapshots, each announced by an event. */
    bool (*firewall_change)(void *self, const struct firewall_changes *changes,
                            struct error *err);

    /* Likewise turns scripts' firewall rules off or on, in place of what was asked before and not
     * begun. One that is not there as it is described, on or off, is left alone. */
    bool (*firewall_switch)(void *self, const struct script_rule_switch *switches,
                            size_t count, struct error *err);

    /* Whether somebody needs to know of the Hyper-V firewall, which is not read otherwise: WMI may
     * hang for minutes. */
    void (*hyperv_watch)(void *self, bool watched);

    bool (*ip_helper_start)(void *self, struct error *err);

    /* File name of a process's program, e.g. "nginx.exe"; "" when it cannot be told. */
    void (*program_name)(void *self, uint32_t process_id, char out[PROGRAM_NAME_SIZE]);

    /* Milliseconds that never go back; the zero is arbitrary. */
    uint64_t (*monotonic_ms)(void *self);

    /* Milliseconds since 1970-01-01 UTC. */
    int64_t (*wall_clock_ms)(void *self);

    /* Unpredictable bytes, for ids and tickets. */
    bool (*random_bytes)(void *self, void *out, size_t size, struct error *err);
};

#endif
