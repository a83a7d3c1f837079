/*
 * Lines with aligned columns. Cells are copied; text that others wrote is made harmless on
 * the way out (output_foreign).
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_CTL_TABLE_H
#define TIDEGATE_CTL_TABLE_H

#include "app/ctl/output.h"

struct table {
    size_t column_count;
    char **items; /* row by row */
    size_t count, capacity;
};

void table_init(struct table *table, size_t column_count);
void table_clear(struct table *table);

/* The next cell of the row. */
void table_add(struct table *table, const char *text);
void table_add_number(struct table *table, unsigned long number);

/* Two blanks between columns, none behind the last. */
void table_write(const struct table *table, struct output *out);

#endif
