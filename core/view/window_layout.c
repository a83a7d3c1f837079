/*
 * What the rules window remembers from one run of the program to the next.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/window_layout.h"

/* Windows' coordinates are 16 bits wide in many places, and DPI goes from 96 to 480 (500 %); a bit
 * of room is left for what may come. */
#define PLACE_MAX 32767
#define SIZE_MIN 100
#define COLUMN_MAX 8192
#define DPI_MIN 72u
#define DPI_MAX 960u

static bool is_between(int32_t value, int32_t least, int32_t most)
{
    return value >= least && value <= most;
}

static bool has_valid_place(const struct window_layout *layout)
{
    return is_between(layout->left, -PLACE_MAX, PLACE_MAX) &&
           is_between(layout->top, -PLACE_MAX, PLACE_MAX) &&
           is_between(layout->width, SIZE_MIN, PLACE_MAX) &&
           is_between(layout->height, SIZE_MIN, PLACE_MAX);
}

bool window_layout_is_valid(const struct window_layout *layout)
{
    for (int i = 0; i < ROW_COLUMNS; i++) {
        if (!is_between(layout->columns[i], 0, COLUMN_MAX))
            return false;
    }
    return layout->version == WINDOW_LAYOUT_VERSION && layout->dpi >= DPI_MIN &&
           layout->dpi <= DPI_MAX && has_valid_place(layout) && layout->maximized <= 1 &&
           layout->sort < ROW_COLUMNS && layout->descending <= 1 &&
           layout->details_shown <= 1 && is_between(layout->details_height, 0, PLACE_MAX);
}

static int32_t scaled(int32_t length, uint32_t from, uint32_t to)
{
    return (int32_t)(((int64_t)length * to + from / 2) / from);
}

void window_layout_scale(struct window_layout *layout, uint32_t dpi)
{
    const uint32_t from = layout->dpi;

    layout->dpi = dpi;
    layout->width = scaled(layout->width, from, dpi);
    layout->height = scaled(layout->height, from, dpi);
    layout->details_height = scaled(layout->details_height, from, dpi);
    for (int i = 0; i < ROW_COLUMNS; i++)
        layout->columns[i] = scaled(layout->columns[i], from, dpi);
}

static void clamp_span(int32_t *start, int32_t *length, int32_t first, int32_t end)
{
    if (*length > end - first)
        *length = end - first;
    if (*start > end - *length)
        *start = end - *length;
    if (*start < first)
        *start = first;
}

void window_layout_clamp(struct window_layout *layout, const struct work_area *area)
{
    clamp_span(&layout->left, &layout->width, area->left, area->right);
    clamp_span(&layout->top, &layout->height, area->top, area->bottom);
}
