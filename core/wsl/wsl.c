/*
 * What follows from WSL's traces.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/wsl.h"

#include "core/base/text.h"

#include <stdarg.h>
#include <string.h>

const char *wsl_state_name(enum wsl_state state)
{
    switch (state) {
    case WSL_STOPPED:
        return "stopped";
    case WSL_RUNNING:
        return "running";
    case WSL_SIGNED_OUT:
        return "signed-out";
    case WSL_ABSENT:
        return "not-installed";
    case WSL_UNKNOWN:
    case WSL_STATE_COUNT:
        break;
    }
    return "unknown";
}

static bool parse_network(const struct wsl_machine *machine, struct prefix *out)
{
    return strchr(machine->nat_network, '/') != NULL &&
           prefix_parse(machine->nat_network, out) && out->network.family == ADDRESS_IPV4;
}

PRINTF_LIKE(2, 3)
static void add_evidence(struct wsl_view *view, const char *format, ...)
{
    va_list args;
    struct text text;

    if (view->evidence_count == sizeof view->evidence / sizeof view->evidence[0])
        return;
    text = TEXT_OVER(view->evidence[view->evidence_count]);
    view->evidence_count++;
    va_start(args, format);
    text_append_args(&text, format, args);
    va_end(args);
}

static bool refuse(struct wsl_view *view, enum message_id id, const char *first,
                   const char *second)
{
    struct text problem = TEXT_OVER(view->problem);

    view->problem_message = message_of(id, first, second, NULL);
    message_append(id, first, second, NULL, &problem);
    return false;
}

/* Whether Windows itself could not have given the address to a VM, and why. */
static bool check_host(const struct wsl_machine *machine,
                       const struct adapter_list *adapters, const struct address *address,
                       struct wsl_view *view)
{
    struct address gateway = {0};
    char text[ADDRESS_TEXT_SIZE];

    address_format(address, text);
    if (address_parse(machine->nat_gateway, &gateway) && address_equals(&gateway, address))
        return refuse(view, MESSAGE_WSL_ADDRESS_IS_GATEWAY, text, NULL);
    if (gateway.family != ADDRESS_NONE && !adapter_list_has_address(adapters, &gateway))
        return refuse(view, MESSAGE_WSL_GATEWAY_ABSENT, machine->nat_gateway, NULL);
    if (adapter_list_has_address(adapters, address))
        return refuse(view, MESSAGE_WSL_ADDRESS_OWN, text, NULL);
    return true;
}

static bool accept_address(const struct address *address, struct wsl_view *view)
{
    view->address = *address;
    view->address_known = true;
    view->problem[0] = '\0';
    view->problem_message = (struct message){0};
    return true;
}

/* The user's value is a hint: user-writable, kept from the last VM, and for a moment
 * newer or older than the machine's network (facts/wsl.md §1.1, §1.2). */
static bool read_recorded_address(const struct wsl_machine *machine,
                                  const struct wsl_trace *trace,
                                  const struct adapter_list *adapters,
                                  struct wsl_view *view)
{
    struct prefix network;
    struct address address;

    if (trace->nat_address[0] == '\0' || machine->nat_network[0] == '\0')
        return refuse(view, MESSAGE_WSL_ADDRESS_NOT_RECORDED, NULL, NULL);
    /* The words below repeat the values, and others read them, perhaps in a terminal. */
    if (!utf8_is_plain(trace->nat_address) || !utf8_is_plain(machine->nat_network))
        return refuse(view, MESSAGE_WSL_ADDRESS_NOT_PLAIN, NULL, NULL);
    if (!parse_network(machine, &network))
        return refuse(view, MESSAGE_WSL_NETWORK_FORM, machine->nat_network, NULL);
    if (!address_parse(trace->nat_address, &address) || address.family != ADDRESS_IPV4)
        return refuse(view, MESSAGE_WSL_ADDRESS_NOT_IPV4, trace->nat_address, NULL);
    if (!prefix_has_host(&network, &address))
        return refuse(view, MESSAGE_WSL_ADDRESS_NOT_HOST, trace->nat_address,
                      machine->nat_network);
    if (!check_host(machine, adapters, &address, view))
        return false;
    add_evidence(view, "NatIpAddress %s lies in NatNetwork %s", trace->nat_address,
                 machine->nat_network);
    return accept_address(&address, view);
}

/* WSL's own adapter, when WSL recorded no network: "vEthernet (WSL)", or since the Hyper-V firewall
 * "vEthernet (WSL (Hyper-V firewall))"; both may be there until Windows restarts. */
static bool is_on_wsl_adapter(const struct adapter_list *adapters,
                              const struct address *address)
{
    static const char name[] = "vEthernet (WSL";

    for (size_t i = 0; i < adapters->count; i++) {
        const struct adapter *adapter = &adapters->items[i];

        if (strncmp(adapter->name, name, sizeof name - 1) != 0 || !adapter->is_up)
            continue;
        for (size_t j = 0; j < adapter->address_count; j++) {
            if (prefix_has_host(&adapter->on_link[j], address))
                return true;
        }
    }
    return false;
}

/* What the user's program was told inside the VM. It counts where Windows itself says that WSL is:
 * the in-box WSL of older Windows records neither address nor network. */
static bool read_hinted_address(const struct wsl_machine *machine,
                                const struct wsl_trace *trace,
                                const struct adapter_list *adapters, struct wsl_view *view)
{
    const struct address *address = &trace->hint.address;
    const bool has_network = machine->nat_network[0] != '\0';
    struct prefix network;
    char text[ADDRESS_TEXT_SIZE];

    if (!trace->has_hint || address->family != ADDRESS_IPV4)
        return false;
    address_format(address, text);
    if (has_network
            ? !parse_network(machine, &network) || !prefix_has_host(&network, address)
            : !is_on_wsl_adapter(adapters, address)) {
        add_evidence(view, "the address %s that was reported is outside WSL's network",
                     text);
        return false;
    }
    if (!check_host(machine, adapters, address, view))
        return false;
    add_evidence(view, "the user's own program found the address %s inside WSL", text);
    return accept_address(address, view);
}

static void read_address(const struct wsl_machine *machine, const struct wsl_trace *trace,
                         const struct adapter_list *adapters, struct wsl_view *view)
{
    if (!read_recorded_address(machine, trace, adapters, view))
        read_hinted_address(machine, trace, adapters, view);
}

/* False only when the gateway is known and missing: no NAT network since Windows started. */
static bool gateway_may_be_up(const struct wsl_machine *machine,
                              const struct adapter_list *adapters)
{
    struct address gateway;

    return !address_parse(machine->nat_gateway, &gateway) ||
           adapter_list_has_address(adapters, &gateway);
}

static bool is_live(const struct wsl_trace *trace, enum wsl_liveness liveness)
{
    return trace->has_hint && trace->hint.liveness == liveness;
}

/* Nothing of a VM shows: what was seen or said before decides. */
static enum wsl_state infer_state_without_traces(const struct wsl_trace *trace,
                                                 struct wsl_view *view)
{
    if (is_live(trace, WSL_LIVENESS_UP)) {
        add_evidence(view, "the user's own program saw a distribution run");
        return WSL_RUNNING;
    }
    if (is_live(trace, WSL_LIVENESS_DOWN)) {
        add_evidence(view, "the user's own program saw no distribution run");
        return WSL_STOPPED;
    }
    if (trace->seen_running) {
        add_evidence(view, "the VM seen earlier has ended");
        return WSL_STOPPED;
    }
    add_evidence(view, "neither a relay nor a LocalDevices value of a VM");
    return WSL_UNKNOWN;
}

static enum wsl_state infer_state(const struct wsl_machine *machine,
                                  const struct wsl_trace *trace,
                                  const struct adapter_list *adapters,
                                  struct wsl_view *view)
{
    if (trace->relay_found) {
        add_evidence(view, "wslrelay.exe --mode 1 runs for VM %s (process %u)",
                     trace->relay_vm_id, (unsigned)trace->relay_process_id);
        return WSL_RUNNING;
    }
    if (!gateway_may_be_up(machine, adapters)) {
        add_evidence(view, "the gateway %s is on no network interface",
                     machine->nat_gateway);
        if (trace->vm_count > 0)
            add_evidence(view, "LocalDevices announces VM %s", trace->vm_ids[0]);
        /* Only a NAT network needs one. */
        if (is_live(trace, WSL_LIVENESS_UP))
            return WSL_RUNNING;
        return trace->vm_count > 0 ? WSL_UNKNOWN : WSL_STOPPED;
    }
    if (trace->vm_count > 0) {
        add_evidence(view, "LocalDevices announces VM %s", trace->vm_ids[0]);
        return WSL_RUNNING;
    }
    return infer_state_without_traces(trace, view);
}

/* A relay of a VM that is not announced is the last one's, which is about to end. */
static bool awaits_relay(const struct wsl_trace *trace)
{
    for (size_t i = 0; trace->relay_found && i < trace->vm_count; i++) {
        if (strcmp(trace->vm_ids[i], trace->relay_vm_id) == 0)
            return false;
    }
    return trace->vm_count > 0;
}

/* Not installed, and nothing there that only an installed one leaves: what Windows says of
 * installations is one way of many. */
static bool is_absent(const struct wsl_machine *machine, const struct wsl_trace *trace)
{
    return machine->presence == WSL_PRESENCE_NONE && machine->nat_network[0] == '\0' &&
           !trace->relay_found && trace->vm_count == 0 &&
           trace->distribution_count == 0 && !is_live(trace, WSL_LIVENESS_UP);
}

/* What .wslconfig says, as policy lets it, and as far as the VM that runs has read it. Policy alone
 * tells when it leaves no choice but none. */
static enum networking_mode configured_mode(const struct wsl_machine *machine,
                                            const struct wsl_trace *trace)
{
    const bool vm_runs = trace->relay_found || trace->vm_count > 0;

    if (!trace->has_hint || !trace->hint.config_known)
        return machine->policy.forbids_choice ? wsl_policy_default(&machine->policy)
                                              : NETWORKING_MODE_UNKNOWN;
    return trace->hint.config_is_newer && vm_runs ? NETWORKING_MODE_UNKNOWN
                                                  : trace->hint.configured;
}

static void tell_policy(const struct wsl_policy *policy, struct wsl_view *view)
{
    if (policy->forbids_choice)
        add_evidence(view, "policy sets networking mode %s",
                     networking_mode_name(wsl_policy_default(policy)));
    else if (policy->default_mode != NETWORKING_MODE_UNKNOWN)
        add_evidence(view, "policy makes %s the default networking mode",
                     networking_mode_name(policy->default_mode));
}

static void infer_mode(const struct wsl_machine *machine, const struct wsl_trace *trace,
                       const struct adapter_list *adapters, struct wsl_view *view)
{
    const struct mode_evidence evidence = {
        .vm_announced = trace->vm_count > 0,
        .relay_runs = trace->relay_found,
        .relay_awaited = awaits_relay(trace) && !trace->relay_overdue,
        .gateway_is_up = gateway_may_be_up(machine, adapters),
        .address_is_good = view->address_known,
        .wsl1_only = trace->distribution_count > 0 && !trace->has_wsl2,
        .default_is_wsl1 = trace->default_is_wsl1,
        .told = trace->has_hint ? trace->hint.effective : NETWORKING_MODE_UNKNOWN,
        .configured = configured_mode(machine, trace),
        .relay_expected = trace->has_hint && trace->hint.localhost_forwarding,
    };
    const char *why;

    view->mode = networking_mode_infer(&evidence, &why);
    add_evidence(view, "networking mode %s: %s", networking_mode_name(view->mode), why);
    tell_policy(&machine->policy, view);
    if (trace->has_hint && trace->hint.config_known)
        add_evidence(view, "configured is networking mode %s%s",
                     networking_mode_name(trace->hint.configured),
                     trace->hint.config_is_newer ? ", which needs a restart of WSL" : "");
}

static bool may_have_relay(enum networking_mode mode)
{
    return mode == NETWORKING_MODE_UNKNOWN || mode == NETWORKING_MODE_NAT ||
           mode == NETWORKING_MODE_BRIDGED;
}

void wsl_infer(const struct wsl_machine *machine, const struct wsl_trace *trace,
               const struct adapter_list *adapters, struct wsl_view *out)
{
    struct wsl_view view = {.user = trace->user};

    if (!trace->hive_loaded) {
        view.state = WSL_SIGNED_OUT;
        text_copy(view.problem, sizeof view.problem, "the user is signed out");
        *out = view;
        return;
    }
    view.state = infer_state(machine, trace, adapters, &view);
    read_address(machine, trace, adapters, &view);
    infer_mode(machine, trace, adapters, &view);
    if (is_absent(machine, trace)) {
        view.state = WSL_ABSENT;
        add_evidence(&view, "WSL is not installed");
    }
    view.look_again = awaits_relay(trace) && may_have_relay(view.mode);
    *out = view;
}

bool wsl_vm_id_parse(const char *text, char out[WSL_VM_ID_SIZE])
{
    const bool braced = text[0] == '{';
    char id[WSL_VM_ID_SIZE];
    size_t size = 0;

    for (text += braced; size < WSL_VM_ID_SIZE - 1 && text[size] != '\0'; size++)
        id[size] = text[size] >= 'A' && text[size] <= 'F' ? (char)(text[size] - 'A' + 'a')
                                                          : text[size];
    id[size] = '\0';
    if (!rule_id_is_valid(id) || strcmp(text + size, braced ? "}" : "") != 0)
        return false;
    text_copy(out, WSL_VM_ID_SIZE, id);
    return true;
}

/* The next word of a command line: quotes group and are dropped. NULL at the end. */
static const char *next_word(const char *at, char *word, size_t capacity)
{
    bool quoted = false;
    size_t size = 0;

    while (*at == ' ' || *at == '\t')
        at++;
    if (*at == '\0')
        return NULL;
    for (; *at != '\0' && (quoted || (*at != ' ' && *at != '\t')); at++) {
        if (*at == '"')
            quoted = !quoted;
        else if (size < capacity - 1)
            word[size++] = *at;
    }
    word[size] = '\0';
    return at;
}

bool wsl_relay_command_parse(const char *command_line, char vm_id[WSL_VM_ID_SIZE])
{
    char word[64];
    char id[WSL_VM_ID_SIZE] = "";
    bool is_nat_relay = false;
    const char *at = next_word(command_line, word, sizeof word);

    while (at != NULL && (at = next_word(at, word, sizeof word)) != NULL) {
        const bool is_mode = strcmp(word, "--mode") == 0;

        if (!is_mode && strcmp(word, "--vm-id") != 0)
            continue;
        at = next_word(at, word, sizeof word);
        if (at == NULL)
            break;
        if (is_mode)
            is_nat_relay = strcmp(word, "1") == 0;
        else if (!wsl_vm_id_parse(word, id))
            return false;
    }
    if (!is_nat_relay || id[0] == '\0')
        return false;
    text_copy(vm_id, WSL_VM_ID_SIZE, id);
    return true;
}

const struct wsl_view *wsl_view_list_find(const struct wsl_view_list *list,
                                          const struct user_sid *user)
{
    for (size_t i = 0; i < list->count; i++) {
        if (user_sid_equals(&list->items[i].user, user))
            return &list->items[i];
    }
    return NULL;
}
