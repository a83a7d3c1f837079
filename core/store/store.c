/*
 * The database's life: opened, recovered if need be, written in transactions, closed.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/store.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/store/database.h"

#include <assert.h>
#include <string.h>

/* What "-journal" or ".copy.damaged-1000-journal" adds to the longest path. */
#define PATH_RESERVE 32

/* Makes the store's file from the copy; the copy alone is untouched by a kill in between, and
 * the next opening finds no file beside a good copy and comes here again. */
static bool restore(const char *path, sqlite3 *copy, struct error *err)
{
    sqlite3 *db = database_connect(path, DATABASE_SHARED, err);
    const bool ok = db != NULL && database_replace(db, copy, err);

    sqlite3_close(db);
    return ok;
}

struct recovery {
    const char *path;
    const char *copy_path;
    bool damaged; /* else there is no file, or an empty one */
    char *moved_to;
    size_t moved_to_size;
};

/* Clears the place and puts the copy there if it is good. */
static bool recover(const struct recovery *self, enum store_opening *opening,
                    struct error *err)
{
    struct error copy_err = {0};
    sqlite3 *copy = NULL;
    enum database_state copy_state = DATABASE_EMPTY;
    bool ok = true;

    if (file_exists(self->copy_path))
        copy_state = database_open(self->copy_path, DATABASE_EXCLUSIVE, &copy, &copy_err);
    if (copy_state == DATABASE_UNREADABLE)
        return error_set(err, ERR_STORE, "copy of the database: %s", copy_err.detail);

    *opening = copy_state == DATABASE_OURS ? STORE_RECOVERED
               : self->damaged             ? STORE_STARTED_ANEW
                                           : STORE_CREATED;
    if (self->damaged)
        ok = file_move_aside(self->path, self->moved_to, self->moved_to_size, err);
    if (ok && copy_state == DATABASE_OURS)
        ok = restore(self->path, copy, err);
    sqlite3_close(copy);

    /* Good for nothing here, but perhaps for whoever looks into it. */
    if (ok && (copy_state == DATABASE_DAMAGED || copy_state == DATABASE_FOREIGN))
        ok = file_move_aside(self->copy_path, NULL, 0, err);
    return ok;
}

/* Opens the file at `path` once it is sound. */
static bool open_sound(struct store *store, const struct recovery *places,
                       enum store_opening *opening, struct error *err)
{
    struct recovery recovery = *places;
    struct error damage = {0};
    enum database_state state =
        database_open(places->path, DATABASE_SHARED, &store->db, &damage);

    *opening = STORE_OPENED;
    if (state == DATABASE_EMPTY || state == DATABASE_DAMAGED) {
        sqlite3_close(store->db);
        store->db = NULL;
        recovery.damaged = state == DATABASE_DAMAGED;
        if (!recover(&recovery, opening, err))
            return false;
        state = database_open(places->path, DATABASE_SHARED, &store->db, &damage);
    }
    if (state == DATABASE_OURS || state == DATABASE_EMPTY)
        return true;
    error_set(err, ERR_STORE, "open '%s': %s", places->path, damage.detail);
    if (err != NULL)
        err->message = damage.message;
    return false;
}

/* `places` lacks the copy's path only. */
static bool open_file(struct store *store, const struct recovery *places,
                      enum store_opening *opening, struct error *err)
{
    char copy_path[DATABASE_PATH_SIZE];
    struct text copy_text = TEXT_OVER(copy_path);
    struct recovery recovery = *places;

    if (strlen(places->path) + PATH_RESERVE > DATABASE_PATH_SIZE)
        return error_set(err, ERR_STORE, "open the database: its path is too long");
    text_append_format(&copy_text, "%s.copy", places->path);
    recovery.copy_path = copy_path;

    /* The copy is brought up to date even when nothing has changed since: a kill may have left it
     * ahead, or somebody may have removed it. */
    return open_sound(store, &recovery, opening, err) &&
           database_make_durable(store->db, err) && database_migrate(store->db, err) &&
           copy_attach(store, copy_path, err);
}

static bool open_in_memory(struct store *store, enum store_opening *opening,
                           struct error *err)
{
    *opening = STORE_CREATED;
    store->db = database_connect(":memory:", DATABASE_SHARED, err);
    return store->db != NULL && database_migrate(store->db, err);
}

struct store *store_open(const char *path, enum store_opening *opening, char *moved_to,
                         size_t moved_to_size, struct error *err)
{
    const struct recovery places = {
        .path = path, .moved_to = moved_to, .moved_to_size = moved_to_size};
    struct store *store = mem_alloc(sizeof *store);
    bool ok;

    if (moved_to != NULL)
        moved_to[0] = '\0';
    if (strcmp(path, ":memory:") == 0)
        ok = open_in_memory(store, opening, err);
    else
        ok = open_file(store, &places, opening, err);
    if (ok)
        return store;
    store_close(store);
    return NULL;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    store_rollback(store);
    sqlite3_finalize(store->put_entry);
    sqlite3_finalize(store->forget_entry);
    sqlite3_close(store->copy);
    sqlite3_close(store->db);
    mem_free(store);
}

bool store_begin(struct store *store, struct error *err)
{
    assert(!store->in_transaction);

    /* Immediate: a lock held by somebody else is found here and not half-way. */
    store->in_transaction = database_run(store->db, "BEGIN IMMEDIATE", err);
    return store->in_transaction;
}

bool store_commit(struct store *store, struct error *err)
{
    assert(store->in_transaction);
    if ((store->copy_is_due && !copy_update(store, err)) ||
        !database_run(store->db, "COMMIT", err)) {
        store_rollback(store);
        return false;
    }
    store->in_transaction = false;
    store->copy_is_due = false;
    return true;
}

void store_rollback(struct store *store)
{
    /* After some failures SQLite has rolled back by itself. */
    if (store->in_transaction && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    store->in_transaction = false;
}
