/*
 * The window with all rules.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/rules_window.h"

#include "app/tray/dialog_texts.h"
#include "app/tray/rules_status.h"
#include "app/tray/rules_window_state.h"
#include "core/base/mem.h"
#include "resources/resource.h"

#include <wchar.h>

static const ACCEL keys[] = {
    {FVIRTKEY | FCONTROL, 'F', IDM_LIST_FIND},
    {FVIRTKEY | FCONTROL, 'N', IDC_RULES_ADD},
    {FVIRTKEY, VK_F5, IDM_LIST_REFRESH},
    {FVIRTKEY, VK_F6, IDM_LIST_NEXT_PANE},
    {FVIRTKEY | FSHIFT, VK_F6, IDM_LIST_PREVIOUS_PANE},
    {FVIRTKEY | FCONTROL, VK_TAB, IDM_LIST_NEXT_PAGE},
    {FVIRTKEY | FCONTROL | FSHIFT, VK_TAB, IDM_LIST_NEXT_PAGE}, /* of two */
};

/* Space would toggle one row only. The rest belongs to the edit field while that has the keyboard.
 * */
static const ACCEL list_keys[] = {
    {FVIRTKEY, VK_SPACE, IDM_LIST_ENABLED},
    {FVIRTKEY, VK_DELETE, IDC_RULES_REMOVE},
    {FVIRTKEY, VK_INSERT, IDC_RULES_ADD},
    {FVIRTKEY | FCONTROL, 'A', IDM_LIST_SELECT_ALL},
    {FVIRTKEY | FALT, VK_RETURN, IDM_LIST_DIAGNOSE},
};

static void show_status(const struct rules_window *self)
{
    const HWND control = GetDlgItem(self->hwnd, IDC_RULES_STATUS);
    const struct words words = rules_status_line(
        self->session, self->layout.page == PAGE_RULES ? &self->list : NULL, &self->undo,
        rules_layout_details_visible(&self->layout),
        rules_layout_invitation_visible(&self->layout));
    wchar_t shown[WORDS_SIZE];

    /* Only when it differs: screen readers speak each change. */
    GetWindowTextW(control, shown, ARRAYSIZE(shown));
    if (wcscmp(shown, words.text) != 0)
        SetWindowTextW(control, words.text);
}

void rules_window_turn_to(struct rules_window *self, enum rules_page page)
{
    if (page == PAGE_ACTIVITY)
        rules_window_need_activity(self);
    rules_layout_show_page(&self->layout, page);
    show_status(self);
    if (page == PAGE_ACTIVITY)
        activity_page_refresh(self->activity);
}

static void focus_on_page(struct rules_window *self)
{
    if (self->layout.page == PAGE_ACTIVITY)
        activity_page_focus(self->activity);
    else if (self->layout.empty)
        ports_invite_focus(self->invite);
    else
        SendMessageW(self->hwnd, WM_NEXTDLGCTL, (WPARAM)self->list.control, TRUE);
}

void rules_window_show_page(struct rules_window *self, enum rules_page page)
{
    if (self->layout.page == page)
        return;
    rules_window_turn_to(self, page);
    focus_on_page(self);
}

/* What the service does not answer, or what was searched for, is not all there is. */
static bool is_empty(const struct rules_window *self)
{
    return self->session->report != NULL && self->list.shown.count == 0 &&
           self->list.search[0] == '\0';
}

/* A control that has the keyboard when it is disabled or hidden would keep it. */
static void save_focus(const struct rules_window *self, HWND control)
{
    const HWND next = IsWindowVisible(self->list.control)
                          ? self->list.control
                          : GetDlgItem(self->hwnd, IDC_RULES_TAB);

    if (GetFocus() == control)
        SendMessageW(self->hwnd, WM_NEXTDLGCTL, (WPARAM)next, TRUE);
}

static void enable(const struct rules_window *self, int id, bool enabled)
{
    const HWND control = GetDlgItem(self->hwnd, id);

    if (!enabled)
        save_focus(self, control);
    EnableWindow(control, enabled);
}

static void show_shield(const struct rules_window *self, int id,
                        const struct request *request)
{
    SendDlgItemMessageW(self->hwnd, id, BCM_SETSHIELD, 0,
                        session_needs_approval(self->session, request));
}

static void show_undo(const struct rules_window *self)
{
    const HWND control = GetDlgItem(self->hwnd, IDC_RULES_UNDO);
    const bool possible = undo_is_possible(&self->undo) && self->session->report != NULL;
    struct request request = {.verb = VERB_BATCH};

    if (!possible) {
        save_focus(self, control);
    } else {
        undo_build(&self->undo, &request.batch);
        show_shield(self, IDC_RULES_UNDO, &request);
        request_clear(&request);
    }
    ShowWindow(control, possible ? SW_SHOWNA : SW_HIDE);
}

static bool can_change_selected(const struct rules_window *self)
{
    int at = -1;

    for (const struct rule_row *row = rules_list_next_selected(&self->list, &at);
         row != NULL; row = rules_list_next_selected(&self->list, &at)) {
        if (row->can_change)
            return true;
    }
    return false;
}

void rules_window_show_availability(struct rules_window *self)
{
    const struct rule_row *row = rules_list_selected(&self->list);
    const struct request add = {.verb = VERB_PUT_RULE, .rule = rule_default()};
    const struct request take_over = {.verb = VERB_TAKE_OVER,
                                      .rule_id = row != NULL ? row->rule_id
                                                             : (struct rule_id){""}};

    enable(self, IDC_RULES_ADD, self->session->report != NULL);
    enable(self, IDC_RULES_EDIT, row != NULL && row->can_change);
    enable(self, IDC_RULES_REMOVE, can_change_selected(self));
    enable(self, IDC_RULES_TAKE_OVER, row != NULL && row->can_take_over);
    show_shield(self, IDC_RULES_TAKE_OVER, &take_over);
    show_shield(self, IDC_RULES_ADD, &add);
    show_undo(self);
    show_status(self);
}

/* Whoever has no rule is invited to make one, beside other programs' entries, too. */
void rules_window_invite(struct rules_window *self)
{
    const struct view_state view = session_view(self->session);
    const bool listed = GetFocus() == self->list.control;
    const bool empty = is_empty(self);
    const bool idle = rules_list_count_selected(&self->list) == 0 &&
                      self->list.search[0] == '\0' && self->session->report != NULL;
    const bool invited = idle && !session_has_rules(self->session);

    if (empty || invited)
        rules_window_need_invite(self);
    rules_layout_invite(&self->layout, empty, invited);
    if (!self->layout.invited)
        return;
    ports_invite_show(self->invite, &view);
    if (listed && empty)
        ports_invite_focus(self->invite);
}

struct rules_window *rules_window_open(struct session *session)
{
    struct rules_window *self = mem_alloc(sizeof *self);
    int how;

    self->session = session;
    if (dialog_create(IDD_RULES, NULL, rules_window_proc, (LPARAM)self) == NULL) {
        mem_free(self);
        return NULL;
    }
    self->keys = CreateAcceleratorTableW((ACCEL *)keys, ARRAYSIZE(keys));
    self->list_keys = CreateAcceleratorTableW((ACCEL *)list_keys, ARRAYSIZE(list_keys));
    how = rules_window_restore_place(self);
    session_refresh(session);
    rules_layout_apply(&self->layout);
    rules_window_refresh(self);
    rules_list_fit(&self->list);
    ShowWindow(self->hwnd, how);
    UpdateWindow(self->hwnd);
    focus_on_page(self);
    rules_window_activate(self);
    return self;
}

void rules_window_free(struct rules_window *window)
{
    if (window == NULL)
        return;
    if (window->hwnd != NULL)
        DestroyWindow(window->hwnd);
    rules_details_free(window->details);
    activity_page_free(window->activity);
    ports_invite_free(window->invite);
    rules_list_clear(&window->list);
    undo_clear(&window->undo);
    DestroyAcceleratorTable(window->keys);
    DestroyAcceleratorTable(window->list_keys);
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

    undo_check(&window->undo, view.report);
    rules_list_show(&window->list, &view);
    rules_window_invite(window);
    rules_details_show(window->details, rules_list_selected(&window->list));
    rules_window_show_availability(window);
}

void rules_window_take(struct rules_window *window, const struct mail *mail)
{
    if (window == NULL || window->hwnd == NULL)
        return;
    rules_details_take(window->details, mail);
    activity_page_take(window->activity, mail);
    /* What the editor or the dialog says itself need not be said here again. */
    if (rule_editor_take(window->editor, mail) || adopt_dialog_take(window->adopt, mail))
        window->session->last_error = (struct error){0};
    if (mail->kind == MAIL_REPORT && window->layout.page == PAGE_ACTIVITY)
        activity_page_refresh(window->activity);
    if (mail->kind != MAIL_RESULT)
        return;
    undo_finish(&window->undo, mail->job, mail->error.kind == ERR_NONE);
    if (mail->rule_id.text[0] != '\0')
        rules_list_select(&window->list, mail->rule_id.text);
}

void rules_window_select(struct rules_window *window, const char *rule_id)
{
    if (window == NULL || window->hwnd == NULL)
        return;
    rules_window_turn_to(window, PAGE_RULES);
    if (window->list.search[0] != '\0')
        SetDlgItemTextW(window->hwnd, IDC_RULES_SEARCH, L"");
    rules_list_select(&window->list, rule_id);
    focus_on_page(window);
}

static bool is_edit_focused(void)
{
    return (SendMessageW(GetFocus(), WM_GETDLGCODE, 0, 0) & DLGC_HASSETSEL) != 0;
}

static bool has_key(struct rules_window *self, MSG *message)
{
    if (message->message != WM_KEYDOWN && message->message != WM_SYSKEYDOWN)
        return false;
    if (message->hwnd != self->hwnd && !IsChild(self->hwnd, message->hwnd))
        return false;
    if (message->hwnd == self->list.control &&
        TranslateAcceleratorW(self->hwnd, self->list_keys, message))
        return true;
    if (message->wParam == 'Z' && GetKeyState(VK_CONTROL) < 0 && !is_edit_focused()) {
        rules_window_run(self, IDC_RULES_UNDO);
        return true;
    }
    /* The default button would not take it while it is disabled. */
    if (message->wParam == VK_RETURN &&
        message->hwnd == GetDlgItem(self->hwnd, IDC_RULES_SEARCH)) {
        focus_on_page(self);
        return true;
    }
    return TranslateAcceleratorW(self->hwnd, self->keys, message) != 0;
}

bool rules_window_translate(struct rules_window *window, MSG *message)
{
    if (window == NULL || window->hwnd == NULL)
        return false;
    return rule_editor_translate(window->editor, message) ||
           adopt_dialog_translate(window->adopt, message) || has_key(window, message) ||
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
    if (adopt_dialog_is_closed(window->adopt)) {
        adopt_dialog_free(window->adopt);
        window->adopt = NULL;
    }
    return window->hwnd == NULL;
}

bool rules_window_takes_settings(struct rules_window *window)
{
    const bool wanted = window != NULL && window->wants_settings;

    if (wanted)
        window->wants_settings = false;
    return wanted;
}

HWND rules_window_handle(const struct rules_window *window)
{
    return window != NULL ? window->hwnd : NULL;
}
