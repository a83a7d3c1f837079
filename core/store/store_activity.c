/*
 * The activity log's rows.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/store/database.h"
#include "core/store/store.h"

#define ACTIVITY_KEPT 1000

bool store_add_activity(struct store *store, const struct activity *activity,
                        struct error *err)
{
    struct statement insert = statement_prepare_activity(
        store, "INSERT INTO activity (time_ms, kind, text) VALUES (?1, ?2, ?3)");

    statement_bind_integer(&insert, activity->time_ms);
    statement_bind_integer(&insert, activity->kind);
    statement_bind_text(&insert, activity->text);
    if (!statement_run(&insert, err, "add activity"))
        return false;

    /* Only the oldest are ever deleted, so the numbers have no gaps. */
    struct statement prune = statement_prepare_activity(
        store,
        "DELETE FROM activity WHERE number <= (SELECT max(number) FROM activity) - ?1");

    statement_bind_integer(&prune, ACTIVITY_KEPT);
    return statement_run(&prune, err, "remove old activity");
}

bool store_load_activity(struct store *store, size_t limit, struct activity_list *out,
                         struct error *err)
{
    struct activity_list list = {0};
    struct statement query = statement_prepare(
        store->db,
        "SELECT time_ms, kind, text FROM activity ORDER BY number DESC LIMIT ?1");

    statement_bind_integer(&query, limit > ACTIVITY_KEPT ? ACTIVITY_KEPT : (int64_t)limit);
    while (statement_next(&query)) {
        struct activity activity = {0};

        activity.time_ms = statement_take_integer(&query, INT64_MIN, INT64_MAX);
        activity.kind = (enum activity_kind)statement_take_integer(&query, 1, INT32_MAX);
        statement_take_text(&query, activity.text, sizeof activity.text);
        if (!query.malformed)
            *LIST_ADD(&list) = activity;
    }
    if (!statement_finish(&query, err, "load activity")) {
        LIST_CLEAR(&list);
        return false;
    }
    LIST_CLEAR(out);
    *out = list;
    return true;
}
