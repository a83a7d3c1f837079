/*
 * What the buttons, keys and menu lines of the rules window do.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/language.h"
#include "app/tray/problem_clipboard.h"
#include "app/tray/rules_window_state.h"
#include "app/tray/words.h"
#include "core/base/mem.h"
#include "resources/resource.h"

static void focus_on(const struct rules_window *self, HWND control)
{
    SendMessageW(self->hwnd, WM_NEXTDLGCTL, (WPARAM)control, TRUE);
}

static bool is_in_search(const struct rules_window *self)
{
    return GetFocus() == GetDlgItem(self->hwnd, IDC_RULES_SEARCH);
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

static bool confirm(const struct rules_window *self, const struct words *question)
{
    const struct words title = words_load(IDS_PROGRAM);
    const UINT mirrored = language_is_mirrored() ? MB_RTLREADING | MB_RIGHT : 0;

    return MessageBoxW(self->hwnd, question->text, title.text,
                       MB_YESNO | MB_ICONQUESTION | MB_DEFBUTTON2 | mirrored) == IDYES;
}

/* Asks in the old way for one rule, which the service's log tells more plainly, and for several at
 * once. What was asked can be undone. */
static void ask(struct rules_window *self, const struct batch *batch)
{
    struct request request = {.verb = VERB_BATCH, .batch = *batch};
    uint32_t job = 0;

    if (batch->count == 1) {
        const struct batch_item *item = &batch->items[0];

        request = (struct request){.verb = item->verb};
        if (item->verb == VERB_ENABLE) {
            request.enable.rule_id = item->rule.id;
            request.enable.enabled = item->enabled;
        } else {
            request.rule_id = item->rule.id;
        }
    }
    if (batch->count > 0)
        job = session_ask(self->session, &request);
    if (job != 0)
        undo_note(&self->undo, job, &request, self->session->report);
}

static void add_item(struct batch *batch, enum verb verb, const struct rule_id *id,
                     bool enabled)
{
    struct batch_item *item = LIST_ADD(batch);

    item->verb = verb;
    item->rule.id = *id;
    item->enabled = enabled;
}

/* Reports may come while the question stands: only ids are kept across it. */
static struct batch batch_of_selected(const struct rules_window *self, enum verb verb,
                                      bool enabled)
{
    struct batch batch = {0};
    int at = -1;

    for (const struct rule_row *row = rules_list_next_selected(&self->list, &at);
         row != NULL; row = rules_list_next_selected(&self->list, &at)) {
        if (row->can_change && (verb != VERB_ENABLE || row->checked != enabled))
            add_item(&batch, verb, &row->rule_id, enabled);
    }
    return batch;
}

static struct words title_of(const struct rules_window *self, const struct rule_id *id)
{
    const struct rule *rule = session_rule(self->session, id);
    char title[RULE_TEXT_SIZE] = "";

    if (rule != NULL)
        rule_title(rule, title, sizeof title);
    return words_from_utf8(title);
}

static bool confirm_removal(const struct rules_window *self, const struct batch *batch)
{
    const struct words title = title_of(self, &batch->items[0].rule.id);
    struct words question;
    char count[24];
    struct text text = TEXT_OVER(count);

    text_append_format(&text, "%zu", batch->count);
    question = batch->count > 1
                   ? words_format_utf8(IDS_CONFIRM_REMOVE_MANY, count)
                   : words_format(IDS_CONFIRM_REMOVE, title.text, NULL, NULL);
    return confirm(self, &question);
}

static void remove_rules(struct rules_window *self)
{
    struct batch batch = batch_of_selected(self, VERB_DELETE_RULE, false);

    /* The window may be gone when the question is answered. */
    if (batch.count > 0 && confirm_removal(self, &batch) && self->session->report != NULL)
        ask(self, &batch);
    mem_free(batch.items);
}

static void take_over(struct rules_window *self)
{
    const struct rule_row *row = rules_list_selected(&self->list);
    struct words question;
    struct rule_id id;

    if (row == NULL || !row->can_take_over)
        return;
    id = row->rule_id;
    question = words_format_utf8(IDS_CONFIRM_TAKE_OVER,
                                 row->name[0] != '\0' ? row->name : row->listen);
    if (confirm(self, &question))
        session_do_rule(self->session, VERB_TAKE_OVER, &id);
}

/* As with Explorer's check boxes: all take the state that the one with the focus does not have. */
static void toggle_selected(struct rules_window *self)
{
    const struct rule_row *focused = rules_list_focused(&self->list);
    struct batch batch = {0};

    if (focused != NULL)
        batch = batch_of_selected(self, VERB_ENABLE, !focused->checked);
    ask(self, &batch);
    mem_free(batch.items);
}

void rules_window_enable(struct rules_window *self, const struct rule_row *row,
                         bool enabled)
{
    struct batch batch = {0};

    if (!row->can_change)
        return;
    add_item(&batch, VERB_ENABLE, &row->rule_id, enabled);
    ask(self, &batch);
    mem_free(batch.items);
}

static void undo_last(struct rules_window *self)
{
    struct batch batch = {0};

    if (!undo_is_possible(&self->undo) || self->session->report == NULL)
        return;
    undo_build(&self->undo, &batch);
    if (session_batch(self->session, &batch) != 0)
        undo_clear(&self->undo);
    mem_free(batch.items);
}

static void select_all(struct rules_window *self)
{
    rules_list_select_all(&self->list);
    focus_on(self, self->list.control);
}

static void find(struct rules_window *self)
{
    rules_window_show_page(self, PAGE_RULES);
    if (self->layout.empty)
        return;
    focus_on(self, GetDlgItem(self->hwnd, IDC_RULES_SEARCH));
}

static void toggle_details(struct rules_window *self)
{
    rules_layout_show_details(&self->layout, !self->layout.details_shown);
}

/* The details are the diagnosis. */
static void diagnose(struct rules_window *self)
{
    rules_window_show_page(self, PAGE_RULES);
    rules_layout_show_details(&self->layout, true);
    rules_details_show(self->details, rules_list_selected(&self->list));
    rules_details_refresh(self->details);
    if (rules_layout_details_visible(&self->layout))
        focus_on(self,
                 GetNextDlgTabItem(rules_details_window(self->details), NULL, FALSE));
}

static void copy_report(struct rules_window *self)
{
    problem_clipboard_copy(self->hwnd, self->session,
                           rules_details_diagnosis(self->details));
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

static void next_pane(struct rules_window *self)
{
    rules_layout_move_focus(&self->layout, false);
}

static void previous_pane(struct rules_window *self)
{
    rules_layout_move_focus(&self->layout, true);
}

static void next_page(struct rules_window *self)
{
    rules_window_show_page(self, (enum rules_page)((self->layout.page + 1) % PAGE_COUNT));
}

/* The main window has the settings, as the notification icon's menu opens them, too. */
static void open_settings(struct rules_window *self)
{
    self->wants_settings = true;
}

/* Esc in the search box takes the search back. */
static void cancel(struct rules_window *self)
{
    if (!is_in_search(self)) {
        DestroyWindow(self->hwnd);
        return;
    }
    SetDlgItemTextW(self->hwnd, IDC_RULES_SEARCH, L"");
    focus_on(self, self->list.control);
}

static void adopt(struct rules_window *self)
{
    if (self->adopt == NULL)
        self->adopt = adopt_dialog_open(self->hwnd, self->session);
}

/* Only draws anew: the pane has asked the service itself. */
static void nothing_more(struct rules_window *self)
{
    (void)self;
}

static const struct {
    int id;
    void (*run)(struct rules_window *self);
} commands[] = {
    {IDC_RULES_ADD, add_rule},
    {IDC_RULES_EDIT, edit_rule},
    {IDC_RULES_REMOVE, remove_rules},
    {IDC_RULES_TAKE_OVER, take_over},
    {IDC_RULES_UNDO, undo_last},
    {IDC_RULES_SETTINGS, open_settings},
    {IDC_INVITE_ADD_PORT, nothing_more},
    {IDC_ADOPT_OFFER, adopt},
    {IDC_DETAILS_ACTION, nothing_more},
    {IDM_LIST_ENABLED, toggle_selected},
    {IDM_LIST_START_IP_HELPER, start_ip_helper},
    {IDM_LIST_REFRESH, check_again},
    {IDM_LIST_SELECT_ALL, select_all},
    {IDM_LIST_FIND, find},
    {IDM_LIST_DIAGNOSE, diagnose},
    {IDM_LIST_COPY_REPORT, copy_report},
    {IDM_LIST_DETAILS, toggle_details},
    {IDM_LIST_NEXT_PANE, next_pane},
    {IDM_LIST_PREVIOUS_PANE, previous_pane},
    {IDM_LIST_NEXT_PAGE, next_page},
    {IDCANCEL, cancel},
};

static void sort_by(struct rules_window *self, int column)
{
    const struct view_state view = session_view(self->session);

    rules_list_toggle_sort(&self->list, (enum row_column)column, &view);
}

void rules_window_run(struct rules_window *self, int id)
{
    bool known = false;

    for (size_t i = 0; i < ARRAYSIZE(commands); i++) {
        if (commands[i].id != id)
            continue;
        commands[i].run(self);
        known = true;
    }
    if (id >= IDM_LIST_SORT_FIRST && id < IDM_LIST_SORT_FIRST + ROW_COLUMNS)
        sort_by(self, id - IDM_LIST_SORT_FIRST);
    if (known)
        rules_window_refresh(self);
}
