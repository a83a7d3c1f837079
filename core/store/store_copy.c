/*
 * The copy beside the database, which recovery falls back to.
 *
 * It is written first and the database committed after it. So a failing copy fails the commit with
 * nothing changed, and a kill in between leaves the copy one transaction ahead of the database: it
 * may hold an intent that was never acted on, which is harmless, and never lacks one that was.
 * It is a database of its own with its own WAL, so it too is old or new at every instruction.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/database.h"

/* The file format's read and write version, 1 for a rollback journal, 2 for WAL. A database
 * in memory has no WAL and is refused with 2. */
#define HEADER_WRITE_VERSION 18
#define HEADER_READ_VERSION 19

/* The database as the transaction under way sees it: SQLite's backup refuses to read one that is
 * being written, serializing does not. */
static sqlite3 *take_image(sqlite3 *db, struct error *err)
{
    const unsigned flags = SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY;
    sqlite3_int64 size = 0;
    unsigned char *bytes = sqlite3_serialize(db, "main", &size, 0);
    sqlite3 *image;

    if (bytes == NULL) {
        error_set(err, ERR_STORE, "read the database for its copy");
        return NULL;
    }
    bytes[HEADER_WRITE_VERSION] = 1;
    bytes[HEADER_READ_VERSION] = 1;
    image = database_connect(":memory:", DATABASE_SHARED, err);
    if (image == NULL) {
        sqlite3_free(bytes);
        return NULL;
    }

    /* Takes the bytes over, also when it fails. */
    if (sqlite3_deserialize(image, "main", bytes, size, size, flags) != SQLITE_OK) {
        database_fail(image, err, "read the database for its copy");
        sqlite3_close(image);
        return NULL;
    }
    return image;
}

bool copy_update(struct store *store, struct error *err)
{
    sqlite3 *image;
    bool ok;

    if (store->copy == NULL)
        return true;
    image = take_image(store->db, err);
    if (image == NULL)
        return false;

    /* Serializing puts zeros where a page cannot be read, and damage to the database may show only
     * now: a good copy is never replaced by a bad one. */
    ok = database_check(image, err) == DATABASE_OURS &&
         database_replace(store->copy, image, err);
    sqlite3_close(image);
    return ok;
}

bool copy_attach(struct store *store, const char *path, struct error *err)
{
    struct error copy_err = {0};
    const enum database_state state =
        database_open(path, DATABASE_EXCLUSIVE, &store->copy, &copy_err);

    /* The database is sound, so whatever stands here in the copy's stead gives way to a new one. */
    if (state == DATABASE_DAMAGED || state == DATABASE_FOREIGN) {
        if (!file_move_aside(path, NULL, 0, err))
            return false;
        database_open(path, DATABASE_EXCLUSIVE, &store->copy, &copy_err);
    }
    if (store->copy == NULL)
        return error_set(err, ERR_STORE, "open '%s': %s", path, copy_err.detail);
    return database_make_durable(store->copy, err) && copy_update(store, err);
}
