/*
 * What the store's own files share, and nobody else includes: the open database,
 * statements whose failure is looked at once at their end, and the steps of opening.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_STORE_DATABASE_H
#define TIDEGATE_STORE_DATABASE_H

#include "core/base/error.h"

#include <sqlite3.h>

#define DATABASE_APPLICATION_ID 0x54644774 /* "TdGt", in the file's header */
#define DATABASE_VERSION 5
#define DATABASE_PATH_SIZE 1024

struct store {
    sqlite3 *db;
    sqlite3 *copy; /* NULL beside ":memory:" */
    bool in_transaction;
    bool copy_is_due; /* the copy lacks something other than activity, or has too much */
    /* Kept from use to use: a move of WSL runs them for every entry, twice. */
    sqlite3_stmt *put_entry;
    sqlite3_stmt *forget_entry;
};

/*
 * One SQL statement under way. Parameters are bound and columns taken in their order. The
 * first failure sticks, later calls do nothing, and statement_finish tells of it.
 */
struct statement {
    sqlite3 *db;
    sqlite3_stmt *handle;
    bool is_kept;   /* the handle is the store's, and only lent */
    int status;     /* SQLite's code; SQLITE_OK while nothing failed */
    int position;   /* parameters bound, or columns of this row taken, so far */
    bool malformed; /* something taken from this row was not what the column may hold */
};

struct statement statement_prepare(sqlite3 *db, const char *sql);

/* For writing: asserts the transaction and makes the copy due. */
struct statement statement_prepare_write(struct store *store, const char *sql);

/* The same for a statement that the store keeps at `kept`; NULL there before its first use. */
struct statement statement_prepare_kept(struct store *store, const char *sql,
                                        sqlite3_stmt **kept);

/* The same for activity, which alone does not make the copy due. */
struct statement statement_prepare_activity(struct store *store, const char *sql);

/* Binds the next parameter. Text is borrowed until statement_finish; NULL binds SQL's NULL. */
void statement_bind_text(struct statement *statement, const char *text);
void statement_bind_integer(struct statement *statement, int64_t value);
void statement_bind_null(struct statement *statement);

/* Moves to the next row; false at the end and after a failure. */
bool statement_next(struct statement *statement);

/* Take the next column of the row. What does not fit (a text too long, not UTF-8, or NULL; a number
 * out of range) makes the row malformed and gives "" or `minimum`. */
void statement_take_text(struct statement *row, char *out, size_t size);
int64_t statement_take_integer(struct statement *row, int64_t minimum, int64_t maximum);

/* Whether the next column is NULL; does not take it. */
bool statement_sees_null(const struct statement *row);
void statement_skip(struct statement *row);

/* Releases the statement; on failure says what was attempted and why not. */
bool statement_finish(struct statement *statement, struct error *err, const char *format,
                      ...) PRINTF_LIKE(3, 4);

/* Runs a statement that gives no rows, or one that is of no interest. */
bool statement_run(struct statement *statement, struct error *err, const char *format,
                   ...) PRINTF_LIKE(3, 4);
bool database_run(sqlite3 *db, const char *sql, struct error *err);

/* Records the last failure of `db` ("`path`: locked by another program") and returns false. */
bool database_fail(sqlite3 *db, struct error *err, const char *attempt);

/* What stands at a path. */
enum database_state {
    DATABASE_OURS,      /* checked and sound, of this version or an older one */
    DATABASE_EMPTY,     /* missing, of no length, or without any table */
    DATABASE_DAMAGED,   /* no SQLite file, or one that fails its check */
    DATABASE_FOREIGN,   /* another program's, or a newer version's */
    DATABASE_UNREADABLE /* locked, or the system refuses */
};

enum database_use { DATABASE_SHARED, DATABASE_EXCLUSIVE };

/* Opens a file (creating an empty one), hardened and with nothing checked. NULL on failure. */
sqlite3 *database_connect(const char *path, enum database_use use, struct error *err);

/* Connects and checks. `*out` is open for OURS and EMPTY and NULL otherwise, and nothing has been
 * changed then; `err` tells why it is neither. */
enum database_state database_open(const char *path, enum database_use use, sqlite3 **out,
                                  struct error *err);

/* Whether `db` passes quick_check; DAMAGED or UNREADABLE when not. */
enum database_state database_check(sqlite3 *db, struct error *err);

/* The version that a file says it has, 0 for a new one; and in an empty database the tables of a
 * version that this program knows. */
bool database_read_version(sqlite3 *db, int64_t *version, struct error *err);
bool database_make_version(sqlite3 *db, int64_t version, struct error *err);

/* Whether the tables are those that this program makes, of the file's version, and nothing else is
 * there: no view, trigger, index or column of others. FOREIGN, which names the first difference, or
 * UNREADABLE when not. Checks hold what they may, so their conditions are not compared. */
enum database_state database_check_schema(sqlite3 *db, struct error *err);

/* WAL, and every commit on disk before it returns. */
bool database_make_durable(sqlite3 *db, struct error *err);

/* Brings an empty or older database to DATABASE_VERSION, in one transaction. */
bool database_migrate(sqlite3 *db, struct error *err);

/* Copies the whole of one database over another, in one transaction. */
bool database_replace(sqlite3 *destination, sqlite3 *source, struct error *err);

/* Files are named in UTF-8. */
bool file_exists(const char *path);
bool file_delete_database(const char *path,
                          struct error *err); /* with -wal, -shm, -journal */
/* Renames a database with its -wal, -shm and -journal to the first free "<path>.damaged-N".
 * `moved_to` may be NULL. */
bool file_move_aside(const char *path, char *moved_to, size_t moved_to_size,
                     struct error *err);

/* Opens the copy at `path` and brings it up to date; a damaged one is moved aside before. */
bool copy_attach(struct store *store, const char *path, struct error *err);

/* Makes the copy equal to the database as the transaction under way sees it. */
bool copy_update(struct store *store, struct error *err);

#endif
