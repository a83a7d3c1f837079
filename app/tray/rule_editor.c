/*
 * The dialog for one rule.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/rule_editor.h"

#include "app/dialog.h"
#include "app/tray/dialog_texts.h"
#include "app/tray/firewall_fields.h"
#include "app/tray/owned_dialog.h"
#include "app/tray/rule_editing.h"
#include "core/base/mem.h"
#include "resources/resource.h"

#include <string.h>

/* Posted to ourselves: the dialog manager has laid out the controls. */
#define CODE_LAYOUT 0x8001

static void on_timer(HWND hwnd, UINT id)
{
    if (id == TIMER_CHECK)
        rule_editing_check(dialog_self(hwnd));
}

static void accept(struct rule_editor *self)
{
    struct request request = {.verb = VERB_PUT_RULE};

    if (self->job != 0 || !rule_editing_finish(self, &request.rule))
        return;
    self->job = session_ask(self->session, &request);
    /* 0: the rule is being changed from the list or the menu. */
    rule_editing_say(self, self->job != 0 ? IDS_RULE_SAVING : IDS_RULE_BUSY);
    rule_editing_show(self);
}

static void layout(struct rule_editor *self)
{
    firewall_fields_load_icon(self->hwnd);
    expander_layout(&self->advanced);
}

static void on_command(HWND hwnd, int id, HWND control, UINT code)
{
    struct rule_editor *self = dialog_self(hwnd);

    if (id == IDOK)
        accept(self);
    else if (id == IDCANCEL)
        owned_dialog_close(self->hwnd);
    else if (id == IDC_RULE_ADVANCED)
        rule_editing_expand(self, !self->advanced.open);
    else if (code == CODE_LAYOUT)
        layout(self);
    else
        rule_editing_on_field(self, id, control, code);
}

/* Nobody should have to look for what a rule says. */
static bool uses_advanced(const struct rule *rule)
{
    return rule->connect.kind != CONNECT_WSL || rule->comment[0] != '\0' ||
           rule->forced ||
           rule_reach_of(rule->scope.profiles, rule->scope.remote) == REACH_CUSTOM;
}

static void refresh(struct rule_editor *self)
{
    const struct view_state view = session_view(self->session);

    self->filling = true;
    rule_fields_refresh(&self->fields, &view, &self->base.listen);
    self->filling = false;
    rule_editing_show(self);
}

static BOOL on_init_dialog(HWND hwnd, HWND focus, LPARAM context)
{
    struct rule_editor *self = (struct rule_editor *)context;
    struct rule_form form;

    (void)focus;
    dialog_bind(hwnd, context);
    self->hwnd = hwnd;
    self->line = (struct problem_line){.control = GetDlgItem(hwnd, IDC_RULE_ERROR)};
    self->filling = true;
    dialog_load_texts(hwnd, self->is_new ? IDS_RULE_TITLE_NEW : IDS_RULE_TITLE_EDIT,
                      IDS_CANCEL);
    rule_form_show(&self->base, &form);
    rule_fields_show(&self->fields, hwnd, &form, &self->base.listen);
    self->follows = self->base.connect.first_port == self->base.listen.first_port;
    firewall_fields_load_icon(hwnd);
    expander_init(&self->advanced, hwnd);
    expander_set(&self->advanced,
                 self->session->editor_expanded || uses_advanced(&self->base));
    refresh(self);
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
        DIALOG_MSG(hwnd, WM_TIMER, on_timer);
        DIALOG_MSG(hwnd, WM_DESTROY, on_destroy);
    case WM_DPICHANGED: /* the dialog manager's to handle; our part comes after it */
        PostMessageW(hwnd, WM_COMMAND, MAKEWPARAM(0, CODE_LAYOUT), 0);
        break;
    }
    return FALSE;
}

struct rule_editor *rule_editor_open(HWND owner, struct session *session,
                                     const struct rule *rule)
{
    struct rule_editor *self = mem_alloc(sizeof *self);

    self->session = session;
    self->is_new = rule == NULL || rule->id.text[0] == '\0';
    self->base = rule != NULL ? *rule : rule_default();
    if (!owned_dialog_open(IDD_RULE, owner, editor_proc, (LPARAM)self)) {
        rule_fields_clear(&self->fields);
        mem_free(self);
        return NULL;
    }
    return self;
}

void rule_editor_free(struct rule_editor *editor)
{
    if (editor == NULL)
        return;
    if (editor->hwnd != NULL)
        owned_dialog_close(editor->hwnd);
    rule_fields_clear(&editor->fields);
    mem_free(editor);
}

/* The rule is gone; what was typed is not. */
static void become_new(struct rule_editor *self)
{
    const struct words title = words_load(IDS_RULE_TITLE_NEW);

    self->is_new = true;
    self->base.id.text[0] = '\0';
    SetWindowTextW(self->hwnd, title.text);
    rule_editing_say(self, IDS_RULE_REMOVED);
    rule_editing_show(self);
}

static void show_outcome(struct rule_editor *self, const struct mail *mail)
{
    const HWND control = rule_fields_control(&self->fields, rule_field_of(&mail->error));
    const struct words words = words_of_error(&mail->error);

    self->job = 0;
    if (mail->error.kind == ERR_NONE) {
        owned_dialog_close(self->hwnd);
        return;
    }
    rule_editing_show(self);
    if (mail->error.kind == ERR_NOT_FOUND && !self->is_new) {
        become_new(self);
    } else if (mail->declined) {
        rule_editing_say(self, IDS_ERROR_DECLINED);
    } else {
        MessageBeep(MB_ICONWARNING);
        problem_line_say(&self->line, &words);
        if (control != NULL)
            rule_editing_go_to(self, control);
    }
}

static bool is_same(const struct rule *a, const struct rule *b)
{
    return a->enabled == b->enabled && strcmp(a->name, b->name) == 0 &&
           strcmp(a->comment, b->comment) == 0 && rule_forwards_equal(a, b);
}

/* What happened to the rule while it is being edited. */
static void follow_report(struct rule_editor *self)
{
    const struct rule *now;

    refresh(self);
    if (self->is_new || self->job != 0 || self->session->report == NULL)
        return;
    now = session_rule(self->session, &self->base.id);
    if (now == NULL) {
        become_new(self);
    } else if (!is_same(now, &self->base)) {
        self->base = *now;
        rule_editing_say(self, IDS_RULE_CHANGED);
    }
}

bool rule_editor_take(struct rule_editor *editor, const struct mail *mail)
{
    if (editor == NULL || editor->hwnd == NULL)
        return false;
    if (mail->kind == MAIL_REPORT || mail->kind == MAIL_CONNECTED)
        follow_report(editor);
    if (editor->job == 0 || mail->job != editor->job)
        return false;
    if (mail->kind == MAIL_APPROVING)
        rule_editing_say(editor, IDS_RULE_APPROVING);
    if (mail->kind == MAIL_RESULT)
        show_outcome(editor, mail);
    return mail->kind == MAIL_RESULT;
}

bool rule_editor_translate(struct rule_editor *editor, MSG *message)
{
    return editor != NULL && owned_dialog_translate(editor->hwnd, message);
}

bool rule_editor_is_closed(const struct rule_editor *editor)
{
    return editor != NULL && editor->hwnd == NULL;
}
