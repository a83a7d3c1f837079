/*
 * What a user's own program says about that user's WSL.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/wsl_hint.h"

#include <string.h>

bool wsl_hint_equals(const struct wsl_hint *a, const struct wsl_hint *b)
{
    return a->liveness == b->liveness && strcmp(a->vm_id, b->vm_id) == 0 &&
           a->effective == b->effective && address_equals(&a->address, &b->address) &&
           a->config_known == b->config_known && a->configured == b->configured &&
           a->config_is_newer == b->config_is_newer &&
           a->localhost_forwarding == b->localhost_forwarding;
}

void wsl_hint_forget_vm(struct wsl_hint *hint)
{
    hint->liveness = WSL_LIVENESS_UNKNOWN;
    hint->vm_id[0] = '\0';
    hint->effective = NETWORKING_MODE_UNKNOWN;
    hint->address = (struct address){0};
    hint->config_is_newer = false;
}
