/*
 * The context menu of the rules window's list.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_RULES_MENU_H
#define TIDEGATE_TRAY_RULES_MENU_H

#include "core/engine/report.h"
#include "core/view/rule_rows.h"

#include <windows.h>

/* Shows the menu for the row (NULL: none is selected) and gives the command's number (resource.h),
 * or 0. `report` is NULL while the service does not answer. `sort`: the column sorted by. */
int rules_menu_run(HWND owner, POINT at, const struct rule_row *row,
                   const struct report *report, enum row_column sort);

#endif
