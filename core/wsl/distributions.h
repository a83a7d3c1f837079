/*
 * What wsl.exe says of a user's distributions (facts/wsl.md §3). Asking with --list never starts
 * one; everything that runs a command does.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WSL_DISTRIBUTIONS_H
#define TIDEGATE_WSL_DISTRIBUTIONS_H

#include "core/attributes.h"

#include <stdbool.h>
#include <stddef.h>

#define DISTRIBUTION_NAME_SIZE 260
/* More is no list of distributions. */
#define DISTRIBUTION_CAPACITY 128

enum distribution_state {
    DISTRIBUTION_UNKNOWN, /* not told, or in words of another language (in-box WSL) */
    DISTRIBUTION_STOPPED,
    DISTRIBUTION_RUNNING,
    DISTRIBUTION_BUSY /* installing, uninstalling, converting, exporting */
};

struct distribution {
    char name[DISTRIBUTION_NAME_SIZE];
    bool is_default;
    enum distribution_state state;
    unsigned version; /* of WSL, 1 or 2; 0: not told */
};

struct distribution_list {
    struct distribution *items;
    size_t count, capacity;
};

/*
 * Each takes the bytes as wsl.exe wrote them, UTF-16LE or UTF-8, and adds to `out`. False when they
 * cannot be such an answer (no text, control characters, an overlong name, too many lines); `out`
 * is then empty.
 */

/* `--list --quiet`, with or without `--running`: a name a line, the default first. An in-box
 * wsl.exe that has none says so in a sentence of the user's language: without a running
 * distribution the exit code is not 0, and the output is not to be read. */
bool distributions_parse_quiet(const void *bytes, size_t size,
                               struct distribution_list *out) MUST_CHECK;

/* `--list`, with or without `--running`: below a heading, the default marked " (Default)" in the
 * user's language. */
bool distributions_parse_titled(const void *bytes, size_t size,
                                struct distribution_list *out) MUST_CHECK;

/* `--list --verbose`: below column titles, the default marked `*`. */
bool distributions_parse_verbose(const void *bytes, size_t size,
                                 struct distribution_list *out) MUST_CHECK;

void distribution_list_clear(struct distribution_list *list);

#endif
