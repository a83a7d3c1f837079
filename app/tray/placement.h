/*
 * Where the rules window stood when it was last closed, in earlier runs of the program, too: in
 * HKCU\Software\Tidegate\Windows, for each DPI. What is not valid there is ignored.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_PLACEMENT_H
#define TIDEGATE_TRAY_PLACEMENT_H

#include "core/view/window_layout.h"

#include <windows.h>

/* Puts the hidden window where it was, on a monitor that is there, at the DPI of that monitor: then
 * `layout` is what is known, its lengths in pixels at that DPI, and the result is true. Else the
 * window goes to the middle, larger than its template as far as the screen has the room. */
bool placement_restore(HWND hwnd, struct window_layout *layout);

/* Adds the window's place to the layout and stores it. */
void placement_save(HWND hwnd, struct window_layout *layout);

#endif
