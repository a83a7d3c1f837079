/*
 * Which networking mode a user's WSL is in, from evidence. WSL tells nobody but a command inside
 * the VM, and may be in another mode than .wslconfig asks for (facts/wsl.md §5.4).
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WSL_NETWORKING_MODE_H
#define TIDEGATE_WSL_NETWORKING_MODE_H

#include "core/base/message.h"

#include <stdbool.h>

#define WSL_VM_ID_SIZE 37

/* The numbers go over the pipe: none is ever changed. */
enum networking_mode {
    NETWORKING_MODE_UNKNOWN,
    NETWORKING_MODE_NAT,
    NETWORKING_MODE_MIRRORED,
    NETWORKING_MODE_VIRTIOPROXY,
    NETWORKING_MODE_BRIDGED,
    NETWORKING_MODE_NONE,
    NETWORKING_MODE_WSL1, /* no VM: Linux programs use this PC's own sockets */
    NETWORKING_MODE_COUNT
};

const char *networking_mode_name(enum networking_mode mode); /* stable, for scripts */
enum message_id networking_mode_message(enum networking_mode mode);

/* What `wslinfo --networking-mode` prints, with or without a line end; "consomme" is VirtioProxy's
 * name since WSL 2.9. UNKNOWN for anything else. */
enum networking_mode networking_mode_parse(const char *text);

/* What speaks for a mode, of one user. */
struct mode_evidence {
    bool vm_announced; /* LocalDevices has a GUID; after a power loss it may be an old one */
    bool relay_runs;    /* wslrelay.exe --mode 1 */
    bool relay_awaited; /* the VM may be too young for one */
    bool gateway_is_up; /* WSL's gateway address is on an adapter: a NAT network since boot */
    bool address_is_good; /* NatIpAddress can be a VM's; it is kept in every other mode */
    bool wsl1_only;       /* the user has distributions, and none is of WSL 2 */
    bool default_is_wsl1; /* the distribution that is started when none is named */
    enum networking_mode told; /* wslinfo, of this very VM; UNKNOWN: not asked */
    enum networking_mode
        configured;      /* by .wslconfig and policy, as this VM read them; UNKNOWN: not
                                        known */
    bool relay_expected; /* ... and it has localhostForwarding */
};

/* Pure. `why` (may be NULL) takes what decided, in English, static. */
enum networking_mode networking_mode_infer(const struct mode_evidence *evidence,
                                           const char **why);

#endif
