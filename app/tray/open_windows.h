/*
 * The windows that the user opens from the notification icon: opened once each, told the news, and
 * let go of when they were closed.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_OPEN_WINDOWS_H
#define TIDEGATE_TRAY_OPEN_WINDOWS_H

#include "app/tray/session.h"

#include <windows.h>

struct open_windows {
    HWND main;                        /* borrowed; hidden */
    struct session *session;          /* borrowed */
    struct rules_window *rules;       /* owned; NULL while closed */
    struct settings_dialog *settings; /* owned; NULL while closed */
};

void open_windows_show_rules(struct open_windows *windows);
/* With that rule selected; "": none in particular. */
void open_windows_show_rule(struct open_windows *windows, const struct rule_id *rule_id);
void open_windows_show_settings(struct open_windows *windows);

void open_windows_refresh(struct open_windows *windows); /* draws the session anew */
void open_windows_take(struct open_windows *windows, const struct mail *mail);
bool open_windows_translate(struct open_windows *windows, MSG *message);

/* Whether the user has one of them before him, and so sees what is wrong. */
bool open_windows_are_watched(const struct open_windows *windows);

/* Whether something that is not saved yet would be lost with them. */
bool open_windows_are_edited(const struct open_windows *windows);

/* Between two messages, when no handler of theirs runs. True when another language was chosen; they
 * show it already. */
bool open_windows_tidy(struct open_windows *windows);

void open_windows_close(struct open_windows *windows);

#endif
