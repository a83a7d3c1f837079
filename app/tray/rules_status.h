/*
 * The one line of the rules window that says what stands in the way, or what was done.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_RULES_STATUS_H
#define TIDEGATE_TRAY_RULES_STATUS_H

#include "app/tray/session.h"
#include "app/tray/words.h"

/* What stops everything comes first, then what just failed, then the details of the selected row
 * (or NULL), which may not fit into its column, then news. Empty when there is nothing to say. */
struct words rules_status_line(const struct session *session,
                               const struct rule_row *selected);

#endif
