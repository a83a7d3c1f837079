/*
 * The service's settings in the settings dialog.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/settings_form.h"

#include <assert.h>
#include <string.h>

void settings_form_read(const struct reply *reply, struct settings *out,
                        bool by_policy[SETTING_COUNT])
{
    *out = (struct settings){0};
    memset(by_policy, 0, SETTING_COUNT * sizeof *by_policy);
    for (size_t i = 0; i < reply->settings.count; i++) {
        const char *key = reply->settings.keys[i];
        const enum setting setting = setting_find(key);
        const bool known = setting_parse(out, key, reply->settings.values[i], NULL);

        (void)known;
        if (setting < SETTING_COUNT)
            by_policy[setting] = reply->settings.sources[i] != SETTING_STORED;
    }
}

void settings_form_keep_edits(const struct settings *former, const struct settings *now,
                              const bool by_policy[SETTING_COUNT], struct settings *wanted)
{
    struct settings kept = *now;

    for (size_t i = 0; i < SETTING_COUNT; i++) {
        char before[SETTING_VALUE_SIZE];
        char edited[SETTING_VALUE_SIZE];
        bool ok;

        setting_format(former, i, before);
        setting_format(wanted, i, edited);
        if (by_policy[i] || strcmp(before, edited) == 0)
            continue;
        ok = setting_parse(&kept, setting_key(i), edited, NULL);
        assert(ok);
        (void)ok;
    }
    *wanted = kept;
}

static_assert(SETTING_COUNT <= REQUEST_SETTING_CAPACITY &&
                  SETTING_VALUE_SIZE <= SETTING_TEXT_SIZE,
              "one request holds every setting");

bool settings_form_changes(const struct settings *now, const struct settings *wanted,
                           struct request *out)
{
    *out = (struct request){.verb = VERB_SETTINGS};
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        char from[SETTING_VALUE_SIZE];
        char to[SETTING_VALUE_SIZE];

        setting_format(now, i, from);
        setting_format(wanted, i, to);
        if (strcmp(from, to) != 0) {
            const bool added = request_add_setting(out, setting_key(i), to);

            assert(added);
            (void)added;
        }
    }
    return out->settings.count > 0;
}

bool settings_form_add_user(struct settings *settings, const struct user_sid *user,
                            struct error *err)
{
    for (size_t i = 0; i < settings->allowed_user_count; i++) {
        if (user_sid_equals(&settings->allowed_users[i], user))
            return error_set(err, ERR_CONFLICT, "%s", user->text);
    }
    if (settings->allowed_user_count == SETTINGS_USER_CAPACITY)
        return error_set(err, ERR_INVALID, "there are %d users at most",
                         SETTINGS_USER_CAPACITY);
    settings->allowed_users[settings->allowed_user_count++] = *user;
    return true;
}

void settings_form_remove_user(struct settings *settings, size_t index)
{
    assert(index < settings->allowed_user_count);
    settings->allowed_user_count--;
    memmove(&settings->allowed_users[index], &settings->allowed_users[index + 1],
            (settings->allowed_user_count - index) * sizeof settings->allowed_users[0]);
}
