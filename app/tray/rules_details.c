/*
 * The pane under the list of the rules window.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/rules_details.h"

#include "app/dialog.h"
#include "app/tray/activity_words.h"
#include "app/tray/anchors.h"
#include "app/tray/details_words.h"
#include "app/tray/dialog_texts.h"
#include "core/base/mem.h"
#include "resources/resource.h"

#include <commctrl.h>
#include <wchar.h>

struct rules_details {
    HWND hwnd;               /* NULL once the parent has destroyed it */
    struct session *session; /* borrowed */
    struct anchors anchors;
    bool has_row;
    struct rule_row row;
    enum rule_action action;

    uint32_t diagnose_job;
    bool failed;
    struct diagnosis *diagnosis; /* owned; of the row, NULL until it was read */
    uint32_t activity_job;
    uint64_t activity_revision; /* of the report after which the log was asked */
    bool activity_read;
    struct activity last_change; /* time 0: none */
};

static const struct anchor anchors[] = {
    {IDC_DETAILS_HEADLINE, ANCHOR_WIDTH},
    {IDC_DETAILS_LABEL, ANCHOR_WIDTH},
    {IDC_DETAILS_ACTION, ANCHOR_RIGHT},
    {IDC_DETAILS_TEXT, ANCHOR_WIDTH | ANCHOR_HEIGHT},
};

/* Values begin behind the widest field. Tab stops are in quarters of an average character, so they
 * follow the font by themselves. */
static void align_values(HWND edit)
{
    const HDC dc = GetDC(edit);
    const HGDIOBJ former = SelectObject(dc, (HFONT)SendMessageW(edit, WM_GETFONT, 0, 0));
    LONG widest = 0;
    TEXTMETRICW metrics;
    DWORD stop;

    GetTextMetricsW(dc, &metrics);
    for (int i = 0; i < DETAIL_FIELD_COUNT; i++) {
        const struct words field = words_of_detail_field((enum detail_field)i);
        SIZE size;

        if (GetTextExtentPoint32W(dc, field.text, (int)wcslen(field.text), &size))
            widest = max(widest, size.cx);
    }
    SelectObject(dc, former);
    ReleaseDC(edit, dc);
    stop = (DWORD)(4 * (widest / metrics.tmAveCharWidth + 3));
    SendMessageW(edit, EM_SETTABSTOPS, 1, (LPARAM)&stop);
}

/* What the user has selected and scrolled to stays. */
static void show_text(const struct rules_details *self, const wchar_t *text)
{
    const HWND edit = GetDlgItem(self->hwnd, IDC_DETAILS_TEXT);
    const LRESULT line = SendMessageW(edit, EM_GETFIRSTVISIBLELINE, 0, 0);
    DWORD first = 0;
    DWORD last = 0;
    bool differs;

    SendMessageW(edit, EM_GETSEL, (WPARAM)&first, (LPARAM)&last);
    SendMessageW(edit, WM_SETREDRAW, FALSE, 0);
    differs = dialog_show_text(edit, text);
    if (differs) {
        SendMessageW(edit, EM_SETSEL, first, last);
        SendMessageW(edit, EM_LINESCROLL, 0, line);
    }
    SendMessageW(edit, WM_SETREDRAW, TRUE, 0);
    if (differs)
        InvalidateRect(edit, NULL, TRUE);
}

static struct words last_change(const struct rules_details *self)
{
    struct words when;
    struct words what;

    if (!self->activity_read)
        return words_load(self->failed ? IDS_DETAIL_UNREADABLE : IDS_DETAIL_READING);
    if (self->last_change.time_ms == 0)
        return words_load(IDS_DETAIL_NO_CHANGE);
    when = words_of_time(self->last_change.time_ms);
    what = words_of_activity(&self->last_change, &self->session->user);
    return words_format(IDS_ACTIVITY_AT, when.text, what.text, NULL);
}

static void show_details(const struct rules_details *self)
{
    const struct view_state view = session_view(self->session);
    struct rule_details details = {0};
    struct words changed;
    wchar_t *text;

    if (!self->has_row) {
        show_text(self, L"");
        return;
    }
    changed = last_change(self);
    rule_details_build(&view, &self->row, self->diagnosis, self->failed, &details);
    text = details_words_join(
        &details,
        details.count > 0 && rule_details_can_be_asked(&self->row) ? &changed : NULL);
    show_text(self, text);
    mem_free(text);
    rule_details_clear(&details);
}

static void show_action(struct rules_details *self)
{
    const HWND button = GetDlgItem(self->hwnd, IDC_DETAILS_ACTION);
    const struct view_state view = session_view(self->session);
    struct request request;
    struct words words;

    self->action = self->has_row ? rule_action_for(&view, &self->row) : RULE_ACTION_NONE;
    words = words_of_action(self->action);
    /* By the window's dialog manager: SetFocus would leave the look of the default button
     * behind. */
    if (self->action == RULE_ACTION_NONE && GetFocus() == button)
        SendMessageW(GetParent(self->hwnd), WM_NEXTDLGCTL,
                     (WPARAM)GetDlgItem(self->hwnd, IDC_DETAILS_TEXT), TRUE);
    if (self->action != RULE_ACTION_NONE)
        dialog_show_text(button, words.text);
    Button_SetElevationRequiredState(
        button, rule_action_outcome(self->action, &view, &self->row, &request) &&
                    session_needs_approval(self->session, &request));
    ShowWindow(button, self->action != RULE_ACTION_NONE ? SW_SHOWNA : SW_HIDE);
}

static void draw(struct rules_details *self)
{
    const struct words headline =
        self->has_row ? words_of_headline(&self->row) : words_load(IDS_DETAILS_NOTHING);

    dialog_show_text(GetDlgItem(self->hwnd, IDC_DETAILS_HEADLINE), headline.text);
    show_action(self);
    show_details(self);
}

/* What nobody sees is not read. */
static void read_details(struct rules_details *self)
{
    const struct report *report = self->session->report;

    if (!self->has_row || report == NULL || !rule_details_can_be_asked(&self->row) ||
        (GetWindowLongPtrW(self->hwnd, GWL_STYLE) & WS_VISIBLE) == 0)
        return;
    self->diagnose_job = session_do_rule(self->session, VERB_DIAGNOSE, &self->row.rule_id);
    if (self->activity_read && self->activity_revision == report->revision)
        return;
    self->activity_job = session_read_activity(self->session, 1, &self->row.rule_id);
    self->activity_revision = report->revision;
}

static void forget(struct rules_details *self)
{
    mem_free(self->diagnosis);
    self->diagnosis = NULL;
    self->failed = false;
    self->diagnose_job = 0;
    self->activity_job = 0;
    self->activity_read = false;
    self->last_change = (struct activity){0};
}

static bool confirm(const struct rules_details *self, const struct rule_row *row)
{
    const struct words title = words_load(IDS_PROGRAM);
    const struct words text = words_format_utf8(
        IDS_CONFIRM_ALLOW_PUBLIC, row->name[0] != '\0' ? row->name : row->listen);

    return MessageBoxW(GetAncestor(self->hwnd, GA_ROOT), text.text, title.text,
                       MB_YESNO | MB_ICONWARNING | MB_DEFBUTTON2) == IDYES;
}

static void tell_parent(HWND hwnd, int command)
{
    SendMessageW(GetParent(hwnd), WM_COMMAND, MAKEWPARAM(command, BN_CLICKED),
                 (LPARAM)hwnd);
}

/* Reports may come while the question stands: the row and the request are made before, and the
 * whole pane may be gone after it. */
static void ask_service(struct rules_details *self)
{
    const HWND hwnd = self->hwnd;
    const struct rule_row row = self->row;
    const struct view_state view = session_view(self->session);
    struct request request;

    if (!rule_action_request(self->action, &view, &row, &request))
        return;
    if (rule_action_is_risky(self->action, &row) && !confirm(self, &row))
        return;
    if (!IsWindow(hwnd))
        return;
    session_ask(self->session, &request);
    tell_parent(hwnd, IDC_DETAILS_ACTION);
}

static void act(struct rules_details *self)
{
    static const int commands[RULE_ACTION_COUNT] = {
        [RULE_ACTION_START_IP_HELPER] = IDM_LIST_START_IP_HELPER,
        [RULE_ACTION_TAKE_OVER] = IDC_RULES_TAKE_OVER,
        [RULE_ACTION_EDIT] = IDC_RULES_EDIT,
        [RULE_ACTION_CHECK_AGAIN] = IDM_LIST_REFRESH,
    };

    if (self->action == RULE_ACTION_NONE)
        return;
    if (commands[self->action] != 0)
        tell_parent(self->hwnd, commands[self->action]);
    else
        ask_service(self);
}

/* A multi-line field takes Tab, Enter and Esc for itself, and would never let the keyboard out of
 * the pane. It knows no Ctrl+A before Windows 10 1809. */
static LRESULT CALLBACK text_proc(HWND hwnd, UINT message, WPARAM wParam, LPARAM lParam,
                                  UINT_PTR id, DWORD_PTR context)
{
    (void)id;
    (void)context;
    if (message == WM_GETDLGCODE)
        return DLGC_WANTARROWS | DLGC_WANTCHARS;
    if (message == WM_KEYDOWN && wParam == 'A' && GetKeyState(VK_CONTROL) < 0)
        SendMessageW(hwnd, EM_SETSEL, 0, -1);
    return DefSubclassProc(hwnd, message, wParam, lParam);
}

static BOOL on_init_dialog(HWND hwnd, HWND focus, LPARAM context)
{
    struct rules_details *self = (struct rules_details *)context;
    const HWND edit = GetDlgItem(hwnd, IDC_DETAILS_TEXT);

    (void)focus;
    dialog_bind(hwnd, context);
    self->hwnd = hwnd;
    dialog_load_texts(hwnd, 0, 0);
    SetWindowSubclass(edit, text_proc, 0, 0);
    align_values(edit);
    anchors_init(&self->anchors, hwnd, anchors, ARRAYSIZE(anchors));
    draw(self);
    return FALSE;
}

static void on_command(HWND hwnd, int id, HWND control, UINT code)
{
    (void)control;
    if (id == IDC_DETAILS_ACTION && code == BN_CLICKED)
        act(dialog_self(hwnd));
}

static void on_size(HWND hwnd, UINT state, int width, int height)
{
    const struct rules_details *self = dialog_self(hwnd);

    (void)state;
    (void)width;
    (void)height;
    anchors_apply(&self->anchors);
}

static void on_destroy(HWND hwnd)
{
    struct rules_details *self = dialog_self(hwnd);

    RemoveWindowSubclass(GetDlgItem(hwnd, IDC_DETAILS_TEXT), text_proc, 0);
    self->hwnd = NULL;
    dialog_bind(hwnd, 0);
}

static INT_PTR CALLBACK details_proc(HWND hwnd, UINT message, WPARAM wParam, LPARAM lParam)
{
    /* Sizes come before the dialog is initialised. */
    if (dialog_self(hwnd) == NULL && message != WM_INITDIALOG)
        return FALSE;
    switch (message) {
        DIALOG_MSG(hwnd, WM_INITDIALOG, on_init_dialog);
        DIALOG_MSG(hwnd, WM_COMMAND, on_command);
        DIALOG_MSG(hwnd, WM_SIZE, on_size);
        DIALOG_MSG(hwnd, WM_DESTROY, on_destroy);
    }
    return FALSE;
}

struct rules_details *rules_details_create(HWND parent, struct session *session)
{
    struct rules_details *self = mem_alloc(sizeof *self);

    self->session = session;
    if (dialog_create(IDD_DETAILS, parent, details_proc, (LPARAM)self) == NULL) {
        mem_free(self);
        return NULL;
    }
    return self;
}

void rules_details_free(struct rules_details *self)
{
    if (self == NULL)
        return;
    if (self->hwnd != NULL)
        DestroyWindow(self->hwnd);
    mem_free(self->diagnosis);
    mem_free(self);
}

HWND rules_details_window(const struct rules_details *self)
{
    return self != NULL ? self->hwnd : NULL;
}

const struct diagnosis *rules_details_diagnosis(const struct rules_details *self)
{
    return self != NULL ? self->diagnosis : NULL;
}

void rules_details_show(struct rules_details *self, const struct rule_row *row)
{
    const bool same = self != NULL && self->has_row && row != NULL &&
                      strcmp(self->row.key, row->key) == 0;

    if (self == NULL || self->hwnd == NULL)
        return;
    if (!same)
        forget(self);
    self->has_row = row != NULL;
    if (row != NULL)
        self->row = *row;
    if (!same)
        read_details(self);
    draw(self);
}

static void take_diagnosis(struct rules_details *self, const struct mail *mail)
{
    const struct diagnosis *diagnosis =
        mail->error.kind == ERR_NONE && mail->reply->verb == VERB_DIAGNOSE
            ? mail->reply->diagnosis
            : NULL;

    self->diagnose_job = 0;
    self->failed = diagnosis == NULL;
    if (diagnosis == NULL) {
        mem_free(self->diagnosis);
        self->diagnosis = NULL;
        return;
    }
    if (self->diagnosis == NULL)
        self->diagnosis = mem_alloc(sizeof *self->diagnosis);
    *self->diagnosis = *diagnosis;
}

static void take_activity(struct rules_details *self, const struct mail *mail)
{
    self->activity_job = 0;
    if (mail->error.kind != ERR_NONE || mail->reply->verb != VERB_ACTIVITY)
        return;
    self->activity_read = true;
    self->last_change = mail->reply->activity.count > 0 ? mail->reply->activity.items[0]
                                                        : (struct activity){0};
}

void rules_details_take(struct rules_details *self, const struct mail *mail)
{
    if (self == NULL || self->hwnd == NULL || mail->kind != MAIL_RESULT || mail->job == 0)
        return;
    if (mail->job == self->diagnose_job)
        take_diagnosis(self, mail);
    else if (mail->job == self->activity_job)
        take_activity(self, mail);
    else
        return;
    draw(self);
}

void rules_details_refresh(struct rules_details *self)
{
    if (self != NULL && self->hwnd != NULL)
        read_details(self);
}
