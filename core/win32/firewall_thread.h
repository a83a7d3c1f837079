/*
 * The firewalls' own threads: Windows may take minutes to answer (tailscale issue 785), so all
 * calls are made there, in COM apartments of their own, and the deciding thread only leaves changes
 * and picks up readings. Each firewall has a thread to itself: WMI, which the Hyper-V firewall is
 * reached by, may hang, and Windows Firewall must not wait for it. Every function but free returns
 * at once, and all are called on one thread.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_FIREWALL_THREAD_H
#define TIDEGATE_WIN32_FIREWALL_THREAD_H

#include "core/system.h"

#include <windows.h>

struct firewall_thread;

/* Starts the thread of Windows Firewall, which reads it at once. `news` is set after each reading
 * of either firewall, whether it succeeded or not; it may be closed once firewall_thread_free has
 * returned. */
struct firewall_thread *firewall_thread_new(HANDLE news, struct error *err);

/* Waits at most 2 s; a thread that is inside a longer call is left to end with the process. */
void firewall_thread_free(struct firewall_thread *self); /* NULL is harmless */

/* Takes a copy, in place of changes of the same firewall that were left and not begun. */
bool firewall_thread_change(struct firewall_thread *self,
                            const struct firewall_changes *changes, struct error *err);

/* Likewise for the scripts' firewall rules; neither takes the other's place. */
bool firewall_thread_switch(struct firewall_thread *self,
                            const struct script_rule_switch *switches, size_t count,
                            struct error *err);

/* Reads the Hyper-V firewall now and whenever a refresh is asked for; else WMI is asked only for
 * changes of its rules, and of what it holds nothing is known. */
void firewall_thread_watch_hyperv(struct firewall_thread *self, bool watched);

void firewall_thread_refresh(struct firewall_thread *self);

/* A copy of the last reading, and of the failures that no later success has cleared. The caller
 * owns the lists in it (snapshot_clear). */
void firewall_thread_state(struct firewall_thread *self, struct firewall_state *out);

#endif
