/*
 * JSON by SQLite: the parts of each open object or array are rows of a table in memory; its end
 * makes them one value with json_group_object or json_group_array, a part of the next outer.
 * SPDX-License-Identifier: MIT
 */
#include "app/ctl/json.h"

#include "core/base/mem.h"

#include <assert.h>
#include <sqlite3.h>
#include <stddef.h>
#include <string.h>

#define DEPTH_MAX 8

struct level {
    bool is_array;
    char *key; /* owned; NULL if none */
};

struct json {
    sqlite3 *db;
    sqlite3_stmt *add, *group_object, *group_array, *forget;
    struct level levels[DEPTH_MAX];
    int depth;
    int64_t position; /* grows with each part of any level */
    char *finished;   /* owned; NULL until the outermost end */
};

/* Without ROWID the key is the order of the rows, and so of the members. */
static const char schema[] =
    "CREATE TABLE part(depth INTEGER, position INTEGER, key TEXT, value, is_json INTEGER,"
    " PRIMARY KEY(depth, position)) WITHOUT ROWID";
static const char add_sql[] =
    "INSERT INTO part(depth, key, value, is_json, position) VALUES(?1, ?2, ?3, ?4, ?5)";
#define VALUE "CASE WHEN is_json THEN json(value) ELSE value END"
static const char group_object_sql[] =
    "SELECT json_group_object(key, " VALUE ") FROM part WHERE depth = ?1";
static const char group_array_sql[] =
    "SELECT json_group_array(" VALUE ") FROM part WHERE depth = ?1";
static const char forget_sql[] = "DELETE FROM part WHERE depth = ?1";

/* In memory and with our own statements only a lack of memory can fail, which ends us anyway. */
static void require(bool ok)
{
    assert(ok);
    (void)ok;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;

    require(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK);
    return statement;
}

struct json *json_new(void)
{
    struct json *json = mem_alloc(sizeof *json);

    require(
        sqlite3_open_v2(":memory:", &json->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY,
                        NULL) == SQLITE_OK);
    require(sqlite3_exec(json->db, schema, NULL, NULL, NULL) == SQLITE_OK);
    json->add = prepare(json->db, add_sql);
    json->group_object = prepare(json->db, group_object_sql);
    json->group_array = prepare(json->db, group_array_sql);
    json->forget = prepare(json->db, forget_sql);
    return json;
}

void json_free(struct json *json)
{
    if (json == NULL)
        return;
    while (json->depth > 0)
        mem_free(json->levels[--json->depth].key);
    sqlite3_finalize(json->add);
    sqlite3_finalize(json->group_object);
    sqlite3_finalize(json->group_array);
    sqlite3_finalize(json->forget);
    sqlite3_close(json->db);
    mem_free(json->finished);
    mem_free(json);
}

static char *copy_of(const char *text)
{
    const size_t size = text != NULL ? strlen(text) + 1 : 0;
    char *copy = text != NULL ? mem_alloc(size) : NULL;

    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

static void begin(struct json *json, const char *key, bool is_array)
{
    require(json->depth < DEPTH_MAX);
    json->levels[json->depth++] =
        (struct level){.is_array = is_array, .key = copy_of(key)};
}

void json_begin_object(struct json *json, const char *key)
{
    begin(json, key, false);
}

void json_begin_array(struct json *json, const char *key)
{
    begin(json, key, true);
}

/* The value is bound already. */
static void add_bound(struct json *json, const char *key, bool is_json)
{
    require(json->depth > 0 && json->levels[json->depth - 1].is_array == (key == NULL));
    sqlite3_bind_int(json->add, 1, json->depth);
    sqlite3_bind_text(json->add, 2, key, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int(json->add, 4, is_json);
    sqlite3_bind_int64(json->add, 5, json->position++);
    require(sqlite3_step(json->add) == SQLITE_DONE);
    sqlite3_reset(json->add);
    sqlite3_clear_bindings(json->add);
}

/* Makes the parts of the innermost level one value; owned by the caller. */
static char *group(struct json *json)
{
    sqlite3_stmt *statement =
        json->levels[json->depth - 1].is_array ? json->group_array : json->group_object;
    char *value;

    sqlite3_bind_int(statement, 1, json->depth);
    require(sqlite3_step(statement) == SQLITE_ROW);
    value = copy_of((const char *)sqlite3_column_text(statement, 0));
    require(value != NULL);
    sqlite3_reset(statement);

    sqlite3_bind_int(json->forget, 1, json->depth);
    require(sqlite3_step(json->forget) == SQLITE_DONE);
    sqlite3_reset(json->forget);
    return value;
}

void json_end(struct json *json)
{
    char *value;
    char *key;

    require(json->depth > 0);
    value = group(json);
    key = json->levels[--json->depth].key;
    if (json->depth > 0) {
        sqlite3_bind_text(json->add, 3, value, -1, SQLITE_TRANSIENT);
        add_bound(json, key, true);
        mem_free(value);
    } else {
        mem_free(json->finished);
        json->finished = value;
    }
    mem_free(key);
}

void json_put_text(struct json *json, const char *key, const char *value)
{
    sqlite3_bind_text(json->add, 3, value, -1, SQLITE_TRANSIENT);
    add_bound(json, key, false);
}

void json_put_number(struct json *json, const char *key, int64_t value)
{
    sqlite3_bind_int64(json->add, 3, value);
    add_bound(json, key, false);
}

void json_put_bool(struct json *json, const char *key, bool value)
{
    sqlite3_bind_text(json->add, 3, value ? "true" : "false", -1, SQLITE_STATIC);
    add_bound(json, key, true);
}

void json_put_null(struct json *json, const char *key)
{
    add_bound(json, key, false);
}

const char *json_text(const struct json *json)
{
    return json->finished != NULL ? json->finished : "";
}
