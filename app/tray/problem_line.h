/*
 * The rule editor's line for what is wrong or under way, and the balloon that points at the field.
 * The line is what counts: not every screen reader speaks balloons.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_PROBLEM_LINE_H
#define TIDEGATE_TRAY_PROBLEM_LINE_H

#include "app/tray/words.h"

struct problem_line {
    HWND control;       /* borrowed */
    HWND balloon;       /* borrowed: the edit control that has one, or NULL */
    bool is_of_a_field; /* what is shown goes as soon as the field is right */
};

/* Nothing under way, nothing wrong. */
void problem_line_clear(struct problem_line *line);

/* What stands until the user edits or the service answers. */
void problem_line_say(struct problem_line *line, const struct words *words);

/* `field`: the control to point at, or NULL for the line alone. The balloon shows only while the
 * field has the keyboard, which it would take away otherwise. */
void problem_line_complain(struct problem_line *line, const struct words *words,
                           HWND field);

#endif
