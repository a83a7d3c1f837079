/*
 * What every view is drawn from: the service's last report, and what the program knows
 * about its connection. Borrowed values; nothing here is changed by a view.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_VIEW_STATE_H
#define TIDEGATE_VIEW_VIEW_STATE_H

#include "core/engine/report.h"
#include "core/view/pending.h"

struct view_state {
    const struct report *report; /* NULL while the service does not answer */
    struct user_sid user;        /* whose rules are "mine" */
    bool starting;               /* no report yet, and too early to complain */
    const struct error *trouble; /* why there is no report; NULL: nothing is known */
    const char *service_version; /* of the program that answers; NULL: not known */
    bool may_change;             /* rules can be chosen for a change */
    const struct pending_list *pending;
    const struct wsl_hint *wsl_hint; /* what this program found out itself; NULL: nothing yet */
};

#endif
