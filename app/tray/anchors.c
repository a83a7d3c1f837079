/*
 * Keeps controls at the borders of a resizable dialog.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/anchors.h"

#include <assert.h>

static SIZE client_size(HWND dialog)
{
    RECT rect;

    GetClientRect(dialog, &rect);
    return (SIZE){rect.right, rect.bottom};
}

void anchors_init(struct anchors *anchors, HWND dialog, const struct anchor *rules,
                  size_t count)
{
    RECT window;

    assert(count <= ANCHOR_CAPACITY);
    GetWindowRect(dialog, &window);
    *anchors = (struct anchors){
        .dialog = dialog,
        .dpi = GetDpiForWindow(dialog),
        .client = client_size(dialog),
        .window = {window.right - window.left, window.bottom - window.top},
        .rules = rules,
        .count = count};
    for (size_t i = 0; i < count; i++) {
        GetWindowRect(GetDlgItem(dialog, rules[i].control), &anchors->places[i]);
        MapWindowPoints(NULL, dialog, (POINT *)&anchors->places[i], 2);
    }
}

/* The dialog manager lays the template out again when the DPI changes: our figures follow. */
static int scale(const struct anchors *anchors, LONG pixels)
{
    return MulDiv((int)pixels, (int)GetDpiForWindow(anchors->dialog), (int)anchors->dpi);
}

void anchors_apply(const struct anchors *anchors)
{
    const SIZE now = client_size(anchors->dialog);
    const int right = now.cx - scale(anchors, anchors->client.cx);
    const int bottom = now.cy - scale(anchors, anchors->client.cy);
    HDWP places = BeginDeferWindowPos((int)anchors->count);

    for (size_t i = 0; places != NULL && i < anchors->count; i++) {
        const RECT *from = &anchors->places[i];
        const unsigned how = anchors->rules[i].how;
        const int x = scale(anchors, from->left) + (how & ANCHOR_RIGHT ? right : 0);
        const int y = scale(anchors, from->top) + (how & ANCHOR_BOTTOM ? bottom : 0);
        const int width =
            scale(anchors, from->right - from->left) + (how & ANCHOR_WIDTH ? right : 0);
        const int height =
            scale(anchors, from->bottom - from->top) + (how & ANCHOR_HEIGHT ? bottom : 0);

        places =
            DeferWindowPos(places, GetDlgItem(anchors->dialog, anchors->rules[i].control),
                           NULL, x, y, width, height, SWP_NOZORDER | SWP_NOACTIVATE);
    }
    if (places != NULL)
        EndDeferWindowPos(places);
}

void anchors_limit(const struct anchors *anchors, MINMAXINFO *info)
{
    info->ptMinTrackSize.x = scale(anchors, anchors->window.cx);
    info->ptMinTrackSize.y = scale(anchors, anchors->window.cy);
}
