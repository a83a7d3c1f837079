/*
 * Between the session and this user's own WSL: gives the service what only the user's program can
 * know, and tells the inquiry when to look and what is to be kept running. The user interface's
 * thread.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_OWN_WSL_H
#define TIDEGATE_TRAY_OWN_WSL_H

#include "app/tray/session.h"
#include "app/tray/wsl_inquiry.h"

struct own_wsl {
    struct wsl_inquiry *inquiry; /* owned; NULL when Windows gave no thread */
    struct session *session;     /* borrowed */
    bool is_unreported;          /* the service has not heard of the session's hint */
    bool lacked_address;         /* WSL ran in the last report, at no known address */
};

void own_wsl_start(struct own_wsl *self, struct session *session, struct mailbox *box);
/* See wsl_inquiry_stop. */
bool own_wsl_stop(struct own_wsl *self);

/* After the session has taken the mail. */
void own_wsl_take(struct own_wsl *self, const struct mail *mail);

void own_wsl_menu_opened(struct own_wsl *self);

/* Has kept running what the user's settings say, while a rule needs it. */
void own_wsl_keep(struct own_wsl *self);

#endif
