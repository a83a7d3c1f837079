/*
 * The dialog that changes WSL's networking mode.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/mode_dialog.h"

#include "app/dialog.h"
#include "app/tray/dialog_texts.h"
#include "app/tray/mode_words.h"
#include "app/tray/owned_dialog.h"
#include "app/tray/wsl_inquiry.h"
#include "core/base/mem.h"
#include "core/view/mode_switch.h"
#include "resources/resource.h"

struct mode_dialog {
    HWND hwnd;               /* NULL once closed */
    struct session *session; /* borrowed */
    enum networking_mode target;
    bool is_possible;     /* this PC has what it needs */
    bool is_busy;         /* the inquiry is at it */
    enum wsl_order order; /* ... what it was told then */
    bool is_written;
    bool is_shut_down;
};

static void show(const struct mode_dialog *self, int id, const struct words *words)
{
    dialog_show_text(GetDlgItem(self->hwnd, id), words->text);
}

static void show_note(const struct mode_dialog *self, UINT id)
{
    const struct words mode = words_of_mode(self->target);
    const struct words words = words_format(id, mode.text, NULL, NULL);

    show(self, IDC_MODE_NOTE, &words);
}

static void show_now(const struct mode_dialog *self)
{
    const struct wsl_view *wsl =
        self->session->report != NULL
            ? report_wsl(self->session->report, &self->session->user)
            : NULL;
    const struct words now =
        words_of_mode(wsl != NULL ? wsl->mode : NETWORKING_MODE_UNKNOWN);
    const struct words configured = words_of_mode(self->session->hint.configured);
    const struct words line = words_format(IDS_MODE_NOW, now.text, configured.text, NULL);

    show(self, IDC_MODE_NOW, &line);
}

static void show_availability(const struct mode_dialog *self)
{
    const HWND shut_down = GetDlgItem(self->hwnd, IDC_MODE_SHUT_DOWN);
    const HWND change = GetDlgItem(self->hwnd, IDC_MODE_SWITCH);
    const bool can_change = self->is_possible && !self->is_busy && !self->is_written;
    const bool can_shut_down = self->is_written && !self->is_busy && !self->is_shut_down;

    /* A disabled control that has the keyboard would keep it. */
    if (!can_change && GetFocus() == change)
        SendMessageW(self->hwnd, WM_NEXTDLGCTL, (WPARAM)GetDlgItem(self->hwnd, IDCANCEL),
                     TRUE);
    EnableWindow(change, can_change);
    ShowWindow(shut_down, self->is_written ? SW_SHOW : SW_HIDE);
    if (!can_shut_down && GetFocus() == shut_down)
        SendMessageW(self->hwnd, WM_NEXTDLGCTL, (WPARAM)GetDlgItem(self->hwnd, IDCANCEL),
                     TRUE);
    EnableWindow(shut_down, can_shut_down);
}

static void show_rules(const struct mode_dialog *self)
{
    wchar_t *text = mode_words_of_rules(self->session, self->target);

    dialog_show_text(GetDlgItem(self->hwnd, IDC_MODE_RULES), text);
    mem_free(text);
}

static void show_needs(struct mode_dialog *self)
{
    const struct mode_needs needs = mode_needs_read(self->target);

    self->is_possible = needs.are_met && self->session->inquiry != NULL;
    show(self, IDC_MODE_WINDOWS, &needs.windows);
    show(self, IDC_MODE_WSL, &needs.wsl);
    show(self, IDC_MODE_NOTE, &needs.policy);
}

static BOOL on_init_dialog(HWND hwnd, HWND focus, LPARAM context)
{
    struct mode_dialog *self = (struct mode_dialog *)context;
    const bool to_nat = self->target == NETWORKING_MODE_NAT;
    const struct words explain =
        words_load(to_nat ? IDS_MODE_EXPLAIN_NAT : IDS_MODE_EXPLAIN_MIRRORED);
    const struct words file = words_load(IDS_MODE_FILE);

    dialog_bind(hwnd, context);
    self->hwnd = hwnd;
    dialog_load_texts(hwnd, to_nat ? IDS_MODE_TITLE_NAT : IDD_MODE, IDS_CLOSE);
    show_now(self);
    show(self, IDC_MODE_EXPLAIN, &explain);
    show(self, IDC_MODE_FILE, &file);
    show_rules(self);
    show_needs(self);
    show_availability(self);
    (void)focus;
    /* Not on the text, which would be shown as selected. */
    SetFocus(GetDlgItem(hwnd, self->is_possible ? IDC_MODE_SWITCH : IDCANCEL));
    return FALSE;
}

static void change_mode(struct mode_dialog *self)
{
    self->order = WSL_ORDER_WRITE_MODE;
    self->is_busy = true;
    show_note(self, IDS_MODE_WRITING);
    show_availability(self);
    wsl_inquiry_write_mode(self->session->inquiry, self->target);
}

/* The note above the button says what that ends. */
static void shut_down(struct mode_dialog *self)
{
    self->order = WSL_ORDER_SHUT_DOWN;
    self->is_busy = true;
    show_note(self, IDS_MODE_SHUTTING_DOWN);
    show_availability(self);
    wsl_inquiry_shut_down(self->session->inquiry);
}

static void on_command(HWND hwnd, int id, HWND control, UINT code)
{
    struct mode_dialog *self = dialog_self(hwnd);

    (void)control;
    (void)code;
    if (id == IDCANCEL)
        owned_dialog_close(self->hwnd);
    else if (id == IDC_MODE_SWITCH)
        change_mode(self);
    else if (id == IDC_MODE_SHUT_DOWN)
        shut_down(self);
}

static void on_destroy(HWND hwnd)
{
    struct mode_dialog *self = dialog_self(hwnd);

    self->hwnd = NULL;
    dialog_bind(hwnd, 0);
}

static INT_PTR CALLBACK mode_proc(HWND hwnd, UINT message, WPARAM wParam, LPARAM lParam)
{
    if (dialog_self(hwnd) == NULL && message != WM_INITDIALOG)
        return FALSE;
    switch (message) {
        DIALOG_MSG(hwnd, WM_INITDIALOG, on_init_dialog);
        DIALOG_MSG(hwnd, WM_COMMAND, on_command);
        DIALOG_MSG(hwnd, WM_DESTROY, on_destroy);
    }
    return FALSE;
}

struct mode_dialog *mode_dialog_open(HWND owner, struct session *session)
{
    struct mode_dialog *self = mem_alloc(sizeof *self);

    self->session = session;
    self->target = mode_switch_target(session->hint.configured);
    if (!owned_dialog_open(IDD_MODE, owner, mode_proc, (LPARAM)self)) {
        mem_free(self);
        return NULL;
    }
    return self;
}

void mode_dialog_free(struct mode_dialog *dialog)
{
    if (dialog == NULL)
        return;
    if (dialog->hwnd != NULL)
        owned_dialog_close(dialog->hwnd);
    mem_free(dialog);
}

static void take_done(struct mode_dialog *self, const struct mail *mail)
{
    const bool is_write = mail->order == WSL_ORDER_WRITE_MODE;

    self->is_busy = false;
    if (mail->error.kind != ERR_NONE) {
        const struct words words =
            is_write ? mode_words_of_error(&mail->error) : words_of_error(&mail->error);

        show(self, IDC_MODE_NOTE, &words);
        MessageBeep(MB_ICONWARNING);
    } else if (is_write) {
        self->is_written = true;
        show_note(self, IDS_MODE_WRITTEN);
    } else {
        self->is_shut_down = true;
        show_note(self, IDS_MODE_SHUT_DOWN);
    }
    show_availability(self);
}

void mode_dialog_take(struct mode_dialog *dialog, const struct mail *mail)
{
    if (dialog == NULL || dialog->hwnd == NULL)
        return;
    /* An answer to a dialog that was closed meanwhile is none of this one's. */
    if (mail->kind == MAIL_WSL_DONE && dialog->is_busy && mail->order == dialog->order)
        take_done(dialog, mail);
    else if (mail->kind == MAIL_REPORT || mail->kind == MAIL_WSL_HINT)
        show_now(dialog);
    if (mail->kind == MAIL_REPORT)
        show_rules(dialog);
}

bool mode_dialog_translate(struct mode_dialog *dialog, MSG *message)
{
    return dialog != NULL && owned_dialog_translate(dialog->hwnd, message);
}

bool mode_dialog_is_closed(const struct mode_dialog *dialog)
{
    return dialog == NULL || dialog->hwnd == NULL;
}
