/*
 * The notification icon's menu, from a report: which header, which rules with which
 * check marks and groups, and what can be chosen. Words are the window's.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_MENU_MODEL_H
#define TIDEGATE_VIEW_MENU_MODEL_H

#include "core/view/lan_address.h"
#include "core/view/view_state.h"

/* More rules than this move into submenus, so that the menu stays small. */
#define MENU_RULES_INLINE 10
/* "name (listen side)"; with the state beside it a line is about 60 columns. */
#define MENU_LABEL_COLUMNS 40
/* A character of one column has four bytes at most; `&` is doubled. */
#define MENU_LABEL_SIZE (4 * MENU_LABEL_COLUMNS + 1)
#define MENU_ARGUMENT_COLUMNS 48

enum menu_header {
    MENU_HEADER_STARTING,
    MENU_HEADER_UNREACHABLE,
    MENU_HEADER_NOT_INSTALLED,
    MENU_HEADER_SERVICE_STOPPED,
    MENU_HEADER_OTHER_PROTOCOL, /* arguments: the service's protocol version, and ours */
    MENU_HEADER_FAULT,          /* argument: the service's words */
    MENU_HEADER_WSL_ADDRESS,    /* running; argument: the address */
    MENU_HEADER_WSL_ADDRESS_MODE, /* running; argument: the address; wsl_mode */
    MENU_HEADER_WSL_RUNNING,      /* running, address not usable */
    MENU_HEADER_WSL_MODE,         /* running in another mode: wsl_mode */
    MENU_HEADER_WSL_STOPPED,
    MENU_HEADER_WSL_UNKNOWN,
    MENU_HEADER_COUNT
};

/* A rule's state by shape. */
enum menu_mark {
    MENU_MARK_OFF, /* and nothing forwards in its place */
    MENU_MARK_ACTIVE,
    MENU_MARK_WARNING, /* it forwards, but something is to be said */
    MENU_MARK_WAITING,
    MENU_MARK_NEEDS_USER,
    MENU_MARK_COUNT
};

struct menu_rule {
    struct rule_id id;
    char label[MENU_LABEL_SIZE]; /* a mnemonic `&` already doubled */
    enum menu_mark mark;
    enum rule_state state;
    enum reason warning;
    bool checked; /* what the service confirmed */
    bool pending; /* asked for a change; not to be chosen again */
    struct lan_address address;
    uint16_t port;                /* the first it listens on */
    char prefix[MENU_LABEL_SIZE]; /* of its name, before a "/" or ":"; "" if none */
};

/* Rules `first` to `first + count - 1` of the model. */
struct menu_group {
    char title[MENU_LABEL_SIZE]; /* each `&` doubled; "": those that are left over */
    size_t first, count;
    size_t enabled_count;
    bool needs_user; /* one of them does */
};

struct menu_model {
    enum menu_header header;
    char header_argument[2 * REPORT_NOTE_SIZE]; /* each `&` doubled, too */
    char header_second[32];
    struct message fault; /* for users, as short and with each `&` doubled; or MESSAGE_NONE */
    enum networking_mode wsl_mode;
    enum networking_mode
        awaited_mode;         /* once WSL is restarted; UNKNOWN: nothing waits for that */
    char service_version[32]; /* when it is another than this program's; else "" */
    bool rules_known;         /* false while the service does not answer */
    struct menu_rule *rules; /* the user's own; in the order of the report, or of the groups */
    size_t rule_count, rule_capacity;
    size_t enabled_count;
    struct menu_group *groups; /* none: the rules stand in the menu itself */
    size_t group_count, group_capacity;
    bool may_change; /* rules and pause can be chosen */
    bool paused;
    bool pause_pending;
};

/* Fills `out`, which is empty; free with menu_model_clear. */
void menu_model_build(const struct view_state *state,
                      const struct lan_adapter_list *adapters, struct menu_model *out);
void menu_model_clear(struct menu_model *model);

/* Menus take `&` as the mark of a mnemonic: doubles each. */
void menu_text_escape(const char *from, char *out, size_t capacity);

#endif
