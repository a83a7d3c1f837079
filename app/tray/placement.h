/*
 * Where a window stood when it was last closed, while the program runs.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_PLACEMENT_H
#define TIDEGATE_TRAY_PLACEMENT_H

#include <windows.h>

/* Puts the hidden window where it was; a zeroed placement: in the middle, larger than its template,
 * as far as the screen has the room. Gives how to show it. */
int placement_restore(HWND hwnd, const WINDOWPLACEMENT *placement);

void placement_save(HWND hwnd, WINDOWPLACEMENT *placement);

#endif
