/*
 * Where a rule can listen, to choose from by name: everywhere, at an interface whose address is
 * followed, or at one of this PC's own addresses.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_LISTEN_PLACES_H
#define TIDEGATE_VIEW_LISTEN_PLACES_H

#include "core/model/adapter.h"
#include "core/view/rule_form.h"

struct listen_place {
    enum form_place kind;                          /* PLACE_TYPED: this address only */
    char interface_name[RULE_INTERFACE_NAME_SIZE]; /* PLACE_INTERFACE */
    char address[ADDRESS_TEXT_SIZE]; /* PLACE_TYPED; or where the interface is now, "" nowhere */
};

struct listen_places {
    struct listen_place *items;
    size_t count, capacity;
};

/*
 * All addresses, all IPv6 addresses, the interfaces, this PC's addresses. Left out are loopback
 * and link-local addresses, and interfaces that only have a loopback one. `chosen` (may be NULL):
 * its interface is there even when this PC has it no more. `out` is empty.
 */
void listen_places_build(const struct adapter_list *adapters,
                         const struct rule_listen *chosen, struct listen_places *out);
bool listen_places_equal(const struct listen_places *a, const struct listen_places *b);

/* The place a form names, or the count when it is none of them. An interface or an address may
 * have been typed. */
size_t listen_places_find(const struct listen_places *places,
                          const struct rule_form *form);

/* Has the form name the place. */
void listen_place_choose(const struct listen_place *place, struct rule_form *form);
void listen_places_clear(struct listen_places *places);

#endif
