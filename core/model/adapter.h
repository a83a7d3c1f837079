/*
 * This PC's network interfaces and their addresses. ("adapter" because Windows headers
 * turn `interface` into a macro.)
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_MODEL_ADAPTER_H
#define TIDEGATE_MODEL_ADAPTER_H

#include "core/model/address.h"
#include "core/model/rule.h"

#define ADAPTER_ADDRESS_CAPACITY 16

struct adapter {
    char name[RULE_INTERFACE_NAME_SIZE]; /* as Windows shows it: "Wi-Fi", "Ethernet 2" */
    bool is_up;
    struct prefix on_link[ADAPTER_ADDRESS_CAPACITY]; /* the prefix each address is in */
    struct address addresses[ADAPTER_ADDRESS_CAPACITY];
    size_t address_count;
};

struct adapter_list {
    struct adapter *items;
    size_t count, capacity;
};

/* Names compare without ASCII case, as Windows does. Borrowed, or NULL. */
const struct adapter *adapter_list_find(const struct adapter_list *list, const char *name);

/* Whether the address is one of this PC's own (any adapter), or loopback. */
bool adapter_list_has_address(const struct adapter_list *list,
                              const struct address *address);

/* Whether a rule that follows the address's interface listens on it: not on link-local IPv6, which
 * needs a zone. */
bool adapter_address_is_followed(const struct address *address);
void adapter_list_clear(struct adapter_list *list);

#endif
