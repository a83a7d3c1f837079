/*
 * Where things stand in the rules window.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/rules_layout.h"

#include "resources/resource.h"

#include <commctrl.h>

/* At 96 DPI. */
#define BORDER_HEIGHT 7
#define LIST_HEIGHT_MIN 90
#define GAP 8

static const struct anchor anchors[] = {
    {IDC_RULES_TAB, ANCHOR_WIDTH},
    {IDC_RULES_SEARCH_LABEL, 0},
    {IDC_RULES_SEARCH, 0},
    {IDC_RULES_LIST_LABEL, ANCHOR_WIDTH},
    {IDC_RULES_STATUS, ANCHOR_BOTTOM | ANCHOR_WIDTH},
    {IDC_RULES_UNDO, ANCHOR_BOTTOM | ANCHOR_RIGHT},
    {IDC_RULES_ADD, ANCHOR_BOTTOM},
    {IDC_RULES_EDIT, ANCHOR_BOTTOM},
    {IDC_RULES_REMOVE, ANCHOR_BOTTOM},
    {IDC_RULES_TAKE_OVER, ANCHOR_BOTTOM},
    {IDC_RULES_SETTINGS, ANCHOR_BOTTOM | ANCHOR_RIGHT},
    {IDCANCEL, ANCHOR_BOTTOM | ANCHOR_RIGHT},
};

/* Of the page with the rules; the other controls are on both pages. */
static const int above_list[] = {IDC_RULES_SEARCH_LABEL, IDC_RULES_SEARCH,
                                 IDC_RULES_LIST_LABEL};
static const int buttons[] = {IDC_RULES_ADD, IDC_RULES_EDIT, IDC_RULES_REMOVE,
                              IDC_RULES_TAKE_OVER};

static HWND control(const struct rules_layout *layout, int id)
{
    return GetDlgItem(layout->dialog, id);
}

static int scaled(const struct rules_layout *layout, int pixels)
{
    return MulDiv(pixels, (int)layout->dpi, 96);
}

static RECT place_of(const struct rules_layout *layout, HWND window)
{
    RECT rect;

    GetWindowRect(window, &rect);
    MapWindowPoints(NULL, layout->dialog, (POINT *)&rect, 2);
    return rect;
}

void rules_layout_init(struct rules_layout *layout, HWND dialog, HWND details)
{
    *layout = (struct rules_layout){.dialog = dialog,
                                    .details = details,
                                    .details_shown = true,
                                    .dpi = GetDpiForWindow(dialog),
                                    .grip = -1};
    anchors_init(&layout->anchors, dialog, anchors, ARRAYSIZE(anchors));
    if (details != NULL) {
        const RECT place = place_of(layout, details);

        layout->details_size = (SIZE){place.right - place.left, place.bottom - place.top};
    }
}

static void follow_dpi(struct rules_layout *layout)
{
    const UINT dpi = GetDpiForWindow(layout->dialog);

    layout->details_height = MulDiv(layout->details_height, (int)dpi, (int)layout->dpi);
    layout->details_size.cy =
        MulDiv((int)layout->details_size.cy, (int)dpi, (int)layout->dpi);
    layout->dpi = dpi;
}

static bool has_list(const struct rules_layout *layout)
{
    return layout->page == PAGE_RULES && !(layout->empty && layout->invite != NULL);
}

/* What list and details, the invitation or the activity share. */
static RECT find_area(const struct rules_layout *layout)
{
    const RECT tab = place_of(layout, control(layout, IDC_RULES_TAB));
    const RECT label = place_of(layout, control(layout, IDC_RULES_LIST_LABEL));
    const RECT status = place_of(layout, control(layout, IDC_RULES_STATUS));
    const int top = has_list(layout) ? label.bottom + scaled(layout, GAP) / 4
                                     : tab.bottom + scaled(layout, GAP);

    return (RECT){tab.left, top, tab.right, status.top - scaled(layout, GAP)};
}

/* As high as wanted, as far as the list keeps some lines; 0 when there is no room. */
static int details_height(const struct rules_layout *layout, const RECT *area)
{
    const int least = (int)layout->details_size.cy;
    const int most = area->bottom - area->top - scaled(layout, LIST_HEIGHT_MIN) -
                     scaled(layout, BORDER_HEIGHT);

    if (!layout->details_shown || layout->details == NULL || most < least)
        return 0;
    return max(least, min(layout->details_height, most));
}

static void give_focus_away(const struct rules_layout *layout, HWND window)
{
    const HWND focus = GetFocus();

    if (focus == NULL || (focus != window && !IsChild(window, focus)))
        return;
    SendMessageW(layout->dialog, WM_NEXTDLGCTL,
                 (WPARAM)control(layout, layout->page == PAGE_RULES && !layout->empty
                                             ? IDC_RULES_LIST
                                             : IDC_RULES_TAB),
                 TRUE);
}

/* Moves what is shown, hides the rest. */
static void put(const struct rules_layout *layout, HWND window, const RECT *place)
{
    const bool hidden = place == NULL || IsRectEmpty(place);

    if (window == NULL)
        return;
    if (!hidden) {
        SetWindowPos(window, NULL, place->left, place->top, place->right - place->left,
                     place->bottom - place->top,
                     SWP_NOZORDER | SWP_NOACTIVATE | SWP_SHOWWINDOW);
        return;
    }
    if (!IsWindowVisible(window) && (GetWindowLongW(window, GWL_STYLE) & WS_VISIBLE) == 0)
        return;
    ShowWindow(window, SW_HIDE);
    give_focus_away(layout, window);
}

static void put_panes(const struct rules_layout *layout)
{
    const RECT area = find_area(layout);
    const bool rules = layout->page == PAGE_RULES;
    const bool listed = has_list(layout);
    const int height = listed ? details_height(layout, &area) : 0;
    RECT list = area;
    RECT below = area;

    below.top = area.bottom - height;
    if (height > 0)
        list.bottom = below.top - scaled(layout, BORDER_HEIGHT);
    put(layout, control(layout, IDC_RULES_LIST), listed ? &list : NULL);
    put(layout, layout->details, layout->invited ? NULL : &below);
    put(layout, layout->invite,
        listed && layout->invited  ? &below
        : rules && layout->invited ? &area
                                   : NULL);
    put(layout, layout->activity, rules ? NULL : &area);
}

static void show_controls(const struct rules_layout *layout, const int *ids, size_t count,
                          bool shown)
{
    for (size_t i = 0; i < count; i++) {
        const HWND window = control(layout, ids[i]);

        ShowWindow(window, shown ? SW_SHOWNA : SW_HIDE);
        if (!shown)
            give_focus_away(layout, window);
    }
}

static void show_parts(const struct rules_layout *layout)
{
    show_controls(layout, above_list, ARRAYSIZE(above_list), has_list(layout));
    show_controls(layout, buttons, ARRAYSIZE(buttons), layout->page == PAGE_RULES);
    put_panes(layout);
}

/* Only the tabs: what lies below them are controls of the dialog. */
static void fit_tab(const struct rules_layout *layout)
{
    const HWND tab = control(layout, IDC_RULES_TAB);
    const RECT place = place_of(layout, tab);
    RECT page = {0, 0, place.right - place.left, place.bottom - place.top};

    SendMessageW(tab, TCM_ADJUSTRECT, FALSE, (LPARAM)&page);
    SetWindowPos(tab, NULL, 0, 0, place.right - place.left, page.top,
                 SWP_NOMOVE | SWP_NOZORDER | SWP_NOACTIVATE);
}

void rules_layout_apply(struct rules_layout *layout)
{
    if (GetDpiForWindow(layout->dialog) != layout->dpi)
        follow_dpi(layout);
    anchors_apply(&layout->anchors);
    fit_tab(layout);
    put_panes(layout);
}

void rules_layout_show_page(struct rules_layout *layout, enum rules_page page)
{
    if (layout->page == page)
        return;
    layout->page = page;
    SendMessageW(control(layout, IDC_RULES_TAB), TCM_SETCURSEL, (WPARAM)page, 0);
    show_parts(layout);
}

void rules_layout_invite(struct rules_layout *layout, bool empty, bool invited)
{
    if (layout->empty == empty && layout->invited == invited)
        return;
    layout->empty = empty;
    layout->invited = invited;
    show_parts(layout);
    /* The invitation changes its place with what is in it: what is copied is not all of it. */
    RedrawWindow(layout->dialog, NULL, NULL, RDW_INVALIDATE | RDW_ERASE | RDW_ALLCHILDREN);
}

bool rules_layout_invitation_visible(const struct rules_layout *layout)
{
    return layout->invite != NULL && IsWindowVisible(layout->invite);
}

void rules_layout_show_details(struct rules_layout *layout, bool shown)
{
    if (layout->details_shown == shown)
        return;
    layout->details_shown = shown;
    put_panes(layout);
}

bool rules_layout_details_visible(const struct rules_layout *layout)
{
    return layout->details != NULL &&
           (GetWindowLongW(layout->details, GWL_STYLE) & WS_VISIBLE) != 0;
}

static bool can_take_focus(HWND window)
{
    return window != NULL && IsWindowVisible(window) && IsWindowEnabled(window);
}

/* A pane's first control, or the control itself. */
static void focus_on(const struct rules_layout *layout, HWND window)
{
    const HWND first = GetNextDlgTabItem(window, NULL, FALSE);

    SendMessageW(layout->dialog, WM_NEXTDLGCTL, (WPARAM)(first != NULL ? first : window),
                 TRUE);
}

static bool has_focus(const struct rules_layout *layout, HWND window)
{
    const HWND focus = GetFocus();

    /* The buttons are one part. */
    if (window == control(layout, IDCANCEL))
        return focus != NULL && GetParent(focus) == layout->dialog &&
               (SendMessageW(focus, WM_GETDLGCODE, 0, 0) & DLGC_BUTTON) != 0;
    return window != NULL && (focus == window || IsChild(window, focus));
}

void rules_layout_move_focus(const struct rules_layout *layout, bool back)
{
    const HWND parts[] = {control(layout, IDC_RULES_TAB),
                          control(layout, IDC_RULES_SEARCH),
                          control(layout, IDC_RULES_LIST),
                          layout->invite,
                          layout->details,
                          layout->activity,
                          control(layout, IDCANCEL)};
    const size_t count = ARRAYSIZE(parts);
    size_t now = 0;

    while (now + 1 < count && !has_focus(layout, parts[now]))
        now++;
    for (size_t i = 1; i < count; i++) {
        const HWND next = parts[(now + (back ? count - i : i)) % count];

        if (!can_take_focus(next))
            continue;
        focus_on(layout, next);
        return;
    }
}

/* The border is the gap between the two. */
static bool is_on_border(const struct rules_layout *layout, int y)
{
    if (!rules_layout_details_visible(layout))
        return false;

    const RECT list = place_of(layout, control(layout, IDC_RULES_LIST));
    const RECT details = place_of(layout, layout->details);

    return y >= list.bottom && y < details.top;
}

bool rules_layout_set_cursor(const struct rules_layout *layout)
{
    POINT at;

    GetCursorPos(&at);
    ScreenToClient(layout->dialog, &at);
    if (!is_on_border(layout, at.y))
        return false;
    SetCursor(LoadCursorW(NULL, IDC_SIZENS));
    return true;
}

void rules_layout_press(struct rules_layout *layout, int y)
{
    if (!is_on_border(layout, y))
        return;
    layout->grip = place_of(layout, layout->details).top - y;
    SetCapture(layout->dialog);
}

void rules_layout_drag(struct rules_layout *layout, int y)
{
    /* Another window may have taken the mouse away. */
    if (GetCapture() != layout->dialog)
        layout->grip = -1;
    if (layout->grip < 0)
        return;
    layout->details_height = place_of(layout, layout->details).bottom - y - layout->grip;
    put_panes(layout);
}

void rules_layout_release(struct rules_layout *layout)
{
    if (layout->grip < 0)
        return;
    layout->grip = -1;
    ReleaseCapture();
}
