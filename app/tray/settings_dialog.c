/*
 * The settings.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/settings_dialog.h"

#include "app/dialog.h"
#include "app/tray/accounts.h"
#include "app/tray/dialog_texts.h"
#include "app/tray/mode_dialog.h"
#include "app/tray/owned_dialog.h"
#include "app/tray/settings_fields.h"
#include "app/tray/words.h"
#include "app/tray/wsl_fields.h"
#include "core/base/mem.h"
#include "core/view/settings_form.h"
#include "resources/resource.h"

#include <commctrl.h>
#include <string.h>
#include <wchar.h>

#define ACCOUNT_SIZE 256

struct settings_dialog {
    HWND hwnd;               /* NULL once closed */
    struct session *session; /* borrowed */
    struct user_settings user;
    struct language_choices languages;
    struct settings service; /* as the service has them */
    struct settings wanted;
    bool is_loaded;                /* `service` is what the service said */
    bool by_policy[SETTING_COUNT]; /* ... and of these, that policy sets it */
    bool is_elevated;              /* no prompt comes for the service's settings */
    bool changed_language;
    uint32_t hello_job; /* the requests under way, or 0 */
    uint32_t read_job;
    uint32_t change_job;
    struct mode_dialog *mode; /* owned; NULL until it was opened */
};

static void show_note(const struct settings_dialog *self, const struct words *words)
{
    SetDlgItemTextW(self->hwnd, IDC_SETTINGS_ERROR, words->text);
}

static void show_note_of(const struct settings_dialog *self, UINT id)
{
    const struct words words = words_load(id);

    show_note(self, &words);
}

/* While there is nothing else to say. */
static void show_resting_note(const struct settings_dialog *self)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (self->by_policy[i]) {
            show_note_of(self, IDS_SETTINGS_MANAGED);
            return;
        }
    }
    SetDlgItemTextW(self->hwnd, IDC_SETTINGS_ERROR, L"");
}

static void complain(const struct settings_dialog *self, const struct words *words)
{
    show_note(self, words);
    MessageBeep(MB_ICONWARNING);
}

static void enable(const struct settings_dialog *self, int id, bool enabled)
{
    const HWND control = GetDlgItem(self->hwnd, id);

    /* A disabled control that has the keyboard would keep it. */
    if (!enabled && GetFocus() == control)
        SendMessageW(self->hwnd, WM_NEXTDLGCTL, 0, FALSE);
    EnableWindow(control, enabled);
}

static void show_availability(struct settings_dialog *self)
{
    const bool editable = self->is_loaded && self->change_job == 0;
    const bool users_editable = editable && !self->by_policy[SETTING_ALLOWED_USERS];
    struct request ignored;

    if (self->is_loaded)
        settings_fields_read_service(self->hwnd, &self->wanted);
    settings_fields_enable_service(self->hwnd, editable, self->by_policy);
    enable(self, IDC_SETTINGS_REMOVE,
           users_editable && settings_fields_chosen_user(self->hwnd, &self->wanted) <
                                 self->wanted.allowed_user_count);
    enable(self, IDC_SETTINGS_ADD,
           users_editable &&
               GetWindowTextLengthW(GetDlgItem(self->hwnd, IDC_SETTINGS_ACCOUNT)) > 0);
    enable(self, IDOK, self->change_job == 0);
    Button_SetElevationRequiredState(
        GetDlgItem(self->hwnd, IDOK),
        !self->is_elevated &&
            settings_form_changes(&self->service, &self->wanted, &ignored));
}

static void show_versions(const struct settings_dialog *self, const char *service)
{
    const struct words own = words_from_utf8(TIDEGATE_VERSION);
    const struct words other = words_from_utf8(service);
    const struct words line =
        words_format(service[0] != '\0' ? IDS_SETTINGS_VERSIONS : IDS_SETTINGS_VERSION,
                     own.text, other.text, NULL);

    SetDlgItemTextW(self->hwnd, IDC_SETTINGS_VERSIONS, line.text);
}

/* A request whose like another window made a moment ago gets no number: then the next mail brings
 * the next attempt. */
static void ask_service(struct settings_dialog *self)
{
    const struct request hello = {.verb = VERB_HELLO};
    const struct request read = {.verb = VERB_SETTINGS};

    if (self->hello_job == 0)
        self->hello_job = session_ask(self->session, &hello);
    if (self->read_job == 0)
        self->read_job = session_ask(self->session, &read);
    show_note_of(self, IDS_SETTINGS_READING);
}

static void close_dialog(struct settings_dialog *self)
{
    mode_dialog_free(self->mode);
    self->mode = NULL;
    owned_dialog_close(self->hwnd);
    if (self->changed_language)
        language_choose();
}

static void change_service(struct settings_dialog *self)
{
    struct request change;

    if (!self->is_loaded ||
        !settings_form_changes(&self->service, &self->wanted, &change)) {
        close_dialog(self);
        return;
    }
    self->change_job = session_ask(self->session, &change);
    show_note_of(self, self->change_job != 0 ? IDS_SETTINGS_SAVING : IDS_SETTINGS_BUSY);
    show_availability(self);
}

static void accept(struct settings_dialog *self)
{
    struct user_settings user = self->user;
    struct error err = {0};

    if (self->change_job != 0)
        return;
    settings_fields_read_user(self->hwnd, &self->languages, &user);
    wsl_fields_read(self->hwnd, &user);
    if (!user_settings_save(&user, &err)) {
        const struct words words = words_of_error(&err);

        complain(self, &words);
        return;
    }
    if (wcscmp(self->user.language, user.language) != 0)
        self->changed_language = true;
    self->user = user;
    self->session->settings_changed = true;
    change_service(self);
}

static void complain_of_account(const struct settings_dialog *self, UINT sentence,
                                const wchar_t *insert)
{
    const struct words words = words_format(sentence, insert, NULL, NULL);

    complain(self, &words);
    SendMessageW(self->hwnd, WM_NEXTDLGCTL,
                 (WPARAM)GetDlgItem(self->hwnd, IDC_SETTINGS_ACCOUNT), TRUE);
}

static void add_user(struct settings_dialog *self)
{
    wchar_t name[ACCOUNT_SIZE];
    wchar_t capacity[16];
    struct user_sid user;
    struct error err = {0};
    const HCURSOR former = SetCursor(LoadCursorW(NULL, IDC_WAIT));
    bool found;

    GetDlgItemTextW(self->hwnd, IDC_SETTINGS_ACCOUNT, name, ARRAYSIZE(name));
    found = account_find(name, &user);
    SetCursor(former);
    swprintf(capacity, ARRAYSIZE(capacity), L"%d", SETTINGS_USER_CAPACITY);
    if (!found) {
        complain_of_account(self, IDS_SETTINGS_NO_ACCOUNT, name);
    } else if (!settings_form_add_user(&self->wanted, &user, &err)) {
        if (err.kind == ERR_CONFLICT)
            complain_of_account(self, IDS_SETTINGS_ACCOUNT_TWICE, name);
        else
            complain_of_account(self, IDS_SETTINGS_USERS_FULL, capacity);
    } else {
        SetDlgItemTextW(self->hwnd, IDC_SETTINGS_ACCOUNT, L"");
        show_resting_note(self);
        settings_fields_show_users(self->hwnd, &self->wanted);
    }
    show_availability(self);
}

static void remove_user(struct settings_dialog *self)
{
    const size_t chosen = settings_fields_chosen_user(self->hwnd, &self->wanted);

    if (chosen == self->wanted.allowed_user_count)
        return;
    settings_form_remove_user(&self->wanted, chosen);
    settings_fields_show_users(self->hwnd, &self->wanted);
    show_availability(self);
}

/* Enter adds the account while its field has the keyboard. */
static void set_default_button(const struct settings_dialog *self, int id)
{
    SendMessageW(self->hwnd, DM_SETDEFID, (WPARAM)id, 0);
}

static void on_field(struct settings_dialog *self, int id, UINT code)
{
    if (id == IDC_SETTINGS_ACCOUNT && code == EN_SETFOCUS)
        set_default_button(self, IDC_SETTINGS_ADD);
    else if (id == IDC_SETTINGS_ACCOUNT && code == EN_KILLFOCUS)
        set_default_button(self, IDOK);
    else if (code == EN_CHANGE || code == CBN_SELCHANGE || code == BN_CLICKED)
        show_availability(self);
}

static void open_mode(struct settings_dialog *self)
{
    if (!mode_dialog_is_closed(self->mode))
        return;
    mode_dialog_free(self->mode);
    self->mode = mode_dialog_open(self->hwnd, self->session);
}

static void on_command(HWND hwnd, int id, HWND control, UINT code)
{
    struct settings_dialog *self = dialog_self(hwnd);

    (void)control;
    switch (id) {
    case IDOK:
        accept(self);
        break;
    case IDCANCEL:
        close_dialog(self);
        break;
    case IDC_SETTINGS_ADD:
        add_user(self);
        break;
    case IDC_SETTINGS_REMOVE:
        remove_user(self);
        break;
    case IDC_SETTINGS_KEEP_WSL:
        wsl_fields_enable(hwnd);
        break;
    case IDC_SETTINGS_MODE:
        open_mode(self);
        break;
    default:
        on_field(self, id, code);
        break;
    }
}

static BOOL on_init_dialog(HWND hwnd, HWND focus, LPARAM context)
{
    struct settings_dialog *self = (struct settings_dialog *)context;

    dialog_bind(hwnd, context);
    self->hwnd = hwnd;
    dialog_load_texts(hwnd, IDD_SETTINGS, IDS_CANCEL);
    user_settings_read(&self->user);
    language_choices_read(&self->languages);
    settings_fields_show_user(hwnd, &self->user, &self->languages);
    wsl_fields_show(hwnd, &self->user);
    wsl_fields_show_mode(hwnd, self->session);
    show_versions(self, "");
    if (self->session->report != NULL)
        ask_service(self);
    else
        show_note_of(self, IDS_HEADER_UNREACHABLE);
    show_availability(self);
    (void)focus;
    return TRUE;
}

static void on_destroy(HWND hwnd)
{
    struct settings_dialog *self = dialog_self(hwnd);

    self->hwnd = NULL;
    dialog_bind(hwnd, 0);
}

static INT_PTR CALLBACK settings_proc(HWND hwnd, UINT message, WPARAM wParam,
                                      LPARAM lParam)
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

struct settings_dialog *settings_dialog_open(HWND owner, struct session *session)
{
    struct settings_dialog *self = mem_alloc(sizeof *self);

    self->session = session;
    if (!owned_dialog_open(IDD_SETTINGS, owner, settings_proc, (LPARAM)self)) {
        mem_free(self);
        return NULL;
    }
    return self;
}

void settings_dialog_free(struct settings_dialog *dialog)
{
    if (dialog == NULL)
        return;
    if (dialog->hwnd != NULL)
        close_dialog(dialog);
    mem_free(dialog);
}

static void take_settings(struct settings_dialog *self, const struct mail *mail)
{
    struct settings former;

    self->read_job = 0;
    if (mail->error.kind != ERR_NONE) {
        const struct words words = words_of_error(&mail->error);

        show_note(self, &words);
        return;
    }
    former = self->service;
    settings_form_read(mail->reply, &self->service, self->by_policy);
    if (self->is_loaded)
        settings_form_keep_edits(&former, &self->service, self->by_policy, &self->wanted);
    else
        self->wanted = self->service;
    self->is_loaded = true;
    settings_fields_show_service(self->hwnd, &self->wanted);
    show_resting_note(self);
}

static void take_hello(struct settings_dialog *self, const struct mail *mail)
{
    self->hello_job = 0;
    if (mail->error.kind != ERR_NONE)
        return;
    self->is_elevated = mail->reply->hello.is_elevated;
    show_versions(self, mail->reply->hello.version);
}

static void take_change(struct settings_dialog *self, const struct mail *mail)
{
    const struct words words = words_of_error(&mail->error);

    self->change_job = 0;
    if (mail->declined)
        show_note_of(self, IDS_ERROR_DECLINED);
    else if (mail->error.kind != ERR_NONE)
        complain(self, &words);
    else
        close_dialog(self);
}

/* The service's settings are not known yet, or policy has changed since they were read. */
static bool must_read(const struct settings_dialog *self)
{
    const struct report *report = self->session->report;

    if (self->read_job != 0 || self->change_job != 0 || report == NULL)
        return false;
    return !self->is_loaded ||
           memcmp(self->by_policy, report->policy.sets, sizeof self->by_policy) != 0;
}

static void take_result(struct settings_dialog *self, const struct mail *mail)
{
    if (mail->job == self->read_job)
        take_settings(self, mail);
    else if (mail->job == self->hello_job)
        take_hello(self, mail);
    else
        take_change(self, mail);
    if (self->hwnd != NULL)
        show_availability(self);
}

bool settings_dialog_take(struct settings_dialog *dialog, const struct mail *mail)
{
    const bool is_ours =
        dialog != NULL && dialog->hwnd != NULL && mail->job != 0 &&
        (mail->job == dialog->read_job || mail->job == dialog->hello_job ||
         mail->job == dialog->change_job);

    if (dialog != NULL && dialog->hwnd != NULL) {
        mode_dialog_take(dialog->mode, mail);
        if (mail->kind == MAIL_WSL_HINT)
            wsl_fields_show_mode(dialog->hwnd, dialog->session);
    }
    if (is_ours && mail->kind == MAIL_APPROVING)
        show_note_of(dialog, IDS_RULE_APPROVING);
    else if (is_ours && mail->kind == MAIL_RESULT)
        take_result(dialog, mail);
    else if (dialog != NULL && dialog->hwnd != NULL && mail->kind == MAIL_REPORT &&
             must_read(dialog))
        ask_service(dialog);
    return is_ours && mail->kind == MAIL_RESULT;
}

bool settings_dialog_translate(struct settings_dialog *dialog, MSG *message)
{
    return dialog != NULL && dialog->hwnd != NULL &&
           (mode_dialog_translate(dialog->mode, message) ||
            owned_dialog_translate(dialog->hwnd, message));
}

bool settings_dialog_is_closed(const struct settings_dialog *dialog)
{
    return dialog != NULL && dialog->hwnd == NULL;
}

void settings_dialog_activate(const struct settings_dialog *dialog)
{
    if (dialog != NULL && dialog->hwnd != NULL)
        SetForegroundWindow(dialog->hwnd);
}

bool settings_dialog_changed_language(const struct settings_dialog *dialog)
{
    return dialog != NULL && dialog->changed_language;
}
