/*
 * What wsl.exe asks of the lab: its distributions, and to run a command inside the VM.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_LAB_WSL_CONTROL_H
#define TIDEGATE_LAB_WSL_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#define WSL_DISTRIBUTION_LIMIT 32

struct wsl_distribution {
    char name[128];
    int version;
    bool is_running;
    bool is_default;
};

enum wsl_control_result { WSL_CONTROL_DONE, WSL_CONTROL_NOT_FOUND, WSL_CONTROL_FAILED };

/* Waits WslDelayMs first: a WSL that is starting or hangs makes every verb wait. */
bool wsl_control_init(void);

/* The default distribution comes first. */
bool wsl_control_list(struct wsl_distribution items[WSL_DISTRIBUTION_LIMIT],
                      size_t *count);

/* Starts the VM if it is down; the command's output goes to the standard handles. */
enum wsl_control_result wsl_control_execute(const wchar_t *distribution,
                                            bool through_shell, wchar_t **command,
                                            int count, int *exit_code);

/* NULL: everything, and the VM. */
enum wsl_control_result wsl_control_stop(const wchar_t *distribution);

#endif
