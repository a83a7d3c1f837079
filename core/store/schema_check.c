/*
 * Are a file's tables the ones that store_schema.c makes? A file that somebody prepared must not
 * bring views, triggers, computed columns or indexes of its own, for they would run inside ours.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/text.h"
#include "core/store/database.h"

#include <string.h>

/* One line for each column of a table and each thing that is none, in an order that depends on
 * nothing but the schema. Not the text of the statements: another version of SQLite may spell what
 * it rewrote in another way. */
static const char outline[] =
    "SELECT s.type || ' ' || s.name || ' of ' || s.tbl_name || coalesce("
    "    ' with ' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || c.pk || ' ' ||"
    "    c.hidden || ' ' || coalesce(c.dflt_value, '-'), '')"
    " FROM sqlite_schema AS s LEFT JOIN pragma_table_xinfo(s.name) AS c ON s.type = 'table'"
    " ORDER BY 1";

/* False at the end, with "" in the line. */
static bool next_line(struct statement *query, char line[ERROR_DETAIL_SIZE])
{
    line[0] = '\0';
    if (!statement_next(query))
        return false;
    statement_take_text(query, line, ERROR_DETAIL_SIZE);
    /* Longer than all of ours: no line of the other can equal it. */
    if (query->malformed)
        text_copy(line, ERROR_DETAIL_SIZE, "(something with a long name)");
    return true;
}

static bool compare(struct statement *found, struct statement *expected, struct error *err)
{
    for (;;) {
        char theirs[ERROR_DETAIL_SIZE];
        char ours[ERROR_DETAIL_SIZE];
        const bool more = next_line(found, theirs);
        const int order = next_line(expected, ours) || more ? strcmp(theirs, ours) : 0;

        if (order == 0 && !more)
            return true;
        if (order != 0)
            return more && (order < 0 || ours[0] == '\0')
                       ? error_set(err, ERR_STORE,
                                   "database has what this program never makes: %s",
                                   theirs)
                       : error_set(err, ERR_STORE, "database lacks %s", ours);
    }
}

/* Tables of that version, made anew; NULL on failure. */
static sqlite3 *make_example(int64_t version, struct error *err)
{
    sqlite3 *example = database_connect(":memory:", DATABASE_SHARED, err);

    if (example != NULL && database_make_version(example, version, err))
        return example;
    sqlite3_close(example);
    return NULL;
}

static bool read_table(sqlite3 *db, const char *table, struct error *err)
{
    char sql[ERROR_DETAIL_SIZE];
    struct text text = TEXT_OVER(sql);

    text_append_format(&text, "SELECT * FROM \"%s\"", table);
    return database_run(db, sql, err);
}

/* Reads every value once, so that one that is too large shows now and not in a pass. The names come
 * from our own tables. */
static bool read_everything(sqlite3 *db, sqlite3 *example, struct error *err)
{
    struct statement query =
        statement_prepare(example, "SELECT name FROM sqlite_schema WHERE type = 'table'");
    char table[64];
    bool ok = true;

    while (ok && statement_next(&query)) {
        statement_take_text(&query, table, sizeof table);
        ok = read_table(db, table, err);
    }
    return statement_finish(&query, err, "list the tables") && ok;
}

enum database_state database_check_schema(sqlite3 *db, struct error *err)
{
    int64_t version = 0;
    sqlite3 *example = NULL;
    bool equal;

    if (!database_read_version(db, &version, err))
        return DATABASE_UNREADABLE;
    example = make_example(version, err);
    if (example == NULL)
        return DATABASE_UNREADABLE;

    struct statement found = statement_prepare(db, outline);
    struct statement expected = statement_prepare(example, outline);

    equal = compare(&found, &expected, err);
    statement_finish(&expected, NULL, "read the example's tables");
    if (!statement_finish(&found, err, "read the database's tables"))
        equal = false;
    equal = equal && read_everything(db, example, err);
    sqlite3_close(example);
    return equal ? DATABASE_OURS : DATABASE_FOREIGN;
}
