/*
 * Settings as words.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/settings.h"

#include "core/base/text.h"

#include <assert.h>
#include <string.h>

static const char *const keys[SETTING_COUNT] = {
    [SETTING_WHEN_WSL_STOPS] = "when-wsl-stops",
    [SETTING_ALLOW_WIDENING] = "allow-widening",
    [SETTING_ALLOWED_USERS] = "allowed-users",
    [SETTING_ALLOW_OUTBOUND] = SETTING_OUTBOUND,
};

const char *setting_key(size_t index)
{
    assert(index < SETTING_COUNT);
    return keys[index];
}

enum setting setting_find(const char *key)
{
    enum setting setting = 0;

    while (setting < SETTING_COUNT && strcmp(keys[setting], key) != 0)
        setting++;
    return setting;
}

static void format_users(const struct settings *settings, struct text *out)
{
    for (size_t i = 0; i < settings->allowed_user_count; i++) {
        text_append(out, i > 0 ? "," : "");
        text_append(out, settings->allowed_users[i].text);
    }
}

void setting_format(const struct settings *settings, size_t index,
                    char out[SETTING_VALUE_SIZE])
{
    struct text text = text_over(out, SETTING_VALUE_SIZE);

    assert(index < SETTING_COUNT);
    switch ((enum setting)index) {
    case SETTING_WHEN_WSL_STOPS:
        text_append(&text, settings->withdraw_when_stopped ? "withdraw" : "keep");
        break;
    case SETTING_ALLOW_WIDENING:
        text_append(&text, settings->users_may_widen ? "on" : "off");
        break;
    case SETTING_ALLOWED_USERS:
        format_users(settings, &text);
        break;
    case SETTING_ALLOW_OUTBOUND:
        text_append(&text, settings->allows_outbound ? SETTING_OUTBOUND_ALLOW : "off");
        break;
    case SETTING_COUNT:
        break;
    }
}

/* The accepted form comes before the value, which may be long enough to be cut. */
static bool refuse(const char *key, const char *value, const char *form, struct error *err)
{
    return error_set(err, ERR_INVALID, "setting %s: must be %s, not '%s'", key, form,
                     value);
}

/* One of two words. */
static bool parse_choice(const char *value, const char *word_if_false,
                         const char *word_if_true, bool *out)
{
    const bool is_true = strcmp(value, word_if_true) == 0;

    if (!is_true && strcmp(value, word_if_false) != 0)
        return false;
    *out = is_true;
    return true;
}

/* Takes the SID up to the next comma, without the blanks around it, and moves `at` behind the
 * comma or to the end. */
static bool take_user(const char **at, struct user_sid *out)
{
    const char *start = *at + strspn(*at, " ");
    size_t length = strcspn(start, ",");

    *at = start + length + (start[length] == ',' ? 1 : 0);
    while (length > 0 && start[length - 1] == ' ')
        length--;
    if (length >= sizeof out->text)
        return false;
    memcpy(out->text, start, length);
    out->text[length] = '\0';
    return user_sid_is_valid(out->text);
}

static bool parse_users(const char *value, struct settings *settings)
{
    struct settings parsed = {0};
    const char *at = value + strspn(value, " ");

    while (*at != '\0') {
        if (parsed.allowed_user_count == SETTINGS_USER_CAPACITY ||
            !take_user(&at, &parsed.allowed_users[parsed.allowed_user_count]))
            return false;
        parsed.allowed_user_count++;
    }
    memcpy(settings->allowed_users, parsed.allowed_users, sizeof parsed.allowed_users);
    settings->allowed_user_count = parsed.allowed_user_count;
    return true;
}

bool setting_parse(struct settings *settings, const char *key, const char *value,
                   struct error *err)
{
    switch (setting_find(key)) {
    case SETTING_WHEN_WSL_STOPS:
        return parse_choice(value, "keep", "withdraw", &settings->withdraw_when_stopped) ||
               refuse(key, value, "keep or withdraw", err);
    case SETTING_ALLOW_WIDENING:
        return parse_choice(value, "off", "on", &settings->users_may_widen) ||
               refuse(key, value, "off or on", err);
    case SETTING_ALLOWED_USERS:
        return parse_users(value, settings) ||
               refuse(key, value,
                      "a comma list of at most 16 SIDs like S-1-5-21-1-2-3-1001", err);
    case SETTING_ALLOW_OUTBOUND:
        return parse_choice(value, "off", SETTING_OUTBOUND_ALLOW,
                            &settings->allows_outbound) ||
               refuse(key, value, "off or allow", err);
    case SETTING_COUNT:
        break;
    }
    return error_set(err, ERR_NOT_FOUND,
                     "there is no setting '%s'; there are %s, %s, %s and %s", key,
                     keys[SETTING_WHEN_WSL_STOPS], keys[SETTING_ALLOW_WIDENING],
                     keys[SETTING_ALLOWED_USERS], keys[SETTING_ALLOW_OUTBOUND]);
}
