/*
 * The columns of the rules window's list.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_RULES_COLUMNS_H
#define TIDEGATE_TRAY_RULES_COLUMNS_H

#include "core/view/rule_rows.h"

#include <windows.h>

UINT rules_column_title(enum row_column column); /* its string */

void rules_columns_insert(HWND list, UINT dpi);

/* Follows the DPI. The last column takes the room that is left. */
void rules_columns_fit(HWND list, UINT former_dpi, UINT dpi);

void rules_columns_save(HWND list, int32_t widths[ROW_COLUMNS]);
void rules_columns_restore(HWND list, const int32_t widths[ROW_COLUMNS]);

/* In the header, as it tells by which column the list is sorted. */
void rules_columns_show_arrow(HWND list, enum row_column column, bool descending);

#endif
