/*
 * One call of tidegatectl as a value: the command line (DESIGN.md §9), read and checked as far
 * as that goes without asking the service.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_COMMAND_COMMAND_H
#define TIDEGATE_COMMAND_COMMAND_H

#include "core/command/grammar.h"
#include "core/command/rule_edit.h"

/* Stable, for scripts. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_WRONG_USAGE = 2,
    EXIT_NO_SERVICE = 3,
    EXIT_NEEDS_ADMINISTRATOR = 4,
    EXIT_CONFLICT = 5
};

struct command {
    enum command_verb verb;
    enum command_verb topic; /* help: of which verb; COMMAND_HELP: of the program */
    unsigned options;        /* 1u << enum command_option, those given */
    const char *arguments[COMMAND_ARGUMENT_CAPACITY]; /* borrowed from the command line */
    size_t argument_count; /* rules; a ticket; a setting's key and value */
    struct user_sid user;  /* --user; "" = the caller */
    uint32_t limit;        /* --limit, or its default */
    struct rule_edit edit; /* add, edit */
    struct rule rule;      /* add: the whole rule, valid, without id and owner */
};

/*
 * Reads the arguments behind the program's name, UTF-8. ERR_INVALID names the argument and, for a
 * value, the accepted form. `out` is borrowing from `arguments`, and unchanged on failure.
 */
bool command_parse(size_t count, const char *const *arguments, struct command *out,
                   struct error *err) MUST_CHECK;

bool command_has(const struct command *command, enum command_option option);

/* What a failure means to a script. An access denied can always be cured by an elevated
 * caller (core/protocol/caller.h), so it is the same as a needed approval. */
enum exit_code exit_code_of(enum error_kind kind);

/* Of several outcomes the one to tell. */
enum exit_code exit_code_worse(enum exit_code a, enum exit_code b);

#endif
