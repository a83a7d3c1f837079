/*
 * Stores in files, in a directory of each test's own, and what can befall such files.
 * SPDX-License-Identifier: MIT
 */
#define _XOPEN_SOURCE 700 /* mkdtemp */

#include "tests/unit/store_file_fixture.h"

#ifndef _WIN32 /* POSIX files; under Windows the core is the same code */

#include "core/base/mem.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char home[1024];
static char directory[] = "/tmp/tidegate-store-XXXXXX";

static void enter_directory(void)
{
    ck_assert_ptr_nonnull(getcwd(home, sizeof home));
    memcpy(directory + sizeof directory - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(directory));
    ck_assert_int_eq(chdir(directory), 0);
}

static void leave_directory(void)
{
    DIR *files = opendir(".");

    for (struct dirent *file = readdir(files); file != NULL; file = readdir(files))
        unlink(file->d_name);
    closedir(files);
    ck_assert_int_eq(chdir(home), 0);
    ck_assert_int_eq(rmdir(directory), 0);
}

TCase *case_in_directory(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, enter_directory, leave_directory);
    tcase_set_timeout(tcase, 30);
    suite_add_tcase(suite, tcase);
    return tcase;
}

struct bytes read_bytes(const char *path)
{
    struct bytes bytes = {0};
    FILE *file = fopen(path, "rb");
    long size;

    ck_assert_msg(file != NULL, "no file '%s'", path);
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    bytes.data = mem_alloc((size_t)size + 1);
    bytes.size = fread(bytes.data, 1, (size_t)size, file);
    fclose(file);
    return bytes;
}

void write_bytes(const char *path, const char *data, size_t size)
{
    FILE *file = fopen(path, "wb");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(data, 1, size, file), size);
    fclose(file);
}

void assert_holds(const char *path, const struct bytes *expected)
{
    struct bytes bytes = read_bytes(path);

    ck_assert_uint_eq(bytes.size, expected->size);
    ck_assert_msg(memcmp(bytes.data, expected->data, bytes.size) == 0, "'%s' has changed",
                  path);
    mem_free(bytes.data);
}

void damage(const char *path, long offset, size_t size)
{
    FILE *file = fopen(path, "r+b");

    ck_assert_ptr_nonnull(file);
    fseek(file, offset, SEEK_SET);
    for (size_t i = 0; i < size; i++)
        fputc(0xA5, file);
    fclose(file);
}

bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

void run_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    char *message = NULL;

    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_exec(db, sql, NULL, NULL, &message);
    ck_assert_msg(message == NULL, "%s", message);
    sqlite3_close(db);
}

void run_sql_and_leave_wal(const char *sql)
{
    sqlite3 *db = NULL;

    ck_assert_int_eq(sqlite3_open(DB, &db), SQLITE_OK);
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

struct store *open_as(enum store_opening expected)
{
    enum store_opening opening;
    struct error err = {0};
    struct store *store = store_open(DB, &opening, NULL, 0, &err);

    ck_assert_msg(store != NULL, "%s", err.detail);
    ck_assert_int_eq(opening, expected);
    return store;
}

void assert_refused(const char *reason)
{
    enum store_opening opening;
    struct error err = {0};

    ck_assert_ptr_null(store_open(DB, &opening, NULL, 0, &err));
    ck_assert_int_eq(err.kind, ERR_STORE);
    ck_assert_msg(strstr(err.detail, reason) != NULL, "'%s' lacks '%s'", err.detail,
                  reason);
}

void put_rule(struct store *store, const char *id)
{
    struct rule rule = rule_default();
    struct error err = {0};

    snprintf(rule.id.text, sizeof rule.id.text, "%s", id);
    snprintf(rule.owner.text, sizeof rule.owner.text, "S-1-5-21-1-2-3-1001");
    snprintf(rule.name, sizeof rule.name, "web");
    rule.listen.first_port = rule.listen.last_port = rule.connect.first_port = 3000;
    ck_assert_msg(store_begin(store, &err), "%s", err.detail);
    ck_assert_msg(store_put_rule(store, &rule, &err), "%s", err.detail);
    ck_assert_msg(store_commit(store, &err), "%s", err.detail);
}

size_t count_rules(struct store *store)
{
    struct rule_list rules = {0};
    struct error err = {0};

    ck_assert_msg(store_load_rules(store, &rules, NULL, &err), "%s", err.detail);

    const size_t count = rules.count;

    rule_list_clear(&rules);
    return count;
}

void make_database(void)
{
    struct store *store = open_as(STORE_CREATED);

    put_rule(store, ID_1);
    store_close(store);
}

void assert_opens_as(enum store_opening expected, size_t rule_count)
{
    struct store *store = open_as(expected);

    ck_assert_uint_eq(count_rules(store), rule_count);
    store_close(store);
}

#endif
