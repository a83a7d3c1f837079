/*
 * Keeps controls at the borders of a resizable dialog.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_ANCHORS_H
#define TIDEGATE_TRAY_ANCHORS_H

#include <windows.h>

#define ANCHOR_RIGHT 1u  /* moves with the right border */
#define ANCHOR_BOTTOM 2u /* moves with the lower border */
#define ANCHOR_WIDTH 4u  /* grows in width */
#define ANCHOR_HEIGHT 8u /* grows in height */
#define ANCHOR_CAPACITY 16

struct anchor {
    int control;
    unsigned how;
};

struct anchors {
    HWND dialog;
    UINT dpi; /* at which the figures below were taken */
    SIZE client;
    SIZE window;                /* the least the user may make it */
    const struct anchor *rules; /* borrowed, static */
    size_t count;
    RECT places[ANCHOR_CAPACITY];
};

/* Takes the dialog's present layout, made from its template, as the smallest one. */
void anchors_init(struct anchors *anchors, HWND dialog, const struct anchor *rules,
                  size_t count);

/* For WM_SIZE. */
void anchors_apply(const struct anchors *anchors);

/* For WM_GETMINMAXINFO. */
void anchors_limit(const struct anchors *anchors, MINMAXINFO *info);

#endif
