/*
 * What one process can be asked about another: its command line, its owner, its program.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_PROCESS_FACTS_H
#define TIDEGATE_WIN32_PROCESS_FACTS_H

#include "core/model/rule.h"

#include <stddef.h>
#include <stdint.h>

#define PROCESS_COMMAND_LINE_SIZE 4096

/* False when the process is gone, is protected, or its command line is not text of that size.
 * The line is the process's own claim: it can write there what it likes. */
bool process_command_line(uint32_t process_id, char out[PROCESS_COMMAND_LINE_SIZE]);

/* The user of the process's token. */
bool process_owner(uint32_t process_id, struct user_sid *out);

/* File name of the program; "" (and cut when too long) when it cannot be told. */
void process_program_name(uint32_t process_id, char *out, size_t capacity);

#endif
