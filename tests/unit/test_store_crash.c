/*
 * Ends the program at every single write of the store, by a kill, in the middle of a write, or by a
 * power cut that loses what was not synced; and lets every single write fail. Whatever happens,
 * the database is old or new, and its copy is no older than the last commit that returned.
 *
 * A file layer of SQLite's kind stands between the store and the real one and counts.
 * SPDX-License-Identifier: MIT
 */
#ifndef _WIN32 /* POSIX files and processes; under Windows the core is the same code */
#define _XOPEN_SOURCE 700 /* mkdtemp, truncate */

#include "core/store/database.h"
#include "core/store/store.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *store_crash_suite(void);

enum ending {
    KILLED,
    KILLED_IN_THE_WRITE, /* half of the bytes reach the file */
    POWER_CUT,           /* nothing since the last sync does */
    POWER_CUT_REORDERED, /* every second write since the last sync does */
    DISK_FULL,           /* nothing ends: that one write fails */
    ENDING_COUNT
};

static const char *const ending_names[ENDING_COUNT] = {
    "killed", "killed in the write", "power cut", "power cut, reordered", "disk full",
};

/* --- The counting file layer. */

struct counted_file {
    sqlite3_file base;
    sqlite3_file *real; /* directly behind this struct */
};

/* What a write that is not synced yet has replaced. */
struct replaced {
    sqlite3_file *real;
    sqlite3_int64 offset;
    sqlite3_int64 old_file_size;
    int size;
    int old_size;
    unsigned char *old;
};

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    enum ending ending;
    long countdown; /* at 1 the next write is the one; 0: not armed */
    struct replaced replaced[4096];
    size_t replaced_count;
} layer;

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct counted_file *)file)->real;
}

static void remember(sqlite3_file *real, sqlite3_int64 offset, int size)
{
    struct replaced *entry = &layer.replaced[layer.replaced_count++];
    sqlite3_int64 left;

    if (layer.replaced_count > sizeof layer.replaced / sizeof layer.replaced[0])
        abort();
    *entry = (struct replaced){.real = real, .offset = offset, .size = size};
    real->pMethods->xFileSize(real, &entry->old_file_size);
    left = entry->old_file_size - offset;
    entry->old_size = left <= 0 ? 0 : left < size ? (int)left : size;
    entry->old = calloc(1, (size_t)size + 1);
    real->pMethods->xRead(real, entry->old, entry->old_size, offset);
}

static void forget(const sqlite3_file *real)
{
    size_t kept = 0;

    for (size_t i = 0; i < layer.replaced_count; i++) {
        if (layer.replaced[i].real == real)
            free(layer.replaced[i].old);
        else
            layer.replaced[kept++] = layer.replaced[i];
    }
    layer.replaced_count = kept;
}

static void lose_what_is_not_synced(void)
{
    const size_t stride = layer.ending == POWER_CUT_REORDERED ? 2 : 1;

    for (size_t i = layer.replaced_count; i >= stride; i -= stride) {
        const struct replaced *lost = &layer.replaced[i - 1];
        const struct sqlite3_io_methods *methods = lost->real->pMethods;

        /* What a file has grown by reads as zeros if only something behind it was written. */
        methods->xWrite(lost->real, lost->old, lost->size, lost->offset);
        if (stride == 1)
            methods->xTruncate(lost->real, lost->old_file_size);
    }
}

/* Counts one write; true if it is to fail. */
static bool strike(sqlite3_file *real, const void *bytes, int size, sqlite3_int64 offset)
{
    if (layer.countdown == 0 || --layer.countdown > 0)
        return false;
    if (layer.ending == DISK_FULL)
        return true;
    if (layer.ending == KILLED_IN_THE_WRITE && size > 1)
        real->pMethods->xWrite(real, bytes, size / 2, offset);
    if (layer.ending == POWER_CUT || layer.ending == POWER_CUT_REORDERED)
        lose_what_is_not_synced();
    _exit(0);
}

static int counted_close(sqlite3_file *file)
{
    forget(real_of(file));
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int counted_read(sqlite3_file *file, void *out, int size, sqlite3_int64 offset)
{
    return real_of(file)->pMethods->xRead(real_of(file), out, size, offset);
}

static int counted_write(sqlite3_file *file, const void *bytes, int size,
                         sqlite3_int64 offset)
{
    sqlite3_file *real = real_of(file);

    if (strike(real, bytes, size, offset))
        return SQLITE_FULL;
    remember(real, offset, size);
    return real->pMethods->xWrite(real, bytes, size, offset);
}

static int counted_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    sqlite3_file *real = real_of(file);
    sqlite3_int64 old_size = 0;

    if (strike(real, NULL, 0, 0))
        return SQLITE_IOERR_TRUNCATE;
    real->pMethods->xFileSize(real, &old_size);
    if (old_size > size)
        remember(real, size, (int)(old_size - size));
    return real->pMethods->xTruncate(real, size);
}

/* No sync is passed on: the only power cuts are ours. */
static int counted_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    if (strike(real_of(file), NULL, 0, 0))
        return SQLITE_IOERR_FSYNC;
    forget(real_of(file));
    return SQLITE_OK;
}

static int counted_file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int counted_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int counted_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int counted_check_lock(sqlite3_file *file, int *out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int counted_control(sqlite3_file *file, int operation, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}

static int counted_sector_size(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int counted_characteristics(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int counted_shm_map(sqlite3_file *file, int page, int size, int extend,
                           void volatile **out)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
}

static int counted_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void counted_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int counted_shm_unmap(sqlite3_file *file, int delete_it)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), delete_it);
}

static const struct sqlite3_io_methods counted_methods = {
    .iVersion = 2,
    .xClose = counted_close,
    .xRead = counted_read,
    .xWrite = counted_write,
    .xTruncate = counted_truncate,
    .xSync = counted_sync,
    .xFileSize = counted_file_size,
    .xLock = counted_lock,
    .xUnlock = counted_unlock,
    .xCheckReservedLock = counted_check_lock,
    .xFileControl = counted_control,
    .xSectorSize = counted_sector_size,
    .xDeviceCharacteristics = counted_characteristics,
    .xShmMap = counted_shm_map,
    .xShmLock = counted_shm_lock,
    .xShmBarrier = counted_shm_barrier,
    .xShmUnmap = counted_shm_unmap,
};

static int counted_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file,
                        int flags, int *out_flags)
{
    struct counted_file *counted = (struct counted_file *)file;
    int status;

    (void)vfs;
    counted->real = (sqlite3_file *)(counted + 1);
    status = layer.real->xOpen(layer.real, name, counted->real, flags, out_flags);
    file->pMethods = counted->real->pMethods != NULL ? &counted_methods : NULL;
    return status;
}

static int counted_delete(sqlite3_vfs *vfs, const char *name, int sync_directory)
{
    (void)vfs;
    (void)sync_directory;
    if (strike(NULL, NULL, 0, 0))
        return SQLITE_IOERR_DELETE;
    return layer.real->xDelete(layer.real, name, 0);
}

static void install_layer(void)
{
    layer.real = sqlite3_vfs_find(NULL);
    layer.vfs = *layer.real;
    layer.vfs.zName = "counted";
    layer.vfs.szOsFile += (int)sizeof(struct counted_file);
    layer.vfs.xOpen = counted_open;
    layer.vfs.xDelete = counted_delete;
    sqlite3_vfs_register(&layer.vfs, 1);
}

/* --- What the child does, and what is found afterwards. */

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
    const long strike_at = layer.countdown;
    struct store *store;

    (void)told;
    layer.countdown = 0;
    store = store_open("live/db", &opening, NULL, 0, NULL);
    sqlite3_exec(store->db, "PRAGMA wal_autocheckpoint = 4", NULL, NULL, NULL);
    sqlite3_exec(store->copy, "PRAGMA wal_autocheckpoint = 30", NULL, NULL, NULL);
    layer.countdown = strike_at;
    for (int number = 2, last = 1; number < 2 + INTENT_COUNT; number++) {
        if (commit_intent(store, number))
            last = number;
        if (intent_in(store) != last)
            abort();
    }

    const long left = layer.countdown;

    layer.countdown = 0;
    if (!commit_intent(store, 1 + INTENT_COUNT))
        abort();
    store_close(store);
    layer.countdown = left;
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
        layer.ending = ending;
        layer.countdown = strike_at;
        work(told[1]);
        _exit(layer.countdown > 0 ? 42 : 0);
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
