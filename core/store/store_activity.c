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
    static const char sql[] =
        "INSERT INTO activity (time_ms, kind, rule_id, argument_1, argument_2, argument_3,"
        " subject, subject_1, subject_2, subject_3)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    struct statement insert = statement_prepare_activity(store, sql);

    statement_bind_integer(&insert, activity->time_ms);
    statement_bind_integer(&insert, activity->kind);
    statement_bind_text(&insert, activity->rule_id.text);
    for (size_t i = 0; i < ACTIVITY_ARGUMENT_COUNT; i++)
        statement_bind_text(&insert, activity->arguments[i]);
    statement_bind_integer(&insert, activity->subject_message.id);
    for (size_t i = 0; i < MESSAGE_ARGUMENT_COUNT; i++)
        statement_bind_text(&insert, activity->subject_message.arguments[i]);
    if (!statement_run(&insert, err, "add activity"))
        return false;

    /* Only the oldest are ever deleted, so the numbers have no gaps. */
    struct statement prune = statement_prepare_activity(
        store,
        "DELETE FROM activity WHERE number <= (SELECT max(number) FROM activity) - ?1");

    statement_bind_integer(&prune, ACTIVITY_KEPT);
    return statement_run(&prune, err, "remove old activity");
}

/* What the subject's words are is gone when this program does not know them; the English ones stay.
 * */
static void take_message(struct statement *row, struct message *out)
{
    out->id = (enum message_id)statement_take_integer(row, 0, UINT16_MAX);
    for (size_t i = 0; i < MESSAGE_ARGUMENT_COUNT; i++)
        statement_take_text(row, out->arguments[i], sizeof out->arguments[i]);
    if (!message_is_known(out->id))
        *out = (struct message){0};
    for (size_t i = message_argument_count(out->id); i < MESSAGE_ARGUMENT_COUNT; i++)
        out->arguments[i][0] = '\0';
}

/* False when the row is no line of ours, which only somebody who edits the file can bring about. */
static bool read_activity(struct statement *row, struct activity *out)
{
    int64_t kind;

    out->time_ms = statement_take_integer(row, INT64_MIN, INT64_MAX);
    kind = statement_take_integer(row, 1, INT32_MAX);
    out->kind = (enum activity_kind)kind;
    statement_take_text(row, out->rule_id.text, sizeof out->rule_id.text);
    for (size_t i = 0; i < ACTIVITY_ARGUMENT_COUNT; i++)
        statement_take_text(row, out->arguments[i], sizeof out->arguments[i]);
    take_message(row, &out->subject_message);
    return !row->malformed && activity_kind_is_known((unsigned)kind) &&
           (out->rule_id.text[0] == '\0' || rule_id_is_valid(out->rule_id.text));
}

bool store_load_activity(struct store *store, const struct rule_id *rule_id, size_t limit,
                         struct activity_list *out, struct error *err)
{
    static const char sql[] =
        "SELECT time_ms, kind, rule_id, argument_1, argument_2, argument_3, subject, subject_1,"
        " subject_2, subject_3 FROM activity"
        " WHERE ?1 IS NULL OR rule_id = ?1 ORDER BY number DESC LIMIT ?2";
    struct activity_list list = {0};
    struct statement query = statement_prepare(store->db, sql);

    statement_bind_text(&query, rule_id != NULL ? rule_id->text : NULL);
    statement_bind_integer(&query, limit > ACTIVITY_KEPT ? ACTIVITY_KEPT : (int64_t)limit);
    while (statement_next(&query)) {
        struct activity activity = {0};

        if (read_activity(&query, &activity))
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
