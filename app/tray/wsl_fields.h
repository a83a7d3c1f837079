/*
 * The fields of the settings dialog that are about the user's own WSL.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_WSL_FIELDS_H
#define TIDEGATE_TRAY_WSL_FIELDS_H

#include "app/tray/session.h"
#include "app/tray/user_settings.h"

#include <windows.h>

void wsl_fields_show(HWND dialog, const struct user_settings *settings);
void wsl_fields_read(HWND dialog, struct user_settings *settings);

/* The networking mode that .wslconfig asks for, and the button to the other one. */
void wsl_fields_show_mode(HWND dialog, const struct session *session);

/* Only what is to be kept running can be chosen. */
void wsl_fields_enable(HWND dialog);

#endif
