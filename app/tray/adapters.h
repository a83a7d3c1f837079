/*
 * Names of this PC's network interfaces, for the rule editor's list.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_ADAPTERS_H
#define TIDEGATE_TRAY_ADAPTERS_H

#include "core/model/rule.h"

struct adapter_names {
    char (*items)[RULE_INTERFACE_NAME_SIZE]; /* as Windows shows them: "Wi-Fi" */
    size_t count, capacity;
};

/* Without loopback; an empty list when Windows does not tell. `out` is empty. */
void adapter_names_read(struct adapter_names *out);

/* Adds a name that is not there yet. */
void adapter_names_add(struct adapter_names *names, const char *name);
void adapter_names_clear(struct adapter_names *names);

#endif
