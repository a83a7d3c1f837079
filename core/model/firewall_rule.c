/*
 * Our firewall rules, and comparing them with what COM gives back.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/firewall_rule.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <assert.h>
#include <string.h>

/* As in Windows' own rule for a listener of this service, CoreNet-Teredo-In. */
#define IP_HELPER_PROGRAM "%SystemRoot%\\system32\\svchost.exe"
#define IP_HELPER_SERVICE "iphlpsvc"

#define OUTBOUND_PREFIX FIREWALL_GROUPING " outbound "

#define REMOTES_MAX 64 /* parts of an address list that are compared */
#define NETWORKS_MAX 32

/* In place of a list with nothing in it, which would mean everything. */
#define LOOPBACK_ONLY "127.0.0.1"

void firewall_rule_name(enum firewall_kind kind, const struct rule_id *id,
                        char out[FIREWALL_NAME_SIZE])
{
    struct text text = text_over(out, FIREWALL_NAME_SIZE);

    text_append_format(&text, "Tidegate%c%s", kind == FIREWALL_HYPERV ? '-' : ' ',
                       id->text);
}

void firewall_rule_outbound_name(const struct rule_id *id, char out[FIREWALL_NAME_SIZE])
{
    struct text text = text_over(out, FIREWALL_NAME_SIZE);

    text_append_format(&text, OUTBOUND_PREFIX "%s", id->text);
}

static bool is_any(const char *text)
{
    return text[0] == '\0' || strcmp(text, "*") == 0;
}

/* Windows gives the path expanded or not, as it was written. */
static bool is_service_host(const char *program)
{
    static const char name[] = "\\svchost.exe";
    const size_t length = strlen(program);

    return length >= strlen(name) &&
           ascii_equals_ignoring_case(program + length - strlen(name), name);
}

bool firewall_rule_lets_helper_out(const struct firewall_rule *rule)
{
    return rule->enabled && !rule->inbound && rule->allow &&
           (rule->protocol == FIREWALL_TCP || rule->protocol == FIREWALL_ANY_PROTOCOL) &&
           is_any(rule->local_ports) && is_any(rule->remote_ports) &&
           is_any(rule->local_addresses) && is_any(rule->remote_addresses) &&
           (is_any(rule->program) || is_service_host(rule->program)) &&
           (is_any(rule->service) ||
            ascii_equals_ignoring_case(rule->service, IP_HELPER_SERVICE));
}

/* As many as the rule has, from the first. */
static void format_ports(const struct rule *rule, unsigned first, struct text *out)
{
    const unsigned last = first + (unsigned)rule_port_count(rule) - 1;

    text_append_format(out, "%u", first);
    if (last != first)
        text_append_format(out, "-%u", last);
}

static void format_remotes(const struct rule_scope *scope, struct text *out)
{
    if (scope->remote == REMOTE_LOCAL_SUBNET)
        text_append(out, "LocalSubnet");
    else if (scope->remote == REMOTE_ANY)
        text_append(out, "*");
    else
        for (size_t i = 0; i < scope->remote_count; i++) {
            char prefix[PREFIX_TEXT_SIZE];

            prefix_format(&scope->remotes[i], prefix);
            text_append_format(out, "%s%s", i > 0 ? "," : "", prefix);
        }
}

/* What all have. */
static struct firewall_rule new_rule(enum firewall_kind kind)
{
    return (struct firewall_rule){
        .kind = kind,
        .grouping = FIREWALL_GROUPING,
        .enabled = true,
        .allow = true,
        .protocol = FIREWALL_TCP,
        .local_addresses = "*",
    };
}

static struct firewall_rule make_inbound(enum firewall_kind kind, const struct rule *rule)
{
    struct firewall_rule made = new_rule(kind);
    struct text ports = TEXT_OVER(made.local_ports);
    struct text remotes = TEXT_OVER(made.remote_addresses);

    assert(rule->scope.profiles != 0);
    made.inbound = true;
    firewall_rule_name(kind, &rule->id, made.name);
    format_ports(rule, rule->listen.first_port, &ports);
    format_remotes(&rule->scope, &remotes);
    return made;
}

static void name_ip_helper(struct firewall_rule *rule)
{
    text_copy(rule->program, sizeof rule->program, IP_HELPER_PROGRAM);
    text_copy(rule->service, sizeof rule->service, IP_HELPER_SERVICE);
}

void firewall_rule_for(const struct rule *rule, struct firewall_rule *out)
{
    struct firewall_rule made = make_inbound(FIREWALL_HOST, rule);

    made.profiles = rule->scope.profiles;
    name_ip_helper(&made);
    *out = made;
}

void firewall_rule_for_outbound(const struct rule *rule, const struct prefix *remote,
                                struct firewall_rule *out)
{
    struct firewall_rule made = new_rule(FIREWALL_HOST);
    struct text ports = TEXT_OVER(made.remote_ports);

    made.profiles = PROFILE_MASK;
    firewall_rule_outbound_name(&rule->id, made.name);
    format_ports(rule, rule->connect.first_port, &ports);
    prefix_format(remote, made.remote_addresses);
    name_ip_helper(&made);
    *out = made;
}

/* A network, and no single address: those are routes and tunnels. */
static bool is_network(const struct prefix *prefix)
{
    return (prefix->network.family == ADDRESS_IPV4 && prefix->length < 32) ||
           (prefix->network.family == ADDRESS_IPV6 && prefix->length < 128);
}

/* A part that does not fit is left out whole: half of one would be another network. */
static void add_network(const struct prefix *prefix, struct prefix *seen, size_t *count,
                        struct text *out)
{
    char part[PREFIX_TEXT_SIZE];

    for (size_t i = 0; i < *count; i++) {
        if (prefix_equals(&seen[i], prefix))
            return;
    }
    prefix_format(prefix, part);
    if (*count == NETWORKS_MAX || out->length + strlen(part) + 2 > out->capacity)
        return;
    text_append_format(out, "%s%s", *count > 0 ? "," : "", part);
    seen[(*count)++] = *prefix;
}

static void format_local_networks(const struct adapter_list *adapters, struct text *out)
{
    struct prefix seen[NETWORKS_MAX];
    size_t count = 0;

    for (size_t i = 0; i < adapters->count; i++) {
        const struct adapter *adapter = &adapters->items[i];

        for (size_t j = 0; adapter->is_up && j < adapter->address_count; j++) {
            if (is_network(&adapter->on_link[j]) &&
                !address_is_loopback(&adapter->addresses[j]))
                add_network(&adapter->on_link[j], seen, &count, out);
        }
    }
    if (count == 0)
        text_append(out, LOOPBACK_ONLY);
}

static void format_listen_addresses(const struct rule_listen *listen,
                                    const struct adapter_list *adapters, struct text *out)
{
    const struct adapter *adapter =
        listen->kind == LISTEN_INTERFACE
            ? adapter_list_find(adapters, listen->interface_name)
            : NULL;
    char address[ADDRESS_TEXT_SIZE];

    if (listen->kind != LISTEN_INTERFACE) {
        address_format(&listen->address, address);
        text_append(out, address_is_any(&listen->address) ? "*" : address);
        return;
    }
    for (size_t i = 0; adapter != NULL && i < adapter->address_count; i++) {
        if (!adapter_address_is_followed(&adapter->addresses[i]))
            continue;
        address_format(&adapter->addresses[i], address);
        text_append_format(out, "%s%s", out->length > 0 ? "," : "", address);
    }
    if (out->length == 0)
        text_append(out, LOOPBACK_ONLY);
}

void firewall_rule_for_hyperv(const struct rule *rule, const struct adapter_list *adapters,
                              struct firewall_rule *out)
{
    struct firewall_rule made = make_inbound(FIREWALL_HYPERV, rule);
    struct text local_addresses = TEXT_OVER(made.local_addresses);

    made.profiles = rule->scope.profiles;
    format_listen_addresses(&rule->listen, adapters, &local_addresses);
    if (rule->scope.remote == REMOTE_LOCAL_SUBNET) {
        struct text remotes = TEXT_OVER(made.remote_addresses); /* in place of that word */

        format_local_networks(adapters, &remotes);
    }
    *out = made;
}

/* One part of an address list in a form that compares by text. */
static void normalise_part(const char *part, char out[PREFIX_TEXT_SIZE])
{
    struct prefix prefix;
    struct text text = text_over(out, PREFIX_TEXT_SIZE);

    if (prefix_parse(part, &prefix))
        prefix_format(&prefix, out);
    else if (part[0] == '\0')
        text_append(&text, "*");
    else
        text_append(&text, part);
}

/* Cuts the list at its commas; blanks around a part do not count. */
static size_t split_list(const char *list, char out[REMOTES_MAX][PREFIX_TEXT_SIZE])
{
    size_t count = 0;

    for (;;) {
        const size_t size = strcspn(list, ",");
        const char *start = list + strspn(list, " ");
        char part[PREFIX_TEXT_SIZE] = "";
        size_t length = size - (size_t)(start - list);

        if (start > list + size)
            length = 0;
        while (length > 0 && start[length - 1] == ' ')
            length--;
        if (count == REMOTES_MAX || length >= sizeof part)
            return REMOTES_MAX + 1; /* never one of ours */
        memcpy(part, start, length);
        normalise_part(part, out[count++]);
        if (list[size] == '\0')
            return count;
        list += size + 1;
    }
}

static bool list_has(char (*list)[PREFIX_TEXT_SIZE], size_t count, const char *part)
{
    for (size_t i = 0; i < count; i++) {
        if (ascii_equals_ignoring_case(list[i], part))
            return true;
    }
    return false;
}

static bool address_lists_equal(const char *a, const char *b)
{
    char left[REMOTES_MAX][PREFIX_TEXT_SIZE];
    char right[REMOTES_MAX][PREFIX_TEXT_SIZE];
    const size_t left_count = split_list(a, left);
    const size_t right_count = split_list(b, right);

    if (left_count > REMOTES_MAX || right_count > REMOTES_MAX)
        return strcmp(a, b) == 0;
    for (size_t i = 0; i < left_count; i++) {
        if (!list_has(right, right_count, left[i]))
            return false;
    }
    for (size_t i = 0; i < right_count; i++) {
        if (!list_has(left, left_count, right[i]))
            return false;
    }
    return true;
}

/* "8000-8000" is "8000"; a rule that says nothing of ports is read back as "*". */
static void normalise_ports(const char *ports, char out[FIREWALL_PORTS_SIZE])
{
    const char *dash = strchr(ports, '-');

    text_copy(out, FIREWALL_PORTS_SIZE, ports[0] == '\0' ? "*" : ports);
    if (dash != NULL && strncmp(ports, dash + 1, (size_t)(dash - ports)) == 0 &&
        strlen(dash + 1) == (size_t)(dash - ports))
        out[dash - ports] = '\0';
}

static bool ports_equal(const char *a, const char *b)
{
    char left[FIREWALL_PORTS_SIZE];
    char right[FIREWALL_PORTS_SIZE];

    normalise_ports(a, left);
    normalise_ports(b, right);
    return strcmp(left, right) == 0;
}

/* What follows the Windows folder, or the whole. COM may expand %SystemRoot% when it gives a
 * program back (not yet verified on Windows), so both spellings count as one. */
static const char *below_windows(const char *program)
{
    static const char *const roots[] = {"%SystemRoot%\\", "%windir%\\", "?:\\Windows\\"};

    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        const size_t size = strlen(roots[i]);
        char start[16];

        if (strlen(program) < size)
            continue;
        memcpy(start, program, size);
        start[size] = '\0';
        if (roots[i][0] == '?')
            start[0] = '?';
        if (ascii_equals_ignoring_case(start, roots[i]))
            return program + size;
    }
    return program;
}

/* A Hyper-V rule that names no profile is for all of them. */
static unsigned profiles_of(const struct firewall_rule *rule)
{
    const unsigned profiles = rule->profiles & PROFILE_MASK;

    return rule->kind == FIREWALL_HYPERV && profiles == 0 ? PROFILE_MASK : profiles;
}

bool firewall_rule_equals(const struct firewall_rule *a, const struct firewall_rule *b)
{
    return a->kind == b->kind && strcmp(a->name, b->name) == 0 &&
           strcmp(a->grouping, b->grouping) == 0 && a->enabled == b->enabled &&
           a->inbound == b->inbound && a->allow == b->allow &&
           a->protocol == b->protocol && profiles_of(a) == profiles_of(b) &&
           ports_equal(a->local_ports, b->local_ports) &&
           ports_equal(a->remote_ports, b->remote_ports) &&
           address_lists_equal(a->local_addresses, b->local_addresses) &&
           address_lists_equal(a->remote_addresses, b->remote_addresses) &&
           ascii_equals_ignoring_case(below_windows(a->program),
                                      below_windows(b->program)) &&
           ascii_equals_ignoring_case(a->service, b->service);
}

enum message_id network_category_message(unsigned profiles)
{
    if ((profiles & PROFILE_PUBLIC) != 0)
        return MESSAGE_NETWORK_PUBLIC;
    return (profiles & PROFILE_DOMAIN) != 0 ? MESSAGE_NETWORK_DOMAIN
                                            : MESSAGE_NETWORK_PRIVATE;
}

const struct firewall_rule *firewall_rule_list_find(const struct firewall_rule_list *list,
                                                    const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].name, name) == 0)
            return &list->items[i];
    }
    return NULL;
}

void firewall_rule_list_clear(struct firewall_rule_list *list)
{
    LIST_CLEAR(list);
}
