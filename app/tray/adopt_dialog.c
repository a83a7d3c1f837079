/*
 * Taking over what a script set up.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/adopt_dialog.h"

#include "app/dialog.h"
#include "app/tray/dialog_texts.h"
#include "app/tray/owned_dialog.h"
#include "app/tray/words.h"
#include "core/base/mem.h"
#include "core/view/adoptable.h"
#include "resources/resource.h"

#include <commctrl.h>
#include <wchar.h>

/* While something is not done yet, it is asked about this often. */
#define LOOK_TIMER 1
#define LOOK_MS 1000

struct adopt_dialog {
    HWND hwnd;                   /* NULL once closed */
    struct session *session;     /* borrowed */
    struct portproxy_list shown; /* item i of the list shows entry i; owned */
    uint32_t job;                /* the change under way, or 0 */
    uint32_t list_job;           /* the question what there is */
    bool is_undo;                /* what the job is */
    bool has_done;               /* it was carried out, and its outcome is to be told */
    bool can_undo;
    bool has_told;      /* the note is about what was done here */
    bool tells_pending; /* ... or about what is not done yet */
    bool filling;       /* the check marks are ours */
};

static HWND control_of(const struct adopt_dialog *self, int id)
{
    return GetDlgItem(self->hwnd, id);
}

static void show_note(const struct adopt_dialog *self, const struct words *words)
{
    dialog_show_text(control_of(self, IDC_ADOPT_NOTE), words->text);
}

static void show_note_of(const struct adopt_dialog *self, UINT id)
{
    const struct words words = words_load(id);

    show_note(self, &words);
}

static bool is_checked(const struct adopt_dialog *self, size_t item)
{
    return ListView_GetCheckState(control_of(self, IDC_ADOPT_LIST), (int)item) != 0;
}

static size_t count_checked(const struct adopt_dialog *self)
{
    size_t count = 0;

    for (size_t i = 0; i < self->shown.count; i++)
        count += is_checked(self, i);
    return count;
}

static void enable(const struct adopt_dialog *self, int id, bool enabled)
{
    /* A disabled control that has the keyboard would keep it. */
    if (!enabled && GetFocus() == control_of(self, id))
        SendMessageW(self->hwnd, WM_NEXTDLGCTL, (WPARAM)control_of(self, IDCANCEL), TRUE);
    EnableWindow(control_of(self, id), enabled);
}

static void show_availability(const struct adopt_dialog *self)
{
    const bool idle = self->job == 0 && self->session->report != NULL;

    enable(self, IDC_ADOPT_TAKE, idle && count_checked(self) > 0);
    enable(self, IDC_ADOPT_UNDO, idle && self->can_undo);
    enable(self, IDC_ADOPT_FIREWALL, idle && self->shown.count > 0);
    ShowWindow(control_of(self, IDC_ADOPT_UNDO), self->can_undo ? SW_SHOW : SW_HIDE);
}

static void add_item(const struct adopt_dialog *self, size_t index)
{
    const HWND list = control_of(self, IDC_ADOPT_LIST);
    LVITEMW item = {.mask = LVIF_TEXT, .iItem = (int)index};
    char label[ADOPTABLE_TEXT_SIZE];
    struct words words;

    adoptable_label(&self->shown.items[index], label);
    words = words_from_utf8(label);
    item.pszText = words.text;
    SendMessageW(list, LVM_INSERTITEMW, 0, (LPARAM)&item);
    ListView_SetCheckState(list, (int)index, TRUE);
}

static bool are_shown(const struct adopt_dialog *self, const struct adoptable_list *now)
{
    bool same = now->count == self->shown.count;

    for (size_t i = 0; same && i < now->count; i++)
        same =
            portproxy_key_equals(&now->items[i]->entry.key, &self->shown.items[i].key) &&
            portproxy_value_equals(&now->items[i]->entry.value,
                                   &self->shown.items[i].value);
    return same;
}

/* All are checked at first; a list that has changed is looked at anew. */
static void show_entries(struct adopt_dialog *self)
{
    const HWND list = control_of(self, IDC_ADOPT_LIST);
    struct adoptable_list now = {0};

    adoptable_build(self->session->report, &now);
    if (!are_shown(self, &now)) {
        self->filling = true;
        SendMessageW(list, LVM_DELETEALLITEMS, 0, 0);
        portproxy_list_clear(&self->shown);
        for (size_t i = 0; i < now.count; i++) {
            *LIST_ADD(&self->shown) = now.items[i]->entry;
            add_item(self, i);
        }
        SendMessageW(list, LVM_SETCOLUMNWIDTH, 0, LVSCW_AUTOSIZE_USEHEADER);
        self->filling = false;
    }
    adoptable_clear(&now);
    show_availability(self);
}

static void ask_what_there_is(struct adopt_dialog *self)
{
    const struct request request = {.verb = VERB_ADOPT};

    self->list_job = session_ask(self->session, &request);
}

static void send(struct adopt_dialog *self, const struct request *request, UINT note)
{
    self->job = session_ask(self->session, request);
    self->is_undo = request->adopt.order == ADOPT_UNDO;
    if (self->job != 0)
        show_note_of(self, note);
    self->has_told = self->has_told || self->job != 0;
    self->has_done = self->has_done && self->job == 0;
    show_availability(self);
}

static void take(struct adopt_dialog *self)
{
    struct request request = {.verb = VERB_ADOPT};

    request.adopt.order = ADOPT_TAKE;
    request.adopt.replace_firewall_rules =
        IsDlgButtonChecked(self->hwnd, IDC_ADOPT_FIREWALL) == BST_CHECKED;
    for (size_t i = 0; i < self->shown.count; i++) {
        if (is_checked(self, i))
            *LIST_ADD(&request.adopt) = self->shown.items[i].key;
    }
    send(self, &request, IDS_ADOPT_TAKING);
    request_clear(&request);
}

static void undo(struct adopt_dialog *self)
{
    const struct request request = {.verb = VERB_ADOPT, .adopt = {.order = ADOPT_UNDO}};

    send(self, &request, IDS_ADOPT_UNDOING);
}

static BOOL on_init_dialog(HWND hwnd, HWND focus, LPARAM context)
{
    struct adopt_dialog *self = (struct adopt_dialog *)context;
    const LVCOLUMNW column = {0};
    const HWND list = GetDlgItem(hwnd, IDC_ADOPT_LIST);

    dialog_bind(hwnd, context);
    self->hwnd = hwnd;
    dialog_load_texts(hwnd, IDD_ADOPT, IDS_CLOSE);
    ListView_SetExtendedListViewStyle(list, LVS_EX_CHECKBOXES | LVS_EX_FULLROWSELECT |
                                                LVS_EX_DOUBLEBUFFER);
    SendMessageW(list, LVM_INSERTCOLUMNW, 0, (LPARAM)&column);
    CheckDlgButton(hwnd, IDC_ADOPT_FIREWALL, BST_CHECKED);
    Button_SetElevationRequiredState(GetDlgItem(hwnd, IDC_ADOPT_TAKE), TRUE);
    Button_SetElevationRequiredState(GetDlgItem(hwnd, IDC_ADOPT_UNDO), TRUE);
    show_entries(self);
    ask_what_there_is(self);
    (void)focus;
    return TRUE;
}

static void on_command(HWND hwnd, int id, HWND control, UINT code)
{
    struct adopt_dialog *self = dialog_self(hwnd);

    (void)control;
    (void)code;
    if (id == IDCANCEL)
        owned_dialog_close(self->hwnd);
    else if (id == IDC_ADOPT_TAKE)
        take(self);
    else if (id == IDC_ADOPT_UNDO)
        undo(self);
}

static LRESULT on_notify(HWND hwnd, int id, NMHDR *header)
{
    const struct adopt_dialog *self = dialog_self(hwnd);

    if (id == IDC_ADOPT_LIST && header->code == LVN_ITEMCHANGED && !self->filling)
        show_availability(self);
    return FALSE;
}

static void on_timer(HWND hwnd, UINT id)
{
    struct adopt_dialog *self = dialog_self(hwnd);

    KillTimer(hwnd, id);
    if (self->list_job == 0)
        ask_what_there_is(self);
}

static void on_destroy(HWND hwnd)
{
    struct adopt_dialog *self = dialog_self(hwnd);

    self->hwnd = NULL;
    dialog_bind(hwnd, 0);
}

static INT_PTR CALLBACK adopt_proc(HWND hwnd, UINT message, WPARAM wParam, LPARAM lParam)
{
    if (dialog_self(hwnd) == NULL && message != WM_INITDIALOG)
        return FALSE;
    switch (message) {
        DIALOG_MSG(hwnd, WM_INITDIALOG, on_init_dialog);
        DIALOG_MSG(hwnd, WM_COMMAND, on_command);
        DIALOG_MSG(hwnd, WM_NOTIFY, on_notify);
        DIALOG_MSG(hwnd, WM_TIMER, on_timer);
        DIALOG_MSG(hwnd, WM_DESTROY, on_destroy);
    }
    return FALSE;
}

struct adopt_dialog *adopt_dialog_open(HWND owner, struct session *session)
{
    struct adopt_dialog *self = mem_alloc(sizeof *self);

    self->session = session;
    if (!owned_dialog_open(IDD_ADOPT, owner, adopt_proc, (LPARAM)self)) {
        mem_free(self);
        return NULL;
    }
    return self;
}

void adopt_dialog_free(struct adopt_dialog *dialog)
{
    if (dialog == NULL)
        return;
    if (dialog->hwnd != NULL)
        owned_dialog_close(dialog->hwnd);
    portproxy_list_clear(&dialog->shown);
    mem_free(dialog);
}

static void complain(const struct adopt_dialog *self, const struct mail *mail)
{
    const struct words words =
        mail->declined ? words_load(IDS_ERROR_DECLINED) : words_of_error(&mail->error);

    show_note(self, &words);
    MessageBeep(MB_ICONWARNING);
}

static void show_outcome(const struct adopt_dialog *self)
{
    show_note_of(self, self->is_undo ? IDS_ADOPT_UNDONE : IDS_ADOPT_TAKEN);
}

/* What an administrator approved is told without its numbers: what there is now is asked anew. */
static void take_result(struct adopt_dialog *self, const struct mail *mail)
{
    self->job = 0;
    if (mail->error.kind != ERR_NONE) {
        complain(self, mail);
        show_availability(self);
        return;
    }
    self->has_done = true;
    self->can_undo = !self->is_undo;
    show_availability(self);
    ask_what_there_is(self);
    if (self->list_job == 0)
        show_outcome(self);
}

/* The firewall's own thread may be at it still, or have failed. */
static void show_pending(struct adopt_dialog *self, const struct adopt_reply *reply)
{
    const struct words failure = words_of_error(&reply->failure);
    struct words words;
    wchar_t entries[16];
    wchar_t rules[16];

    swprintf(entries, ARRAYSIZE(entries), L"%u", (unsigned)reply->pending_entry_count);
    swprintf(rules, ARRAYSIZE(rules), L"%u", (unsigned)reply->pending_firewall_rule_count);
    if (reply->failure.kind == ERR_NONE)
        words = words_format(IDS_ADOPT_NOT_SETTLED, entries, rules, NULL);
    else
        words = words_format(IDS_ADOPT_NOT_SETTLED_FAILED, failure.text, NULL, NULL);
    show_note(self, &words);
    self->tells_pending = true;
    SetTimer(self->hwnd, LOOK_TIMER, LOOK_MS, NULL);
}

/* Nothing is on its way any more. */
static void show_settled(struct adopt_dialog *self)
{
    const struct words none = {0};

    if (self->has_done)
        show_outcome(self);
    else if (self->shown.count == 0 && !self->has_told)
        show_note_of(self, self->can_undo ? IDS_ADOPT_CAN_UNDO : IDS_ADOPT_NOTHING);
    else if (self->tells_pending)
        show_note(self, &none);
    self->tells_pending = false;
}

static void show_what_there_is(struct adopt_dialog *self, const struct adopt_reply *reply)
{
    self->can_undo = reply->undo_entry_count > 0 || reply->undo_firewall_rule_count > 0;
    if (reply->pending_entry_count + reply->pending_firewall_rule_count > 0)
        show_pending(self, reply);
    else
        show_settled(self);
}

static void take_list(struct adopt_dialog *self, const struct mail *mail)
{
    self->list_job = 0;
    /* What was ordered since is told of when it is done. */
    if (self->job != 0)
        return;
    if (mail->error.kind == ERR_NONE && mail->reply->verb == VERB_ADOPT)
        show_what_there_is(self, &mail->reply->adopt);
    else if (self->has_done)
        show_outcome(self);
    show_availability(self);
}

bool adopt_dialog_take(struct adopt_dialog *dialog, const struct mail *mail)
{
    if (dialog == NULL || dialog->hwnd == NULL)
        return false;
    if (mail->kind == MAIL_REPORT)
        show_entries(dialog);
    else if (mail->kind == MAIL_LOST)
        show_availability(dialog);
    if (mail->kind != MAIL_RESULT || mail->job == 0)
        return false;
    if (mail->job == dialog->list_job)
        take_list(dialog, mail);
    if (mail->job != dialog->job)
        return false;
    take_result(dialog, mail);
    return true;
}

bool adopt_dialog_translate(struct adopt_dialog *dialog, MSG *message)
{
    return dialog != NULL && owned_dialog_translate(dialog->hwnd, message);
}

bool adopt_dialog_is_closed(const struct adopt_dialog *dialog)
{
    return dialog == NULL || dialog->hwnd == NULL;
}
