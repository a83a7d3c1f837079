/*
 * The rows of the rules window.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/rule_rows.h"

#include "core/base/mem.h"
#include "core/view/natural_order.h"

#include <string.h>

static bool is_takeable_reason(enum reason reason)
{
    return reason == REASON_FIREWALL_CHANGED || reason == REASON_FOREIGN_ENTRY ||
           reason == REASON_FOREIGN_EQUAL || reason == REASON_FOREIGN_KEEPS_OPEN ||
           reason == REASON_CHANGED_BACK;
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
    text_copy(row->comment, sizeof row->comment, rule->comment);
    rule_listen_format(&rule->listen, row->listen, sizeof row->listen);
    rule_connect_format(&rule->connect, row->connect, sizeof row->connect);
    row->checked = rule->enabled;
    row->pending = pending_has_rule(state->pending, &rule->id);
    row->can_change = row->kind == ROW_MINE && state->may_change && !row->pending;
    row->status = from->status;
    row->can_take_over = row->can_change && (is_takeable_reason(from->status.reason) ||
                                             is_takeable_reason(from->status.warning));
    row->listen_port = rule->listen.first_port;
    row->connect_port = rule->connect.first_port;
    if (rule->listen.kind == LISTEN_ADDRESS)
        row->listen_address = rule->listen.address;
    if (rule->connect.kind == CONNECT_ADDRESS)
        row->connect_address = rule->connect.address;
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
    /* Host names and "*" have no number to sort by. */
    (void)address_parse(entry->key.listen, &row->listen_address);
    (void)address_parse(entry->value.connect, &row->connect_address);
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

static int compare_sides(uint16_t port_a, const struct address *a, uint16_t port_b,
                         const struct address *b)
{
    if (port_a != port_b)
        return port_a < port_b ? -1 : 1;
    if (a->family != b->family)
        return a->family < b->family ? -1 : 1;
    return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static int compare_listen(const struct rule_row *a, const struct rule_row *b)
{
    const int order = compare_sides(a->listen_port, &a->listen_address, b->listen_port,
                                    &b->listen_address);

    return order != 0 ? order : natural_compare(a->listen, b->listen);
}

static int compare_connect(const struct rule_row *a, const struct rule_row *b)
{
    const int order = compare_sides(a->connect_port, &a->connect_address, b->connect_port,
                                    &b->connect_address);

    return order != 0 ? order : natural_compare(a->connect, b->connect);
}

static int compare(const struct rule_row *a, const struct rule_row *b,
                   enum row_column column)
{
    switch (column) {
    case ROW_LISTEN:
        return compare_listen(a, b);
    case ROW_CONNECT:
        return compare_connect(a, b);
    case ROW_STATE:
        /* What needs the user most comes first. */
        return rule_state_severity(b->status.state) - rule_state_severity(a->status.state);
    case ROW_REASON:
        return (int)a->status.reason - (int)b->status.reason;
    case ROW_NAME:
    case ROW_COLUMNS:
        break;
    }
    return natural_compare(a->name, b->name);
}

struct rule_order {
    enum row_column column;
    bool descending;
};

static bool comes_before(const struct rule_row *a, const struct rule_row *b,
                         enum row_column column, bool descending)
{
    if (a->kind != b->kind)
        return a->kind < b->kind;

    const int order = compare(a, b, column);

    return descending ? order > 0 : order < 0;
}

/* Merges two neighbouring runs of row numbers; of equal rows those of the left one come first. */
static void merge(const struct rule_row *rows, const struct rule_order *order,
                  const size_t *from, size_t *to, size_t middle, size_t end)
{
    size_t left = 0;
    size_t right = middle;

    for (size_t i = 0; i < end; i++) {
        const bool take_right =
            left == middle ||
            (right < end && comes_before(&rows[from[right]], &rows[from[left]],
                                         order->column, order->descending));

        to[i] = take_right ? from[right++] : from[left++];
    }
}

/* Of row numbers rather than rows, as rows are large. The sorted numbers are in either array. */
static size_t *sort_numbers(const struct rule_row_list *list,
                            const struct rule_order *order, size_t *numbers, size_t *spare)
{
    for (size_t run = 1; run < list->count; run *= 2) {
        size_t *former = numbers;

        for (size_t at = 0; at < list->count; at += 2 * run) {
            const size_t rest = list->count - at;

            merge(list->items, order, numbers + at, spare + at, run < rest ? run : rest,
                  2 * run < rest ? 2 * run : rest);
        }
        numbers = spare;
        spare = former;
    }
    return numbers;
}

void rule_rows_sort(struct rule_row_list *list, enum row_column column, bool descending)
{
    const struct rule_order order = {.column = column, .descending = descending};
    struct rule_row *sorted = mem_resize(NULL, list->count + 1, sizeof *sorted);
    size_t *numbers = mem_resize(NULL, list->count + 1, 2 * sizeof *numbers);
    const size_t *in_order;

    for (size_t i = 0; i < list->count; i++)
        numbers[i] = i;
    in_order = sort_numbers(list, &order, numbers, numbers + list->count);
    for (size_t i = 0; i < list->count; i++)
        sorted[i] = list->items[in_order[i]];
    mem_free(numbers);
    mem_free(list->items);
    list->items = sorted;
    list->capacity = list->count + 1;
}

static bool contains_word(const struct rule_row *row, const char *words, const char *word)
{
    return natural_contains(row->name, word) || natural_contains(row->listen, word) ||
           natural_contains(row->connect, word) || natural_contains(row->comment, word) ||
           natural_contains(words, word);
}

bool rule_row_matches(const struct rule_row *row, const char *search, const char *words)
{
    while (*search != '\0') {
        char word[ROW_SEARCH_SIZE];
        const size_t blanks = strspn(search, " ");
        const size_t length = strcspn(search + blanks, " ");
        struct text text = TEXT_OVER(word);

        text_append_format(&text, "%.*s", (int)length, search + blanks);
        if (!contains_word(row, words, word))
            return false;
        search += blanks + length;
    }
    return true;
}

void rule_rows_keep(struct rule_row_list *list, const char *search, row_words words,
                    void *context)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        char spoken[ROW_WORDS_SIZE] = "";

        if (words != NULL && search[0] != '\0')
            words(context, &list->items[i], spoken);
        if (!rule_row_matches(&list->items[i], search, spoken))
            continue;
        if (kept != i)
            list->items[kept] = list->items[i];
        kept++;
    }
    list->count = kept;
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
           strcmp(a->comment, b->comment) == 0 && strcmp(a->connect, b->connect) == 0 &&
           status_equals(&a->status, &b->status);
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
