/*
 * The rows of settings and pauses.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/settings.h"

#include "core/base/mem.h"
#include "core/store/database.h"
#include "core/store/store.h"

#include <string.h>

/* A row that cannot be read (edited by hand, or a newer version's) leaves the default, which is the
 * cautious choice for every setting. */
static void read_setting(struct statement *row, struct settings *settings)
{
    char key[64];
    char value[SETTING_VALUE_SIZE];

    statement_take_text(row, key, sizeof key);
    statement_take_text(row, value, sizeof value);
    if (!row->malformed && !setting_parse(settings, key, value, NULL))
        row->malformed = true;
}

bool store_load_settings(struct store *store, struct settings *out, struct error *err)
{
    struct settings settings = {0};
    struct statement query =
        statement_prepare(store->db, "SELECT key, value FROM setting");

    while (statement_next(&query))
        read_setting(&query, &settings);
    if (!statement_finish(&query, err, "load settings"))
        return false;
    *out = settings;
    return true;
}

bool store_save_settings(struct store *store, const struct settings *settings,
                         struct error *err)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        struct statement put = statement_prepare_write(
            store, "INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)");
        char value[SETTING_VALUE_SIZE];

        setting_format(settings, i, value);
        statement_bind_text(&put, setting_key(i));
        statement_bind_text(&put, value);
        if (!statement_run(&put, err, "save setting %s", setting_key(i)))
            return false;
    }
    return true;
}

bool store_load_pauses(struct store *store, struct user_sid_list *out, struct error *err)
{
    struct user_sid_list list = {0};
    struct statement query =
        statement_prepare(store->db, "SELECT user_sid FROM pause ORDER BY user_sid");

    while (statement_next(&query)) {
        struct user_sid user;

        statement_take_text(&query, user.text, sizeof user.text);
        if (!query.malformed && user_sid_is_valid(user.text))
            *LIST_ADD(&list) = user;
    }
    if (!statement_finish(&query, err, "load pauses")) {
        LIST_CLEAR(&list);
        return false;
    }
    LIST_CLEAR(out);
    *out = list;
    return true;
}

bool store_set_paused(struct store *store, const struct user_sid *user, bool paused,
                      struct error *err)
{
    struct statement set = statement_prepare_write(
        store, paused ? "INSERT OR IGNORE INTO pause (user_sid) VALUES (?1)"
                      : "DELETE FROM pause WHERE user_sid = ?1");

    statement_bind_text(&set, user->text);
    return statement_run(&set, err, "%s for user %s", paused ? "pause" : "resume",
                         user->text);
}
