/*
 * Tables of cases in tests/data/: what a parser is given, and what it must make of it.
 *
 *     == KIND: what this case is about
 *     NAME value            any number of expectations
 *     ----
 *     the input, up to the next "== "; its last line end belongs to it unless the case says `bare`
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TESTS_CASE_FILE_H
#define TIDEGATE_TESTS_CASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct test_case {
    char kind[32];
    char title[128];
    char expectations[1024]; /* lines, each ended by \n */
    char *input;             /* owned by the file; a NUL behind it */
    size_t input_size;
};

struct case_file {
    struct test_case *items;
    size_t count, capacity;
};

/* Fails the running test when the file is missing or malformed. */
void case_file_read(const char *path, struct case_file *out);
void case_file_clear(struct case_file *file);

/* The value of that expectation; NULL when the case has none. Good until the next call. */
const char *case_expects(const struct test_case *item, const char *name);

#endif
