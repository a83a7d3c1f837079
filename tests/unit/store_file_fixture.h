/*
 * Stores in files, in a directory of each test's own, and what can befall such files.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TESTS_UNIT_STORE_FILE_FIXTURE_H
#define TIDEGATE_TESTS_UNIT_STORE_FILE_FIXTURE_H

#include "core/store/store.h"

#include <check.h>
#include <stdbool.h>
#include <stddef.h>

#define ID_1 "11111111-1111-4111-8111-111111111111"
#define ID_2 "22222222-2222-4222-8222-222222222222"

/* With letters beyond ASCII, as a user's folder may have. */
#define DB "tide gäte.db"
#define COPY DB ".copy"

/* The whole content of a file, its end marked by a NUL; data is the caller's to free. */
struct bytes {
    char *data;
    size_t size;
};

/* Where the tests were started. */
extern char home[1024];

/* Each test in an empty directory of its own. */
TCase *case_in_directory(Suite *suite, const char *name);

struct bytes read_bytes(const char *path);
void write_bytes(const char *path, const char *data, size_t size);
void assert_holds(const char *path, const struct bytes *expected);
bool exists(const char *path);

/* Overwrites `size` bytes. */
void damage(const char *path, long offset, size_t size);

/* Runs SQL on a file as any other program would; the other leaves a WAL of DB behind, as a program
 * does that was killed. */
void run_sql(const char *path, const char *sql);
void run_sql_and_leave_wal(const char *sql);

struct store *open_as(enum store_opening expected);
void assert_refused(const char *reason);

void put_rule(struct store *store, const char *id);
size_t count_rules(struct store *store);

/* A database with one rule, closed. */
void make_database(void);

/* Opens, expects this many rules, and closes. */
void assert_opens_as(enum store_opening expected, size_t rule_count);

#endif
