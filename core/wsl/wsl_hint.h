/*
 * What a user's own program says about that user's WSL: what only the user can ask or read
 * (wslinfo, .wslconfig, a command inside the VM). A hint: it concerns nobody else's rules, and an
 * address in it counts only inside WSL's network (DESIGN.md §6).
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WSL_WSL_HINT_H
#define TIDEGATE_WSL_WSL_HINT_H

#include "core/model/address.h"
#include "core/wsl/networking_mode.h"

#include <stdbool.h>

/* The numbers go over the pipe. */
enum wsl_liveness {
    WSL_LIVENESS_UNKNOWN, /* not asked */
    WSL_LIVENESS_DOWN,    /* `wsl --list --running` names none */
    WSL_LIVENESS_UP
};

struct wsl_hint {
    enum wsl_liveness liveness;
    char vm_id[WSL_VM_ID_SIZE]; /* the VM that `effective` and `address` were asked of, lower case,
                                   no braces; "" not known: of the one that runs */
    enum networking_mode effective; /* wslinfo's answer; UNKNOWN: not asked */
    struct address address;         /* asked inside the VM; ADDRESS_NONE: not asked */
    bool config_known;              /* .wslconfig was read, or is not there */
    enum networking_mode configured; /* when config_known, with policy applied; never WSL1 */
    bool config_is_newer;      /* written after the VM started: it does not apply yet */
    bool localhost_forwarding; /* when config_known; false: no relay tells of a VM */
};

bool wsl_hint_equals(const struct wsl_hint *a, const struct wsl_hint *b);

/* Drops what was asked of a VM, when that one is gone: what is left is the configuration, which the
 * next one reads. */
void wsl_hint_forget_vm(struct wsl_hint *hint);

#endif
