/*
 * Opening one SQLite file: hardened, and checked before anything is changed.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/database.h"

#include "core/base/text.h"

#include <string.h>

#define BUSY_TIMEOUT_MS 250
/* Far above what is ever stored: rules, ledger and activity are bounded. */
#define VALUE_SIZE_MAX (1024 * 1024)
#define PAGE_COUNT_MAX (16 * 1024) /* of 4 KiB */

/* The file may come from anywhere: it must not be able to make us run SQL of its own
 * (https://www.sqlite.org/security.html). */
static bool harden(sqlite3 *db)
{
    static const struct {
        int option;
        int value;
    } options[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
        {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
    };

    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        if (sqlite3_db_config(db, options[i].option, options[i].value, NULL) != SQLITE_OK)
            return false;
    return true;
}

/* What a file may cost, and that no statement names another one. */
static void limit(sqlite3 *db)
{
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, VALUE_SIZE_MAX);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(db, SQLITE_LIMIT_TRIGGER_DEPTH, 1);
}

static bool configure(sqlite3 *db, enum database_use use, struct error *err)
{
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
    if (!harden(db))
        return database_fail(db, err, "harden the database connection");
    limit(db);

    /* Exclusive before WAL is first used means no shared memory, hence no -shm file. */
    return (use == DATABASE_SHARED ||
            database_run(db, "PRAGMA locking_mode = EXCLUSIVE", err)) &&
           database_run(db, "PRAGMA cell_size_check = ON", err);
}

sqlite3 *database_connect(const char *path, enum database_use use, struct error *err)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    sqlite3 *db = NULL;

    if (sqlite3_open_v2(path, &db, flags, NULL) != SQLITE_OK)
        database_fail(db, err, path);
    else if (configure(db, use, err))
        return db;
    sqlite3_close(db);
    return NULL;
}

bool database_make_durable(sqlite3 *db, struct error *err)
{
    struct statement journal = statement_prepare(db, "PRAGMA journal_mode = WAL");
    char mode[16] = "";

    if (statement_next(&journal))
        statement_take_text(&journal, mode, sizeof mode);
    if (!statement_finish(&journal, err, "switch the database to WAL"))
        return false;

    /* SQLite keeps the old mode without an error where there is no shared memory, as on a network
     * drive. */
    if (strcmp(mode, "wal") != 0)
        return error_set(err, ERR_STORE, "switch the database to WAL: it stays '%s'",
                         mode);
    return database_run(db, "PRAGMA synchronous = FULL", err);
}

static enum database_state state_after_failure(sqlite3 *db)
{
    switch (sqlite3_errcode(db) & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return DATABASE_DAMAGED;
    default:
        return DATABASE_UNREADABLE;
    }
}

/* Reads the one number that `sql` gives. */
static bool read_number(sqlite3 *db, const char *sql, int64_t *number, struct error *err)
{
    struct statement query = statement_prepare(db, sql);

    *number = 0;
    if (statement_next(&query))
        *number = statement_take_integer(&query, INT32_MIN, INT32_MAX);
    return statement_finish(&query, err, "%s", sql);
}

enum database_state database_check(sqlite3 *db, struct error *err)
{
    struct statement check = statement_prepare(db, "PRAGMA quick_check(1)");
    char result[ERROR_DETAIL_SIZE] = "";

    if (statement_next(&check))
        statement_take_text(&check, result, sizeof result);
    if (!statement_finish(&check, err, "check the database"))
        return state_after_failure(db);
    if (strcmp(result, "ok") == 0)
        return DATABASE_OURS;
    for (char *end = result; (end = strchr(end, '\n')) != NULL;)
        *end = ' ';
    error_set(err, ERR_STORE, "database is damaged: %s", result);
    return DATABASE_DAMAGED;
}

static enum database_state check_size(sqlite3 *db, struct error *err)
{
    int64_t page_count;

    if (!read_number(db, "PRAGMA page_count", &page_count, err))
        return state_after_failure(db);
    if (page_count <= PAGE_COUNT_MAX)
        return DATABASE_OURS;
    error_set(err, ERR_STORE, "database is larger than this program ever makes it");
    return DATABASE_FOREIGN;
}

/* Whose the file is; only then does anything else in it matter. */
static enum database_state identify(sqlite3 *db, struct error *err)
{
    int64_t application_id;
    int64_t version;
    int64_t object_count;

    if (!read_number(db, "PRAGMA application_id", &application_id, err) ||
        !read_number(db, "PRAGMA user_version", &version, err))
        return state_after_failure(db);
    if (application_id != 0 && application_id != DATABASE_APPLICATION_ID) {
        error_set_message(err, ERR_STORE, MESSAGE_DATABASE_FOREIGN, NULL, NULL, NULL);
        return DATABASE_FOREIGN;
    }
    if (application_id != 0 && version > DATABASE_VERSION) {
        error_set_message(err, ERR_STORE, MESSAGE_DATABASE_NEWER,
                          text_of_number((size_t)version).digits,
                          text_of_number(DATABASE_VERSION).digits, NULL);
        return DATABASE_FOREIGN;
    }
    if (application_id != 0 && version == 0) {
        error_set(err, ERR_STORE, "database is damaged: it has no version");
        return DATABASE_DAMAGED;
    }
    if (application_id != 0)
        return DATABASE_OURS;

    /* Without an id it is a new file, or one of the many programs that give none. */
    if (!read_number(db, "SELECT count(*) FROM sqlite_schema", &object_count, err))
        return state_after_failure(db);
    if (object_count == 0 && version == 0)
        return DATABASE_EMPTY;
    error_set_message(err, ERR_STORE, MESSAGE_DATABASE_FOREIGN, NULL, NULL, NULL);
    return DATABASE_FOREIGN;
}

enum database_state database_open(const char *path, enum database_use use, sqlite3 **out,
                                  struct error *err)
{
    char wal[DATABASE_PATH_SIZE];
    struct text wal_path = TEXT_OVER(wal);

    *out = NULL;
    text_append_format(&wal_path, "%s-wal", path);

    const bool has_wal = file_exists(wal);
    sqlite3 *db = database_connect(path, use, err);

    if (db == NULL)
        return DATABASE_UNREADABLE;

    enum database_state state = identify(db, err);

    if (state == DATABASE_OURS)
        state = check_size(db, err);
    if (state == DATABASE_OURS)
        state = database_check(db, err);
    if (state == DATABASE_OURS)
        state = database_check_schema(db, err);
    if (state == DATABASE_OURS || state == DATABASE_EMPTY) {
        *out = db;
        return state;
    }

    /* Closing writes a left-over WAL into the file, which is not ours to change or is evidence. */
    if (has_wal)
        sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(db);
    return state;
}

bool database_replace(sqlite3 *destination, sqlite3 *source, struct error *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(destination, "main", source, "main");

    if (backup != NULL) {
        sqlite3_backup_step(backup, -1);
        if (sqlite3_backup_finish(backup) == SQLITE_OK)
            return true;
    }
    return database_fail(destination, err, "copy the database");
}
