/*
 * Ends the program at every single write of the store, by a kill, in the middle of a write, or by a
 * power cut that loses what was not synced; and lets every single write fail. Whatever happens,
 * the database is old or new, and its copy is no older than the last commit that returned.
 * SPDX-License-Identifier: MIT
 */
#ifndef _WIN32 /* POSIX files and processes; under Windows the core is the same code */
#define _XOPEN_SOURCE 700 /* mkdtemp, truncate */

#include "core/store/store.h"

#include "core/store/database.h"
#include "tests/unit/counted_files.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *store_crash_suite(void);

static const char *const ending_names[ENDING_COUNT] = {
    "killed", "killed in the write", "power cut", "power cut, reordered", "disk full",
};

static char home[1024];
static char directory[] = "/tmp/tidegate-crash-XXXXXX";

static void enter_directory(void)
{
    install_layer();
    ck_assert_ptr_nonnull(getcwd(home, sizeof home));
    memcpy(directory + sizeof directory - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(directory));
    ck_assert_int_eq(chdir(directory), 0);
}

/* The files SQLite may keep of the database and of its copy; shell commands would take ten times
 * as long as the tests themselves. */
static const char *const file_names[] = {
    "db",      "db-wal",      "db-shm",      "db-journal",
    "db.copy", "db.copy-wal", "db.copy-shm", "db.copy-journal",
};

#define FILE_COUNT (sizeof file_names / sizeof file_names[0])
#define FIRST_OF_COPY 4

static void copy_file(const char *from, const char *to)
{
    char buffer[8192];
    FILE *in = fopen(from, "rb");
    FILE *out;

    if (in == NULL)
        return;
    out = fopen(to, "wb");
    ck_assert_ptr_nonnull(out);
    for (size_t size; (size = fread(buffer, 1, sizeof buffer, in)) > 0;)
        ck_assert_uint_eq(fwrite(buffer, 1, size, out), size);
    fclose(out);
    fclose(in);
}

/* Makes `to` hold the files of `from`, from number `first` on, and no others. */
static void copy_folder(const char *from, const char *to, size_t first)
{
    mkdir(to, 0700);
    for (size_t i = 0; i < FILE_COUNT; i++) {
        char source[64];
        char target[64];

        snprintf(source, sizeof source, "%s/%s", from, file_names[i]);
        snprintf(target, sizeof target, "%s/%s", to, file_names[i]);
        unlink(target);
        if (i >= first)
            copy_file(source, target);
    }
}

static void clear_moved_aside(const char *folder)
{
    for (int number = 1; number <= 9; number++) {
        for (size_t i = 0; i < FIRST_OF_COPY; i++) {
            char path[64];

            snprintf(path, sizeof path, "%s/db.damaged-%d%s", folder, number,
                     file_names[i] + 2);
            unlink(path);
        }
    }
}

static void leave_directory(void)
{
    ck_assert_int_eq(system("rm -r -- *"), 0);
    ck_assert_int_eq(chdir(home), 0);
    ck_assert_int_eq(rmdir(directory), 0);
}

/* An intent for the same entry each time; its number is the connect port. */
static bool commit_intent(struct store *store, int number)
{
    const struct owned_entry entry = {.key = {PORTPROXY_V4TOV4, "0.0.0.0", 80},
                                      .rule_id = {"11111111-1111-4111-8111-111111111111"},
                                      .intent = INTENT_WRITE,
                                      .intended = {"172.28.1.2", (uint16_t)number}};

    if (!store_begin(store, NULL))
        return false;
    if (store_put_entry(store, &entry, NULL))
        return store_commit(store, NULL);
    store_rollback(store);
    return false;
}

/* The number of the last intent; 0 when there is none, -1 when it cannot be read. */
static int intent_in(struct store *store)
{
    struct ledger ledger = {0};
    int number = 0;

    if (!store_load_ledger(store, &ledger, NULL))
        return -1;
    if (ledger.entry_count > 0)
        number = ledger.entries[0].intended.port;
    ledger_clear(&ledger);
    return number;
}

/* The same for the database in `folder`. */
static int read_intent(const char *folder, enum store_opening *opening)
{
    struct error err = {0};
    char path[64];
    struct store *store;
    int number;

    snprintf(path, sizeof path, "%s/db", folder);
    store = store_open(path, opening, NULL, 0, &err);
    ck_assert_msg(store != NULL, "%s", err.detail);
    number = intent_in(store);
    store_close(store);
    return number;
}

#define INTENT_COUNT 2

/* Commits intents 2, 3 ... and tells of each that returned. WALs are emptied nearly every time, so
 * that this is struck too. */
static void commit_intents(int told)
{
    enum store_opening opening;
    struct store *store = store_open("live/db", &opening, NULL, 0, NULL);

    sqlite3_exec(store->db, "PRAGMA wal_autocheckpoint = 4", NULL, NULL, NULL);
    sqlite3_exec(store->copy, "PRAGMA wal_autocheckpoint = 30", NULL, NULL, NULL);
    for (int number = 2; number < 2 + INTENT_COUNT; number++)
        if (commit_intent(store, number) && write(told, "+", 1) != 1)
            abort();
    store_close(store);
}

/* The same while one write fails: what returned false changed nothing, what returned true is there,
 * and afterwards the store works on. */
static void commit_one_and_compare(int told)
{
    enum store_opening opening;
    const long strike_at = next_strike.countdown;
    struct store *store;

    (void)told;
    next_strike.countdown = 0;
    store = store_open("live/db", &opening, NULL, 0, NULL);
    sqlite3_exec(store->db, "PRAGMA wal_autocheckpoint = 4", NULL, NULL, NULL);
    sqlite3_exec(store->copy, "PRAGMA wal_autocheckpoint = 30", NULL, NULL, NULL);
    next_strike.countdown = strike_at;
    for (int number = 2, last = 1; number < 2 + INTENT_COUNT; number++) {
        if (commit_intent(store, number))
            last = number;
        if (intent_in(store) != last)
            abort();
    }

    const long left = next_strike.countdown;

    next_strike.countdown = 0;
    if (!commit_intent(store, 1 + INTENT_COUNT))
        abort();
    store_close(store);
    next_strike.countdown = left;
}

static void open_only(int told)
{
    enum store_opening opening;
    struct store *store = store_open("live/db", &opening, NULL, 0, NULL);

    if (store != NULL && write(told, "+", 1) != 1)
        abort();
    store_close(store);
}

/* Runs `work` in a process that ends at write number `strike_at`. Gives how many steps it said
 * it finished and whether it came to its end. */
static int run_struck(void (*work)(int told), enum ending ending, long strike_at,
                      bool *came_to_its_end)
{
    int told[2];
    int status;
    char step;
    int steps = 0;
    pid_t child;

    ck_assert_int_eq(pipe(told), 0);
    child = fork();
    if (child == 0) {
        next_strike.ending = ending;
        next_strike.countdown = strike_at;
        work(told[1]);
        _exit(next_strike.countdown > 0 ? 42 : 0);
    }
    close(told[1]);
    while (read(told[0], &step, 1) == 1)
        steps++;
    close(told[0]);
    waitpid(child, &status, 0);
    ck_assert_msg(WIFEXITED(status), "strike %ld: the child was ended by signal %d",
                  strike_at, WTERMSIG(status));
    *came_to_its_end = WEXITSTATUS(status) == 42;
    return steps;
}

static void make_template(void)
{
    enum store_opening opening;
    struct store *store;

    mkdir("template", 0700);
    store = store_open("template/db", &opening, NULL, 0, NULL);
    ck_assert_ptr_nonnull(store);
    ck_assert(commit_intent(store, 1));
    store_close(store);
}

static void check_after_commits(enum ending ending, long strike_at, int last_returned)
{
    enum store_opening opening;
    int in_database;
    int in_copy;

    copy_folder("live", "copy", FIRST_OF_COPY);
    in_database = read_intent("live", &opening);
    ck_assert_int_eq(opening, STORE_OPENED);
    in_copy = read_intent("copy", &opening);
    ck_assert_int_eq(opening, STORE_RECOVERED);

    ck_assert_msg(in_database == last_returned || in_database == last_returned + 1,
                  "%s at write %ld: %d returned, the database has %d",
                  ending_names[ending], strike_at, last_returned, in_database);
    ck_assert_msg(in_copy == last_returned || in_copy == last_returned + 1,
                  "%s at write %ld: %d returned, the copy has %d", ending_names[ending],
                  strike_at, last_returned, in_copy);
    ck_assert_msg(in_copy >= in_database, "%s at write %ld: the copy is older",
                  ending_names[ending], strike_at);
}

START_TEST(store_commit_leaves_old_or_new_wherever_the_program_ends)
{
    const enum ending ending = (enum ending)_i;
    bool came_to_its_end = false;
    long strike_at = 0;

    make_template();
    while (!came_to_its_end) {
        copy_folder("template", "live", 0);

        const int steps =
            run_struck(commit_intents, ending, ++strike_at, &came_to_its_end);

        check_after_commits(ending, strike_at, 1 + steps);
    }
    ck_assert_int_gt(strike_at, 50);
}
END_TEST

START_TEST(store_commit_fails_or_succeeds_as_it_says_when_any_write_fails)
{
    bool came_to_its_end = false;
    long strike_at = 0;

    make_template();
    while (!came_to_its_end) {
        copy_folder("template", "live", 0);
        run_struck(commit_one_and_compare, DISK_FULL, ++strike_at, &came_to_its_end);
        check_after_commits(DISK_FULL, strike_at, 1 + INTENT_COUNT);
    }
}
END_TEST

/* For time's sake each way of ending takes every third write, the next way those beside. */
#define OPENING_STRIDE 3

START_TEST(store_open_can_be_repeated_wherever_the_making_ended)
{
    const enum ending ending = (enum ending)_i;
    bool came_to_its_end = false;
    long strike_at = 1 + _i % OPENING_STRIDE;

    while (!came_to_its_end) {
        enum store_opening opening;

        copy_folder("nothing", "live", 0);
        run_struck(open_only, ending, strike_at, &came_to_its_end);

        read_intent("live", &opening);

        ck_assert_msg(opening == STORE_CREATED || opening == STORE_OPENED,
                      "%s at write %ld: opened as %d", ending_names[ending], strike_at,
                      (int)opening);
        strike_at += OPENING_STRIDE;
    }
    ck_assert_int_gt(strike_at, 20);
}
END_TEST

START_TEST(store_open_can_be_repeated_wherever_the_recovery_ended)
{
    const enum ending ending = (enum ending)_i;
    bool came_to_its_end = false;
    long strike_at = 1 + _i % OPENING_STRIDE;

    make_template();
    ck_assert_int_eq(truncate("template/db", 10), 0);
    while (!came_to_its_end) {
        enum store_opening opening;

        copy_folder("template", "live", 0);
        clear_moved_aside("live");
        run_struck(open_only, ending, strike_at, &came_to_its_end);

        ck_assert_msg(read_intent("live", &opening) == 1, "%s at write %ld: lost",
                      ending_names[ending], strike_at);
        strike_at += OPENING_STRIDE;
    }
    ck_assert_int_gt(strike_at, 20);
}
END_TEST

Suite *store_crash_suite(void)
{
    Suite *suite = suite_create("store_crash");
    TCase *tcase = tcase_create("every write");

    tcase_add_checked_fixture(tcase, enter_directory, leave_directory);
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, store_commit_leaves_old_or_new_wherever_the_program_ends,
                        0, DISK_FULL);
    tcase_add_test(tcase, store_commit_fails_or_succeeds_as_it_says_when_any_write_fails);
    tcase_add_loop_test(tcase, store_open_can_be_repeated_wherever_the_making_ended, 0,
                        ENDING_COUNT);
    tcase_add_loop_test(tcase, store_open_can_be_repeated_wherever_the_recovery_ended, 0,
                        ENDING_COUNT);
    suite_add_tcase(suite, tcase);
    return suite;
}

#else

#include <check.h>

Suite *store_crash_suite(void);

Suite *store_crash_suite(void)
{
    return suite_create("store_crash");
}

#endif
