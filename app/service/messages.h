/*
 * Words for the one who runs the program in a terminal.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_MESSAGES_H
#define TIDEGATE_SERVICE_MESSAGES_H

#include "core/base/error.h"

#include <stddef.h>

/* One line to standard output. */
void message_say(const char *format, ...) PRINTF_LIKE(1, 2);

/* "tidegate-service: <what was tried>: <Windows' words> (0x80070005)" to standard error. */
void message_complain(const struct error *err);

/* The same words, without the program's name. */
void message_format_error(const struct error *err, char *out, size_t capacity);

#endif
