/*
 * The context menu of the rules window's list.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_RULES_MENU_H
#define TIDEGATE_TRAY_RULES_MENU_H

#include "core/engine/report.h"
#include "core/view/rule_rows.h"

#include <windows.h>

/* What the menu depends on. */
struct rules_menu {
    const struct rule_row *row;     /* the one selected row, or NULL: none, or several */
    const struct rule_row *focused; /* of several, or NULL */
    bool changeable;                /* one of them at least */
    const struct report *report;    /* NULL while the service does not answer */
    enum row_column sort;
    bool undo;
    bool details;
};

/* Shows the menu and gives the command's number (resource.h), or 0. */
int rules_menu_run(HWND owner, POINT at, const struct rules_menu *state);

#endif
