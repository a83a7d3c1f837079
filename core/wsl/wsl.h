/*
 * What WSL's own traces mean. WSL writes the VM's address and its network to the
 * registry; the address is in the user's hive and therefore only a hint, bounded by
 * the machine-wide network (facts/wsl.md §1.1, DESIGN.md §6).
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WSL_WSL_H
#define TIDEGATE_WSL_WSL_H

#include "core/model/adapter.h"
#include "core/model/rule.h"
#include "core/wsl/wsl_hint.h"
#include "core/wsl/wsl_policy.h"

#define WSL_TRACE_SIZE 64
#define WSL_VM_CAPACITY 8
#define WSL_NOTE_SIZE 160
#define WSL_EVIDENCE_CAPACITY 8

/* One Windows user's traces, as read; nothing here is trusted. */
struct wsl_trace {
    struct user_sid user;
    bool hive_loaded;                 /* false: signed out, nothing below was read */
    char nat_address[WSL_TRACE_SIZE]; /* HKU\SID\…\Lxss NatIpAddress; "" when missing */
    char vm_ids[WSL_VM_CAPACITY][WSL_VM_ID_SIZE]; /* LocalDevices, GUIDs in lower case */
    size_t vm_count;
    bool relay_found;                 /* wslrelay.exe --mode 1 of this user is running */
    char relay_vm_id[WSL_VM_ID_SIZE]; /* lower case, no braces */
    uint32_t relay_process_id;
    uint32_t distribution_count; /* registered ones; 0 also when that cannot be told */
    bool has_wsl2;               /* one of these is of WSL 2 (Flags & 8) */
    bool default_is_wsl1;        /* the one that is started when none is named is not */
    bool seen_running; /* the engine's memory: a relay or VM of this user was seen, and no
                          address has been written since both went away */
    bool relay_overdue; /* likewise: the VM announced now is older than any relay would be */
    bool has_hint; /* likewise: what the user's own program said, as far as it still holds */
    struct wsl_hint hint;
};

struct wsl_trace_list {
    struct wsl_trace *items;
    size_t count, capacity;
};

/* Whether Windows says that WSL is installed: the MSI's key, or the service of either WSL. */
enum wsl_presence { WSL_PRESENCE_UNKNOWN, WSL_PRESENCE_NONE, WSL_PRESENCE_INSTALLED };

/* Machine-wide traces. */
struct wsl_machine {
    char nat_network[WSL_TRACE_SIZE]; /* HKLM\…\Lxss NatNetwork, e.g. "172.28.208.0/20" */
    char nat_gateway[WSL_TRACE_SIZE]; /* HKLM\…\Lxss NatGatewayIpAddress */
    enum wsl_presence presence;
    struct wsl_policy policy;
};

/* The numbers go over the pipe. */
enum wsl_state {
    WSL_UNKNOWN,
    WSL_STOPPED,
    WSL_RUNNING,
    WSL_SIGNED_OUT,
    WSL_ABSENT, /* not installed, and nothing speaks against that */
    WSL_STATE_COUNT
};

/* What follows for one user. */
struct wsl_view {
    struct user_sid user;
    enum wsl_state state;
    enum networking_mode mode;
    bool address_known;
    struct address address;         /* when address_known */
    char problem[WSL_NOTE_SIZE];    /* why the address is not usable, in English; or "" */
    struct message problem_message; /* the same for users, or MESSAGE_NONE */
    char evidence[WSL_EVIDENCE_CAPACITY][WSL_NOTE_SIZE];
    size_t evidence_count;
    bool look_again; /* a VM was announced but its relay is not there yet (DESIGN.md §6) */
};

struct wsl_view_list {
    struct wsl_view *items;
    size_t count, capacity;
};

const char *wsl_state_name(enum wsl_state state);

/*
 * Pure. `adapters` are this PC's addresses. "Stopped" is said only with evidence: the gateway is
 * on no adapter (no NAT network since Windows started), or a relay or VM was seen earlier and is
 * gone. With guiApplications=false and localhostForwarding=false WSL leaves neither, so their
 * absence alone means "unknown".
 */
void wsl_infer(const struct wsl_machine *machine, const struct wsl_trace *trace,
               const struct adapter_list *adapters, struct wsl_view *out);

/* "{ABC…}", "abc…": GUIDs compare without braces and case; false if it is no GUID. */
bool wsl_vm_id_parse(const char *text, char out[WSL_VM_ID_SIZE]);

/* Whether a wslrelay.exe command line is the NAT relay ("--mode 1", facts/wsl.md §0.7) and
 * for which VM. Debug console, container and KD relays use the same program. */
bool wsl_relay_command_parse(const char *command_line, char vm_id[WSL_VM_ID_SIZE]);

const struct wsl_view *wsl_view_list_find(const struct wsl_view_list *list,
                                          const struct user_sid *user);

#endif
