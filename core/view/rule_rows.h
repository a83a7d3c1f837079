/*
 * The rows of the rules window: the user's rules, other users' rules, and the portproxy
 * entries that other programs made. Texts that are the same in every language are here;
 * words (states, reasons) are the window's.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_RULE_ROWS_H
#define TIDEGATE_VIEW_RULE_ROWS_H

#include "core/view/view_state.h"

#define ROW_KEY_SIZE (PORTPROXY_TEXT_SIZE + 8)
#define ROW_SIDE_SIZE (PORTPROXY_HOST_SIZE + 16)
#define ROW_SEARCH_SIZE 256
#define ROW_WORDS_SIZE 1024

/* Also the order in which kinds follow one another, whatever the sort. */
enum row_kind { ROW_MINE, ROW_OTHER_USER, ROW_FOREIGN };

enum row_column { ROW_NAME, ROW_LISTEN, ROW_CONNECT, ROW_STATE, ROW_REASON, ROW_COLUMNS };

struct rule_row {
    enum row_kind kind;
    char key[ROW_KEY_SIZE]; /* the row's identity from one report to the next */
    char name[RULE_TEXT_SIZE];
    char listen[ROW_SIDE_SIZE];
    char connect[ROW_SIDE_SIZE];
    char comment[RULE_TEXT_SIZE];
    bool checked; /* what the service confirmed; false for foreign entries */
    bool pending; /* asked for a change that is not confirmed yet */
    bool can_change;
    bool can_take_over; /* a foreign entry stands in this rule's way or in its place */
    struct rule_status status; /* zero for foreign entries */
    struct rule_id rule_id;    /* foreign: the rule it stands in the way of, or "" */
    uint16_t listen_port;      /* these four are for sorting */
    uint16_t connect_port;
    struct address listen_address; /* ADDRESS_NONE: any, a followed interface, a host name */
    struct address connect_address;
};

struct rule_row_list {
    struct rule_row *items;
    size_t count, capacity;
};

/* Adds a row for each rule and each foreign entry, unsorted. NULL report: none. */
void rule_rows_build(const struct view_state *state, struct rule_row_list *out);

/* Stable: equal rows keep their order. Names in natural order; sides by port, then address, both as
 * numbers, then text. */
void rule_rows_sort(struct rule_row_list *list, enum row_column column, bool descending);

/* Whether each word of `search` is found in the row's name, sides, comment, or in `words`, which
 * are what the window shows of its state. ASCII letters without case; "" matches each row. */
bool rule_row_matches(const struct rule_row *row, const char *search, const char *words);

/* Writes the words the window shows of the row's state, in UTF-8. */
typedef void (*row_words)(void *context, const struct rule_row *row,
                          char out[ROW_WORDS_SIZE]);

/* Drops what does not match; the rest keeps its order. */
void rule_rows_keep(struct rule_row_list *list, const char *search, row_words words,
                    void *context);

/* Index of the row, or list->count. */
size_t rule_rows_find(const struct rule_row_list *list, const char *key);

/* Whether the two look the same in every column and in their check box. */
bool rule_row_equals(const struct rule_row *a, const struct rule_row *b);

/* Whether the same rows stand in the same order and look the same. */
bool rule_rows_equal(const struct rule_row_list *a, const struct rule_row_list *b);

void rule_rows_clear(struct rule_row_list *list);

#endif
