/*
 * The lines of a .wslconfig as WSL's own parser takes them, which is neither INI nor quite
 * gitconfig (facts/wsl.md §5.1; microsoft/WSL src/shared/configfile/configfile.cpp): what it skips
 * is skipped here, and where it goes on is where this goes on.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WSL_CONFIG_LINES_H
#define TIDEGATE_WSL_CONFIG_LINES_H

#include <stdbool.h>
#include <stddef.h>

#define CONFIG_NAME_SIZE 64
#define CONFIG_VALUE_SIZE 256

enum config_line_kind {
    CONFIG_SECTION, /* a well-formed [section] */
    CONFIG_SETTING, /* a well-formed key = value */
    CONFIG_SKIPPED  /* what WSL warns of and passes over */
};

struct config_line {
    enum config_line_kind kind;
    unsigned number; /* of the line it begins on, from 1 */
    /* SECTION: its name. SETTING: "section.key", or "key" before any section. As written; WSL
     * compares without case. "" when it is longer than any name WSL knows. */
    char name[2 * CONFIG_NAME_SIZE];
    char value[CONFIG_VALUE_SIZE]; /* SETTING: unquoted, unescaped, without blanks behind it */
    bool value_cut;                /* it did not fit */
    /* SETTING: where the value stands in the text, quotes included, trailing blanks not. SECTION:
     * `value_end` is behind the header's line, its line end included. */
    size_t value_start, value_end;
};

struct config_reader {
    const char *text; /* borrowed: UTF-8, without a mark */
    size_t size;
    size_t at;
    unsigned line;
    char section[CONFIG_NAME_SIZE];
    size_t section_length;
    bool section_is_lost; /* no key below counts: see config_lines.c */
};

void config_reader_init(struct config_reader *reader, const char *text, size_t size);

/* The next line that is not empty or a comment; false at the end of the text. */
bool config_reader_next(struct config_reader *reader, struct config_line *out);

#endif
