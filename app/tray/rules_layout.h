/*
 * Where things stand in the rules window: its two pages, the details under the list with the border
 * that moves, and the invitation to make a first rule.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_RULES_LAYOUT_H
#define TIDEGATE_TRAY_RULES_LAYOUT_H

#include "app/tray/anchors.h"

#include <stdbool.h>
#include <windows.h>

enum rules_page { PAGE_RULES, PAGE_ACTIVITY, PAGE_COUNT };

struct rules_layout {
    HWND dialog; /* these are borrowed */
    HWND details;
    HWND invite; /* these two NULL until there is such a pane */
    HWND activity;
    struct anchors anchors;
    enum rules_page page;
    bool empty;         /* the invitation stands in for the list */
    bool invited;       /* it is shown; without `empty`, in place of the details */
    bool details_shown; /* wanted; a window that is too low hides them all the same */
    int details_height; /* wanted, in pixels at `dpi`; 0: as high as their template */
    SIZE details_size;  /* of their template, at `dpi` */
    UINT dpi;
    int grip; /* while the border is dragged: the mouse's distance from it; else -1 */
};

/* `details` may be NULL: then there is no such pane. */
void rules_layout_init(struct rules_layout *layout, HWND dialog, HWND details);

void rules_layout_apply(struct rules_layout *layout);

/* Do nothing when it is so already. What hides gives the keyboard away. */
void rules_layout_show_page(struct rules_layout *layout, enum rules_page page);
void rules_layout_invite(struct rules_layout *layout, bool empty, bool invited);
void rules_layout_show_details(struct rules_layout *layout, bool shown);

/* Whether it has a place, also while the whole window is not shown yet. */
bool rules_layout_details_visible(const struct rules_layout *layout);
bool rules_layout_invitation_visible(const struct rules_layout *layout);

/* The next part of the page for F6, or the one before: search, list, details, buttons. */
void rules_layout_move_focus(const struct rules_layout *layout, bool back);

/* For WM_SETCURSOR (true: it was ours), WM_LBUTTONDOWN, WM_MOUSEMOVE and WM_LBUTTONUP: the border
 * between list and details. */
bool rules_layout_set_cursor(const struct rules_layout *layout);
void rules_layout_press(struct rules_layout *layout, int y);
void rules_layout_drag(struct rules_layout *layout, int y);
void rules_layout_release(struct rules_layout *layout);

#endif
