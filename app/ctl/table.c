/*
 * Aligning columns by characters (a wide East Asian one counts as one: the line is then
 * shifted, never cut).
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/table.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <assert.h>
#include <string.h>

void table_init(struct table *table, size_t column_count)
{
    assert(column_count > 0);
    *table = (struct table){.column_count = column_count};
}

void table_clear(struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        mem_free(table->items[i]);
    LIST_CLEAR(table);
}

void table_add(struct table *table, const char *text)
{
    const size_t size = strlen(text) + 1;
    char *copy = mem_alloc(size);

    memcpy(copy, text, size);
    *LIST_ADD(table) = copy;
}

void table_add_number(struct table *table, unsigned long number)
{
    char text[24];
    struct text digits = TEXT_OVER(text);

    text_append_format(&digits, "%lu", number);
    table_add(table, text);
}

static size_t character_count(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

static size_t column_width(const struct table *table, size_t column)
{
    size_t width = 0;

    for (size_t i = column; i < table->count; i += table->column_count) {
        const size_t count = character_count(table->items[i]);

        if (count > width)
            width = count;
    }
    return width;
}

/* Blanks that end a line are left out, so the padding is owed until something follows. */
static void write_row(const struct table *table, size_t row, const size_t *widths,
                      struct output *out)
{
    char *const *cells = &table->items[row * table->column_count];
    size_t owed = 0;

    for (size_t column = 0; column < table->column_count; column++) {
        const size_t count = character_count(cells[column]);

        if (count > 0) {
            output_format(out, "%*s", (int)owed, "");
            output_foreign(out, cells[column]);
            owed = 0;
        }
        owed += widths[column] - count + 2;
    }
    output_text(out, "\n");
}

void table_write(const struct table *table, struct output *out)
{
    size_t *widths = mem_alloc(table->column_count * sizeof *widths);

    assert(table->count % table->column_count == 0);
    for (size_t column = 0; column < table->column_count; column++)
        widths[column] = column_width(table, column);
    for (size_t row = 0; row < table->count / table->column_count; row++)
        write_row(table, row, widths, out);
    mem_free(widths);
}
