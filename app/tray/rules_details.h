/*
 * The pane under the list of the rules window: what can be seen of the selected rule right now,
 * and for a problem one button that does what its sentence says. A child dialog; its host moves and
 * shows it.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_RULES_DETAILS_H
#define TIDEGATE_TRAY_RULES_DETAILS_H

#include "app/tray/session.h"
#include "core/view/rule_rows.h"

#include <windows.h>

struct rules_details;

/* Hidden at first. `session` is borrowed until rules_details_free. NULL when Windows gives no
 * window; the functions below take NULL and then do nothing.
 *
 * Its button sends the parent WM_COMMAND with a number that is also in the list's menu:
 * IDC_RULES_EDIT, IDC_RULES_TAKE_OVER, IDM_LIST_START_IP_HELPER or IDM_LIST_REFRESH, meant for the
 * row shown. What only this pane knows how to do it asks of the service itself, and then sends
 * IDC_DETAILS_ACTION, so that the parent draws the session anew. */
struct rules_details *rules_details_create(HWND parent, struct session *session);
void rules_details_free(struct rules_details *self);
HWND rules_details_window(const struct rules_details *self);

/* Of the shown row, or NULL: not read. Borrowed until the next mail. */
const struct diagnosis *rules_details_diagnosis(const struct rules_details *self);

/* The selected row, or NULL for none; copied. After each selection and each report. Asks the
 * service about a row that was not shown before. */
void rules_details_show(struct rules_details *self, const struct rule_row *row);

/* After the session took the mail. Takes what the pane asked for; other mails are ignored. */
void rules_details_take(struct rules_details *self, const struct mail *mail);

/* Asks the service again who is connected; every 2 s while the pane is seen. */
void rules_details_refresh(struct rules_details *self);

#endif
