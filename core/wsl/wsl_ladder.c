/*
 * Asking wsl.exe what WSL's own traces do not tell.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/wsl_ladder.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/wsl/guest_addresses.h"
#include "core/wsl/text_encoding.h"

#include <string.h>

/* A VM's relay and its address come after its announcement; a slow start takes this long. */
#define VM_SETTLES_MS 5000
/* So long until its first distribution runs. */
#define VM_STARTS_MS 20000
/* An answer counts as fresh for as long. */
#define SPACING_MS 10000
#define REST_MS 60000
#define REST_LONGEST_MS 1800000
/* `--list` waits while WSL starts (facts/wsl.md §3.1). */
#define LIST_LIMIT_MS 10000
#define COMMAND_LIMIT_MS 5000
/* A distribution without a client stops after 15 s (facts/wsl.md §2): nothing is run in one that
 * was seen running longer ago than this. */
#define LIST_FRESH_MS 3000
#define LIST_COUNT_MAX 3

static const struct {
    const char *command;
    unsigned limit_ms;
} steps[] = {
    [LADDER_DONE] = {NULL, 0},
    [LADDER_LIST] = {NULL, LIST_LIMIT_MS},
    [LADDER_NETWORKING_MODE] = {"wslinfo --networking-mode", COMMAND_LIMIT_MS},
    [LADDER_FIB_TRIE] = {"cat /proc/net/fib_trie", COMMAND_LIMIT_MS},
    [LADDER_IP_ADDR] = {"ip -4 -o addr show eth0", COMMAND_LIMIT_MS},
    [LADDER_HOSTNAME] = {"hostname -I", COMMAND_LIMIT_MS},
    [LADDER_IFCONFIG] = {"ifconfig eth0", COMMAND_LIMIT_MS},
};

const char *ladder_step_command(enum ladder_step step)
{
    return steps[step].command;
}

unsigned ladder_step_limit_ms(enum ladder_step step)
{
    return steps[step].limit_ms;
}

bool ladder_needs_anything(const struct ladder_needs *needs)
{
    return needs->liveness || needs->address || needs->mode;
}

/* "vEthernet (WSL)" or "vEthernet (WSL (Hyper-V firewall))", in every language. */
static bool is_wsl_adapter(const struct adapter *adapter)
{
    static const char name[] = "vEthernet (WSL";

    return adapter->is_up && strncmp(adapter->name, name, sizeof name - 1) == 0;
}

/* What WSL recorded; in-box it records nothing, and its adapters tell. */
static size_t find_networks(const struct ladder_facts *facts,
                            struct prefix out[LADDER_NETWORK_CAPACITY])
{
    size_t count = 0;

    if (strchr(facts->machine.nat_network, '/') != NULL &&
        prefix_parse(facts->machine.nat_network, &out[0]) &&
        out[0].network.family == ADDRESS_IPV4)
        return 1;
    for (size_t i = 0; i < facts->adapters->count; i++) {
        const struct adapter *adapter = &facts->adapters->items[i];

        for (size_t k = 0; is_wsl_adapter(adapter) && k < adapter->address_count; k++) {
            if (adapter->addresses[k].family == ADDRESS_IPV4 &&
                count < LADDER_NETWORK_CAPACITY)
                out[count++] = adapter->on_link[k];
        }
    }
    return count;
}

/* Where WSL is set up as it comes, a VM has a relay or is announced; without both there is none. */
static bool leaves_traces(const struct ladder_facts *facts)
{
    return !facts->is_inbox &&
           (facts->config.gui_applications ||
            (facts->config.localhost_forwarding &&
             facts->config.mode == NETWORKING_MODE_NAT)) &&
           !facts->config.safe_mode;
}

static const char *running_vm(const struct wsl_trace *trace)
{
    if (trace->relay_found)
        return trace->relay_vm_id;
    return trace->vm_count > 0 ? trace->vm_ids[trace->vm_count - 1] : "";
}

struct ladder_needs ladder_needs_from(const struct ladder_facts *facts,
                                      const char *asked_vm_id)
{
    const struct wsl_trace *trace = &facts->trace;
    const bool is_seen = trace->relay_found || trace->vm_count > 0;
    struct prefix networks[LADDER_NETWORK_CAPACITY];
    struct ladder_needs needs = {0};
    struct wsl_view view = {0};

    wsl_infer(&facts->machine, trace, facts->adapters, &view);
    (void)text_copy(needs.vm_id, sizeof needs.vm_id, running_vm(trace));
    if (!facts->can_ask || (view.state != WSL_RUNNING && view.state != WSL_UNKNOWN) ||
        (!is_seen && leaves_traces(facts)))
        return needs;
    needs.liveness = !is_seen && find_networks(facts, networks) > 0;
    needs.mode = trace->vm_count > 0 && !trace->relay_found &&
                 strcmp(needs.vm_id, asked_vm_id) != 0;
    needs.address =
        !view.address_known && (needs.liveness || find_networks(facts, networks) > 0);
    return needs;
}

void ladder_clock_init(struct ladder_clock *clock)
{
    *clock = (struct ladder_clock){.due_ms = LADDER_NOT_DUE};
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

void ladder_clock_note(struct ladder_clock *clock, enum ladder_occasion occasion,
                       int64_t now_ms)
{
    int64_t wish = later(now_ms, clock->rest_until_ms);

    if (clock->has_asked)
        wish = later(wish, clock->last_ms + SPACING_MS);
    if (occasion == LADDER_VM_ANNOUNCED)
        wish = later(wish, now_ms + VM_SETTLES_MS);
    if (occasion == LADDER_VM_STARTING)
        wish = later(wish, now_ms + VM_STARTS_MS);
    if (wish < clock->due_ms)
        clock->due_ms = wish;
}

bool ladder_clock_is_due(const struct ladder_clock *clock, int64_t now_ms)
{
    return now_ms >= clock->due_ms;
}

void ladder_clock_skip(struct ladder_clock *clock)
{
    clock->due_ms = LADDER_NOT_DUE;
}

void ladder_clock_asked(struct ladder_clock *clock, bool hung, int64_t now_ms)
{
    int64_t rest = REST_MS;

    clock->has_asked = true;
    clock->last_ms = now_ms;
    clock->hung_count = hung ? clock->hung_count + 1 : 0;
    for (unsigned i = 1; i < clock->hung_count && rest < REST_LONGEST_MS; i++)
        rest *= 2;
    clock->rest_until_ms =
        hung ? now_ms + (rest < REST_LONGEST_MS ? rest : REST_LONGEST_MS) : 0;
    clock->due_ms = hung ? clock->rest_until_ms : LADDER_NOT_DUE;
}

void ladder_begin(struct ladder *ladder, const struct ladder_needs *needs)
{
    *ladder = (struct ladder){.needs = *needs, .step = LADDER_LIST};
    ladder->wanted = needs->mode      ? LADDER_NETWORKING_MODE
                     : needs->address ? LADDER_FIB_TRIE
                                      : LADDER_DONE;
    (void)text_copy(ladder->hint.vm_id, sizeof ladder->hint.vm_id, needs->vm_id);
}

enum ladder_step ladder_next(struct ladder *ladder, int64_t now_ms)
{
    if (ladder->step == LADDER_DONE || ladder->step == LADDER_LIST ||
        now_ms - ladder->listed_ms <= LIST_FRESH_MS)
        return ladder->step;
    ladder->wanted = ladder->step;
    ladder->step = ladder->list_count < LIST_COUNT_MAX ? LADDER_LIST : LADDER_DONE;
    return ladder->step;
}

static const struct distribution *find(const struct distribution_list *list,
                                       const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (ascii_equals_ignoring_case(list->items[i].name, name))
            return &list->items[i];
    }
    return NULL;
}

const char *ladder_choose(const struct distribution_list *running,
                          const struct distribution_list *registered)
{
    const char *docker = NULL;

    for (size_t i = 0; i < running->count; i++) {
        const struct distribution *known = find(registered, running->items[i].name);

        if (known == NULL || known->version != 2)
            continue;
        if (strncmp(known->name, "docker-desktop", 14) != 0)
            return known->name;
        docker = known->name;
    }
    return docker;
}

/* A VM that is announced is starting, or its distributions have stopped and it will: it is
 * there. */
static enum wsl_liveness liveness_without_any(const struct ladder *ladder)
{
    return ladder->needs.vm_id[0] != '\0' ? WSL_LIVENESS_UNKNOWN : WSL_LIVENESS_DOWN;
}

static void take_list(struct ladder *ladder, const struct ladder_answer *answer,
                      const struct ladder_facts *facts,
                      const struct distribution_list *registered, int64_t now_ms)
{
    struct distribution_list running = {0};
    const char *name = NULL;

    ladder->list_count++;
    ladder->listed_ms = now_ms;
    ladder->step = LADDER_DONE;
    /* An in-box wsl.exe that has none running says so in a sentence, with an exit code. */
    if (answer->succeeded
            ? !distributions_parse_quiet(answer->bytes, answer->size, &running)
            : !facts->is_inbox)
        return;
    name = ladder_choose(&running, registered);
    if (name == NULL) {
        ladder->hint.liveness = liveness_without_any(ladder);
    } else {
        ladder->hint.liveness = WSL_LIVENESS_UP;
        if (text_copy(ladder->distribution, sizeof ladder->distribution, name))
            ladder->step = ladder->wanted;
    }
    distribution_list_clear(&running);
}

/* In any other mode nothing is forwarded to an address of WSL's. */
static void take_mode(struct ladder *ladder, const char *text)
{
    const enum networking_mode mode = networking_mode_parse(text);
    const bool may_be_nat = mode == NETWORKING_MODE_UNKNOWN || mode == NETWORKING_MODE_NAT;

    ladder->hint.effective = mode;
    ladder->step = ladder->needs.address && may_be_nat ? LADDER_FIB_TRIE : LADDER_DONE;
}

static bool pick(const struct guest_address_list *found, const struct ladder_facts *facts,
                 struct address *out)
{
    struct prefix networks[LADDER_NETWORK_CAPACITY];
    const size_t count = find_networks(facts, networks);
    struct address gateway;
    const bool has_gateway = address_parse(facts->machine.nat_gateway, &gateway);

    for (size_t i = 0; i < count; i++) {
        if (guest_address_pick(found, &networks[i], has_gateway ? &gateway : NULL,
                               facts->adapters, out))
            return true;
    }
    return false;
}

static void take_addresses(struct ladder *ladder, const char *text,
                           const struct ladder_facts *facts)
{
    struct guest_address_list found = {0};

    if (ladder->step == LADDER_FIB_TRIE)
        guest_addresses_from_fib_trie(text, &found);
    else if (ladder->step == LADDER_HOSTNAME)
        guest_addresses_from_words(text, &found);
    else
        guest_addresses_from_interfaces(text, &found);
    if (pick(&found, facts, &ladder->hint.address) || ladder->step == LADDER_IFCONFIG)
        ladder->step = LADDER_DONE;
    else
        ladder->step++;
}

void ladder_take(struct ladder *ladder, const struct ladder_answer *answer,
                 const struct ladder_facts *facts,
                 const struct distribution_list *registered, int64_t now_ms)
{
    char *text = NULL;
    size_t size = 0;

    if (ladder->step == LADDER_NETWORKING_MODE)
        ladder->mode_was_asked = true;
    if (answer->hung) {
        ladder->hung = true;
        ladder->step = LADDER_DONE;
        return;
    }
    if (ladder->step == LADDER_LIST) {
        take_list(ladder, answer, facts, registered, now_ms);
        return;
    }
    /* Inside the distribution, Linux wrote; an error of wsl.exe itself has a code and another
     * encoding. */
    if (answer->succeeded)
        text = text_decode(answer->bytes, answer->size, TEXT_UTF8, &size);
    if (ladder->step == LADDER_NETWORKING_MODE)
        take_mode(ladder, text != NULL ? text : "");
    else
        take_addresses(ladder, text != NULL ? text : "", facts);
    mem_free(text);
}
