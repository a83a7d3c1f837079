/*
 * The tray's one other thread: keeps the connection to the service, asks what the user interface
 * wants asked, and delivers reports and results to the mailbox. Touches no window.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_WORKER_H
#define TIDEGATE_TRAY_WORKER_H

#include "app/tray/mailbox.h"

struct worker;

/* Starts the thread. `box` is borrowed until worker_stop. NULL when Windows gives no thread. */
struct worker *worker_start(struct mailbox *box);

/*
 * Asks the service; MAIL_RESULT with `job` tells the outcome, after the report that shows it.
 * When the service wants an administrator's approval, that is asked for in between
 * (MAIL_APPROVING). While the service does not answer: a result with ERR_UNAVAILABLE.
 */
void worker_ask(struct worker *worker, uint32_t job, const struct request *request);

/* Has the service read everything afresh and delivers the report; several wishes are one. While
 * the service does not answer: nothing. */
void worker_refresh(struct worker *worker);

/* Tells the thread to end, waits some seconds for it, and frees. False: it goes on running, and
 * all it was given has to stay. NULL is harmless. */
bool worker_stop(struct worker *worker);

#endif
