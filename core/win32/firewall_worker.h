/*
 * The thread of one firewall, and the mailbox between it and the deciding thread: it carries out
 * changes, and reads. Every function but stop and free returns at once.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_FIREWALL_WORKER_H
#define TIDEGATE_WIN32_FIREWALL_WORKER_H

#include "core/system.h"

#include <windows.h>

struct firewall_worker;

/* Starts the thread. Windows Firewall is read at once; WMI may hang, so the Hyper-V firewall is
 * read only while it is watched, and after its own changes. `news` is set after each reading,
 * whether it succeeded or not; it may be closed once the worker is freed. */
struct firewall_worker *firewall_worker_new(enum firewall_kind kind, HANDLE news,
                                            struct error *err);

/* Asks the thread to end; several can be asked before they are waited for. */
void firewall_worker_stop(struct firewall_worker *self);

/* After that, waits at most so long; a thread that is inside a longer call is left to end with the
 * process. */
void firewall_worker_free(struct firewall_worker *self, DWORD wait_ms);

/* False when the thread has ended by itself. */
bool firewall_worker_is_alive(struct firewall_worker *self, struct error *err);

/* Take a copy of what concerns this firewall, in place of what was left and not begun. */
void firewall_worker_change(struct firewall_worker *self,
                            const struct firewall_changes *changes);
void firewall_worker_switch(struct firewall_worker *self,
                            const struct script_rule_switch *switches, size_t count);

void firewall_worker_refresh(struct firewall_worker *self);
void firewall_worker_watch(struct firewall_worker *self, bool watched);

/* Adds a copy of the last reading, and of the failures that no later success has cleared; all else
 * in `out` stays. */
void firewall_worker_add_state(struct firewall_worker *self, struct firewall_state *out);

#endif
