/*
 * What the details pane says, in words.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_DETAILS_WORDS_H
#define TIDEGATE_TRAY_DETAILS_WORDS_H

#include "app/tray/words.h"
#include "core/view/rule_action.h"
#include "core/view/rule_details.h"

/* Its state and, if it has one, the reason. */
struct words words_of_headline(const struct rule_row *row);

struct words words_of_action(enum rule_action action);

/* "Portproxy entry:" */
struct words words_of_detail_field(enum detail_field field);

/* A line for each detail, its field and a tab before it; a field is named once. `last_change`: what
 * the last line says, or NULL for no such line. Owned: mem_free. */
wchar_t *details_words_join(const struct rule_details *details,
                            const struct words *last_change);

#endif
