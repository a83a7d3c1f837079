/*
 * The combo box that says where a rule listens: places by name, kept up to date, or an address
 * or interface that is typed.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_PLACE_LIST_H
#define TIDEGATE_TRAY_PLACE_LIST_H

#include "core/view/listen_places.h"

#include <windows.h>

struct place_list {
    HWND combo; /* borrowed */
    struct listen_places places;
};

/* Reads this PC's places and shows the one of the form. `chosen`: as in listen_places_build. */
void place_list_init(struct place_list *list, HWND combo, const struct rule_form *form,
                     const struct rule_listen *chosen);

/* Reads this PC's places again; what was chosen stays chosen and what was typed stays typed. */
void place_list_refresh(struct place_list *list, const struct rule_listen *chosen);

/* False when what is typed is longer than any place. */
bool place_list_read(const struct place_list *list, struct rule_form *out);
void place_list_clear(struct place_list *list);

#endif
