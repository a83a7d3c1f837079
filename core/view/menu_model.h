/*
 * The notification icon's menu, from a report: which header, which rules with which
 * check marks, and what can be chosen. Words are the window's.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_MENU_MODEL_H
#define TIDEGATE_VIEW_MENU_MODEL_H

#include "core/view/view_state.h"

/* More rules than this move into a submenu, so that the menu stays small. */
#define MENU_RULES_INLINE 10
/* "name (listen side)" with every `&` doubled. */
#define MENU_LABEL_SIZE (2 * (RULE_TEXT_SIZE + RULE_INTERFACE_NAME_SIZE + 16))

enum menu_header {
    MENU_HEADER_STARTING,
    MENU_HEADER_UNREACHABLE,
    MENU_HEADER_FAULT,       /* argument: the service's words */
    MENU_HEADER_WSL_ADDRESS, /* running; argument: the address */
    MENU_HEADER_WSL_RUNNING, /* running, address not usable; argument: why, or "" */
    MENU_HEADER_WSL_MODE,    /* running in another mode; argument: its name */
    MENU_HEADER_WSL_STOPPED,
    MENU_HEADER_WSL_UNKNOWN,
    MENU_HEADER_COUNT
};

struct menu_rule {
    struct rule_id id;
    char label[MENU_LABEL_SIZE]; /* a mnemonic `&` already doubled */
    bool checked;                /* what the service confirmed */
    bool pending;                /* asked for a change; not to be chosen again */
    bool troubled;               /* blocked, in conflict or failed */
};

struct menu_model {
    enum menu_header header;
    char header_argument[2 * REPORT_NOTE_SIZE]; /* each `&` doubled, too */
    bool rules_known;        /* false while the service does not answer */
    struct menu_rule *rules; /* the user's own, in the order of the report */
    size_t rule_count, rule_capacity;
    size_t enabled_count;
    bool rules_in_submenu;
    bool may_change; /* rules and pause can be chosen */
    bool paused;
    bool pause_pending;
};

/* Fills `out`, which is empty; free with menu_model_clear. */
void menu_model_build(const struct view_state *state, struct menu_model *out);
void menu_model_clear(struct menu_model *model);

/* Menus take `&` as the mark of a mnemonic: doubles each. */
void menu_text_escape(const char *from, char *out, size_t capacity);

#endif
