/*
 * The window with all rules.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/rules_window.h"

#include "app/dialog.h"
#include "app/tray/anchors.h"
#include "app/tray/dialog_texts.h"
#include "app/tray/placement.h"
#include "app/tray/rule_editor.h"
#include "app/tray/rules_list.h"
#include "app/tray/rules_menu.h"
#include "app/tray/rules_status.h"
#include "app/tray/words.h"
#include "core/base/mem.h"
#include "resources/resource.h"

#define TIMER_REFRESH 1
/* For facts that no event announces: DESIGN.md §6. */
#define REFRESH_MS 2000

struct rules_window {
    HWND hwnd;                  /* NULL once closed */
    struct session *session;    /* borrowed */
    WINDOWPLACEMENT *placement; /* borrowed */
    struct rules_list list;
    struct anchors anchors;
    struct rule_editor *editor; /* owned; NULL while closed */
};

static const struct anchor anchors[] = {
    {IDC_RULES_LIST_LABEL, ANCHOR_WIDTH},
    {IDC_RULES_LIST, ANCHOR_WIDTH | ANCHOR_HEIGHT},
    {IDC_RULES_STATUS, ANCHOR_BOTTOM | ANCHOR_WIDTH},
    {IDC_RULES_ADD, ANCHOR_BOTTOM},
    {IDC_RULES_EDIT, ANCHOR_BOTTOM},
    {IDC_RULES_REMOVE, ANCHOR_BOTTOM},
    {IDC_RULES_TAKE_OVER, ANCHOR_BOTTOM},
    {IDCANCEL, ANCHOR_BOTTOM | ANCHOR_RIGHT},
};

static void show_status(const struct rules_window *self)
{
    const HWND control = GetDlgItem(self->hwnd, IDC_RULES_STATUS);
    const struct words words =
        rules_status_line(self->session, rules_list_selected(&self->list));
    wchar_t shown[WORDS_SIZE];

    /* Only when it differs: screen readers speak each change. */
    GetWindowTextW(control, shown, ARRAYSIZE(shown));
    if (wcscmp(shown, words.text) != 0)
        SetWindowTextW(control, words.text);
}

static void enable(const struct rules_window *self, int id, bool enabled)
{
    const HWND control = GetDlgItem(self->hwnd, id);

    /* A disabled control that has the keyboard would keep it. */
    if (!enabled && GetFocus() == control)
        SetFocus(self->list.control);
    EnableWindow(control, enabled);
}

static void show_availability(const struct rules_window *self)
{
    const struct rule_row *row = rules_list_selected(&self->list);
    const bool changeable = row != NULL && row->can_change;

    enable(self, IDC_RULES_ADD, self->session->report != NULL);
    enable(self, IDC_RULES_EDIT, changeable);
    enable(self, IDC_RULES_REMOVE, changeable);
    enable(self, IDC_RULES_TAKE_OVER, row != NULL && row->can_take_over);
    Button_SetElevationRequiredState(GetDlgItem(self->hwnd, IDC_RULES_TAKE_OVER),
                                     !self->session->may_widen);
    show_status(self);
}

static void edit(struct rules_window *self, const struct rule *rule)
{
    if (self->editor == NULL)
        self->editor = rule_editor_open(self->hwnd, self->session, rule);
}

static void add_rule(struct rules_window *self)
{
    if (self->session->report != NULL)
        edit(self, NULL);
}

static void edit_rule(struct rules_window *self)
{
    const struct rule_row *row = rules_list_selected(&self->list);
    const struct rule *rule = row != NULL && row->can_change
                                  ? session_rule(self->session, &row->rule_id)
                                  : NULL;

    if (rule != NULL)
        edit(self, rule);
}

static bool confirm(const struct rules_window *self, UINT question,
                    const struct rule_row *row)
{
    const struct words title = words_load(IDS_PROGRAM);
    const struct words text =
        words_format_utf8(question, row->name[0] != '\0' ? row->name : row->listen);

    return MessageBoxW(self->hwnd, text.text, title.text,
                       MB_YESNO | MB_ICONQUESTION | MB_DEFBUTTON2) == IDYES;
}

/* Reports may come while the question stands: only the id is kept across it. */
static void remove_rule(struct rules_window *self)
{
    const struct rule_row *row = rules_list_selected(&self->list);
    struct rule_id id;

    if (row == NULL || !row->can_change)
        return;
    id = row->rule_id;
    if (confirm(self, IDS_CONFIRM_REMOVE, row))
        session_do_rule(self->session, VERB_DELETE_RULE, &id);
}

static void take_over(struct rules_window *self)
{
    const struct rule_row *row = rules_list_selected(&self->list);
    struct rule_id id;

    if (row == NULL || !row->can_take_over)
        return;
    id = row->rule_id;
    if (confirm(self, IDS_CONFIRM_TAKE_OVER, row))
        session_do_rule(self->session, VERB_TAKE_OVER, &id);
}

static void toggle_selected(struct rules_window *self)
{
    const struct rule_row *row = rules_list_selected(&self->list);

    if (row != NULL && row->can_change)
        session_enable(self->session, &row->rule_id, !row->checked);
}

static void start_ip_helper(struct rules_window *self)
{
    session_do(self->session, VERB_START_IP_HELPER);
}

static void check_again(struct rules_window *self)
{
    if (self->session->report != NULL)
        session_do(self->session, VERB_RECONCILE);
}

static void sort_by(struct rules_window *self, int column)
{
    const struct view_state view = session_view(self->session);

    rules_list_sort_by(&self->list, (enum row_column)column, &view);
}

static void close_window(struct rules_window *self)
{
    DestroyWindow(self->hwnd);
}

static const struct {
    int id;
    void (*run)(struct rules_window *self);
} commands[] = {
    {IDC_RULES_ADD, add_rule},           {IDC_RULES_EDIT, edit_rule},
    {IDC_RULES_REMOVE, remove_rule},     {IDC_RULES_TAKE_OVER, take_over},
    {IDM_LIST_ENABLED, toggle_selected}, {IDM_LIST_START_IP_HELPER, start_ip_helper},
    {IDM_LIST_REFRESH, check_again},     {IDCANCEL, close_window},
};

static void run_command(struct rules_window *self, int id)
{
    for (size_t i = 0; i < ARRAYSIZE(commands); i++) {
        if (commands[i].id == id)
            commands[i].run(self);
    }
    if (id >= IDM_LIST_SORT_FIRST && id < IDM_LIST_SORT_FIRST + ROW_COLUMNS)
        sort_by(self, id - IDM_LIST_SORT_FIRST);
    rules_window_refresh(self);
}

static void on_command(HWND hwnd, int id, HWND control, UINT code)
{
    (void)control;
    (void)code;
    run_command(dialog_self(hwnd), id);
}

static void on_context_menu(HWND hwnd, HWND from, int x, int y)
{
    struct rules_window *self = dialog_self(hwnd);
    POINT at = {x, y};

    if (from != self->list.control)
        return;
    if (at.x == -1 && at.y == -1)
        at = rules_list_menu_point(&self->list);
    run_command(self, rules_menu_run(hwnd, at, rules_list_selected(&self->list),
                                     self->session->report, self->list.sort));
}

static void on_key(struct rules_window *self, WORD key)
{
    if (key == VK_DELETE)
        run_command(self, IDC_RULES_REMOVE);
    else if (key == VK_INSERT)
        run_command(self, IDC_RULES_ADD);
    else if (key == VK_F5)
        run_command(self, IDM_LIST_REFRESH);
}

/* TRUE keeps the box as it is: the service's confirmation moves it. */
static LRESULT on_item_changing(struct rules_window *self, const NMLISTVIEW *change)
{
    const struct rule_row *row = rules_list_toggled(&self->list, change);

    if (row == NULL)
        return FALSE;
    if (row->can_change)
        session_enable(self->session, &row->rule_id, !row->checked);
    rules_window_refresh(self);
    return TRUE;
}

static LRESULT on_notify(HWND hwnd, int id, NMHDR *header)
{
    struct rules_window *self = dialog_self(hwnd);

    (void)id;
    if (header->hwndFrom != self->list.control || self->list.updating)
        return FALSE;
    switch (header->code) {
    case NM_CUSTOMDRAW:
        return rules_list_draw(&self->list, (NMLVCUSTOMDRAW *)header);
    case LVN_GETINFOTIPW:
        rules_list_tip(&self->list, (NMLVGETINFOTIPW *)header);
        break;
    case LVN_ITEMCHANGING:
        return on_item_changing(self, (const NMLISTVIEW *)header);
    case LVN_ITEMCHANGED:
        show_availability(self);
        break;
    case LVN_COLUMNCLICK:
        sort_by(self, ((const NMLISTVIEW *)header)->iSubItem);
        break;
    case LVN_KEYDOWN:
        on_key(self, ((const NMLVKEYDOWN *)header)->wVKey);
        break;
    case NM_DBLCLK:
        edit_rule(self);
        break;
    }
    return FALSE;
}

static void load_icons(HWND hwnd)
{
    const UINT dpi = GetDpiForWindow(hwnd);
    const HINSTANCE instance = GetModuleHandleW(NULL);
    const HANDLE large = LoadImageW(instance, MAKEINTRESOURCEW(IDI_APP), IMAGE_ICON,
                                    GetSystemMetricsForDpi(SM_CXICON, dpi),
                                    GetSystemMetricsForDpi(SM_CYICON, dpi), LR_SHARED);
    const HANDLE little = LoadImageW(instance, MAKEINTRESOURCEW(IDI_APP), IMAGE_ICON,
                                     GetSystemMetricsForDpi(SM_CXSMICON, dpi),
                                     GetSystemMetricsForDpi(SM_CYSMICON, dpi), LR_SHARED);

    SendMessageW(hwnd, WM_SETICON, ICON_BIG, (LPARAM)large);
    SendMessageW(hwnd, WM_SETICON, ICON_SMALL, (LPARAM)little);
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
}

static void on_size(HWND hwnd, UINT state, int width, int height)
{
    struct rules_window *self = dialog_self(hwnd);

    (void)width;
    (void)height;
    watch(self, state != SIZE_MINIMIZED);
    if (state == SIZE_MINIMIZED)
        return;
    anchors_apply(&self->anchors);
    if (GetDpiForWindow(hwnd) != self->list.dpi)
        load_icons(hwnd);
    rules_list_fit(&self->list);
}

static void on_get_min_max_info(HWND hwnd, MINMAXINFO *info)
{
    const struct rules_window *self = dialog_self(hwnd);

    anchors_limit(&self->anchors, info);
}

static BOOL on_init_dialog(HWND hwnd, HWND focus, LPARAM context)
{
    struct rules_window *self = (struct rules_window *)context;

    (void)focus;
    dialog_bind(hwnd, context);
    self->hwnd = hwnd;
    dialog_load_texts(hwnd, IDD_RULES, IDS_CLOSE);
    load_icons(hwnd);
    rules_list_init(&self->list, GetDlgItem(hwnd, IDC_RULES_LIST));
    rules_list_sort_by(&self->list, ROW_LISTEN, &(struct view_state){0});
    anchors_init(&self->anchors, hwnd, anchors, ARRAYSIZE(anchors));
    watch(self, true);
    session_refresh(self->session);
    rules_window_refresh(self);
    rules_list_fit(&self->list);
    SetFocus(self->list.control);
    return FALSE;
}

static void on_destroy(HWND hwnd)
{
    struct rules_window *self = dialog_self(hwnd);

    placement_save(hwnd, self->placement);
    rule_editor_free(self->editor);
    self->editor = NULL;
    self->hwnd = NULL;
    dialog_bind(hwnd, 0);
}

static INT_PTR CALLBACK rules_proc(HWND hwnd, UINT message, WPARAM wParam, LPARAM lParam)
{
    /* Sizes are asked for before the dialog is initialised. */
    if (dialog_self(hwnd) == NULL && message != WM_INITDIALOG)
        return FALSE;
    switch (message) {
        DIALOG_MSG(hwnd, WM_INITDIALOG, on_init_dialog);
        DIALOG_MSG(hwnd, WM_COMMAND, on_command);
        DIALOG_MSG(hwnd, WM_NOTIFY, on_notify);
        DIALOG_MSG(hwnd, WM_CONTEXTMENU, on_context_menu);
        DIALOG_MSG(hwnd, WM_SIZE, on_size);
        DIALOG_MSG(hwnd, WM_TIMER, on_timer);
        DIALOG_MSG(hwnd, WM_GETMINMAXINFO, on_get_min_max_info);
        DIALOG_MSG(hwnd, WM_DESTROY, on_destroy);
    }
    return FALSE;
}

struct rules_window *rules_window_open(struct session *session, WINDOWPLACEMENT *placement)
{
    struct rules_window *self = mem_alloc(sizeof *self);

    self->session = session;
    self->placement = placement;
    if (CreateDialogParamW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(IDD_RULES), NULL,
                           rules_proc, (LPARAM)self) == NULL) {
        mem_free(self);
        return NULL;
    }
    ShowWindow(self->hwnd, placement_restore(self->hwnd, placement));
    rules_window_activate(self);
    return self;
}

void rules_window_free(struct rules_window *window)
{
    if (window == NULL)
        return;
    if (window->hwnd != NULL)
        DestroyWindow(window->hwnd);
    rules_list_clear(&window->list);
    mem_free(window);
}

void rules_window_activate(struct rules_window *window)
{
    if (window == NULL || window->hwnd == NULL)
        return;
    if (IsIconic(window->hwnd))
        ShowWindow(window->hwnd, SW_RESTORE);
    SetForegroundWindow(GetLastActivePopup(window->hwnd));
}

void rules_window_refresh(struct rules_window *window)
{
    if (window == NULL || window->hwnd == NULL)
        return;

    const struct view_state view = session_view(window->session);

    rules_list_show(&window->list, &view);
    show_availability(window);
    Button_SetElevationRequiredState(GetDlgItem(window->hwnd, IDC_RULES_ADD),
                                     !window->session->may_widen);
}

void rules_window_take(struct rules_window *window, const struct mail *mail)
{
    if (window == NULL)
        return;
    /* What the editor says itself need not be said here again. */
    if (rule_editor_take(window->editor, mail))
        window->session->last_error = (struct error){0};
    if (mail->kind == MAIL_RESULT && mail->rule_id.text[0] != '\0')
        rules_list_select(&window->list, mail->rule_id.text);
}

bool rules_window_translate(struct rules_window *window, MSG *message)
{
    if (window == NULL || window->hwnd == NULL)
        return false;
    return rule_editor_translate(window->editor, message) ||
           IsDialogMessageW(window->hwnd, message);
}

bool rules_window_tidy(struct rules_window *window)
{
    if (window == NULL)
        return false;
    if (rule_editor_is_closed(window->editor)) {
        rule_editor_free(window->editor);
        window->editor = NULL;
    }
    return window->hwnd == NULL;
}
