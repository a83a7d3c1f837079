/*
 * The rules window's procedure: what comes in from Windows.
 * SPDX-License-Identifier: MIT
 */
#include "app/dialog.h"
#include "app/tray/rules_menu.h"
#include "app/tray/rules_window_state.h"
#include "core/win32/utf.h"
#include "resources/resource.h"

#define TIMER_REFRESH 1
/* For facts that no event announces: DESIGN.md §6. */
#define REFRESH_MS 2000

/* Selecting 256 rows is 256 notifications, and one look at them suffices. */
#define WM_APP_SELECTION (WM_APP + 1)
#define HANDLE_WM_APP_SELECTION(hwnd, wParam, lParam, handler) ((handler)(hwnd), 0L)

static void on_app_selection(HWND hwnd)
{
    struct rules_window *self = dialog_self(hwnd);

    self->selection_changed = false;
    rules_window_invite(self);
    rules_details_show(self->details, rules_list_selected(&self->list));
    rules_window_show_availability(self);
}

static void on_search(struct rules_window *self)
{
    wchar_t text[ROW_SEARCH_SIZE / 3];

    GetDlgItemTextW(self->hwnd, IDC_RULES_SEARCH, text, ARRAYSIZE(text));
    if (!utf8_from_utf16(text, self->list.search, sizeof self->list.search))
        self->list.search[0] = '\0';
    rules_window_refresh(self);
}

static void on_command(HWND hwnd, int id, HWND control, UINT code)
{
    struct rules_window *self = dialog_self(hwnd);

    (void)control;
    if (id != IDC_RULES_SEARCH)
        rules_window_run(self, id);
    else if (code == EN_CHANGE)
        on_search(self);
}

static void open_menu(struct rules_window *self, POINT at)
{
    const struct rules_menu menu = {
        .row = rules_list_selected(&self->list),
        .focused = rules_list_focused(&self->list),
        .changeable = IsWindowEnabled(GetDlgItem(self->hwnd, IDC_RULES_REMOVE)) != FALSE,
        .report = self->session->report,
        .sort = self->list.sort,
        .undo = undo_is_possible(&self->undo),
        .details = self->layout.details_shown};

    rules_window_run(self, rules_menu_run(self->hwnd, at, &menu));
}

static void on_context_menu(HWND hwnd, HWND from, int x, int y)
{
    struct rules_window *self = dialog_self(hwnd);
    POINT at = {x, y};

    if (from != self->list.control)
        return;
    if (at.x == -1 && at.y == -1)
        at = rules_list_menu_point(&self->list);
    open_menu(self, at);
}

/* TRUE keeps the box as it is: the service's confirmation moves it. */
static LRESULT on_item_changing(struct rules_window *self, const NMLISTVIEW *change)
{
    const struct rule_row *row = rules_list_toggled(&self->list, change);

    if (row == NULL)
        return FALSE;
    rules_window_enable(self, row, !row->checked);
    rules_window_refresh(self);
    return TRUE;
}

static void on_item_changed(struct rules_window *self)
{
    if (!self->selection_changed)
        self->selection_changed = PostMessageW(self->hwnd, WM_APP_SELECTION, 0, 0);
}

static LRESULT on_list_notify(struct rules_window *self, NMHDR *header)
{
    switch (header->code) {
    case NM_CUSTOMDRAW:
        return rules_list_draw(&self->list, (NMLVCUSTOMDRAW *)header);
    case LVN_GETINFOTIPW:
        rules_list_tip(&self->list, (NMLVGETINFOTIPW *)header);
        break;
    case LVN_ITEMCHANGING:
        return on_item_changing(self, (const NMLISTVIEW *)header);
    case LVN_ITEMCHANGED:
        on_item_changed(self);
        break;
    case LVN_COLUMNCLICK:
        rules_window_run(self,
                         IDM_LIST_SORT_FIRST + ((const NMLISTVIEW *)header)->iSubItem);
        break;
    case NM_DBLCLK:
        rules_window_run(self, IDC_RULES_EDIT);
        break;
    }
    return FALSE;
}

static LRESULT on_notify(HWND hwnd, int id, NMHDR *header)
{
    struct rules_window *self = dialog_self(hwnd);

    if (id == IDC_RULES_TAB && header->code == TCN_SELCHANGE)
        rules_window_turn_to(self, (enum rules_page)TabCtrl_GetCurSel(header->hwndFrom));
    if (header->hwndFrom != self->list.control || self->list.updating)
        return FALSE;
    return on_list_notify(self, header);
}

/* What nobody sees is not read. */
static void watch(const struct rules_window *self, bool visible)
{
    if (visible)
        SetTimer(self->hwnd, TIMER_REFRESH, REFRESH_MS, NULL);
    else
        KillTimer(self->hwnd, TIMER_REFRESH);
}

static void on_timer(HWND hwnd, UINT id)
{
    const struct rules_window *self = dialog_self(hwnd);

    (void)id;
    session_refresh(self->session);
    if (rules_layout_details_visible(&self->layout))
        rules_details_refresh(self->details);
}

static void on_size(HWND hwnd, UINT state, int width, int height)
{
    struct rules_window *self = dialog_self(hwnd);
    bool explained;

    (void)width;
    (void)height;
    watch(self, state != SIZE_MINIMIZED);
    if (state == SIZE_MINIMIZED)
        return;
    explained = rules_layout_details_visible(&self->layout);
    if (GetDpiForWindow(hwnd) != self->list.dpi)
        rules_window_load_icons(hwnd);
    rules_layout_apply(&self->layout);
    rules_list_fit(&self->list);
    /* The details come and go with the room for them, and what they say the line need not say. */
    if (rules_layout_details_visible(&self->layout) != explained)
        rules_window_show_availability(self);
}

static void on_get_min_max_info(HWND hwnd, MINMAXINFO *info)
{
    const struct rules_window *self = dialog_self(hwnd);

    anchors_limit(&self->layout.anchors, info);
}

static BOOL on_set_cursor(HWND hwnd, HWND under, UINT where, UINT message)
{
    const struct rules_window *self = dialog_self(hwnd);

    (void)message;
    return under == hwnd && where == HTCLIENT && rules_layout_set_cursor(&self->layout);
}

static void on_button_down(HWND hwnd, BOOL twice, int x, int y, UINT keys_down)
{
    struct rules_window *self = dialog_self(hwnd);

    (void)twice;
    (void)x;
    (void)keys_down;
    rules_layout_press(&self->layout, y);
}

static void on_mouse_move(HWND hwnd, int x, int y, UINT keys_down)
{
    struct rules_window *self = dialog_self(hwnd);

    (void)x;
    (void)keys_down;
    rules_layout_drag(&self->layout, y);
}

static void on_button_up(HWND hwnd, int x, int y, UINT keys_down)
{
    struct rules_window *self = dialog_self(hwnd);

    (void)x;
    (void)y;
    (void)keys_down;
    rules_layout_release(&self->layout);
}

/* Controls learn of it from their parents alone. */
static void on_colours_change(HWND hwnd)
{
    for (HWND child = GetWindow(hwnd, GW_CHILD); child != NULL;
         child = GetWindow(child, GW_HWNDNEXT))
        SendMessageW(child, WM_SYSCOLORCHANGE, 0, 0);
}

static BOOL on_init_dialog(HWND hwnd, HWND focus, LPARAM context)
{
    struct rules_window *self = (struct rules_window *)context;

    (void)focus;
    dialog_bind(hwnd, context);
    self->hwnd = hwnd;
    rules_window_create_parts(self);
    return FALSE;
}

static void on_close(HWND hwnd)
{
    DestroyWindow(hwnd);
}

/* The Restart Manager and sign-out: no WM_DESTROY may come. */
static void on_end_session(HWND hwnd, BOOL ending)
{
    if (ending)
        rules_window_save_place(dialog_self(hwnd));
}

static void on_destroy(HWND hwnd)
{
    struct rules_window *self = dialog_self(hwnd);

    rules_window_save_place(self);
    rule_editor_free(self->editor);
    self->editor = NULL;
    adopt_dialog_free(self->adopt);
    self->adopt = NULL;
    self->hwnd = NULL;
    dialog_bind(hwnd, 0);
}

INT_PTR CALLBACK rules_window_proc(HWND hwnd, UINT message, WPARAM wParam, LPARAM lParam)
{
    /* Sizes are asked for before the dialog is initialised. */
    if (dialog_self(hwnd) == NULL && message != WM_INITDIALOG)
        return FALSE;
    switch (message) {
        DIALOG_MSG(hwnd, WM_INITDIALOG, on_init_dialog);
        DIALOG_MSG(hwnd, WM_COMMAND, on_command);
        DIALOG_MSG(hwnd, WM_NOTIFY, on_notify);
        DIALOG_MSG(hwnd, WM_APP_SELECTION, on_app_selection);
        DIALOG_MSG(hwnd, WM_CONTEXTMENU, on_context_menu);
        DIALOG_MSG(hwnd, WM_SIZE, on_size);
        DIALOG_MSG(hwnd, WM_TIMER, on_timer);
        DIALOG_MSG(hwnd, WM_GETMINMAXINFO, on_get_min_max_info);
        DIALOG_MSG(hwnd, WM_SETCURSOR, on_set_cursor);
        DIALOG_MSG(hwnd, WM_LBUTTONDOWN, on_button_down);
        DIALOG_MSG(hwnd, WM_MOUSEMOVE, on_mouse_move);
        DIALOG_MSG(hwnd, WM_LBUTTONUP, on_button_up);
        DIALOG_MSG(hwnd, WM_SYSCOLORCHANGE, on_colours_change);
        DIALOG_MSG(hwnd, WM_CLOSE, on_close);
        DIALOG_MSG(hwnd, WM_ENDSESSION, on_end_session);
        DIALOG_MSG(hwnd, WM_DESTROY, on_destroy);
    }
    return FALSE;
}
