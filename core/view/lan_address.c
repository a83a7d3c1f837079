/*
 * Under which address others on the local network reach a rule.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/lan_address.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <string.h>

/* Well-known services that are no web servers: a browser could make nothing of them. */
static const uint16_t other_ports[] = {
    21,  22,   23,   25,   53,   110,  143,  389,  445,  465,  587,  636,   993,
    995, 1433, 1521, 1883, 3306, 3389, 5432, 5672, 5900, 6379, 9092, 11211, 27017};

static bool is_web_port(uint16_t port)
{
    for (size_t i = 0; i < sizeof other_ports / sizeof *other_ports; i++) {
        if (other_ports[i] == port)
            return false;
    }
    return true;
}

enum adapter_kind adapter_kind_of(bool is_lan, const char *name, const char *description)
{
    if (!is_lan || strstr(name, "(WSL") != NULL ||
        strstr(name, "(Default Switch)") != NULL)
        return ADAPTER_OTHER;
    if (strncmp(name, "vEthernet", strlen("vEthernet")) == 0 ||
        strstr(description, "Hyper-V Virtual") != NULL)
        return ADAPTER_VIRTUAL_SWITCH;
    if (strstr(description, "VirtualBox") != NULL ||
        strstr(description, "VMware") != NULL || strstr(description, "TAP-") != NULL ||
        strstr(description, "Tunnel") != NULL)
        return ADAPTER_OTHER;
    return ADAPTER_NETWORK;
}

static bool is_link_local(const struct address *address)
{
    return address->family == ADDRESS_IPV4
               ? address->bytes[0] == 169 && address->bytes[1] == 254
               : address->bytes[0] == 0xFE && (address->bytes[1] & 0xC0) == 0x80;
}

/* Link-local IPv6 would need a zone, which is another PC's business. */
static bool is_reachable(const struct address *address)
{
    return address->family != ADDRESS_NONE && !address_is_any(address) &&
           !address_is_loopback(address) && !address_is_multicast(address) &&
           !is_link_local(address);
}

static const struct address *first_address(const struct adapter *adapter,
                                           enum address_family family)
{
    for (size_t i = 0; i < adapter->address_count; i++) {
        if (adapter->addresses[i].family == family && is_reachable(&adapter->addresses[i]))
            return &adapter->addresses[i];
    }
    return NULL;
}

/* Several items may bear one adapter's name, and hold a part of its addresses each. */
static const struct address *of_interface(const struct lan_adapter_list *adapters,
                                          const char *name, enum address_family family)
{
    for (size_t i = 0; i < adapters->count; i++) {
        const struct adapter *adapter = &adapters->items[i].adapter;
        const struct address *address =
            adapter->is_up && ascii_equals_ignoring_case(adapter->name, name)
                ? first_address(adapter, family)
                : NULL;

        if (address != NULL)
            return address;
    }
    return NULL;
}

static const struct address *of_kind(const struct lan_adapter_list *adapters,
                                     enum adapter_kind kind, bool has_gateway,
                                     enum address_family family)
{
    for (size_t i = 0; i < adapters->count; i++) {
        const struct lan_adapter *item = &adapters->items[i];
        const struct address *address =
            item->adapter.is_up && item->has_gateway == has_gateway && item->kind == kind
                ? first_address(&item->adapter, family)
                : NULL;

        if (address != NULL)
            return address;
    }
    return NULL;
}

/* A network without a router is a last resort: VPNs and cables between two PCs look like it. */
static const struct address *of_this_pc(const struct lan_adapter_list *adapters,
                                        enum address_family family)
{
    const struct address *address = of_kind(adapters, ADAPTER_NETWORK, true, family);

    if (address == NULL)
        address = of_kind(adapters, ADAPTER_VIRTUAL_SWITCH, true, family);
    if (address == NULL)
        address = of_kind(adapters, ADAPTER_NETWORK, false, family);
    return address;
}

static const struct address *find_address(const struct rule_listen *listen,
                                          const struct lan_adapter_list *adapters)
{
    const struct address *address;

    switch (listen->kind) {
    case LISTEN_ANY:
        return of_this_pc(adapters, ADDRESS_IPV4);
    case LISTEN_ADDRESS:
        if (address_is_any(&listen->address))
            return of_this_pc(adapters, listen->address.family);
        return is_reachable(&listen->address) ? &listen->address : NULL;
    case LISTEN_INTERFACE:
        address = of_interface(adapters, listen->interface_name, ADDRESS_IPV4);
        return address != NULL
                   ? address
                   : of_interface(adapters, listen->interface_name, ADDRESS_IPV6);
    }
    return NULL;
}

static void format_address(const struct address *address, uint16_t port,
                           struct lan_address *out)
{
    const bool is_secure = port == 443 || port == 8443;
    struct text text = TEXT_OVER(out->text);
    char host[ADDRESS_TEXT_SIZE];

    address_format(address, host);
    out->is_web = is_web_port(port);
    if (out->is_web)
        text_append(&text, is_secure ? "https://" : "http://");
    text_append_format(&text, address->family == ADDRESS_IPV6 ? "[%s]" : "%s", host);
    if (port != (is_secure ? 443 : 80))
        text_append_format(&text, ":%u", (unsigned)port);
}

struct lan_address lan_address_of(const struct report_rule *item,
                                  const struct lan_adapter_list *adapters)
{
    const struct rule *rule = &item->rule;
    const struct address *address = find_address(&rule->listen, adapters);
    /* WSL 1 and VirtioProxy listen on this PC's addresses themselves: nothing is forwarded. */
    const uint16_t port = item->status.state == RULE_STATE_NOT_NEEDED
                              ? rule->connect.first_port
                              : rule->listen.first_port;
    struct lan_address result = {0};

    /* A bridged WSL has addresses of its own, which nobody here knows. */
    if (rule->enabled && address != NULL && item->status.reason != REASON_MODE_BRIDGED)
        format_address(address, port, &result);
    return result;
}

void lan_adapter_list_clear(struct lan_adapter_list *list)
{
    LIST_CLEAR(list);
}
