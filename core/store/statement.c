/*
 * Statements whose failure is looked at once, at their end.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/text.h"
#include "core/store/database.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

struct statement statement_prepare(sqlite3 *db, const char *sql)
{
    struct statement statement = {.db = db};

    statement.status = sqlite3_prepare_v2(db, sql, -1, &statement.handle, NULL);
    return statement;
}

struct statement statement_prepare_activity(struct store *store, const char *sql)
{
    assert(store->in_transaction);

    /* After some failures SQLite has already rolled back. What is written now would be committed
     * at once and alone. */
    if (sqlite3_get_autocommit(store->db))
        return (struct statement){.db = store->db, .status = SQLITE_ABORT_ROLLBACK};
    return statement_prepare(store->db, sql);
}

struct statement statement_prepare_write(struct store *store, const char *sql)
{
    store->copy_is_due = true;
    return statement_prepare_activity(store, sql);
}

struct statement statement_prepare_kept(struct store *store, const char *sql,
                                        sqlite3_stmt **kept)
{
    struct statement statement;

    if (*kept == NULL) {
        statement = statement_prepare_write(store, sql);
        *kept = statement.handle;
    } else {
        /* Nothing is prepared from no words; the checks are made. */
        statement = statement_prepare_write(store, "");
        statement.handle = *kept;
    }
    statement.is_kept = statement.handle != NULL;
    return statement;
}

/* Binding fails only for want of memory or by our own mistake. */
static void expect_bound(int status)
{
    assert(status == SQLITE_OK);
    (void)status;
}

void statement_bind_text(struct statement *statement, const char *text)
{
    if (statement->status != SQLITE_OK)
        return;
    expect_bound(sqlite3_bind_text(statement->handle, ++statement->position, text, -1,
                                   SQLITE_STATIC));
}

void statement_bind_integer(struct statement *statement, int64_t value)
{
    if (statement->status != SQLITE_OK)
        return;
    expect_bound(sqlite3_bind_int64(statement->handle, ++statement->position, value));
}

void statement_bind_null(struct statement *statement)
{
    statement_bind_text(statement, NULL);
}

bool statement_next(struct statement *statement)
{
    if (statement->status != SQLITE_OK)
        return false;
    statement->position = 0;
    statement->malformed = false;

    const int step = sqlite3_step(statement->handle);

    if (step != SQLITE_ROW && step != SQLITE_DONE)
        statement->status = step;
    return step == SQLITE_ROW;
}

bool statement_sees_null(const struct statement *row)
{
    return sqlite3_column_type(row->handle, row->position) == SQLITE_NULL;
}

void statement_skip(struct statement *row)
{
    row->position++;
}

void statement_take_text(struct statement *row, char *out, size_t size)
{
    const int column = row->position++;
    const char *text = (const char *)sqlite3_column_text(row->handle, column);
    const size_t length = (size_t)sqlite3_column_bytes(row->handle, column);

    out[0] = '\0';
    if (text == NULL || strlen(text) != length || !utf8_is_valid(text, length) ||
        !text_copy(out, size, text))
        row->malformed = true;
}

int64_t statement_take_integer(struct statement *row, int64_t minimum, int64_t maximum)
{
    const int column = row->position++;
    const int64_t value = sqlite3_column_int64(row->handle, column);

    if (sqlite3_column_type(row->handle, column) == SQLITE_INTEGER && value >= minimum &&
        value <= maximum)
        return value;
    row->malformed = true;
    return minimum;
}

static const char *reason(sqlite3 *db, int status)
{
    switch (status & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "database is locked by another program";
    case SQLITE_ABORT:
        return "the transaction was rolled back after an earlier failure";
    default:
        return db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(status);
    }
}

bool database_fail(sqlite3 *db, struct error *err, const char *attempt)
{
    return error_set(err, ERR_STORE, "%s: %s", attempt, reason(db, sqlite3_errcode(db)));
}

static bool finish(struct statement *statement, struct error *err, const char *format,
                   va_list args)
{
    const bool ok = statement->status == SQLITE_OK;

    if (!ok) {
        char attempt[ERROR_DETAIL_SIZE];
        struct text text = TEXT_OVER(attempt);

        text_append_args(&text, format, args);
        error_set(err, ERR_STORE, "%s: %s", attempt,
                  reason(statement->db, statement->status));
    }
    if (statement->is_kept) {
        sqlite3_reset(statement->handle);
        sqlite3_clear_bindings(statement->handle);
    } else {
        sqlite3_finalize(statement->handle);
    }
    statement->handle = NULL;
    return ok;
}

bool statement_finish(struct statement *statement, struct error *err, const char *format,
                      ...)
{
    va_list args;

    va_start(args, format);
    const bool ok = finish(statement, err, format, args);
    va_end(args);
    return ok;
}

bool statement_run(struct statement *statement, struct error *err, const char *format, ...)
{
    va_list args;

    while (statement_next(statement))
        continue;
    va_start(args, format);
    const bool ok = finish(statement, err, format, args);
    va_end(args);
    return ok;
}

bool database_run(sqlite3 *db, const char *sql, struct error *err)
{
    struct statement statement = statement_prepare(db, sql);

    return statement_run(&statement, err, "%s", sql);
}
