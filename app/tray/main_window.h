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

/* Runs until the user exits or Windows ends; gives the exit code. `at_sign_in`: started by
 * Windows, so a service that is still starting is no reason to complain yet. */
int main_window_run(bool at_sign_in);

#endif
