/*
 * The submenus of a menu with many rules.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_MENU_GROUPS_H
#define TIDEGATE_VIEW_MENU_GROUPS_H

#include "core/view/menu_model.h"

/*
 * Groups the rules by what their names begin with, if that gives a few groups that take in most of
 * them; else by ranges of ports, ten groups at most. Orders the rules so; both as they came where
 * equal.
 */
void menu_groups_make(struct menu_model *model);

/* What comes before the first "/" or ":" of a name, without blanks at its end; "" if nothing. */
void menu_prefix_of(const char *name, char *out, size_t capacity);

#endif
