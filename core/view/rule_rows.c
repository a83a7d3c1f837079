/*
 * The rows of the rules window.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/rule_rows.h"

#include "core/base/mem.h"

#include <string.h>

static bool is_foreign_reason(enum reason reason)
{
    return reason == REASON_FOREIGN_ENTRY || reason == REASON_FOREIGN_EQUAL ||
           reason == REASON_FOREIGN_KEEPS_OPEN || reason == REASON_CHANGED_BACK;
}

static void add_rule(const struct view_state *state, const struct report_rule *from,
                     struct rule_row_list *out)
{
    const struct rule *rule = &from->rule;
    struct rule_row *row = LIST_ADD(out);
    struct text key = TEXT_OVER(row->key);
    struct text name = TEXT_OVER(row->name);

    row->kind = user_sid_equals(&rule->owner, &state->user) ? ROW_MINE : ROW_OTHER_USER;
    row->rule_id = rule->id;
    text_append(&key, rule->id.text);
    text_append(&name, rule->name);
    rule_listen_format(&rule->listen, row->listen, sizeof row->listen);
    rule_connect_format(&rule->connect, row->connect, sizeof row->connect);
    row->checked = rule->enabled;
    row->pending = pending_has_rule(state->pending, &rule->id);
    row->can_change = row->kind == ROW_MINE && state->may_change && !row->pending;
    row->status = from->status;
    row->can_take_over = row->can_change && (is_foreign_reason(from->status.reason) ||
                                             is_foreign_reason(from->status.warning));
    row->listen_port = rule->listen.first_port;
    row->connect_port = rule->connect.first_port;
}

/* IPv6 hosts in brackets, so that host and port can be told apart. */
static void format_side(const char *host, uint16_t port, char out[ROW_SIDE_SIZE])
{
    struct text text = text_over(out, ROW_SIDE_SIZE);

    if (strchr(host, ':') != NULL)
        text_append_format(&text, "[%s]:%u", host, (unsigned)port);
    else
        text_append_format(&text, "%s:%u", host, (unsigned)port);
}

static void add_foreign(const struct view_state *state, const struct report_entry *from,
                        struct rule_row_list *out)
{
    const struct portproxy_entry *entry = &from->entry;
    struct rule_row *row = LIST_ADD(out);
    struct text key = TEXT_OVER(row->key);
    char spelled[PORTPROXY_TEXT_SIZE];

    row->kind = ROW_FOREIGN;
    portproxy_key_format(&entry->key, spelled);
    text_append_format(&key, "%s %s", portproxy_type_name(entry->key.type), spelled);
    format_side(entry->key.listen, entry->key.port, row->listen);
    format_side(entry->value.connect, entry->value.port, row->connect);
    row->rule_id = from->rule_id;
    row->listen_port = entry->key.port;
    row->connect_port = entry->value.port;
    if (from->rule_id.text[0] == '\0')
        return;
    row->pending = pending_has_rule(state->pending, &from->rule_id);
    row->can_take_over = state->may_change && !row->pending;

    for (size_t i = 0; i < state->report->rule_count; i++) {
        const struct rule *rule = &state->report->rules[i].rule;

        if (!rule_id_equals(&rule->id, &from->rule_id))
            continue;
        text_copy(row->name, sizeof row->name, rule->name);
        if (!user_sid_equals(&rule->owner, &state->user))
            row->can_take_over = false;
    }
}

void rule_rows_build(const struct view_state *state, struct rule_row_list *out)
{
    const struct report *report = state->report;

    if (report == NULL)
        return;
    for (size_t i = 0; i < report->rule_count; i++)
        add_rule(state, &report->rules[i], out);
    for (size_t i = 0; i < report->entry_count; i++) {
        if (report->entries[i].owner == ENTRY_FOREIGN)
            add_foreign(state, &report->entries[i], out);
    }
}

/* As people sort names: ASCII letters without case, the rest by code point. */
static int compare_text(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        const int x = *a >= 'A' && *a <= 'Z' ? *a - 'A' + 'a' : (unsigned char)*a;
        const int y = *b >= 'A' && *b <= 'Z' ? *b - 'A' + 'a' : (unsigned char)*b;

        if (x != y)
            return x - y;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

static int compare_ports(uint16_t a, uint16_t b, const char *text_a, const char *text_b)
{
    return a != b ? (int)a - (int)b : compare_text(text_a, text_b);
}

static int compare(const struct rule_row *a, const struct rule_row *b,
                   enum row_column column)
{
    switch (column) {
    case ROW_LISTEN:
        return compare_ports(a->listen_port, b->listen_port, a->listen, b->listen);
    case ROW_CONNECT:
        return compare_ports(a->connect_port, b->connect_port, a->connect, b->connect);
    case ROW_STATE:
        /* What needs the user most comes first. */
        return rule_state_severity(b->status.state) - rule_state_severity(a->status.state);
    case ROW_REASON:
        return (int)a->status.reason - (int)b->status.reason;
    case ROW_NAME:
    case ROW_COLUMNS:
        break;
    }
    return compare_text(a->name, b->name);
}

static bool comes_before(const struct rule_row *a, const struct rule_row *b,
                         enum row_column column, bool descending)
{
    if (a->kind != b->kind)
        return a->kind < b->kind;

    const int order = compare(a, b, column);

    return descending ? order > 0 : order < 0;
}

/* Insertion sort, as it is stable; of places rather than rows, as rows are large. */
void rule_rows_sort(struct rule_row_list *list, enum row_column column, bool descending)
{
    struct rule_row *sorted = mem_resize(NULL, list->count + 1, sizeof *sorted);
    size_t *places = mem_resize(NULL, list->count + 1, sizeof *places);

    for (size_t i = 0; i < list->count; i++) {
        size_t place = i;

        while (place > 0 && comes_before(&list->items[i], &list->items[places[place - 1]],
                                         column, descending)) {
            places[place] = places[place - 1];
            place--;
        }
        places[place] = i;
    }
    for (size_t i = 0; i < list->count; i++)
        sorted[i] = list->items[places[i]];
    mem_free(places);
    mem_free(list->items);
    list->items = sorted;
    list->capacity = list->count + 1;
}

size_t rule_rows_find(const struct rule_row_list *list, const char *key)
{
    size_t i = 0;

    while (i < list->count && strcmp(list->items[i].key, key) != 0)
        i++;
    return i;
}

static bool status_equals(const struct rule_status *a, const struct rule_status *b)
{
    return a->state == b->state && a->reason == b->reason && a->warning == b->warning &&
           a->port_count == b->port_count && a->active_count == b->active_count &&
           a->os_code == b->os_code && strcmp(a->subject, b->subject) == 0;
}

bool rule_row_equals(const struct rule_row *a, const struct rule_row *b)
{
    return a->kind == b->kind && a->checked == b->checked && a->pending == b->pending &&
           a->can_change == b->can_change && a->can_take_over == b->can_take_over &&
           strcmp(a->name, b->name) == 0 && strcmp(a->listen, b->listen) == 0 &&
           strcmp(a->connect, b->connect) == 0 && status_equals(&a->status, &b->status);
}

bool rule_rows_equal(const struct rule_row_list *a, const struct rule_row_list *b)
{
    size_t i = 0;

    while (i < a->count && i < b->count && strcmp(a->items[i].key, b->items[i].key) == 0 &&
           rule_row_equals(&a->items[i], &b->items[i]))
        i++;
    return i == a->count && i == b->count;
}

void rule_rows_clear(struct rule_row_list *list)
{
    LIST_CLEAR(list);
}
