/*
 * The dialog for one rule.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/rule_editor.h"

#include "app/dialog.h"
#include "app/tray/dialog_texts.h"
#include "app/tray/rule_fields.h"
#include "app/tray/words.h"
#include "core/base/mem.h"
#include "core/win32/utf.h"
#include "resources/resource.h"

#include <commctrl.h>

struct rule_editor {
    HWND hwnd;               /* NULL once closed */
    HWND owner;              /* borrowed */
    struct session *session; /* borrowed */
    struct rule base;        /* what is being edited; reaches the service only on OK */
    bool is_new;
    struct adapter_names interfaces;
    bool follows; /* the connect port shows the listen port until it is edited */
    bool filling; /* changes of texts are our own doing */
    uint32_t job; /* the request under way, or 0 */
};

static bool read_draft(const struct rule_editor *self, struct rule *draft,
                       struct error *err)
{
    struct rule_form form;

    return rule_fields_read(self->hwnd, &self->interfaces, &form, err) &&
           rule_form_read(&form, &self->base, draft, err);
}

/* A new rule opens something; of a changed one only what it opens beyond the former. */
static bool needs_approval(const struct rule_editor *self)
{
    struct rule draft;
    struct error ignored = {0};

    if (self->session->may_widen)
        return false;
    if (self->is_new || !read_draft(self, &draft, &ignored))
        return true;
    return !rule_is_narrower_or_equal(&draft, &self->base);
}

static void show_availability(const struct rule_editor *self)
{
    const bool firewall = IsDlgButtonChecked(self->hwnd, IDC_RULE_PRIVATE) ||
                          IsDlgButtonChecked(self->hwnd, IDC_RULE_DOMAIN) ||
                          IsDlgButtonChecked(self->hwnd, IDC_RULE_PUBLIC);
    const HWND ok = GetDlgItem(self->hwnd, IDOK);

    EnableWindow(GetDlgItem(self->hwnd, IDC_RULE_REMOTE), firewall);
    /* A disabled control that has the keyboard would keep it. */
    if (self->job != 0 && GetFocus() == ok)
        SetFocus(GetDlgItem(self->hwnd, IDCANCEL));
    EnableWindow(ok, self->job == 0);
    Button_SetElevationRequiredState(ok, needs_approval(self));
}

static void show_note(const struct rule_editor *self, UINT id)
{
    const struct words words = words_load(id);

    SetDlgItemTextW(self->hwnd, IDC_RULE_ERROR, words.text);
}

/* The part of a field that takes the keyboard, also of a combo box. */
static HWND edit_of(HWND control)
{
    COMBOBOXINFO info = {.cbSize = sizeof info};

    return GetComboBoxInfo(control, &info) && info.hwndItem != NULL ? info.hwndItem
                                                                    : control;
}

/* The line in the dialog is what counts; the balloon only points at the field. */
static void point_at(HWND control, struct words *words)
{
    const EDITBALLOONTIP tip = {.cbStruct = sizeof tip,
                                .pszTitle = L"",
                                .pszText = words->text,
                                .ttiIcon = TTI_NONE};

    SendMessageW(GetParent(control), WM_NEXTDLGCTL, (WPARAM)control, TRUE);
    SendMessageW(edit_of(control), EM_SETSEL, 0, -1);
    SendMessageW(edit_of(control), EM_SHOWBALLOONTIP, 0, (LPARAM)&tip);
}

static void show_error(const struct rule_editor *self, const struct error *err)
{
    const int field = rule_fields_control(rule_field_of(err));
    struct words words = words_of_error(err);

    SetDlgItemTextW(self->hwnd, IDC_RULE_ERROR, words.text);
    MessageBeep(MB_ICONWARNING);
    if (field != 0)
        point_at(GetDlgItem(self->hwnd, field), &words);
}

/* The box to insist with shows only where it would help. */
static void offer_force(const struct rule_editor *self)
{
    struct rule_form form;

    if (rule_fields_read(self->hwnd, &self->interfaces, &form, NULL) &&
        rule_form_can_be_forced(&form, &self->base))
        ShowWindow(GetDlgItem(self->hwnd, IDC_RULE_FORCED), SW_SHOWNA);
}

static void close_editor(struct rule_editor *self)
{
    /* Before the dialog goes, else Windows activates some other program's window. */
    EnableWindow(self->owner, TRUE);
    DestroyWindow(self->hwnd);
}

static void accept(struct rule_editor *self)
{
    struct request request = {.verb = VERB_PUT_RULE};
    struct error err = {0};

    if (self->job != 0)
        return;
    if (!read_draft(self, &request.rule, &err)) {
        show_error(self, &err);
        offer_force(self);
        return;
    }
    self->job = session_ask(self->session, &request);
    /* 0: the rule is being changed from the list or the menu. */
    show_note(self, self->job != 0 ? IDS_RULE_SAVING : IDS_RULE_BUSY);
    show_availability(self);
}

static void follow_listen_port(struct rule_editor *self)
{
    wchar_t typed[FORM_PORT_SIZE];
    char listen_port[FORM_PORT_SIZE * 3];
    char port[FORM_PORT_SIZE];
    struct words words;

    if (!self->follows)
        return;
    GetDlgItemTextW(self->hwnd, IDC_RULE_LISTEN_PORT, typed, ARRAYSIZE(typed));
    if (!utf8_from_utf16(typed, listen_port, sizeof listen_port))
        return;
    rule_form_following_port(listen_port, port);
    words = words_from_utf8(port);
    self->filling = true;
    SetDlgItemTextW(self->hwnd, IDC_RULE_CONNECT_PORT, words.text);
    self->filling = false;
}

static void on_edited(struct rule_editor *self, int id)
{
    if (self->filling)
        return;
    if (id == IDC_RULE_LISTEN_PORT)
        follow_listen_port(self);
    if (id == IDC_RULE_CONNECT_PORT)
        self->follows = false;
    if (self->job == 0)
        SetDlgItemTextW(self->hwnd, IDC_RULE_ERROR, L"");
    show_availability(self);
}

static void on_command(HWND hwnd, int id, HWND control, UINT code)
{
    struct rule_editor *self = dialog_self(hwnd);

    (void)control;
    if (id == IDOK)
        accept(self);
    else if (id == IDCANCEL)
        close_editor(self);
    else if (code == EN_CHANGE || code == CBN_EDITCHANGE || code == CBN_SELCHANGE ||
             code == BN_CLICKED)
        on_edited(self, id);
}

static BOOL on_init_dialog(HWND hwnd, HWND focus, LPARAM context)
{
    struct rule_editor *self = (struct rule_editor *)context;
    struct rule_form form;

    dialog_bind(hwnd, context);
    self->hwnd = hwnd;
    self->filling = true;
    dialog_load_texts(hwnd, self->is_new ? IDS_RULE_TITLE_NEW : IDS_RULE_TITLE_EDIT,
                      IDS_CANCEL);
    adapter_names_read(&self->interfaces);
    if (self->base.listen.kind == LISTEN_INTERFACE)
        adapter_names_add(&self->interfaces, self->base.listen.interface_name);
    rule_form_show(&self->base, &form);
    rule_fields_show(hwnd, &form, &self->interfaces);
    self->filling = false;
    if (self->base.forced)
        ShowWindow(GetDlgItem(hwnd, IDC_RULE_FORCED), SW_SHOWNA);
    self->follows = self->base.connect.first_port == self->base.listen.first_port;
    show_availability(self);
    (void)focus;
    return TRUE;
}

static void on_destroy(HWND hwnd)
{
    struct rule_editor *self = dialog_self(hwnd);

    self->hwnd = NULL;
    dialog_bind(hwnd, 0);
}

static INT_PTR CALLBACK editor_proc(HWND hwnd, UINT message, WPARAM wParam, LPARAM lParam)
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

struct rule_editor *rule_editor_open(HWND owner, struct session *session,
                                     const struct rule *rule)
{
    struct rule_editor *self = mem_alloc(sizeof *self);

    self->owner = owner;
    self->session = session;
    self->is_new = rule == NULL;
    self->base = rule != NULL ? *rule : rule_default();
    if (CreateDialogParamW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(IDD_RULE), owner,
                           editor_proc, (LPARAM)self) == NULL) {
        mem_free(self);
        return NULL;
    }
    EnableWindow(owner, FALSE);
    ShowWindow(self->hwnd, SW_SHOW);
    return self;
}

void rule_editor_free(struct rule_editor *editor)
{
    if (editor == NULL)
        return;
    if (editor->hwnd != NULL)
        close_editor(editor);
    adapter_names_clear(&editor->interfaces);
    mem_free(editor);
}

static void show_outcome(struct rule_editor *self, const struct mail *mail)
{
    self->job = 0;
    if (mail->error.kind == ERR_NONE) {
        close_editor(self);
        return;
    }
    show_availability(self);
    if (mail->declined)
        show_note(self, IDS_ERROR_DECLINED);
    else
        show_error(self, &mail->error);
}

bool rule_editor_take(struct rule_editor *editor, const struct mail *mail)
{
    if (editor == NULL || editor->hwnd == NULL || editor->job == 0 ||
        mail->job != editor->job)
        return false;
    if (mail->kind == MAIL_APPROVING)
        show_note(editor, IDS_RULE_APPROVING);
    if (mail->kind == MAIL_RESULT)
        show_outcome(editor, mail);
    return mail->kind == MAIL_RESULT;
}

bool rule_editor_translate(struct rule_editor *editor, MSG *message)
{
    return editor != NULL && editor->hwnd != NULL &&
           IsDialogMessageW(editor->hwnd, message);
}

bool rule_editor_is_closed(const struct rule_editor *editor)
{
    return editor != NULL && editor->hwnd == NULL;
}
