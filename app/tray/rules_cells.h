/*
 * What the list of the rules window shows of a row: texts, state icon and check box.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_RULES_CELLS_H
#define TIDEGATE_TRAY_RULES_CELLS_H

#include "app/tray/words.h"
#include "core/view/rule_rows.h"

#include <windows.h>
#include <commctrl.h>

struct words rules_cell_text(const struct rule_row *row, enum row_column column);

/* Of the image list below: the state, at the row's beginning, where every list has its icon. In the
 * state's own column it would leave gaps in all others. */
int rules_cell_image(const struct rule_row *row, enum row_column column);

/* The list view's state for the check box. What is not ours has none. */
UINT rules_cell_check(const struct rule_row *row);

/* For row_words: state and reason as they are shown. */
void rules_cell_words(void *context, const struct rule_row *row, char out[ROW_WORDS_SIZE]);

/* The state icons for that DPI; the caller's, see ImageList_Destroy. */
HIMAGELIST rules_cell_images(UINT dpi);

#endif
