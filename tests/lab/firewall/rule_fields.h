/*
 * One firewall rule as plain values, and its text form in the registry (MS-GPFAS 2.2).
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_LAB_RULE_FIELDS_H
#define TIDEGATE_LAB_RULE_FIELDS_H

#include <stdbool.h>
#include <wchar.h>

enum {
    PROTOCOL_TCP = 6,
    PROTOCOL_UDP = 17,
    PROTOCOL_ANY = 256,
    PROFILES_ALL = 0x7fffffff,
};

enum rule_text {
    RULE_NAME,
    RULE_DESCRIPTION,
    RULE_APPLICATION,
    RULE_SERVICE,
    RULE_GROUPING,
    RULE_LOCAL_PORTS, /* comma list; empty means any */
    RULE_REMOTE_PORTS,
    RULE_LOCAL_ADDRESSES, /* comma list; empty means any */
    RULE_REMOTE_ADDRESSES,
    RULE_INTERFACE_TYPES,
    RULE_ICMP_TYPES,
    RULE_FOREIGN, /* fields of the text form that are kept as they were */
    RULE_TEXT_COUNT
};

/* A zeroed one is valid; rule_fields_clear() frees it. */
struct rule_fields {
    wchar_t id[128]; /* the registry value's name; empty: not in the list */
    wchar_t *text[RULE_TEXT_COUNT];
    long protocol;
    long profiles;
    bool allow;
    bool inbound;
    bool active;
    bool edge_traversal;
};

/* The defaults of a new NetFwRule object. */
void rule_fields_init(struct rule_fields *rule);
void rule_fields_clear(struct rule_fields *rule);
void rule_fields_copy(struct rule_fields *to, const struct rule_fields *from);

/* Never NULL. */
const wchar_t *rule_fields_text(const struct rule_fields *rule, enum rule_text field);
void rule_fields_set_text(struct rule_fields *rule, enum rule_text field,
                          const wchar_t *text);

/* False if the text is no rule. `rule` must be cleared or zeroed. */
bool rule_fields_parse(struct rule_fields *rule, const wchar_t *text);

/* The caller frees the result. */
wchar_t *rule_fields_print(const struct rule_fields *rule);

#endif
