/*
 * The page of the rules window that tells what changed.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/activity_page.h"

#include "app/dialog.h"
#include "app/tray/activity_words.h"
#include "app/tray/anchors.h"
#include "app/tray/clipboard.h"
#include "app/tray/dialog_texts.h"
#include "core/base/mem.h"
#include "core/view/activity_rows.h"
#include "resources/resource.h"

#include <commctrl.h>
#include <wchar.h>

/* More than anyone reads; the log itself keeps about as much. */
#define LINES_MAX 500
/* 2001-12-28 22:48:58 UTC: in the evening nearly everywhere. */
#define WIDE_MOMENT_MS 1009579738000

enum column { COLUMN_TIME, COLUMN_WHAT, COLUMN_COUNT };

struct activity_page {
    HWND hwnd; /* NULL once the parent has destroyed it */
    HWND list;
    struct session *session; /* borrowed */
    struct anchors anchors;
    struct activity_list shown; /* item i of the list shows line i */
    uint32_t job;
    bool was_read;
    uint64_t revision; /* of the report after which the log was asked */
    WORD day;          /* on which the times were written */
    UINT dpi;          /* of the columns' widths; 0: they have none yet */
};

static const struct anchor anchors[] = {
    {IDC_ACTIVITY_LABEL, ANCHOR_WIDTH},
    {IDC_ACTIVITY_LIST, ANCHOR_WIDTH | ANCHOR_HEIGHT},
};

static struct words cell(const struct activity_page *self, size_t line, enum column column)
{
    const struct activity *activity = &self->shown.items[line];

    return column == COLUMN_TIME ? words_of_time(activity->time_ms)
                                 : words_of_activity(activity, &self->session->user);
}

static void insert(const struct activity_page *self, size_t line)
{
    for (int i = 0; i < COLUMN_COUNT; i++) {
        struct words text = cell(self, line, (enum column)i);
        LVITEMW item = {
            .mask = LVIF_TEXT, .iItem = (int)line, .iSubItem = i, .pszText = text.text};

        SendMessageW(self->list, i == 0 ? LVM_INSERTITEMW : LVM_SETITEMW, 0,
                     (LPARAM)&item);
    }
}

/* Rows that come in above the first one seen push it down: back to where the user was reading. */
static void keep_place(const struct activity_page *self, size_t top, size_t added)
{
    RECT row = {.left = LVIR_BOUNDS};

    if (top > 0 && added > 0 && SendMessageW(self->list, LVM_GETITEMRECT, 0, (LPARAM)&row))
        SendMessageW(self->list, LVM_SCROLL, 0, (LPARAM)added * (row.bottom - row.top));
}

static void show_label(const struct activity_page *self, UINT id)
{
    const struct words words = words_load(id);

    dialog_show_text(GetDlgItem(self->hwnd, IDC_ACTIVITY_LABEL), words.text);
}

/* Room for a moment of another day; two-digit hours and months are the widest. */
static LRESULT time_width(const struct activity_page *self)
{
    struct words sample = words_of_time(WIDE_MOMENT_MS);
    const LRESULT width =
        SendMessageW(self->list, LVM_GETSTRINGWIDTHW, 0, (LPARAM)sample.text);

    return width + MulDiv(16, (int)GetDpiForWindow(self->list), 96);
}

/* The last column takes the room that is left. */
static void fit_columns(struct activity_page *self)
{
    const UINT dpi = GetDpiForWindow(self->list);

    if (dpi != self->dpi)
        SendMessageW(self->list, LVM_SETCOLUMNWIDTH, COLUMN_TIME, time_width(self));
    self->dpi = dpi;
    SendMessageW(self->list, LVM_SETCOLUMNWIDTH, COLUMN_WHAT, LVSCW_AUTOSIZE_USEHEADER);
}

/* Takes over the items of `now`. */
static void show_lines(struct activity_page *self, struct activity_list *now)
{
    struct activity_change change = activity_rows_compare(&self->shown, now);
    const size_t top = (size_t)SendMessageW(self->list, LVM_GETTOPINDEX, 0, 0);
    SYSTEMTIME today;

    GetLocalTime(&today);
    /* Yesterday's lines have to get their date. */
    if (today.wDay != self->day)
        change = (struct activity_change){self->shown.count, now->count};
    self->day = today.wDay;
    SendMessageW(self->list, WM_SETREDRAW, FALSE, 0);
    for (size_t i = 0; i < change.dropped; i++)
        SendMessageW(self->list, LVM_DELETEITEM, self->shown.count - 1 - i, 0);
    LIST_CLEAR(&self->shown);
    self->shown = *now;
    *now = (struct activity_list){0};
    for (size_t i = 0; i < change.added; i++)
        insert(self, i);
    keep_place(self, top, change.added);
    SendMessageW(self->list, WM_SETREDRAW, TRUE, 0);
    if (change.added > 0)
        fit_columns(self);
    show_label(self, self->shown.count == 0 ? IDS_ACTIVITY_EMPTY : IDC_ACTIVITY_LABEL);
}

static void copy_selected(const struct activity_page *self)
{
    struct clipboard_text text = {0};

    for (LRESULT i = -1;
         (i = SendMessageW(self->list, LVM_GETNEXTITEM, (WPARAM)i, LVNI_SELECTED)) >= 0;) {
        const struct words when = cell(self, (size_t)i, COLUMN_TIME);
        const struct words what = cell(self, (size_t)i, COLUMN_WHAT);

        clipboard_text_append(&text, when.text);
        clipboard_text_append(&text, L"\t");
        clipboard_text_append(&text, what.text);
        clipboard_text_append(&text, L"\r\n");
    }
    clipboard_text_give(&text, self->hwnd);
}

static void select_all(const struct activity_page *self)
{
    LVITEMW all = {.stateMask = LVIS_SELECTED, .state = LVIS_SELECTED};

    SendMessageW(self->list, LVM_SETITEMSTATE, (WPARAM)-1, (LPARAM)&all);
}

static void on_key(const struct activity_page *self, WORD key)
{
    if (GetKeyState(VK_CONTROL) >= 0)
        return;
    if (key == 'C' || key == VK_INSERT)
        copy_selected(self);
    else if (key == 'A')
        select_all(self);
}

/* A sentence may be wider than its column. */
static void show_tip(const struct activity_page *self, const NMLVGETINFOTIPW *tip)
{
    struct words words;

    if (tip->iItem < 0 || (size_t)tip->iItem >= self->shown.count || tip->cchTextMax <= 0)
        return;
    words = cell(self, (size_t)tip->iItem, COLUMN_WHAT);
    wcsncpy(tip->pszText, words.text, (size_t)tip->cchTextMax - 1);
    tip->pszText[tip->cchTextMax - 1] = L'\0';
}

static LRESULT on_notify(HWND hwnd, int id, NMHDR *header)
{
    const struct activity_page *self = dialog_self(hwnd);

    if (id != IDC_ACTIVITY_LIST)
        return FALSE;
    if (header->code == LVN_KEYDOWN)
        on_key(self, ((const NMLVKEYDOWN *)header)->wVKey);
    else if (header->code == LVN_GETINFOTIPW)
        show_tip(self, (const NMLVGETINFOTIPW *)header);
    return FALSE;
}

static void insert_columns(const struct activity_page *self)
{
    static const UINT titles[COLUMN_COUNT] = {IDS_ACTIVITY_COLUMN_TIME,
                                              IDS_ACTIVITY_COLUMN_WHAT};

    for (int i = 0; i < COLUMN_COUNT; i++) {
        struct words title = words_load(titles[i]);
        LVCOLUMNW column = {
            .mask = LVCF_TEXT | LVCF_SUBITEM, .pszText = title.text, .iSubItem = i};

        SendMessageW(self->list, LVM_INSERTCOLUMNW, (WPARAM)i, (LPARAM)&column);
    }
}

static BOOL on_init_dialog(HWND hwnd, HWND focus, LPARAM context)
{
    struct activity_page *self = (struct activity_page *)context;

    (void)focus;
    dialog_bind(hwnd, context);
    self->hwnd = hwnd;
    self->list = GetDlgItem(hwnd, IDC_ACTIVITY_LIST);
    dialog_load_texts(hwnd, 0, 0);
    ListView_SetExtendedListViewStyle(
        self->list, LVS_EX_FULLROWSELECT | LVS_EX_DOUBLEBUFFER | LVS_EX_INFOTIP);
    insert_columns(self);
    fit_columns(self);
    anchors_init(&self->anchors, hwnd, anchors, ARRAYSIZE(anchors));
    return FALSE;
}

static void on_size(HWND hwnd, UINT state, int width, int height)
{
    struct activity_page *self = dialog_self(hwnd);

    (void)state;
    (void)width;
    (void)height;
    anchors_apply(&self->anchors);
    fit_columns(self);
}

static void on_destroy(HWND hwnd)
{
    struct activity_page *self = dialog_self(hwnd);

    self->hwnd = NULL;
    dialog_bind(hwnd, 0);
}

static INT_PTR CALLBACK activity_proc(HWND hwnd, UINT message, WPARAM wParam,
                                      LPARAM lParam)
{
    /* Sizes come before the dialog is initialised. */
    if (dialog_self(hwnd) == NULL && message != WM_INITDIALOG)
        return FALSE;
    switch (message) {
        DIALOG_MSG(hwnd, WM_INITDIALOG, on_init_dialog);
        DIALOG_MSG(hwnd, WM_NOTIFY, on_notify);
        DIALOG_MSG(hwnd, WM_SIZE, on_size);
        DIALOG_MSG(hwnd, WM_DESTROY, on_destroy);
    }
    return FALSE;
}

struct activity_page *activity_page_create(HWND parent, struct session *session)
{
    struct activity_page *self = mem_alloc(sizeof *self);

    self->session = session;
    if (dialog_create(IDD_ACTIVITY, parent, activity_proc, (LPARAM)self) == NULL) {
        mem_free(self);
        return NULL;
    }
    return self;
}

void activity_page_free(struct activity_page *self)
{
    if (self == NULL)
        return;
    if (self->hwnd != NULL)
        DestroyWindow(self->hwnd);
    LIST_CLEAR(&self->shown);
    mem_free(self);
}

HWND activity_page_window(const struct activity_page *self)
{
    return self != NULL ? self->hwnd : NULL;
}

void activity_page_refresh(struct activity_page *self)
{
    const struct report *report = self != NULL ? self->session->report : NULL;

    if (report == NULL || self->hwnd == NULL ||
        (self->was_read && self->revision == report->revision))
        return;
    self->job = session_read_activity(self->session, LINES_MAX, NULL);
    self->revision = report->revision;
}

void activity_page_take(struct activity_page *self, const struct mail *mail)
{
    struct activity_list now = {0};

    if (self == NULL || self->hwnd == NULL || mail->kind != MAIL_RESULT ||
        mail->job == 0 || mail->job != self->job)
        return;
    self->job = 0;
    if (mail->error.kind != ERR_NONE || mail->reply->verb != VERB_ACTIVITY) {
        self->was_read = false;
        show_label(self, IDS_ACTIVITY_UNREADABLE);
        return;
    }
    self->was_read = true;
    for (size_t i = 0; i < mail->reply->activity.count; i++)
        *LIST_ADD(&now) = mail->reply->activity.items[i];
    show_lines(self, &now);
}

void activity_page_focus(struct activity_page *self)
{
    if (self != NULL && self->hwnd != NULL)
        SendMessageW(GetParent(self->hwnd), WM_NEXTDLGCTL, (WPARAM)self->list, TRUE);
}
