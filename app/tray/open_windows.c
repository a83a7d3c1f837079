/*
 * The windows that the user opens from the notification icon.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/open_windows.h"

#include "app/tray/rules_window.h"
#include "app/tray/settings_dialog.h"

void open_windows_show_rules(struct open_windows *windows)
{
    if (windows->rules == NULL)
        windows->rules = rules_window_open(windows->session);
    else
        rules_window_activate(windows->rules);
}

void open_windows_show_rule(struct open_windows *windows, const struct rule_id *rule_id)
{
    open_windows_show_rules(windows);
    if (rule_id->text[0] != '\0')
        rules_window_select(windows->rules, rule_id->text);
}

static void open_settings(struct open_windows *windows, HWND owner)
{
    if (windows->settings == NULL)
        windows->settings = settings_dialog_open(owner, windows->session);
    else
        settings_dialog_activate(windows->settings);
}

void open_windows_show_settings(struct open_windows *windows)
{
    open_settings(windows, windows->main);
}

void open_windows_refresh(struct open_windows *windows)
{
    rules_window_refresh(windows->rules);
}

void open_windows_take(struct open_windows *windows, const struct mail *mail)
{
    if (!settings_dialog_take(windows->settings, mail))
        rules_window_take(windows->rules, mail);
}

bool open_windows_translate(struct open_windows *windows, MSG *message)
{
    return settings_dialog_translate(windows->settings, message) ||
           rules_window_translate(windows->rules, message);
}

bool open_windows_are_watched(const struct open_windows *windows)
{
    DWORD process_id = 0;

    GetWindowThreadProcessId(GetForegroundWindow(), &process_id);
    return windows->rules != NULL && process_id == GetCurrentProcessId();
}

/* A dialog that has to be answered first disables the rules' window. */
bool open_windows_are_edited(const struct open_windows *windows)
{
    return windows->settings != NULL ||
           (windows->rules != NULL &&
            !IsWindowEnabled(rules_window_handle(windows->rules)));
}

static void close_rules(struct open_windows *windows)
{
    rules_window_free(windows->rules);
    windows->rules = NULL;
}

/* True when it chose another language: then the other window is opened anew in that. */
static bool close_settings(struct open_windows *windows)
{
    const bool speaks_anew = settings_dialog_changed_language(windows->settings);

    settings_dialog_free(windows->settings);
    windows->settings = NULL;
    if (speaks_anew && windows->rules != NULL) {
        close_rules(windows);
        open_windows_show_rules(windows);
    }
    return speaks_anew;
}

bool open_windows_tidy(struct open_windows *windows)
{
    const bool asked = rules_window_takes_settings(windows->rules);

    if (asked)
        open_settings(windows, rules_window_handle(windows->rules));
    if (rules_window_tidy(windows->rules))
        close_rules(windows);
    return windows->settings != NULL && settings_dialog_is_closed(windows->settings) &&
           close_settings(windows);
}

void open_windows_close(struct open_windows *windows)
{
    settings_dialog_free(windows->settings);
    windows->settings = NULL;
    close_rules(windows);
}
