/*
 * What happens in the rule editor while the user edits.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/rule_editing.h"

#include "app/dialog.h"
#include "app/tray/combo.h"
#include "app/tray/firewall_fields.h"
#include "core/view/rule_check.h"
#include "core/win32/utf.h"
#include "resources/resource.h"

#include <commctrl.h>

/* A pause in typing. */
#define CHECK_MS 600
/* A combo box tells of a choice before its field shows it: we tell ourselves again afterwards. */
#define CODE_CHOSEN 0x8000

bool rule_editing_read(const struct rule_editor *self, struct rule *draft)
{
    struct rule_form form;

    return rule_fields_read(&self->fields, &form, NULL) &&
           rule_form_read(&form, &self->base, draft, NULL);
}

/* While it cannot be read, as if it were a new rule. */
static bool needs_approval(const struct rule_editor *self)
{
    struct request request = {.verb = VERB_PUT_RULE, .rule = rule_default()};
    struct rule draft;

    if (rule_editing_read(self, &draft))
        request.rule = draft;
    return session_needs_approval(self->session, &request);
}

static void show_availability(const struct rule_editor *self)
{
    const HWND ok = GetDlgItem(self->hwnd, IDOK);
    struct rule_form form = {0};

    (void)firewall_fields_read(self->hwnd, &form);
    EnableWindow(GetDlgItem(self->hwnd, IDC_RULE_REMOTE), form.profiles != 0);
    /* A disabled control that has the keyboard would keep it. */
    if (self->job != 0 && GetFocus() == ok)
        SendMessageW(self->hwnd, WM_NEXTDLGCTL, (WPARAM)GetDlgItem(self->hwnd, IDCANCEL),
                     TRUE);
    EnableWindow(ok, self->job == 0);
    Button_SetElevationRequiredState(ok, needs_approval(self));
}

/* The scope alone tells enough while the place is being typed. */
static bool read_scope(const struct rule_editor *self, struct rule *out)
{
    const unsigned scope =
        RULE_FIELD_BIT(RULE_FIELD_PROFILES) | RULE_FIELD_BIT(RULE_FIELD_REMOTE);
    const unsigned place = RULE_FIELD_BIT(RULE_FIELD_LISTEN_PLACE);
    struct rule_form form;

    return rule_fields_read(&self->fields, &form, NULL) &&
           (rule_form_read_fields(&form, &self->base, scope | place, out, NULL) ||
            rule_form_read_fields(&form, &self->base, scope, out, NULL));
}

static void show_effect(const struct rule_editor *self)
{
    const struct report *report = self->session->report;
    struct rule_effect effect;
    struct rule draft;

    if (!read_scope(self, &draft)) {
        firewall_fields_tell(self->hwnd, NULL);
        return;
    }
    effect = rule_effect_of(&draft.listen, &draft.scope,
                            report != NULL ? report->firewall_current_profiles : 0);
    firewall_fields_tell(self->hwnd, &effect);
}

void rule_editing_show(const struct rule_editor *self)
{
    show_effect(self);
    show_availability(self);
}

void rule_editing_say(struct rule_editor *self, UINT id)
{
    const struct words words = words_load(id);

    problem_line_say(&self->line, &words);
}

void rule_editing_expand(struct rule_editor *self, bool open)
{
    expander_set(&self->advanced, open);
    self->session->editor_expanded = open;
}

static void reveal(struct rule_editor *self, HWND control)
{
    if (!self->advanced.open && expander_holds(&self->advanced, control))
        rule_editing_expand(self, true);
}

void rule_editing_go_to(struct rule_editor *self, HWND control)
{
    reveal(self, control);
    SendMessageW(self->hwnd, WM_NEXTDLGCTL, (WPARAM)control, TRUE);
    SendMessageW(combo_edit(control), EM_SETSEL, 0, -1);
}

static bool find_problem(const struct rule_editor *self, unsigned fields,
                         struct rule_problem *out)
{
    struct rule_form form;
    struct error err = {0};

    if (rule_fields_read(&self->fields, &form, &err))
        return rule_problem_find(&form, &self->base, fields, out);
    *out = (struct rule_problem){.field = rule_field_of(&err), .error = err};
    return true;
}

static void complain(struct rule_editor *self, const struct rule_problem *problem)
{
    const struct words words = words_of_error(&problem->error);
    const HWND control = rule_fields_control(&self->fields, problem->field);

    reveal(self, control);
    problem_line_complain(&self->line, &words, problem->crosses ? NULL : control);
}

/* What the user may be told about now: not of a field that still waits to be filled in. */
static unsigned checkable(const struct rule_editor *self)
{
    const enum rule_field here = rule_fields_at(&self->fields, GetFocus());
    struct rule_form form;

    if (!rule_fields_read(&self->fields, &form, NULL))
        return RULE_FIELDS_ALL;
    return rule_form_filled(&form) | (self->touched & ~RULE_FIELD_BIT(here));
}

void rule_editing_check(struct rule_editor *self)
{
    struct rule_problem problem;

    KillTimer(self->hwnd, TIMER_CHECK);
    if (self->job != 0)
        return;
    if (find_problem(self, checkable(self), &problem))
        complain(self, &problem);
    else if (self->line.is_of_a_field)
        problem_line_clear(&self->line);
}

static void refuse(struct rule_editor *self, const struct rule_problem *problem)
{
    const HWND control = rule_fields_control(&self->fields, problem->field);
    struct rule_form form;

    MessageBeep(MB_ICONWARNING);
    if (control != NULL)
        rule_editing_go_to(self, control);
    complain(self, problem);
    if (rule_fields_read(&self->fields, &form, NULL) &&
        rule_form_can_be_forced(&form, &self->base))
        rule_editing_expand(self, true); /* the box to insist with is there */
}

bool rule_editing_finish(struct rule_editor *self, struct rule *out)
{
    struct rule_problem problem;

    KillTimer(self->hwnd, TIMER_CHECK);
    port_list_take_choice(&self->fields.ports);
    if (!find_problem(self, RULE_FIELDS_ALL, &problem))
        return rule_editing_read(self, out);
    refuse(self, &problem);
    return false;
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

static void take_reach(struct rule_editor *self)
{
    self->filling = true;
    if (firewall_fields_choose(self->hwnd) == REACH_CUSTOM)
        rule_editing_expand(self, true);
    self->filling = false;
}

static void on_edited(struct rule_editor *self, int id, HWND control)
{
    if (self->filling)
        return;
    self->touched |= RULE_FIELD_BIT(rule_fields_at(&self->fields, control));
    if (id == IDC_RULE_LISTEN_PORT)
        follow_listen_port(self);
    if (id == IDC_RULE_CONNECT_PORT)
        self->follows = false;
    if (id == IDC_RULE_REACH)
        take_reach(self);
    else
        firewall_fields_follow(self->hwnd);
    if (self->job == 0 && !self->line.is_of_a_field)
        problem_line_clear(&self->line);
    rule_editing_show(self);
    SetTimer(self->hwnd, TIMER_CHECK, CHECK_MS, NULL);
}

/* A suggestion's words give way to its number. */
static void on_chosen(struct rule_editor *self, int id, HWND control)
{
    self->filling = true;
    if (id == IDC_RULE_LISTEN_PORT)
        port_list_take_choice(&self->fields.ports);
    self->filling = false;
    on_edited(self, id, control);
}

void rule_editing_on_field(struct rule_editor *self, int id, HWND control, UINT code)
{
    if (code == CBN_SELCHANGE)
        PostMessageW(self->hwnd, WM_COMMAND, MAKEWPARAM(id, CODE_CHOSEN), (LPARAM)control);
    else if (code == CODE_CHOSEN)
        on_chosen(self, id, control);
    else if (code == EN_CHANGE || code == CBN_EDITCHANGE || code == BN_CLICKED)
        on_edited(self, id, control);
    else if (code == EN_KILLFOCUS || code == CBN_KILLFOCUS)
        rule_editing_check(self);
}
