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

#define REMOTES_MAX 64 /* parts of an address list that are compared */

void firewall_rule_name(const struct rule_id *id, char out[FIREWALL_NAME_SIZE])
{
    struct text text = text_over(out, FIREWALL_NAME_SIZE);

    text_append_format(&text, "Tidegate %s", id->text);
}

static void format_ports(const struct rule_listen *listen, struct text *out)
{
    text_append_format(out, "%u", listen->first_port);
    if (listen->last_port != listen->first_port)
        text_append_format(out, "-%u", listen->last_port);
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

void firewall_rule_for(const struct rule *rule, struct firewall_rule *out)
{
    struct firewall_rule made = {
        .grouping = FIREWALL_GROUPING,
        .enabled = true,
        .inbound = true,
        .allow = true,
        .protocol = FIREWALL_TCP,
        .profiles = rule->scope.profiles,
        .local_addresses = "*",
        .program = IP_HELPER_PROGRAM,
        .service = IP_HELPER_SERVICE,
    };
    struct text ports = TEXT_OVER(made.local_ports);
    struct text remotes = TEXT_OVER(made.remote_addresses);

    assert(rule->scope.profiles != 0);
    firewall_rule_name(&rule->id, made.name);
    format_ports(&rule->listen, &ports);
    format_remotes(&rule->scope, &remotes);
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

/* "8000-8000" is "8000". */
static void normalise_ports(const char *ports, char out[FIREWALL_PORTS_SIZE])
{
    const char *dash = strchr(ports, '-');

    text_copy(out, FIREWALL_PORTS_SIZE, ports);
    if (dash != NULL && strncmp(ports, dash + 1, (size_t)(dash - ports)) == 0 &&
        strlen(dash + 1) == (size_t)(dash - ports))
        out[dash - ports] = '\0';
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

bool firewall_rule_equals(const struct firewall_rule *a, const struct firewall_rule *b)
{
    char left[FIREWALL_PORTS_SIZE];
    char right[FIREWALL_PORTS_SIZE];

    normalise_ports(a->local_ports, left);
    normalise_ports(b->local_ports, right);
    return strcmp(a->name, b->name) == 0 && strcmp(a->grouping, b->grouping) == 0 &&
           a->enabled == b->enabled && a->inbound == b->inbound && a->allow == b->allow &&
           a->protocol == b->protocol &&
           (a->profiles & PROFILE_MASK) == (b->profiles & PROFILE_MASK) &&
           strcmp(left, right) == 0 &&
           address_lists_equal(a->local_addresses, b->local_addresses) &&
           address_lists_equal(a->remote_addresses, b->remote_addresses) &&
           ascii_equals_ignoring_case(below_windows(a->program),
                                      below_windows(b->program)) &&
           ascii_equals_ignoring_case(a->service, b->service);
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
