/*
 * The tray's hidden window: owns the notification icon, the session and the other windows, and
 * brings what the worker delivers to them.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_MAIN_WINDOW_H
#define TIDEGATE_TRAY_MAIN_WINDOW_H

#include <stdbool.h>
#include <windows.h>

#define MAIN_WINDOW_CLASS L"TidegateMain"

/* Registered message by which a second start has the first show its rules. */
UINT main_window_show_message(void);

enum main_window_end {
    MAIN_WINDOW_EXIT,
    MAIN_WINDOW_REPLACED, /* by another installation: start that one's program */
    MAIN_WINDOW_REPLACED_WITH_RULES /* the same, and the rules were open */
};

/* Runs until the user exits, Windows ends, or Tidegate is uninstalled or installed anew; gives
 * the exit code. `quietly`: not started by the user, so no window opens, and a service that is
 * still starting is no reason to complain yet. */
int main_window_run(bool quietly, enum main_window_end *end);

#endif
