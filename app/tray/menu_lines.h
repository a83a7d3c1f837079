/*
 * The lines of the notification icon's menus, from the model.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_MENU_LINES_H
#define TIDEGATE_TRAY_MENU_LINES_H

#include "core/view/menu_model.h"

#include <windows.h>

/* A rule's lines have a first number and its place in the model. */
enum rule_command { RULE_TOGGLE, RULE_COPY, RULE_OPEN, RULE_DIAGNOSE, RULE_NO_COMMAND };

/* The whole menu; the caller's to destroy. */
HMENU menu_lines_build(const struct menu_model *model);

/* What else can be done with one rule: the same lines as in its submenu. */
HMENU menu_lines_build_actions(const struct menu_rule *rule, UINT place);

/* What a number stands for; `place` is then that of the rule. */
enum rule_command menu_lines_command(const struct menu_model *model, UINT id,
                                     size_t *place);

#endif
