/*
 * The notification icon's kind and tooltip, from a report. Words are the window's: this
 * gives which sentence and its arguments.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_TRAY_STATUS_H
#define TIDEGATE_VIEW_TRAY_STATUS_H

#include "core/view/view_state.h"

enum tray_text {
    TRAY_TEXT_STARTING,
    TRAY_TEXT_UNREACHABLE,
    TRAY_TEXT_NOT_INSTALLED,
    TRAY_TEXT_SERVICE_STOPPED,
    TRAY_TEXT_OTHER_PROTOCOL,
    TRAY_TEXT_FAULT,
    TRAY_TEXT_PAUSED,
    TRAY_TEXT_NO_RULES,   /* none enabled */
    TRAY_TEXT_FINE,       /* active_count */
    TRAY_TEXT_WAITING,    /* active_count of enabled_count */
    TRAY_TEXT_NEEDS_USER, /* troubled_count; subject: the first such rule's name */
    TRAY_TEXT_COUNT
};

struct tray_status {
    enum report_health icon;
    enum tray_text text;
    size_t enabled_count;
    size_t active_count; /* also those that need no entry (mirrored mode) */
    size_t troubled_count;
    char subject[RULE_TEXT_SIZE]; /* name, or listen side when it has none; shortened */
};

struct tray_status tray_status_from(const struct view_state *state);
bool tray_status_equals(const struct tray_status *a, const struct tray_status *b);

#endif
