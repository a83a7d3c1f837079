/*
 * The words of the user interface: strings from the resources, with inserts, and sentences for
 * states, reasons and errors.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_WORDS_H
#define TIDEGATE_TRAY_WORDS_H

#include "core/view/menu_model.h"
#include "core/view/rule_rows.h"
#include "core/view/tray_status.h"

#include <windows.h>

/* Enough for any string with its inserts; what is longer is cut. */
#define WORDS_SIZE 1024

/* A bounded text of the user interface, by value. */
struct words {
    wchar_t text[WORDS_SIZE];
};

struct words words_load(UINT id);
struct words words_load_in(LANGID language, UINT id);
struct words words_from_utf8(const char *text); /* malformed or too long: empty */
/* An address, a port or a path, which reads from left to right in every language: where words do
 * not, left-to-right marks (U+200E) hold it together. */
struct words words_from_left(const wchar_t *text);

/* Replaces %1, %2, %3; NULL inserts are empty. */
struct words words_format(UINT id, const wchar_t *first, const wchar_t *second,
                          const wchar_t *third);
struct words words_format_utf8(UINT id, const char *insert);

/* Empty when only a newer service knows the message. */
struct words words_of_message(const struct message *message);
/* The message, or what the service says in English when it has none that is known. */
struct words words_of_message_or(const struct message *message, const char *english);
struct words words_of_mode(enum networking_mode mode); /* "mirrored" */
struct words words_of_error(const struct error *error);
struct words words_of_state(const struct rule_row *row);
struct words words_of_reason(const struct rule_row *row);

/* A reason's sentence with its subject; "" for none. */
struct words words_of_reason_and(enum reason reason, const struct words *subject);
struct words words_of_tray(const struct tray_status *status);
struct words words_of_header(const struct menu_model *model);

#endif
