/*
 * What only the user's own program can know of WSL, and do: reads .wslconfig and follows it, asks
 * wsl.exe what WSL's own traces do not tell (core/wsl/wsl_ladder.h), keeps a distribution running,
 * changes the networking mode, shuts WSL down. A thread of its own, as wsl.exe can hang; it tells
 * the user interface by mail.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_WSL_INQUIRY_H
#define TIDEGATE_TRAY_WSL_INQUIRY_H

#include "app/tray/mailbox.h"
#include "core/wsl/wsl_ladder.h"

struct wsl_inquiry;

/* Starts the thread, which looks at once and tells what it finds (MAIL_WSL_HINT). `box` is borrowed
 * until wsl_inquiry_stop. NULL when Windows gives no thread; of the functions below NULL is
 * harmless. */
struct wsl_inquiry *wsl_inquiry_start(struct mailbox *box);

/* Ends what it started, and frees. False: it goes on running, and all it was given has to stay. */
bool wsl_inquiry_stop(struct wsl_inquiry *inquiry);

void wsl_inquiry_note(struct wsl_inquiry *inquiry, enum ladder_occasion occasion);

/* Which distribution (UTF-8) is to be kept running; "": none. */
void wsl_inquiry_keep(struct wsl_inquiry *inquiry, const char *distribution);

/* Each is answered by MAIL_WSL_DONE. */
void wsl_inquiry_write_mode(struct wsl_inquiry *inquiry, enum networking_mode mode);
/* Ends every Linux program: only when the user said so. */
void wsl_inquiry_shut_down(struct wsl_inquiry *inquiry);

#endif
