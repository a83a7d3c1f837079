/*
 * A standard stream in UTF-8: a console is written to as UTF-16, which needs no change of its
 * code page and so nothing to restore; a pipe or file gets the bytes.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_CTL_OUTPUT_H
#define TIDEGATE_CTL_OUTPUT_H

#include "core/base/error.h"

#include <windows.h>

struct output {
    HANDLE handle; /* borrowed from the process; NULL: there is none */
    bool is_console;
    char *bytes; /* not yet written */
    size_t size, capacity;
};

/* `which` is STD_OUTPUT_HANDLE or STD_ERROR_HANDLE. */
void output_init(struct output *output, DWORD which);
void output_clear(struct output *output);

/* Collect; nothing is written before output_flush. */
void output_text(struct output *output, const char *text);
void output_format(struct output *output, const char *format, ...) PRINTF_LIKE(2, 3);

/* Text that others wrote (names of other users, foreign entries): what could steer a
 * terminal is replaced. */
void output_foreign(struct output *output, const char *text);

bool output_flush(struct output *output, struct error *err) MUST_CHECK;

/* "detail: the system's words (0x80070005)" and a line's end. */
void output_reason(struct output *output, const struct error *error);

/* "tidegatectl: " and that. */
void output_error(struct output *output, const struct error *error);

#endif
