/*
 * The part of the rule editor that only shows when it is asked for.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/expander.h"

#include "app/tray/words.h"
#include "resources/resource.h"

static const struct anchor below[] = {
    {IDC_RULE_ERROR, ANCHOR_BOTTOM},
    {IDC_RULE_ENABLED, ANCHOR_BOTTOM},
    {IDOK, ANCHOR_BOTTOM},
    {IDCANCEL, ANCHOR_BOTTOM},
};

static const int hidden[] = {
    IDC_RULE_PROFILES_LABEL,
    IDC_RULE_PRIVATE,
    IDC_RULE_DOMAIN,
    IDC_RULE_PUBLIC,
    IDC_RULE_REMOTE_LABEL,
    IDC_RULE_REMOTE,
    IDC_RULE_CONNECT_PLACE_LABEL,
    IDC_RULE_CONNECT_PLACE,
    IDC_RULE_COMMENT_LABEL,
    IDC_RULE_COMMENT,
    IDC_RULE_FORCED,
};

bool expander_holds(const struct expander *expander, HWND control)
{
    for (size_t i = 0; i < ARRAYSIZE(hidden); i++) {
        const HWND held = GetDlgItem(expander->dialog, hidden[i]);

        if (control == held || IsChild(held, control))
            return true;
    }
    return false;
}

/* Growing must not push the buttons off the screen. */
static void keep_on_screen(RECT *place, HWND dialog)
{
    MONITORINFO monitor = {.cbSize = sizeof monitor};

    if (!GetMonitorInfoW(MonitorFromWindow(dialog, MONITOR_DEFAULTTONEAREST), &monitor))
        return;
    if (place->bottom > monitor.rcWork.bottom)
        OffsetRect(place, 0, monitor.rcWork.bottom - place->bottom);
    if (place->top < monitor.rcWork.top)
        OffsetRect(place, 0, monitor.rcWork.top - place->top);
}

static int full_height(const struct expander *expander)
{
    return MulDiv((int)expander->anchors.window.cy,
                  (int)GetDpiForWindow(expander->dialog), (int)expander->anchors.dpi);
}

static int band_height(HWND dialog)
{
    RECT band = {0, 0, 0, RULE_ADVANCED_HEIGHT};

    MapDialogRect(dialog, &band);
    return band.bottom;
}

void expander_layout(struct expander *expander)
{
    const HWND dialog = expander->dialog;
    RECT place;

    GetWindowRect(dialog, &place);
    place.bottom =
        place.top + full_height(expander) - (expander->open ? 0 : band_height(dialog));
    keep_on_screen(&place, dialog);
    SetWindowPos(dialog, NULL, place.left, place.top, place.right - place.left,
                 place.bottom - place.top, SWP_NOZORDER | SWP_NOACTIVATE);
    anchors_apply(&expander->anchors);
    /* What moved over what had just been shown is not always painted. */
    RedrawWindow(dialog, NULL, NULL, RDW_INVALIDATE | RDW_ERASE | RDW_ALLCHILDREN);
}

void expander_init(struct expander *expander, HWND dialog)
{
    *expander = (struct expander){.dialog = dialog, .open = true};
    anchors_init(&expander->anchors, dialog, below, ARRAYSIZE(below));
}

void expander_set(struct expander *expander, bool open)
{
    const HWND button = GetDlgItem(expander->dialog, IDC_RULE_ADVANCED);
    const struct words words =
        words_load(open ? IDS_RULE_ADVANCED_OPEN : IDC_RULE_ADVANCED);

    /* What is hidden would keep the keyboard. */
    if (!open && expander_holds(expander, GetFocus()))
        SendMessageW(expander->dialog, WM_NEXTDLGCTL, (WPARAM)button, TRUE);
    SetWindowTextW(button, words.text);
    if (open == expander->open)
        return;
    expander->open = open;
    for (size_t i = 0; i < ARRAYSIZE(hidden); i++)
        ShowWindow(GetDlgItem(expander->dialog, hidden[i]), open ? SW_SHOWNA : SW_HIDE);
    expander_layout(expander);
}
