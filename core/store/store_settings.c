/*
 * The rows of settings, of what was told of networking modes, and of pauses.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/settings.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/store/database.h"
#include "core/store/store.h"

#include <string.h>

/* Beside the settings, whose reader passes over keys that it does not know: "told-mode:SID" with
 * "mirrored VM-ID". */
#define TOLD_PREFIX "told-mode:"
#define TOLD_KEY_SIZE (sizeof TOLD_PREFIX + USER_SID_SIZE)

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

static bool read_told_mode(const char *key, const char *value, struct told_mode *out)
{
    const char *blank = strchr(value, ' ');
    char word[16];

    if (strncmp(key, TOLD_PREFIX, sizeof TOLD_PREFIX - 1) != 0 || blank == NULL ||
        (size_t)(blank - value) >= sizeof word)
        return false;
    memcpy(word, value, (size_t)(blank - value));
    word[blank - value] = '\0';
    out->mode = networking_mode_parse(word);
    return out->mode != NETWORKING_MODE_UNKNOWN &&
           text_copy(out->user.text, sizeof out->user.text,
                     key + sizeof TOLD_PREFIX - 1) &&
           user_sid_is_valid(out->user.text) && wsl_vm_id_parse(blank + 1, out->vm_id);
}

bool store_load_told_modes(struct store *store, struct told_mode_list *out,
                           struct error *err)
{
    struct told_mode_list list = {0};
    struct statement query = statement_prepare(
        store->db, "SELECT key, value FROM setting WHERE key LIKE '" TOLD_PREFIX "%'");

    while (statement_next(&query)) {
        struct told_mode told;
        char key[TOLD_KEY_SIZE];
        char value[128];

        statement_take_text(&query, key, sizeof key);
        statement_take_text(&query, value, sizeof value);
        if (!query.malformed && read_told_mode(key, value, &told))
            *LIST_ADD(&list) = told;
    }
    if (!statement_finish(&query, err, "load what was told of networking modes")) {
        LIST_CLEAR(&list);
        return false;
    }
    LIST_CLEAR(out);
    *out = list;
    return true;
}

bool store_put_told_mode(struct store *store, const struct told_mode *told,
                         struct error *err)
{
    struct statement put = statement_prepare_write(
        store, "INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)");
    char key[TOLD_KEY_SIZE];
    char value[128];
    struct text key_text = TEXT_OVER(key);
    struct text value_text = TEXT_OVER(value);

    text_append_format(&key_text, TOLD_PREFIX "%s", told->user.text);
    text_append_format(&value_text, "%s %s", networking_mode_name(told->mode),
                       told->vm_id);
    statement_bind_text(&put, key);
    statement_bind_text(&put, value);
    return statement_run(&put, err, "record the networking mode of VM %s", told->vm_id);
}

bool store_load_pauses(struct store *store, struct user_sid_list *out, struct error *err)
{
    struct user_sid_list list = {0};
    struct statement query =
        statement_prepare(store->db, "SELECT user_sid FROM pause ORDER BY user_sid");

    while (statement_next(&query)) {
        struct user_sid user = {0};

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
