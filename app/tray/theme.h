/*
 * What Windows looks like now: is the taskbar light, and how large are its icons.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_THEME_H
#define TIDEGATE_TRAY_THEME_H

#include <stdbool.h>
#include <windows.h>

/* In high contrast: whether its background is light. */
bool theme_taskbar_is_light(void);

/* Of the taskbar's monitor. */
UINT theme_taskbar_dpi(void);

#endif
