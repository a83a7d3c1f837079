/*
 * What happens in the rule editor while the user edits: fields follow one another, the effect is
 * told, and what is wrong is said at its field. The editor's other half is its life with the
 * service, rule_editor.c.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_RULE_EDITING_H
#define TIDEGATE_TRAY_RULE_EDITING_H

#include "app/tray/expander.h"
#include "app/tray/problem_line.h"
#include "app/tray/rule_fields.h"
#include "app/tray/session.h"

#define TIMER_CHECK 1 /* runs out at a pause in typing: rule_editing_check */

struct rule_editor {
    HWND hwnd;               /* NULL once closed */
    struct session *session; /* borrowed */
    struct rule base;        /* what is being edited; reaches the service only on OK */
    bool is_new;
    struct rule_fields fields;
    struct expander advanced;
    struct problem_line line;
    unsigned touched; /* RULE_FIELD_BITs of what the user edited */
    bool follows;     /* the connect port shows the listen port until it is edited */
    bool filling;     /* changes of texts are our own doing */
    uint32_t job;     /* the request under way, or 0 */
};

/* Reads what the fields say; false while they make no rule. */
bool rule_editing_read(const struct rule_editor *self, struct rule *out);

/* The same when the user is done: else says what is wrong and goes there. */
bool rule_editing_finish(struct rule_editor *self, struct rule *out);

/* Shows what comes of the fields: the effect, what is available, whether it needs approval. */
void rule_editing_show(const struct rule_editor *self);

/* Says what stands until the user edits or the service answers. */
void rule_editing_say(struct rule_editor *self, UINT id);

void rule_editing_expand(struct rule_editor *self, bool open);
void rule_editing_go_to(struct rule_editor *self, HWND control);

/* Says what is wrong in the fields that the user has been at. */
void rule_editing_check(struct rule_editor *self);

/* For WM_COMMAND of a field. */
void rule_editing_on_field(struct rule_editor *self, int id, HWND control, UINT code);

#endif
