/*
 * The one line of the rules window that says what stands in the way, or what was done.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_RULES_STATUS_H
#define TIDEGATE_TRAY_RULES_STATUS_H

#include "app/tray/rules_list.h"
#include "app/tray/session.h"
#include "app/tray/words.h"
#include "core/view/undo.h"

/* What stops everything comes first, then what just failed or was done, then the details of the
 * selected row, which may not fit into its column, then news. Empty when there is nothing to say.
 * `list` is NULL while it is not seen; `explained`: the details pane says what the row has to say;
 * `invited`: to make a first rule, by the window itself. */
struct words rules_status_line(const struct session *session,
                               const struct rules_list *list, const struct undo *undo,
                               bool explained, bool invited);

#endif
