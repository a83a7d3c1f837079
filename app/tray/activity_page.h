/*
 * The page of the rules window that tells what changed, when and why, newest first. A child dialog;
 * its host moves and shows it.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_ACTIVITY_PAGE_H
#define TIDEGATE_TRAY_ACTIVITY_PAGE_H

#include "app/tray/session.h"

#include <windows.h>

struct activity_page;

/* Hidden at first. `session` is borrowed until activity_page_free. NULL when Windows gives no
 * window; the functions below take NULL and then do nothing. */
struct activity_page *activity_page_create(HWND parent, struct session *session);
void activity_page_free(struct activity_page *self);
HWND activity_page_window(const struct activity_page *self);

/* When the page comes up, and after each report while it is seen: reads what is new. */
void activity_page_refresh(struct activity_page *self);

/* After the session took the mail. Takes what the page asked for; other mails are ignored. */
void activity_page_take(struct activity_page *self, const struct mail *mail);

/* Puts the keyboard into the list. */
void activity_page_focus(struct activity_page *self);

#endif
