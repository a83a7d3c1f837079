/*
 * What Windows looks like now: is the taskbar light, and how large are its icons.
 *
 * Windows are drawn in system colours alone, so high contrast needs nothing but that. Title bars
 * stay light in dark mode: DWMWA_USE_IMMERSIVE_DARK_MODE is documented, but dark controls are not
 * (facts/ux-security.md §2.3), and a dark bar over a light window belongs together as little as it
 * looks so.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_THEME_H
#define TIDEGATE_TRAY_THEME_H

#include <stdbool.h>
#include <windows.h>

/* In high contrast: whether Windows writes in a dark colour. */
bool theme_taskbar_is_light(void);

bool theme_is_high_contrast(void);

/* Of the taskbar's monitor. */
UINT theme_taskbar_dpi(void);

#endif
