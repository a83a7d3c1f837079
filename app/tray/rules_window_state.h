/*
 * The rules window's own files share this; others use rules_window.h.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_RULES_WINDOW_STATE_H
#define TIDEGATE_TRAY_RULES_WINDOW_STATE_H

#include "app/tray/activity_page.h"
#include "app/tray/adopt_dialog.h"
#include "app/tray/ports_invite.h"
#include "app/tray/rule_editor.h"
#include "app/tray/rules_details.h"
#include "app/tray/rules_layout.h"
#include "app/tray/rules_list.h"
#include "app/tray/rules_window.h"
#include "core/view/undo.h"
#include "core/view/window_layout.h"

struct rules_window {
    HWND hwnd;               /* NULL once closed */
    struct session *session; /* borrowed */
    struct rules_list list;
    struct rules_layout layout;
    struct rules_details *details; /* these are owned; the next two NULL until needed */
    struct activity_page *activity;
    struct ports_invite *invite;
    struct rule_editor *editor; /* NULL while closed */
    struct adopt_dialog *adopt; /* likewise */
    struct undo undo;
    HACCEL keys;            /* in the whole window */
    HACCEL list_keys;       /* while the list has the keyboard */
    bool selection_changed; /* a message is under way that shows it */
    bool wants_settings;    /* for rules_window_takes_settings */
};

/* Runs the command of that number (resource.h), if it is one; then the window is drawn anew. */
void rules_window_run(struct rules_window *self, int id);

/* What a check box asks for. */
void rules_window_enable(struct rules_window *self, const struct rule_row *row,
                         bool enabled);

/* Enables and disables what can be done, and says in a line what there is to say. */
void rules_window_show_availability(struct rules_window *self);

/* Shows the invitation to make a first rule, or hides it. */
void rules_window_invite(struct rules_window *self);

/* Turns to that page; rules_window_show_page gives it the keyboard, too. */
void rules_window_turn_to(struct rules_window *self, enum rules_page page);
void rules_window_show_page(struct rules_window *self, enum rules_page page);

/* rules_window_proc.c */
INT_PTR CALLBACK rules_window_proc(HWND hwnd, UINT message, WPARAM wParam, LPARAM lParam);

/* rules_window_parts.c. The place: where the window was, its columns, its sort; gives how to show
 * it. */
void rules_window_create_parts(struct rules_window *self);
/* What most openings never show is made when it is first shown. */
void rules_window_need_activity(struct rules_window *self);
void rules_window_need_invite(struct rules_window *self);
void rules_window_load_icons(HWND hwnd);
int rules_window_restore_place(struct rules_window *self);
void rules_window_save_place(const struct rules_window *self);

#endif
