/*
 * The words of the dialog for WSL's networking mode.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_MODE_WORDS_H
#define TIDEGATE_TRAY_MODE_WORDS_H

#include "app/tray/session.h"
#include "app/tray/words.h"

/* What becomes of the user's rules, in lines; mem_free. */
wchar_t *mode_words_of_rules(const struct session *session, enum networking_mode target);

/* Whether this PC can have that mode, and the lines that say why. */
struct mode_needs {
    bool are_met;
    struct words windows;
    struct words wsl;
    struct words policy; /* "" unless one stands in the way */
};

struct mode_needs mode_needs_read(enum networking_mode target);

struct words mode_words_of_error(const struct error *error);

#endif
