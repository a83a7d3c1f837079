/*
 * What stands in place of the list while the user has no rules.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/ports_invite.h"

#include "app/dialog.h"
#include "app/tray/anchors.h"
#include "app/tray/dialog_texts.h"
#include "app/tray/words.h"
#include "core/base/mem.h"
#include "core/view/adoptable.h"
#include "core/view/port_suggestions.h"
#include "resources/resource.h"

#include <commctrl.h>
#include <wchar.h>

struct ports_invite {
    HWND hwnd; /* NULL once the parent has destroyed it */
    HWND list;
    struct session *session; /* borrowed */
    struct anchors anchors;
    struct port_suggestions shown; /* item i of the list shows suggestion i */
    bool busy;                     /* a rule is being added */
};

static const struct anchor anchors[] = {
    {IDC_INVITE_SENTENCE, ANCHOR_WIDTH},
    {IDC_INVITE_LABEL, ANCHOR_WIDTH},
    {IDC_INVITE_LIST, ANCHOR_WIDTH | ANCHOR_HEIGHT},
    {IDC_INVITE_ADD_PORT, ANCHOR_RIGHT},
    {IDC_INVITE_ADD, ANCHOR_RIGHT},
    {IDC_ADOPT_OFFER, ANCHOR_RIGHT},
    {IDC_INVITE_HINT, ANCHOR_BOTTOM | ANCHOR_WIDTH},
};

static const struct port_suggestion *selected(const struct ports_invite *self)
{
    const LRESULT item =
        SendMessageW(self->list, LVM_GETNEXTITEM, (WPARAM)-1, LVNI_SELECTED);

    return item >= 0 && (size_t)item < self->shown.count ? &self->shown.items[item] : NULL;
}

/* By the window's dialog manager: SetFocus would leave the look of the default button behind. */
static void focus_on(const struct ports_invite *self, HWND control)
{
    SendMessageW(GetParent(self->hwnd), WM_NEXTDLGCTL, (WPARAM)control, TRUE);
}

static void enable(const struct ports_invite *self, int id, bool enabled)
{
    const HWND control = GetDlgItem(self->hwnd, id);
    const struct request add = {.verb = VERB_PUT_RULE, .rule = rule_default()};

    /* A disabled control that has the keyboard would keep it. */
    if (!enabled && GetFocus() == control)
        focus_on(self, self->list);
    EnableWindow(control, enabled);
    Button_SetElevationRequiredState(control, session_needs_approval(self->session, &add));
}

static void show_availability(const struct ports_invite *self)
{
    const struct port_suggestion *item = selected(self);
    struct words words = words_load(IDC_INVITE_ADD_PORT);

    if (item != NULL) {
        wchar_t port[16];

        swprintf(port, ARRAYSIZE(port), L"%u", (unsigned)item->port);
        words = words_format(IDS_INVITE_ADD_PORT, port, NULL, NULL);
    }
    dialog_show_text(GetDlgItem(self->hwnd, IDC_INVITE_ADD_PORT), words.text);
    enable(self, IDC_INVITE_ADD_PORT, item != NULL && !self->busy);
    enable(self, IDC_INVITE_ADD, self->session->report != NULL);
}

/* What a script left is one button away from becoming rules. */
static void show_offer(const struct ports_invite *self, const struct view_state *view)
{
    const HWND offer = GetDlgItem(self->hwnd, IDC_ADOPT_OFFER);
    const size_t count = adoptable_count(view->report);
    const struct words words =
        words_format_utf8(IDS_ADOPT_OFFER, text_of_number(count).digits);

    dialog_show_text(offer, words.text);
    if (count == 0 && GetFocus() == offer)
        focus_on(self, self->list);
    ShowWindow(offer, count > 0 ? SW_SHOW : SW_HIDE);
}

static struct words hint(const struct ports_invite *self)
{
    char count[24];
    struct text text = TEXT_OVER(count);

    if (self->session->report == NULL)
        return (struct words){0};
    if (self->shown.count == 0)
        return words_load(IDS_INVITE_HINT_NONE);
    if (self->shown.total == self->shown.count)
        return words_load(IDS_INVITE_HINT_SOME);
    text_append_format(&text, "%zu", self->shown.total - self->shown.count);
    return words_format_utf8(IDS_INVITE_HINT_MORE, count);
}

static void select_item(const struct ports_invite *self, size_t item)
{
    LVITEMW change = {.stateMask = LVIS_SELECTED | LVIS_FOCUSED,
                      .state = LVIS_SELECTED | LVIS_FOCUSED};

    SendMessageW(self->list, LVM_SETITEMSTATE, item, (LPARAM)&change);
}

/* The one column is as wide as the list. */
static void fit_column(const struct ports_invite *self)
{
    SendMessageW(self->list, LVM_SETCOLUMNWIDTH, 0, LVSCW_AUTOSIZE_USEHEADER);
}

static void fill(struct ports_invite *self, const struct port_suggestions *now)
{
    const struct port_suggestion *former = selected(self);
    const uint16_t port = former != NULL ? former->port : 0;
    size_t chosen = 0;

    self->shown = *now;
    SendMessageW(self->list, WM_SETREDRAW, FALSE, 0);
    SendMessageW(self->list, LVM_DELETEALLITEMS, 0, 0);
    for (size_t i = 0; i < now->count; i++) {
        char label[PORT_LABEL_SIZE];
        struct words words;
        LVITEMW item = {.mask = LVIF_TEXT, .iItem = (int)i};

        port_suggestion_label(now->items[i].port, label);
        words = words_from_utf8(label);
        item.pszText = words.text;
        SendMessageW(self->list, LVM_INSERTITEMW, 0, (LPARAM)&item);
        if (now->items[i].port == port)
            chosen = i;
    }
    if (now->count > 0)
        select_item(self, chosen);
    SendMessageW(self->list, WM_SETREDRAW, TRUE, 0);
    /* Now that it is known whether there is a scroll bar. */
    fit_column(self);
}

static void tell_parent(HWND hwnd, int command)
{
    SendMessageW(GetParent(hwnd), WM_COMMAND, MAKEWPARAM(command, BN_CLICKED),
                 (LPARAM)hwnd);
}

static void add_port(struct ports_invite *self)
{
    const struct port_suggestion *item = selected(self);
    struct request request = {.verb = VERB_PUT_RULE};

    if (item == NULL || self->busy)
        return;
    request.rule = port_suggestion_rule(item->port);
    self->busy = session_ask(self->session, &request) != 0;
    show_availability(self);
    tell_parent(self->hwnd, IDC_INVITE_ADD_PORT);
}

/* Enter adds the selected port; the dialog manager would press the window's default button. */
static LRESULT CALLBACK list_proc(HWND hwnd, UINT message, WPARAM wParam, LPARAM lParam,
                                  UINT_PTR id, DWORD_PTR context)
{
    (void)id;
    (void)context;
    if (message == WM_GETDLGCODE && wParam == VK_RETURN)
        return DLGC_WANTMESSAGE;
    return DefSubclassProc(hwnd, message, wParam, lParam);
}

static BOOL on_init_dialog(HWND hwnd, HWND focus, LPARAM context)
{
    struct ports_invite *self = (struct ports_invite *)context;
    const LVCOLUMNW column = {0};

    (void)focus;
    dialog_bind(hwnd, context);
    self->hwnd = hwnd;
    self->list = GetDlgItem(hwnd, IDC_INVITE_LIST);
    dialog_load_texts(hwnd, 0, 0);
    ListView_SetExtendedListViewStyle(self->list,
                                      LVS_EX_FULLROWSELECT | LVS_EX_DOUBLEBUFFER);
    SendMessageW(self->list, LVM_INSERTCOLUMNW, 0, (LPARAM)&column);
    fit_column(self);
    SetWindowSubclass(self->list, list_proc, 0, 0);
    anchors_init(&self->anchors, hwnd, anchors, ARRAYSIZE(anchors));
    show_availability(self);
    return FALSE;
}

static void on_command(HWND hwnd, int id, HWND control, UINT code)
{
    (void)control;
    if (code != BN_CLICKED)
        return;
    if (id == IDC_INVITE_ADD_PORT)
        add_port(dialog_self(hwnd));
    else if (id == IDC_INVITE_ADD)
        tell_parent(hwnd, IDC_RULES_ADD);
    else if (id == IDC_ADOPT_OFFER)
        tell_parent(hwnd, IDC_ADOPT_OFFER);
}

static LRESULT on_notify(HWND hwnd, int id, NMHDR *header)
{
    struct ports_invite *self = dialog_self(hwnd);

    if (id != IDC_INVITE_LIST)
        return FALSE;
    if (header->code == LVN_ITEMCHANGED)
        show_availability(self);
    else if (header->code == NM_RETURN ||
             (header->code == NM_DBLCLK && ((const NMITEMACTIVATE *)header)->iItem >= 0))
        add_port(self);
    return FALSE;
}

static void on_size(HWND hwnd, UINT state, int width, int height)
{
    const struct ports_invite *self = dialog_self(hwnd);

    (void)state;
    (void)width;
    (void)height;
    anchors_apply(&self->anchors);
    fit_column(self);
}

static void on_destroy(HWND hwnd)
{
    struct ports_invite *self = dialog_self(hwnd);

    RemoveWindowSubclass(self->list, list_proc, 0);
    self->hwnd = NULL;
    dialog_bind(hwnd, 0);
}

static INT_PTR CALLBACK invite_proc(HWND hwnd, UINT message, WPARAM wParam, LPARAM lParam)
{
    /* Sizes come before the dialog is initialised. */
    if (dialog_self(hwnd) == NULL && message != WM_INITDIALOG)
        return FALSE;
    switch (message) {
        DIALOG_MSG(hwnd, WM_INITDIALOG, on_init_dialog);
        DIALOG_MSG(hwnd, WM_COMMAND, on_command);
        DIALOG_MSG(hwnd, WM_NOTIFY, on_notify);
        DIALOG_MSG(hwnd, WM_SIZE, on_size);
        DIALOG_MSG(hwnd, WM_DESTROY, on_destroy);
    }
    return FALSE;
}

struct ports_invite *ports_invite_create(HWND parent, struct session *session)
{
    struct ports_invite *self = mem_alloc(sizeof *self);

    self->session = session;
    if (dialog_create(IDD_INVITE, parent, invite_proc, (LPARAM)self) == NULL) {
        mem_free(self);
        return NULL;
    }
    return self;
}

void ports_invite_free(struct ports_invite *self)
{
    if (self == NULL)
        return;
    if (self->hwnd != NULL)
        DestroyWindow(self->hwnd);
    mem_free(self);
}

HWND ports_invite_window(const struct ports_invite *self)
{
    return self != NULL ? self->hwnd : NULL;
}

void ports_invite_show(struct ports_invite *self, const struct view_state *view)
{
    struct port_suggestions now;
    struct words words;

    if (self == NULL || self->hwnd == NULL)
        return;
    port_suggestions_build(view, &now);
    if (!port_suggestions_equal(&self->shown, &now))
        fill(self, &now);
    self->busy = pending_has_verb(view->pending, VERB_PUT_RULE);
    show_availability(self);
    show_offer(self, view);
    words = hint(self);
    dialog_show_text(GetDlgItem(self->hwnd, IDC_INVITE_HINT), words.text);
}

void ports_invite_focus(struct ports_invite *self)
{
    if (self != NULL && self->hwnd != NULL)
        focus_on(self, self->shown.count > 0 ? self->list
                                             : GetDlgItem(self->hwnd, IDC_INVITE_ADD));
}
