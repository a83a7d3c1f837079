/*
 * Shows notifications as core/view/notices decides.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_NOTIFIER_H
#define TIDEGATE_TRAY_NOTIFIER_H

#include "app/tray/tray_icon.h"
#include "core/view/notices.h"

#include <windows.h>

#define TIMER_NOTIFIER 3

struct notifier {
    struct notice_memory memory;
    int64_t signed_in_ms;
    struct rule_id rule_id; /* that the last notification was about; "" if none */
};

void notifier_init(struct notifier *self, bool at_sign_in);
void notifier_clear(struct notifier *self);

/* For each change of the view. While something is pending, a timer of `owner` (TIMER_NOTIFIER) asks
 * for another look. `watched`: the user has the rules before him. */
void notifier_look(struct notifier *self, HWND owner, const struct view_state *view,
                   const struct tray_icon *icon, bool watched);

/* NIN_BALLOONUSERCLICK, NIN_BALLOONTIMEOUT, NIN_BALLOONHIDE. */
void notifier_dismiss(struct notifier *self);

#endif
