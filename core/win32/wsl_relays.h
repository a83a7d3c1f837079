/*
 * The processes that relay localhost into WSL's VM: one for each user's VM in NAT mode, living
 * exactly as long as it (facts/wsl.md §0.7).
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_WSL_RELAYS_H
#define TIDEGATE_WIN32_WSL_RELAYS_H

#include "core/wsl/wsl.h"

struct wsl_relay {
    uint32_t process_id;
    struct user_sid owner;
    char vm_id[WSL_VM_ID_SIZE];
};

struct wsl_relay_list {
    struct wsl_relay *items;
    size_t count, capacity;
};

/* Appends those running now. A process that ends meanwhile, or cannot be looked into, is left
 * out: like every trace of WSL, a relay is evidence and not a promise. */
void wsl_relays_find(struct wsl_relay_list *out);
void wsl_relay_list_clear(struct wsl_relay_list *list);

/* Fills the relay fields of the traces of the same users. Of several relays of one user, one
 * whose VM the trace names is preferred. */
void wsl_relays_assign(const struct wsl_relay_list *relays, struct wsl_trace_list *traces);

#endif
