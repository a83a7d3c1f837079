/*
 * From rules to the entries and firewall rules that they stand for.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/desired.h"

#include "core/base/mem.h"

/* A subject that is too long (an interface's name) is cut, not lost. */
static void set_subject(struct rule_status *status, const char *subject)
{
    struct text text = TEXT_OVER(status->subject);

    text_append(&text, subject);
    status->subject_message = (struct message){0};
}

static void set_words(struct rule_status *status, enum message_id id)
{
    set_subject(status, message_sentence(id));
    status->subject_message = message_of(id, NULL, NULL, NULL);
}

static void decide(struct desired_rule *rule, enum desired_kind kind,
                   enum rule_state state, enum reason reason, const char *subject)
{
    rule->kind = kind;
    rule->status.state = state;
    rule->status.reason = reason;
    set_subject(&rule->status, subject);
}

static bool is_paused(const struct user_sid_list *paused, const struct user_sid *user)
{
    for (size_t i = 0; i < paused->count; i++) {
        if (user_sid_equals(&paused->items[i], user))
            return true;
    }
    return false;
}

/* Whether one of the networks connected now is one that the rule allows. A Hyper-V firewall whose
 * rules have no profiles would open the port in the others, too: then all must be. */
static bool is_in_allowed_network(const struct firewall_state *firewall,
                                  const struct rule *rule)
{
    const unsigned current = firewall->current_profiles;

    if (rule->scope.profiles == 0 || current == 0)
        return true;
    if (firewall->hyperv_available && !firewall->hyperv_has_profiles)
        return (current & ~rule->scope.profiles) == 0;
    return (current & rule->scope.profiles) != 0;
}

static bool follows_an_address(const struct adapter *adapter)
{
    for (size_t i = 0; adapter != NULL && i < adapter->address_count; i++) {
        if (adapter_address_is_followed(&adapter->addresses[i]))
            return true;
    }
    return false;
}

/* Whether what the rule listens on is not there; then says so. */
static bool lacks_listen_address(const struct circumstances *now, const struct rule *rule,
                                 struct desired_rule *out)
{
    const struct adapter_list *adapters = &now->snapshot->adapters;
    const struct rule_listen *listen = &rule->listen;
    char address[ADDRESS_TEXT_SIZE];

    if (listen->kind == LISTEN_INTERFACE) {
        if (follows_an_address(adapter_list_find(adapters, listen->interface_name)))
            return false;
        decide(out, DESIRED_NONE, RULE_STATE_WAITING, REASON_INTERFACE_NO_ADDRESS,
               listen->interface_name);
        return true;
    }
    if (address_is_any(&listen->address) ||
        adapter_list_has_address(adapters, &listen->address))
        return false;
    address_format(&listen->address, address);
    decide(out, DESIRED_NONE, RULE_STATE_WAITING, REASON_LISTEN_ADDRESS_ABSENT, address);
    return true;
}

/* Linux listens on this PC's own addresses, and could not where an entry stands. */
static void decide_mirrored(const struct circumstances *now, const struct rule *rule,
                            bool is_stopped, struct desired_rule *out)
{
    const struct firewall_state *firewall = &now->snapshot->firewall;
    char port[8];
    struct text text = TEXT_OVER(port);

    text_append_format(&text, "%u", rule->listen.first_port);
    decide(out, DESIRED_NONE, RULE_STATE_APPLYING, REASON_NONE, "");
    if (rule->listen.first_port != rule->connect.first_port) {
        decide(out, DESIRED_NONE, RULE_STATE_BLOCKED, REASON_MIRRORED_PORT, port);
    } else if (!is_in_allowed_network(firewall, rule)) {
        decide(out, DESIRED_NONE, RULE_STATE_BLOCKED, REASON_PROFILE_MISMATCH, "");
        set_words(&out->status, network_category_message(firewall->current_profiles));
    } else if (lacks_listen_address(now, rule, out)) {
        return;
    } else if (is_stopped) {
        decide(out, DESIRED_NONE, RULE_STATE_WAITING, REASON_WSL_NOT_RUNNING, "");
        out->is_mirrored = !now->settings->withdraw_when_stopped;
    } else {
        out->is_mirrored = true;
    }
}

static void decide_nat(const struct circumstances *now, const struct wsl_view *view,
                       struct desired_rule *out)
{
    if (view->state == WSL_STOPPED) {
        decide(out, now->settings->withdraw_when_stopped ? DESIRED_NONE : DESIRED_HOLD,
               RULE_STATE_WAITING, REASON_WSL_NOT_RUNNING, "");
    } else if (!view->address_known) {
        decide(out, DESIRED_HOLD, RULE_STATE_WAITING, REASON_ADDRESS_UNKNOWN,
               view->problem);
        out->status.subject_message = view->problem_message;
    }
}

/* What the owner's WSL means for a rule that connects to it. */
static void decide_by_wsl(const struct circumstances *now, const struct rule *rule,
                          struct desired_rule *out)
{
    const struct wsl_view *view = wsl_view_list_find(now->wsl, &rule->owner);

    if (view == NULL || view->state == WSL_SIGNED_OUT) {
        decide(out, DESIRED_NONE, RULE_STATE_WAITING, REASON_OWNER_SIGNED_OUT, "");
        return;
    }
    if (view->state == WSL_ABSENT) {
        decide(out, DESIRED_NONE, RULE_STATE_BLOCKED, REASON_WSL_ABSENT, "");
        return;
    }
    switch (view->mode) {
    case NETWORKING_MODE_MIRRORED:
        decide_mirrored(now, rule, view->state == WSL_STOPPED, out);
        break;
    case NETWORKING_MODE_VIRTIOPROXY:
        decide(out, DESIRED_NONE, RULE_STATE_NOT_NEEDED, REASON_MODE_VIRTIOPROXY, "");
        break;
    case NETWORKING_MODE_BRIDGED:
        decide(out, DESIRED_NONE, RULE_STATE_NOT_NEEDED, REASON_MODE_BRIDGED, "");
        break;
    case NETWORKING_MODE_NONE:
        decide(out, DESIRED_NONE, RULE_STATE_BLOCKED, REASON_MODE_NONE, "");
        break;
    case NETWORKING_MODE_WSL1:
        decide(out, DESIRED_NONE, RULE_STATE_NOT_NEEDED, REASON_WSL1, "");
        break;
    case NETWORKING_MODE_NAT:
    case NETWORKING_MODE_UNKNOWN:
    case NETWORKING_MODE_COUNT:
        decide_nat(now, view, out);
        break;
    }
}

/* Nothing is in front of WSL's loopback, which no other PC reaches. */
static bool listens_on_loopback(const struct rule *rule)
{
    return rule->listen.kind == LISTEN_ADDRESS &&
           address_is_loopback(&rule->listen.address);
}

static void decide_firewall_rule(const struct circumstances *now, const struct rule *rule,
                                 struct desired_rule *out)
{
    const struct firewall_state *firewall = &now->snapshot->firewall;
    const bool has_firewall =
        !out->is_mirrored || ((!firewall->hyperv_known || firewall->hyperv_available) &&
                              !listens_on_loopback(rule));

    out->has_firewall_rule = rule->scope.profiles != 0 && has_firewall;
    out->firewall_rule.kind = out->is_mirrored ? FIREWALL_HYPERV : FIREWALL_HOST;
    firewall_rule_name(out->firewall_rule.kind, &rule->id, out->firewall_rule.name);
    if (!out->has_firewall_rule)
        return;
    if (!out->is_mirrored) {
        firewall_rule_for(rule, &out->firewall_rule);
        return;
    }
    firewall_rule_for_hyperv(rule, &now->snapshot->adapters, &out->firewall_rule);
    if (!firewall->hyperv_has_profiles)
        out->firewall_rule.profiles = 0;
}

/* Where the rule forwards to. Of WSL its network, so that a move within it leaves the firewall
 * alone; the in-box WSL of older Windows records none, and then it is the address of now. */
static bool find_outbound_remote(const struct circumstances *now, const struct rule *rule,
                                 struct prefix *out)
{
    const struct wsl_view *view = wsl_view_list_find(now->wsl, &rule->owner);
    char address[ADDRESS_TEXT_SIZE];

    if (rule->connect.kind == CONNECT_WSL) {
        if (prefix_parse(now->snapshot->wsl_machine.nat_network, out))
            return true;
        if (view == NULL || !view->address_known)
            return false;
    }
    address_format(rule->connect.kind == CONNECT_WSL ? &view->address
                                                     : &rule->connect.address,
                   address);
    return prefix_parse(address, out);
}

static void decide_outbound_rule(const struct circumstances *now, const struct rule *rule,
                                 struct desired_rule *out)
{
    struct prefix remote;

    out->outbound_rule.kind = FIREWALL_HOST;
    firewall_rule_outbound_name(&rule->id, out->outbound_rule.name);
    out->has_outbound_rule = !out->is_mirrored && now->settings->allows_outbound &&
                             now->snapshot->firewall.block_outbound_profiles != 0 &&
                             find_outbound_remote(now, rule, &remote);
    if (out->has_outbound_rule)
        firewall_rule_for_outbound(rule, &remote, &out->outbound_rule);
}

static void decide_rule(const struct circumstances *now, const struct rule *rule,
                        struct desired_rule *out)
{
    char address[ADDRESS_TEXT_SIZE];

    decide(out, DESIRED_VALUE, RULE_STATE_APPLYING, REASON_NONE, "");
    if (!rule->enabled)
        decide(out, DESIRED_NONE, RULE_STATE_OFF, REASON_NONE, "");
    else if (is_paused(now->paused, &rule->owner))
        decide(out, DESIRED_NONE, RULE_STATE_WAITING, REASON_PAUSED, "");
    else if (rule->connect.kind == CONNECT_WSL)
        decide_by_wsl(now, rule, out);
    else if (adapter_list_has_address(&now->snapshot->adapters, &rule->connect.address)) {
        address_format(&rule->connect.address, address);
        decide(out, DESIRED_NONE, RULE_STATE_BLOCKED, REASON_CONNECT_IS_THIS_PC, address);
    }
    out->status.port_count = (uint16_t)rule_port_count(rule);
    decide_firewall_rule(now, rule, out);
    decide_outbound_rule(now, rule, out);
}

static struct desired_entry *add_entry(struct desired *out)
{
    out->entries = mem_grow(out->entries, out->entry_count, &out->entry_capacity,
                            sizeof *out->entries);
    return &out->entries[out->entry_count++];
}

/* The ports at which some portproxy entry stands now, anybody's. */
struct used_ports {
    bool is_used[UINT16_MAX + 1];
};

/* All ports of a rule at one listen address. A rule without a known connect family (WSL is
 * always IPv4 here) needs none: literals carry theirs. Where nothing is wanted, only what stands
 * is of interest: the caps on rules do not bound the ports of those that are off. */
static void add_ports(const struct circumstances *now, const struct used_ports *used,
                      size_t rule_index, const struct address *listen, struct desired *out)
{
    const struct rule *rule = &now->rules->items[rule_index];
    const struct desired_rule *decided = &out->rules[rule_index];
    const struct wsl_view *view = wsl_view_list_find(now->wsl, &rule->owner);
    struct address connect = rule->connect.address;

    if (rule->connect.kind == CONNECT_WSL)
        connect = view != NULL && view->address_known
                      ? view->address
                      : (struct address){.family = ADDRESS_IPV4};
    for (size_t i = 0; i < rule_port_count(rule); i++) {
        const uint16_t port = (uint16_t)(rule->listen.first_port + i);
        struct desired_entry *entry;

        if (decided->kind == DESIRED_NONE && !used->is_used[port])
            continue;
        entry = add_entry(out);
        entry->key.type = portproxy_type_of(listen->family, connect.family);
        entry->key.port = port;
        address_format(listen, entry->key.listen);
        entry->listen = *listen;
        entry->kind = decided->kind;
        entry->rule_index = rule_index;
        entry->status = decided->status;
        entry->status.port_count = 1;
        address_format(&connect, entry->value.connect);
        entry->value.port = (uint16_t)(rule->connect.first_port + i);
    }
}

static void add_interface_entries(const struct circumstances *now,
                                  const struct used_ports *used, size_t rule_index,
                                  struct desired *out)
{
    const struct rule *rule = &now->rules->items[rule_index];
    const char *name = rule->listen.interface_name;
    const struct adapter *adapter = adapter_list_find(&now->snapshot->adapters, name);
    const size_t before = out->entry_count;

    for (size_t i = 0; adapter != NULL && i < adapter->address_count; i++) {
        if (adapter_address_is_followed(&adapter->addresses[i]))
            add_ports(now, used, rule_index, &adapter->addresses[i], out);
    }
    if (out->entry_count == before && out->rules[rule_index].kind == DESIRED_VALUE)
        decide(&out->rules[rule_index], DESIRED_NONE, RULE_STATE_WAITING,
               REASON_INTERFACE_NO_ADDRESS, name);
}

static void add_address_entries(const struct circumstances *now,
                                const struct used_ports *used, size_t rule_index,
                                struct desired *out)
{
    const struct rule_listen *listen = &now->rules->items[rule_index].listen;
    struct desired_rule *decided = &out->rules[rule_index];
    char address[ADDRESS_TEXT_SIZE];

    address_format(&listen->address, address);
    if (decided->kind == DESIRED_VALUE && !address_is_any(&listen->address) &&
        !adapter_list_has_address(&now->snapshot->adapters, &listen->address))
        decide(decided, DESIRED_NONE, RULE_STATE_WAITING, REASON_LISTEN_ADDRESS_ABSENT,
               address);
    add_ports(now, used, rule_index, &listen->address, out);
}

/* The earlier entry that claims the same socket, or NULL. */
static const struct desired_entry *find_claim(const struct desired *desired, size_t before,
                                              const struct desired_entry *entry)
{
    for (size_t i = 0; i < before; i++) {
        const struct desired_entry *other = &desired->entries[i];

        if (other->kind != DESIRED_NONE && other->key.port == entry->key.port &&
            portproxy_key_same_socket(&other->key, &entry->key))
            return other;
    }
    return NULL;
}

static void refuse_entry(struct desired_entry *entry, enum rule_state state,
                         enum reason reason, const char *subject)
{
    entry->kind = DESIRED_NONE;
    entry->status.state = state;
    entry->status.reason = reason;
    set_subject(&entry->status, subject);
}

/* The world changes after a rule was saved: a followed interface may have gained another
 * rule's address. The older enabled rule wins. */
static void settle_claims(const struct circumstances *now, size_t first,
                          struct desired *out)
{
    for (size_t i = first; i < out->entry_count; i++) {
        struct desired_entry *entry = &out->entries[i];
        const struct desired_entry *claim =
            entry->kind == DESIRED_NONE ? NULL : find_claim(out, first, entry);
        const struct rule *mine = &now->rules->items[entry->rule_index];
        const struct rule *winner;
        char title[RULE_TEXT_SIZE];

        if (claim == NULL)
            continue;
        winner = &now->rules->items[claim->rule_index];
        rule_title(winner, title, sizeof title);
        refuse_entry(entry, RULE_STATE_CONFLICT, REASON_OTHER_RULE, title);
        if (!user_sid_equals(&winner->owner, &mine->owner))
            set_words(&entry->status, MESSAGE_OTHER_USERS_RULE); /* is not named */
    }
}

static size_t count_wanted(const struct desired *desired)
{
    size_t count = 0;

    for (size_t i = 0; i < desired->entry_count; i++)
        count += desired->entries[i].kind != DESIRED_NONE;
    return count;
}

static void keep_cap(size_t first, struct desired *out)
{
    char maximum[8];
    struct text text = TEXT_OVER(maximum);

    if (count_wanted(out) <= ENTRIES_MAX)
        return;
    text_append_format(&text, "%d", ENTRIES_MAX);
    for (size_t i = first; i < out->entry_count; i++)
        refuse_entry(&out->entries[i], RULE_STATE_BLOCKED, REASON_TOO_MANY_ENTRIES,
                     maximum);
}

static struct desired_rule *add_rule(struct desired *out)
{
    out->rules =
        mem_grow(out->rules, out->rule_count, &out->rule_capacity, sizeof *out->rules);
    return &out->rules[out->rule_count++];
}

void desired_build(const struct circumstances *now, struct desired *out)
{
    struct used_ports *used = mem_alloc(sizeof *used);

    for (size_t i = 0; i < now->snapshot->portproxy.count; i++)
        used->is_used[now->snapshot->portproxy.items[i].key.port] = true;
    for (size_t i = 0; i < now->rules->count; i++) {
        const struct rule *rule = &now->rules->items[i];
        const size_t first = out->entry_count;

        decide_rule(now, rule, add_rule(out));
        if (rule->listen.kind == LISTEN_INTERFACE)
            add_interface_entries(now, used, i, out);
        else
            add_address_entries(now, used, i, out);
        settle_claims(now, first, out);
        keep_cap(first, out);
    }
    mem_free(used);
}

void desired_clear(struct desired *desired)
{
    mem_free(desired->entries);
    mem_free(desired->rules);
    *desired = (struct desired){0};
}
