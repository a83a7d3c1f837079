/*
 * The words of the command line: which verbs and options there are, what belongs together,
 * and the help that follows from it.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_COMMAND_GRAMMAR_H
#define TIDEGATE_COMMAND_GRAMMAR_H

#include "core/base/text.h"

enum command_verb {
    COMMAND_LIST,
    COMMAND_STATUS,
    COMMAND_DIAGNOSE,
    COMMAND_PLAN,
    COMMAND_ACTIVITY,
    COMMAND_WATCH,
    COMMAND_ADD,
    COMMAND_EDIT,
    COMMAND_REMOVE,
    COMMAND_ENABLE,
    COMMAND_DISABLE,
    COMMAND_PAUSE,
    COMMAND_RESUME,
    COMMAND_RECONCILE,
    COMMAND_TAKE_OVER,
    COMMAND_ADOPT,
    COMMAND_EXPORT,
    COMMAND_IMPORT,
    COMMAND_START_IP_HELPER,
    COMMAND_APPROVE,
    COMMAND_SETTINGS,
    COMMAND_HELP,
    COMMAND_VERSION,
    COMMAND_COUNT
};

enum command_option {
    OPTION_JSON,
    OPTION_LIVE,
    OPTION_LIMIT,
    OPTION_LISTEN,
    OPTION_CONNECT,
    OPTION_NAME,
    OPTION_FIREWALL,
    OPTION_REMOTE,
    OPTION_COMMENT,
    OPTION_DISABLED,
    OPTION_FORCE,
    OPTION_ALL,
    OPTION_USER,
    OPTION_ELEVATE,
    OPTION_LIST,
    OPTION_UNDO,
    OPTION_KEEP_FIREWALL,
    OPTION_DRY_RUN,
    OPTION_PROBE,
    OPTION_REPORT,
    OPTION_SELF_TEST,
    OPTION_HELP,
    OPTION_COUNT
};

#define COMMAND_ARGUMENT_CAPACITY 256 /* as many rules as a user may have */

struct verb_grammar {
    const char *name;
    const char *arguments; /* as help shows them, "" if none */
    const char *purpose;   /* one line */
    const char *more;      /* further lines of its own help, "" if none */
    unsigned options;      /* 1u << enum command_option */
    size_t fewest, most;   /* arguments */
};

struct option_grammar {
    const char *name;    /* with its dashes */
    const char *value;   /* as help shows it; NULL: takes none */
    const char *purpose; /* one or more lines */
};

/* Borrowed, static. */
const struct verb_grammar *verb_grammar(enum command_verb verb);
const struct option_grammar *option_grammar(enum command_option option);

bool verb_takes_option(enum command_verb verb, enum command_option option);
bool verb_find(const char *word, enum command_verb *out);

/* The option named by the first `size` bytes of `word`. */
bool option_find(const char *word, size_t size, enum command_option *out);

#define HELP_TEXT_SIZE 8192

/* The help of one verb; of COMMAND_HELP: of the program. */
void help_write(enum command_verb verb, struct text *out);

#endif
