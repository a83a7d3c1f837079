/*
 * The tray's hidden window.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/main_window.h"

#include "app/dialog.h"
#include "app/tray/installation_watch.h"
#include "app/tray/notifier.h"
#include "app/tray/open_windows.h"
#include "app/tray/own_wsl.h"
#include "app/tray/session.h"
#include "app/tray/tray_icon.h"
#include "app/tray/tray_menu.h"
#include "resources/resource.h"

#include <shellapi.h>
#include <wchar.h>

#define TIMER_PATIENCE 2
#define TIMER_INSTALLATION 4
#define INSTALLATION_LOOK_MS 3000
/* The service starts with Windows; before this it may just not be there yet. */
#define PATIENCE_AT_SIGN_IN_MS 30000
#define PATIENCE_MS 3000
/* Some shells tell of Enter on the icon twice. */
#define KEY_REPEAT_MS 200

struct main_window {
    HWND hwnd;
    struct mailbox mailbox;
    struct session session;
    struct tray_icon icon;
    struct tray_menu menu;
    struct notifier notifier;
    struct open_windows windows;
    struct own_wsl wsl;
    struct installation_watch installation;
    enum main_window_end end;
    UINT taskbar_created;
    UINT show_rules;
    DWORD key_time; /* of the last NIN_KEYSELECT */
};

#define HANDLE_WM_APP_MAIL(hwnd, wParam, lParam, handler) ((handler)(hwnd), 0L)
#define HANDLE_WM_APP_INSTALLATION(hwnd, wParam, lParam, handler) ((handler)(hwnd), 0L)
#define HANDLE_WM_APP_ICON(hwnd, wParam, lParam, handler)                                \
    ((handler)((hwnd), LOWORD(lParam), GET_X_LPARAM(wParam), GET_Y_LPARAM(wParam)), 0L)
/* Not in windowsx.h: void on_menu_right_button(HWND, UINT position, HMENU) */
#define HANDLE_WM_MENURBUTTONUP(hwnd, wParam, lParam, handler)                           \
    ((handler)((hwnd), (UINT)(wParam), (HMENU)(lParam)), 0L)

UINT main_window_show_message(void)
{
    return RegisterWindowMessageW(L"TidegateShowRules");
}

static void show_status(struct main_window *self)
{
    const struct view_state view = session_view(&self->session);
    const struct tray_status status = tray_status_from(&view);

    tray_icon_show(&self->icon, self->hwnd, &status);
}

static void look_for_notices(struct main_window *self)
{
    const struct view_state view = session_view(&self->session);

    notifier_look(&self->notifier, self->hwnd, &view, &self->icon,
                  open_windows_are_watched(&self->windows));
}

static void carry_out(struct main_window *self, const struct tray_choice *choice)
{
    switch (choice->command) {
    case IDM_TRAY_EXIT:
        PostQuitMessage(0);
        break;
    case IDM_TRAY_EDIT:
        open_windows_show_rules(&self->windows);
        break;
    case IDM_TRAY_SETTINGS:
        open_windows_show_settings(&self->windows);
        break;
    case IDM_RULE_DIAGNOSE_FIRST:
        open_windows_show_rule(&self->windows, &choice->rule_id);
        break;
    default:
        if (!choice->keeps_focus)
            tray_icon_focus(&self->icon);
    }
}

static void open_menu(struct main_window *self, POINT at)
{
    const RECT place = tray_icon_place(&self->icon, at);
    struct tray_choice choice;

    if (self->menu.is_open)
        return;
    session_refresh(&self->session);
    own_wsl_menu_opened(&self->wsl);
    choice = tray_menu_run(&self->menu, self->hwnd, &place, &self->session);
    carry_out(self, &choice);
    open_windows_refresh(&self->windows);
}

static void on_app_mail(HWND hwnd)
{
    struct main_window *self = dialog_self(hwnd);
    struct mail *mail = mailbox_take_all(&self->mailbox);

    while (mail != NULL) {
        struct mail *next = mail->next;

        session_take(&self->session, mail);
        own_wsl_take(&self->wsl, mail);
        /* After each, as what the user asked for is known only until its result is there. */
        look_for_notices(self);
        open_windows_take(&self->windows, mail);
        mail_free(mail);
        mail = next;
    }
    show_status(self);
    open_windows_refresh(&self->windows);
}

static bool is_repeated_key(struct main_window *self)
{
    const DWORD now = (DWORD)GetMessageTime();
    const bool repeated = now - self->key_time < KEY_REPEAT_MS;

    self->key_time = now;
    return repeated;
}

/* The raw mouse messages come as well and are ignored: all would happen twice. */
static void on_app_icon(HWND hwnd, UINT event, int x, int y)
{
    struct main_window *self = dialog_self(hwnd);
    const POINT at = {x, y};

    switch (event) {
    case NIN_KEYSELECT:
        if (!is_repeated_key(self))
            open_menu(self, at);
        break;
    case WM_CONTEXTMENU:
    case NIN_SELECT:
        open_menu(self, at);
        break;
    case NIN_BALLOONUSERCLICK:
        notifier_dismiss(&self->notifier);
        open_windows_show_rule(&self->windows, &self->notifier.rule_id);
        break;
    case NIN_BALLOONHIDE:
    case NIN_BALLOONTIMEOUT:
        notifier_dismiss(&self->notifier);
        break;
    }
}

static void on_menu_right_button(HWND hwnd, UINT position, HMENU menu)
{
    struct main_window *self = dialog_self(hwnd);

    tray_menu_right_click(&self->menu, hwnd, menu, position);
}

static void end_patience(struct main_window *self)
{
    KillTimer(self->hwnd, TIMER_PATIENCE);
    self->session.starting = false;
    show_status(self);
    open_windows_refresh(&self->windows);
}

/* Who is editing a rule goes on with this program, which works as before, until that is done. */
static void on_app_installation(HWND hwnd)
{
    struct main_window *self = dialog_self(hwnd);
    const enum installation_news news = installation_watch_take(&self->installation);

    if (news == INSTALLATION_UNCHANGED)
        return;
    if (news == INSTALLATION_REPLACED && open_windows_are_edited(&self->windows)) {
        SetTimer(hwnd, TIMER_INSTALLATION, INSTALLATION_LOOK_MS, NULL);
        return;
    }
    if (news == INSTALLATION_REPLACED)
        self->end = self->windows.rules != NULL ? MAIN_WINDOW_REPLACED_WITH_RULES
                                                : MAIN_WINDOW_REPLACED;
    PostQuitMessage(0);
}

static void on_timer(HWND hwnd, UINT id)
{
    struct main_window *self = dialog_self(hwnd);

    if (id == TIMER_INSTALLATION)
        on_app_installation(hwnd);
    if (id == TIMER_TRAY_ICON)
        tray_icon_retry(&self->icon);
    if (id == TIMER_PATIENCE)
        end_patience(self);
    if (id == TIMER_PATIENCE || id == TIMER_NOTIFIER)
        look_for_notices(self);
}

static void on_setting_change(HWND hwnd, const wchar_t *section)
{
    struct main_window *self = dialog_self(hwnd);

    /* NULL: high contrast among others. */
    if (section == NULL || wcscmp(section, L"ImmersiveColorSet") == 0)
        tray_icon_reload(&self->icon);
}

static void on_display_change(HWND hwnd, UINT depth, UINT width, UINT height)
{
    struct main_window *self = dialog_self(hwnd);

    (void)depth;
    (void)width;
    (void)height;
    tray_icon_reload(&self->icon);
}

static void on_dpi_changed(HWND hwnd, UINT dpi, const RECT *suggested)
{
    struct main_window *self = dialog_self(hwnd);

    (void)dpi;
    (void)suggested;
    tray_icon_reload(&self->icon);
}

static void on_theme_changed(HWND hwnd)
{
    struct main_window *self = dialog_self(hwnd);

    tray_icon_reload(&self->icon);
}

/* The Restart Manager and sign-out: nothing here needs saving. */
static void on_end_session(HWND hwnd, BOOL ending)
{
    struct main_window *self = dialog_self(hwnd);

    if (ending)
        tray_icon_remove(&self->icon);
}

static void on_close(HWND hwnd)
{
    (void)hwnd;
    PostQuitMessage(0);
}

static bool on_registered(struct main_window *self, UINT message)
{
    if (message == self->taskbar_created)
        tray_icon_restore(&self->icon);
    else if (message == self->show_rules)
        open_windows_show_rules(&self->windows);
    else
        return false;
    return true;
}

static LRESULT CALLBACK main_proc(HWND hwnd, UINT message, WPARAM wParam, LPARAM lParam)
{
    struct main_window *self = dialog_self(hwnd);

    if (self == NULL)
        return DefWindowProcW(hwnd, message, wParam, lParam);
    switch (message) {
        HANDLE_MSG(hwnd, WM_APP_MAIL, on_app_mail);
        HANDLE_MSG(hwnd, WM_APP_ICON, on_app_icon);
        HANDLE_MSG(hwnd, WM_APP_INSTALLATION, on_app_installation);
        HANDLE_MSG(hwnd, WM_MENURBUTTONUP, on_menu_right_button);
        HANDLE_MSG(hwnd, WM_TIMER, on_timer);
        HANDLE_MSG(hwnd, WM_SETTINGCHANGE, on_setting_change);
        HANDLE_MSG(hwnd, WM_DISPLAYCHANGE, on_display_change);
        HANDLE_MSG(hwnd, WM_DPICHANGED, on_dpi_changed);
        HANDLE_MSG(hwnd, WM_THEMECHANGED, on_theme_changed);
        HANDLE_MSG(hwnd, WM_ENDSESSION, on_end_session);
        HANDLE_MSG(hwnd, WM_CLOSE, on_close);
    }
    if (on_registered(self, message))
        return 0;
    return DefWindowProcW(hwnd, message, wParam, lParam);
}

/* Hidden, but a real top-level window: message-only windows get no broadcasts, so neither
 * "TaskbarCreated" nor changes of settings. */
static HWND create_window(struct main_window *self)
{
    const WNDCLASSEXW class = {.cbSize = sizeof class,
                               .lpfnWndProc = main_proc,
                               .hInstance = GetModuleHandleW(NULL),
                               .lpszClassName = MAIN_WINDOW_CLASS};
    HWND hwnd;

    self->taskbar_created = RegisterWindowMessageW(L"TaskbarCreated");
    self->show_rules = main_window_show_message();
    if (RegisterClassExW(&class) == 0)
        return NULL;
    hwnd = CreateWindowExW(WS_EX_TOOLWINDOW, MAIN_WINDOW_CLASS, L"Tidegate", WS_POPUP, 0,
                           0, 0, 0, NULL, NULL, class.hInstance, NULL);
    if (hwnd != NULL)
        dialog_bind(hwnd, (LPARAM)self);
    return hwnd;
}

static int run_messages(struct main_window *self)
{
    MSG message;

    while (GetMessageW(&message, NULL, 0, 0) > 0) {
        if (!open_windows_translate(&self->windows, &message)) {
            TranslateMessage(&message);
            DispatchMessageW(&message);
        }
        if (self->session.settings_changed) {
            self->session.settings_changed = false;
            own_wsl_keep(&self->wsl);
        }
        /* The icon's tip follows a language that was chosen. */
        if (open_windows_tidy(&self->windows))
            tray_icon_reload(&self->icon);
    }
    return (int)message.wParam;
}

int main_window_run(bool quietly, enum main_window_end *end)
{
    struct main_window self = {.session.starting = true};
    int exit_code = EXIT_FAILURE;

    self.hwnd = create_window(&self);
    if (self.hwnd == NULL)
        return exit_code;
    self.windows = (struct open_windows){.main = self.hwnd, .session = &self.session};
    notifier_init(&self.notifier, quietly);
    mailbox_init(&self.mailbox, self.hwnd);
    self.session.worker = worker_start(&self.mailbox);
    if (self.session.worker != NULL) {
        own_wsl_start(&self.wsl, &self.session, &self.mailbox);
        installation_watch_start(&self.installation, self.hwnd);
        SetTimer(self.hwnd, TIMER_PATIENCE,
                 quietly ? PATIENCE_AT_SIGN_IN_MS : PATIENCE_MS, NULL);
        show_status(&self);
        if (!quietly)
            open_windows_show_rules(&self.windows);
        exit_code = run_messages(&self);
        installation_watch_stop(&self.installation);
    }
    *end = self.end;
    open_windows_close(&self.windows);
    tray_icon_remove(&self.icon);
    notifier_clear(&self.notifier);
    /* A thread that hangs still uses what is on this stack: leave at once. */
    if (!own_wsl_stop(&self.wsl) || !worker_stop(self.session.worker))
        ExitProcess((UINT)exit_code);
    mailbox_clear(&self.mailbox);
    session_clear(&self.session);
    DestroyWindow(self.hwnd);
    return exit_code;
}
