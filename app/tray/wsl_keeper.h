/*
 * Keeps a distribution running while the user wants that: a client of it that does nothing.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_WSL_KEEPER_H
#define TIDEGATE_TRAY_WSL_KEEPER_H

#include "app/tray/wsl_runner.h"
#include "core/win32/wsl_installed.h"
#include "core/wsl/wsl_keeping.h"

struct wsl_keeper {
    bool wanted;
    char distribution[DISTRIBUTION_NAME_SIZE]; /* that is wanted */
    char kept[DISTRIBUTION_NAME_SIZE];         /* that runs */
    struct wsl_keeping keeping;
    struct wsl_child child;
};

/* Starts, ends or changes the client as wanted. */
void wsl_keeper_look(struct wsl_keeper *self, int64_t now_ms);

/* How long until wsl_keeper_look may have something to do by itself; -1: not by time. */
int64_t wsl_keeper_wait_ms(const struct wsl_keeper *self, int64_t now_ms);

void wsl_keeper_end(struct wsl_keeper *self);

#endif
