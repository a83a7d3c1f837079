/*
 * The tray's hidden window.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/main_window.h"

#include "app/dialog.h"
#include "app/tray/rules_window.h"
#include "app/tray/session.h"
#include "app/tray/tray_icon.h"
#include "app/tray/tray_menu.h"
#include "resources/resource.h"

#include <shellapi.h>
#include <wchar.h>

#define TIMER_PATIENCE 2
/* The service starts with Windows; before this it may just not be there yet. */
#define PATIENCE_AT_SIGN_IN_MS 30000
#define PATIENCE_MS 3000

struct main_window {
    HWND hwnd;
    struct mailbox mailbox;
    struct session session;
    struct tray_icon icon;
    struct rules_window *rules; /* owned; NULL while closed */
    WINDOWPLACEMENT rules_placement;
    UINT taskbar_created;
    UINT show_rules;
    bool menu_open;
};

#define HANDLE_WM_APP_MAIL(hwnd, wParam, lParam, handler) ((handler)(hwnd), 0L)
#define HANDLE_WM_APP_ICON(hwnd, wParam, lParam, handler)                                \
    ((handler)((hwnd), LOWORD(lParam), GET_X_LPARAM(wParam), GET_Y_LPARAM(wParam)), 0L)

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

static void open_rules(struct main_window *self)
{
    if (self->rules == NULL)
        self->rules = rules_window_open(&self->session, &self->rules_placement);
    else
        rules_window_activate(self->rules);
}

static void open_menu(struct main_window *self, POINT at)
{
    const RECT place = tray_icon_place(&self->icon, at);
    UINT chosen;

    /* Enter on the icon is told twice by some shells. */
    if (self->menu_open)
        return;
    self->menu_open = true;
    session_refresh(&self->session);
    chosen = tray_menu_run(self->hwnd, &place, &self->session);
    self->menu_open = false;
    if (chosen == IDM_TRAY_EXIT) {
        PostQuitMessage(0);
        return;
    }
    if (chosen == IDM_TRAY_EDIT)
        open_rules(self);
    else
        tray_icon_focus(&self->icon);
    rules_window_refresh(self->rules);
}

static void on_app_mail(HWND hwnd)
{
    struct main_window *self = dialog_self(hwnd);
    struct mail *mail = mailbox_take_all(&self->mailbox);

    while (mail != NULL) {
        struct mail *next = mail->next;

        session_take(&self->session, mail);
        rules_window_take(self->rules, mail);
        mail_free(mail);
        mail = next;
    }
    show_status(self);
    rules_window_refresh(self->rules);
}

static void on_app_icon(HWND hwnd, UINT event, int x, int y)
{
    struct main_window *self = dialog_self(hwnd);

    /* The raw mouse messages come as well and are ignored: all would happen twice. */
    if (event == WM_CONTEXTMENU || event == NIN_SELECT || event == NIN_KEYSELECT)
        open_menu(self, (POINT){x, y});
}

static void on_timer(HWND hwnd, UINT id)
{
    struct main_window *self = dialog_self(hwnd);

    if (id == TIMER_TRAY_ICON)
        tray_icon_retry(&self->icon);
    if (id != TIMER_PATIENCE)
        return;
    KillTimer(hwnd, TIMER_PATIENCE);
    self->session.starting = false;
    show_status(self);
    rules_window_refresh(self->rules);
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
        open_rules(self);
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
        if (!rules_window_translate(self->rules, &message)) {
            TranslateMessage(&message);
            DispatchMessageW(&message);
        }
        if (rules_window_tidy(self->rules)) {
            rules_window_free(self->rules);
            self->rules = NULL;
        }
    }
    return (int)message.wParam;
}

int main_window_run(bool at_sign_in)
{
    struct main_window self = {.session.starting = true};
    int exit_code = EXIT_FAILURE;

    self.hwnd = create_window(&self);
    if (self.hwnd == NULL)
        return exit_code;
    mailbox_init(&self.mailbox, self.hwnd);
    self.session.worker = worker_start(&self.mailbox);
    if (self.session.worker != NULL) {
        SetTimer(self.hwnd, TIMER_PATIENCE,
                 at_sign_in ? PATIENCE_AT_SIGN_IN_MS : PATIENCE_MS, NULL);
        show_status(&self);
        if (!at_sign_in)
            open_rules(&self);
        exit_code = run_messages(&self);
    }
    rules_window_free(self.rules);
    tray_icon_remove(&self.icon);
    /* A worker that hangs still uses what is on this stack: leave at once. */
    if (!worker_stop(self.session.worker))
        ExitProcess((UINT)exit_code);
    mailbox_clear(&self.mailbox);
    session_clear(&self.session);
    DestroyWindow(self.hwnd);
    return exit_code;
}
