/*
 * Where a rule can listen, to choose from by name.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/listen_places.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <string.h>

/* fe80::/10 needs a zone, which a portproxy entry cannot have; 169.254/16 means no address. */
static bool is_link_local(const struct address *address)
{
    if (address->family == ADDRESS_IPV4)
        return address->bytes[0] == 169 && address->bytes[1] == 254;
    return address->bytes[0] == 0xfe && (address->bytes[1] & 0xc0) == 0x80;
}

static bool is_offered(const struct address *address)
{
    return !address_is_loopback(address) && !is_link_local(address);
}

/* What is shown for the interface: its first IPv4 address, else its first. */
static const struct address *main_address(const struct adapter *adapter)
{
    const struct address *found = NULL;

    for (size_t i = 0; i < adapter->address_count; i++) {
        const struct address *address = &adapter->addresses[i];

        if (is_offered(address) && (found == NULL || (found->family == ADDRESS_IPV6 &&
                                                      address->family == ADDRESS_IPV4)))
            found = address;
    }
    return found;
}

static bool is_loopback_only(const struct adapter *adapter)
{
    for (size_t i = 0; i < adapter->address_count; i++) {
        if (!address_is_loopback(&adapter->addresses[i]))
            return false;
    }
    return adapter->address_count > 0;
}

static bool has_interface(const struct listen_places *places, const char *name)
{
    for (size_t i = 0; i < places->count; i++) {
        if (places->items[i].kind == PLACE_INTERFACE &&
            ascii_equals_ignoring_case(places->items[i].interface_name, name))
            return true;
    }
    return false;
}

static void add_interface(struct listen_places *places, const char *name,
                          const struct address *address)
{
    struct listen_place *place;

    if (has_interface(places, name))
        return;
    place = LIST_ADD(places);
    place->kind = PLACE_INTERFACE;
    (void)text_copy(place->interface_name, sizeof place->interface_name, name);
    if (address != NULL)
        address_format(address, place->address);
}

/* Those that have an address come first. */
static void add_interfaces(struct listen_places *places,
                           const struct adapter_list *adapters, bool with_address)
{
    for (size_t i = 0; i < adapters->count; i++) {
        const struct adapter *adapter = &adapters->items[i];
        const struct address *address = main_address(adapter);

        if (adapter->name[0] != '\0' && !is_loopback_only(adapter) &&
            (address != NULL) == with_address)
            add_interface(places, adapter->name, address);
    }
}

static void add_addresses(struct listen_places *places,
                          const struct adapter_list *adapters, enum address_family family)
{
    for (size_t i = 0; i < adapters->count; i++) {
        const struct adapter *adapter = &adapters->items[i];

        for (size_t j = 0; j < adapter->address_count; j++) {
            if (adapter->addresses[j].family != family ||
                !is_offered(&adapter->addresses[j]))
                continue;

            struct listen_place *place = LIST_ADD(places);

            place->kind = PLACE_TYPED;
            address_format(&adapter->addresses[j], place->address);
        }
    }
}

void listen_places_build(const struct adapter_list *adapters,
                         const struct rule_listen *chosen, struct listen_places *out)
{
    LIST_ADD(out)->kind = PLACE_ANY;
    LIST_ADD(out)->kind = PLACE_ANY_IPV6;
    add_interfaces(out, adapters, true);
    add_interfaces(out, adapters, false);
    if (chosen != NULL && chosen->kind == LISTEN_INTERFACE)
        add_interface(out, chosen->interface_name, NULL);
    add_addresses(out, adapters, ADDRESS_IPV4);
    add_addresses(out, adapters, ADDRESS_IPV6);
}

bool listen_places_equal(const struct listen_places *a, const struct listen_places *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (a->items[i].kind != b->items[i].kind ||
            strcmp(a->items[i].interface_name, b->items[i].interface_name) != 0 ||
            strcmp(a->items[i].address, b->items[i].address) != 0)
            return false;
    }
    return true;
}

static bool names(const struct rule_form *form, const struct listen_place *place)
{
    if (form->listen_place == PLACE_TYPED)
        return form->listen_text[0] != '\0' &&
               (ascii_equals_ignoring_case(form->listen_text, place->interface_name) ||
                (place->kind == PLACE_TYPED &&
                 ascii_equals_ignoring_case(form->listen_text, place->address)));
    return form->listen_place == place->kind &&
           (place->kind != PLACE_INTERFACE ||
            ascii_equals_ignoring_case(form->listen_text, place->interface_name));
}

size_t listen_places_find(const struct listen_places *places, const struct rule_form *form)
{
    size_t at = 0;

    while (at < places->count && !names(form, &places->items[at]))
        at++;
    return at;
}

void listen_place_choose(const struct listen_place *place, struct rule_form *form)
{
    form->listen_place = place->kind;
    (void)text_copy(form->listen_text, sizeof form->listen_text,
                    place->kind == PLACE_INTERFACE ? place->interface_name
                                                   : place->address);
}

void listen_places_clear(struct listen_places *places)
{
    LIST_CLEAR(places);
}
