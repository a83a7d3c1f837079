/*
 * What follows from WSL's traces, for NAT mode.
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
    case WSL_UNKNOWN:
        break;
    }
    return "unknown";
}

const char *networking_mode_name(enum networking_mode mode)
{
    switch (mode) {
    case NETWORKING_MODE_NAT:
        return "nat";
    case NETWORKING_MODE_MIRRORED:
        return "mirrored";
    case NETWORKING_MODE_VIRTIOPROXY:
        return "virtioproxy";
    case NETWORKING_MODE_BRIDGED:
        return "bridged";
    case NETWORKING_MODE_NONE:
        return "none";
    case NETWORKING_MODE_UNKNOWN:
        break;
    }
    return "unknown";
}

PRINTF_LIKE(2, 3)
static void add_evidence(struct wsl_view *view, const char *format, ...)
{
    va_list args;
    struct text text;

    if (view->evidence_count == sizeof view->evidence / sizeof view->evidence[0])
        return;
    text = TEXT_OVER(view->evidence[view->evidence_count++]);
    va_start(args, format);
    text_append_args(&text, format, args);
    va_end(args);
}

PRINTF_LIKE(2, 3)
static bool refuse(struct wsl_view *view, const char *format, ...)
{
    va_list args;
    struct text text = TEXT_OVER(view->problem);

    va_start(args, format);
    text_append_args(&text, format, args);
    va_end(args);
    return false;
}

/* The user's value is a hint: user-writable, kept from the last VM, and for a moment
 * newer or older than the machine's network (facts/wsl.md §1.1, §1.2). */
static bool read_address(const struct wsl_machine *machine, const struct wsl_trace *trace,
                         const struct adapter_list *adapters, struct wsl_view *view)
{
    struct prefix network;
    struct address gateway = {0};
    struct address address;

    if (trace->nat_address[0] == '\0' || machine->nat_network[0] == '\0')
        return refuse(view, "WSL has not recorded one");
    /* The words below repeat the values, and others read them, perhaps in a terminal. */
    if (!utf8_is_plain(trace->nat_address) || !utf8_is_plain(machine->nat_network))
        return refuse(view, "what WSL has recorded is no address");
    if (strchr(machine->nat_network, '/') == NULL ||
        !prefix_parse(machine->nat_network, &network) ||
        network.network.family != ADDRESS_IPV4)
        return refuse(view, "WSL's network '%s' is not like 172.28.208.0/20",
                      machine->nat_network);
    if (!address_parse(trace->nat_address, &address) || address.family != ADDRESS_IPV4)
        return refuse(view, "'%s' is not an IPv4 address", trace->nat_address);
    if (!prefix_has_host(&network, &address))
        return refuse(view, "%s is no host address of WSL's network %s",
                      trace->nat_address, machine->nat_network);
    if (address_parse(machine->nat_gateway, &gateway) &&
        address_equals(&gateway, &address))
        return refuse(view, "%s is the gateway's address", trace->nat_address);
    if (gateway.family != ADDRESS_NONE && !adapter_list_has_address(adapters, &gateway))
        return refuse(view, "WSL's gateway %s is on no network interface of this PC",
                      machine->nat_gateway);
    if (adapter_list_has_address(adapters, &address))
        return refuse(view, "%s is an address of this PC itself", trace->nat_address);
    view->address = address;
    view->address_known = true;
    return true;
}

/* False only when the gateway is known and missing: no NAT network since Windows started. */
static bool gateway_may_be_up(const struct wsl_machine *machine,
                              const struct adapter_list *adapters)
{
    struct address gateway;

    return !address_parse(machine->nat_gateway, &gateway) ||
           adapter_list_has_address(adapters, &gateway);
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
        return trace->vm_count > 0 ? WSL_UNKNOWN : WSL_STOPPED;
    }
    if (trace->vm_count > 0) {
        add_evidence(view, "LocalDevices announces VM %s", trace->vm_ids[0]);
        return WSL_RUNNING;
    }
    if (trace->seen_running) {
        add_evidence(view, "the VM seen earlier has ended");
        return WSL_STOPPED;
    }
    add_evidence(view, "neither a relay nor a LocalDevices value of a VM");
    return WSL_UNKNOWN;
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

void wsl_infer(const struct wsl_machine *machine, const struct wsl_trace *trace,
               const struct adapter_list *adapters, struct wsl_view *out)
{
    struct wsl_view view = {.user = trace->user};

    if (!trace->hive_loaded) {
        view.state = WSL_SIGNED_OUT;
        refuse(&view, "the user is signed out");
        *out = view;
        return;
    }
    view.state = infer_state(machine, trace, adapters, &view);
    view.look_again = awaits_relay(trace);
    if (read_address(machine, trace, adapters, &view))
        add_evidence(&view, "NatIpAddress %s lies in NatNetwork %s", trace->nat_address,
                     machine->nat_network);
    if (trace->relay_found || view.address_known)
        view.mode = NETWORKING_MODE_NAT;
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
