/*
 * The combo box of the listen port: suggests what listens inside WSL and is not forwarded yet.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_PORT_LIST_H
#define TIDEGATE_TRAY_PORT_LIST_H

#include "core/view/port_suggestions.h"

#include <windows.h>

struct port_list {
    HWND combo; /* borrowed */
    struct port_suggestions shown;
};

/* Suggests what the report says now; what is typed stays. */
void port_list_refresh(struct port_list *list, const struct view_state *view);

/* Puts the number alone in the place of a suggestion that was chosen: "5432". True when the
 * field's text was changed. */
bool port_list_take_choice(const struct port_list *list);

#endif
