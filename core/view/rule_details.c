/*
 * What the details pane says.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/rule_details.h"

#include "core/base/mem.h"

#include <string.h>

/* More would only be scrolled past; a range may have a thousand entries. */
#define ENTRY_LINES_MAX 16
#define CONNECTED_LINES_MAX 16

static struct detail_line *add(struct rule_details *out, enum detail_field field,
                               enum detail_text text)
{
    struct detail_line *line = LIST_ADD(out);

    line->field = field;
    line->text = text;
    return line;
}

static void set_argument(struct detail_line *line, size_t index, const char *value)
{
    struct text text =
        text_over(line->arguments[index], sizeof line->arguments[index] - sizeof "…" + 1);

    text_append(&text, value);
    if (text.truncated)
        memcpy(line->arguments[index] + text.length, "…", sizeof "…");
}

static void set_count(struct detail_line *line, size_t index, size_t count)
{
    struct text text = TEXT_OVER(line->arguments[index]);

    text_append_format(&text, "%zu", count);
}

/* IPv6 hosts in brackets, so that host and port can be told apart. */
static void set_side(struct detail_line *line, size_t index, const char *host,
                     uint16_t port)
{
    struct text text = TEXT_OVER(line->arguments[index]);

    text_append_format(&text, strchr(host, ':') != NULL ? "[%s]:%u" : "%s:%u", host,
                       (unsigned)port);
}

static void add_listeners(const struct diagnosis *diagnosis, struct rule_details *out)
{
    for (size_t i = 0; i < diagnosis->listener_count; i++) {
        const struct diagnosis_listener *listener = &diagnosis->listeners[i];
        const enum detail_text text =
            listener->is_ip_helper         ? DETAIL_TEXT_LISTENER_IP_HELPER
            : listener->program[0] != '\0' ? DETAIL_TEXT_LISTENER_PROGRAM
                                           : DETAIL_TEXT_LISTENER_UNKNOWN;
        struct detail_line *line = add(out, DETAIL_LISTENER, text);
        char address[ADDRESS_TEXT_SIZE];

        address_format(&listener->address, address);
        set_side(line, 0, address, listener->port);
        set_argument(line, 1, listener->program);
    }
    if (diagnosis->listener_count == 0)
        add(out, DETAIL_LISTENER, DETAIL_TEXT_LISTENER_NONE);
}

static bool is_of_row(const struct report_entry *item, const struct rule_row *row)
{
    char spelled[PORTPROXY_TEXT_SIZE];
    char key[ROW_KEY_SIZE];
    struct text text = TEXT_OVER(key);

    if (row->kind != ROW_FOREIGN)
        return rule_id_equals(&item->rule_id, &row->rule_id);
    portproxy_key_format(&item->entry.key, spelled);
    text_append_format(&text, "%s %s", portproxy_type_name(item->entry.key.type), spelled);
    return item->owner == ENTRY_FOREIGN && strcmp(key, row->key) == 0;
}

static void add_entry(const struct report_entry *item, struct rule_details *out)
{
    const struct portproxy_entry *entry = &item->entry;
    struct detail_line *line = add(out, DETAIL_ENTRY,
                                   item->owner == ENTRY_OURS ? DETAIL_TEXT_ENTRY_OURS
                                                             : DETAIL_TEXT_ENTRY_FOREIGN);

    set_side(line, 0, entry->key.listen, entry->key.port);
    set_side(line, 1, entry->value.connect, entry->value.port);
}

static void add_entries(const struct report *report, const struct rule_row *row,
                        struct rule_details *out)
{
    size_t count = 0;

    for (size_t i = 0; i < report->entry_count; i++) {
        if (is_of_row(&report->entries[i], row) && count++ < ENTRY_LINES_MAX)
            add_entry(&report->entries[i], out);
    }
    if (count == 0)
        add(out, DETAIL_ENTRY, DETAIL_TEXT_ENTRY_NONE);
    if (count > ENTRY_LINES_MAX)
        set_count(add(out, DETAIL_ENTRY, DETAIL_TEXT_ENTRY_MORE), 0,
                  count - ENTRY_LINES_MAX);
}

static enum remote_kind remote_of(const char *remotes)
{
    if (ascii_equals_ignoring_case(remotes, "LocalSubnet"))
        return REMOTE_LOCAL_SUBNET;
    return remotes[0] == '\0' || strcmp(remotes, "*") == 0 ? REMOTE_ANY : REMOTE_LIST;
}

static void add_firewall(const struct diagnosis *diagnosis, struct rule_details *out)
{
    const struct firewall_rule *rule = &diagnosis->firewall_rule;
    struct detail_line *line;

    if (!diagnosis->firewall_rule_found) {
        add(out, DETAIL_FIREWALL,
            diagnosis->firewall_rule_wanted ? DETAIL_TEXT_FIREWALL_MISSING
                                            : DETAIL_TEXT_FIREWALL_NOT_WANTED);
        return;
    }
    line = add(out, DETAIL_FIREWALL,
               rule->enabled ? DETAIL_TEXT_FIREWALL_ON : DETAIL_TEXT_FIREWALL_DISABLED);
    line->profiles = rule->profiles & PROFILE_MASK;
    line->remote = remote_of(rule->remote_addresses);
    set_argument(line, 1, rule->local_ports);
    if (line->remote == REMOTE_LIST)
        set_argument(line, 2, rule->remote_addresses);
}

/* Index of the first connection from the same remote address. */
static size_t first_from(const struct diagnosis *diagnosis, size_t index)
{
    size_t i = 0;

    while (!address_equals(&diagnosis->connections[i].remote,
                           &diagnosis->connections[index].remote))
        i++;
    return i;
}

static size_t count_from(const struct diagnosis *diagnosis, size_t first)
{
    size_t count = 0;

    for (size_t i = first; i < diagnosis->connection_count; i++)
        count += first_from(diagnosis, i) == first;
    return count;
}

/* The next remote address after `last` in the order of bytes, so that lines keep their places
 * from one reading to the next; the count when there is none. */
static size_t next_remote(const struct diagnosis *diagnosis, const struct address *last)
{
    size_t best = diagnosis->connection_count;

    for (size_t i = 0; i < diagnosis->connection_count; i++) {
        const struct address *remote = &diagnosis->connections[i].remote;

        if (last != NULL && memcmp(remote, last, sizeof *remote) <= 0)
            continue;
        if (best == diagnosis->connection_count ||
            memcmp(remote, &diagnosis->connections[best].remote, sizeof *remote) < 0)
            best = i;
    }
    return best;
}

static void add_connected(const struct diagnosis *diagnosis, struct rule_details *out)
{
    const size_t end = diagnosis->connection_count;
    size_t told = 0;
    size_t lines = 0;

    for (size_t i = next_remote(diagnosis, NULL); i < end && lines < CONNECTED_LINES_MAX;
         i = next_remote(diagnosis, &diagnosis->connections[i].remote)) {
        struct detail_line *line = add(out, DETAIL_CONNECTED, DETAIL_TEXT_CONNECTED);
        const size_t count = count_from(diagnosis, first_from(diagnosis, i));
        char address[ADDRESS_TEXT_SIZE];

        address_format(&diagnosis->connections[i].remote, address);
        set_argument(line, 0, address);
        set_count(line, 1, count);
        told += count;
        lines++;
    }
    if (diagnosis->connection_total > told)
        set_count(add(out, DETAIL_CONNECTED, DETAIL_TEXT_CONNECTED_MORE), 0,
                  diagnosis->connection_total - told);
    else if (told == 0)
        add(out, DETAIL_CONNECTED, DETAIL_TEXT_CONNECTED_NONE);
}

static void add_chain(const struct diagnosis *diagnosis, struct rule_details *out)
{
    for (size_t i = 0; i < diagnosis->link_count; i++)
        add(out, DETAIL_CHAIN, DETAIL_TEXT_LINK)->link = diagnosis->links[i];
}

static bool lets_nobody_in(const struct view_state *view, const struct rule_row *row)
{
    const struct report_rule *found = report_find_rule(view->report, &row->rule_id);

    return found != NULL && found->rule.scope.profiles == 0;
}

void rule_details_build(const struct view_state *view, const struct rule_row *row,
                        const struct diagnosis *diagnosis, bool failed,
                        struct rule_details *out)
{
    const enum detail_text unknown = failed ? DETAIL_TEXT_UNREADABLE : DETAIL_TEXT_READING;
    const bool asked = rule_details_can_be_asked(row);

    if (view->report == NULL)
        return;
    if (asked && diagnosis != NULL)
        add_listeners(diagnosis, out);
    else if (asked)
        add(out, DETAIL_LISTENER, unknown);
    add_entries(view->report, row, out);
    if (!asked)
        return;
    if (lets_nobody_in(view, row))
        add(out, DETAIL_FIREWALL, DETAIL_TEXT_FIREWALL_OFF);
    else if (diagnosis != NULL)
        add_firewall(diagnosis, out);
    else
        add(out, DETAIL_FIREWALL, unknown);
    if (diagnosis != NULL)
        add_connected(diagnosis, out);
    else
        add(out, DETAIL_CONNECTED, unknown);
    if (diagnosis != NULL)
        add_chain(diagnosis, out);
}

void rule_details_clear(struct rule_details *details)
{
    LIST_CLEAR(details);
}

bool rule_details_can_be_asked(const struct rule_row *row)
{
    return row->kind == ROW_MINE;
}
