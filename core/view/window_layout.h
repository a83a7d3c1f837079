/*
 * What the rules window remembers from one run of the program to the next, for each DPI. It is
 * stored as it stands here, so what is read back may be anything.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_WINDOW_LAYOUT_H
#define TIDEGATE_VIEW_WINDOW_LAYOUT_H

#include "core/view/rule_rows.h"

/* Fields of four bytes only: no padding is stored. A new meaning takes a new version. */
#define WINDOW_LAYOUT_VERSION 1u

struct window_layout {
    uint32_t version;
    uint32_t dpi; /* all lengths are pixels at this DPI */
    int32_t left; /* of the window when it is not maximised, on the screen */
    int32_t top;
    int32_t width;
    int32_t height;
    uint32_t maximized; /* 0 or 1, as all that follow which are a yes or a no */
    int32_t columns[ROW_COLUMNS];
    uint32_t sort; /* enum row_column */
    uint32_t descending;
    uint32_t details_shown;
    int32_t details_height; /* 0: as high as the details are by themselves */
};

/* The area of a monitor that windows may cover. */
struct work_area {
    int32_t left, top, right, bottom;
};

/* Whether each field is in its range. */
bool window_layout_is_valid(const struct window_layout *layout);

/* The lengths (not the place) at another DPI. */
void window_layout_scale(struct window_layout *layout, uint32_t dpi);

/* Moves the window into the area, and makes it smaller where it is larger than that. */
void window_layout_clamp(struct window_layout *layout, const struct work_area *area);

#endif
