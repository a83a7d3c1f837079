/*
 * The part of the rule editor that only shows when it is asked for. What lies below it moves.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_EXPANDER_H
#define TIDEGATE_TRAY_EXPANDER_H

#include "app/tray/anchors.h"

#include <stdbool.h>

struct expander {
    HWND dialog; /* borrowed */
    struct anchors anchors;
    bool open;
};

/* The dialog is as its template says: open. */
void expander_init(struct expander *expander, HWND dialog);
void expander_set(struct expander *expander, bool open);
bool expander_holds(const struct expander *expander, HWND control);

/* After the dialog was laid out for another DPI. */
void expander_layout(struct expander *expander);

#endif
