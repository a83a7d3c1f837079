/*
 * Settings by policy.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/policy.h"

#include "core/base/text.h"

#include <assert.h>
#include <string.h>

/* tests/admx.py reads this table, and compares it with the templates for Group Policy. */
static const struct {
    const char *name;
    enum policy_kind kind;
    const char *words[2]; /* what the numbers 0 and 1 mean, as the setting's own words */
    const char *strictest;
    const char *accepted; /* in signs rather than words: it is shown in every language */
} rows[SETTING_COUNT] = {
    [SETTING_WHEN_WSL_STOPS] = {.name = "WhenWslStops",
                                .kind = POLICY_TEXT,
                                .strictest = "withdraw",
                                .accepted = "REG_SZ keep | withdraw"},
    [SETTING_ALLOW_WIDENING] = {.name = "AllowWidening",
                                .kind = POLICY_NUMBER,
                                .words = {"off", "on"},
                                .strictest = "off",
                                .accepted = "REG_DWORD 0 | 1"},
    [SETTING_ALLOWED_USERS] = {.name = "AllowedUsers",
                               .kind = POLICY_TEXTS,
                               .strictest = "",
                               .accepted = "REG_MULTI_SZ 0-16 x S-1-5-21-1-2-3-1001"},
    [SETTING_ALLOW_OUTBOUND] = {.name = "AllowOutbound",
                                .kind = POLICY_NUMBER,
                                .words = {"off", SETTING_OUTBOUND_ALLOW},
                                .strictest = "off",
                                .accepted = "REG_DWORD 0 | 1"},
};

const char *policy_value_name(enum setting setting)
{
    assert(setting < SETTING_COUNT);
    return rows[setting].name;
}

/* The value in the setting's own words; false when it has none for it. */
static bool read_words(const struct policy_value *value, enum setting setting,
                       char out[SETTING_VALUE_SIZE])
{
    if (value->kind != rows[setting].kind)
        return false;
    if (value->kind == POLICY_NUMBER)
        return value->number < 2 &&
               text_copy(out, SETTING_VALUE_SIZE, rows[setting].words[value->number]);
    memcpy(out, value->text, SETTING_VALUE_SIZE);
    if (value->kind == POLICY_TEXT)
        return true;
    if (strchr(out, ',') != NULL)
        return false; /* between the texts alone */
    for (char *at = strchr(out, '\n'); at != NULL; at = strchr(at, '\n'))
        *at = ',';
    return true;
}

/* What would break a line, or turn letters round, becomes visible instead. */
static void append_shown(const char *value, struct text *out)
{
    for (const char *at = value; *at != '\0';) {
        char one[5] = {*at++};

        for (size_t i = 1; ((unsigned char)*at & 0xC0) == 0x80 && i < sizeof one - 1; i++)
            one[i] = *at++;
        text_append(out, one[0] == '\n' ? "; " : utf8_is_plain(one) ? one : "?");
    }
}

static void describe(const struct policy_value *value, struct text *out)
{
    if (value->kind == POLICY_NUMBER) {
        text_append_format(out, "REG_DWORD %u", (unsigned)value->number);
    } else if (value->kind == POLICY_OTHER) {
        append_shown(value->text, out);
    } else {
        text_append(out, value->kind == POLICY_TEXT ? "REG_SZ '" : "REG_MULTI_SZ '");
        append_shown(value->text, out);
        text_append(out, "'");
    }
}

static struct message problem_of(const struct policy_value *value, enum setting setting)
{
    char found[MESSAGE_ARGUMENT_SIZE];
    struct text text = TEXT_OVER(found);

    describe(value, &text);
    return message_of(MESSAGE_POLICY_REFUSED, rows[setting].name, found,
                      rows[setting].accepted);
}

static void apply_value(const struct policy_value *value, enum setting setting,
                        struct settings *settings, struct policy *out)
{
    char words[SETTING_VALUE_SIZE];
    bool ok;

    if (value->kind == POLICY_ABSENT)
        return;
    out->sets[setting] = true;
    if (read_words(value, setting, words) &&
        setting_parse(settings, setting_key(setting), words, NULL))
        return;
    out->problems[setting] = problem_of(value, setting);
    ok = setting_parse(settings, setting_key(setting), rows[setting].strictest, NULL);
    assert(ok);
    (void)ok;
}

void policy_apply(const struct policy_values *values, struct settings *settings,
                  struct policy *out)
{
    *out = (struct policy){0};
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++)
        apply_value(&values->items[setting], setting, settings, out);
}

bool policy_problem_is_news(const struct policy *now, const struct policy *before,
                            enum setting setting)
{
    const struct message *problem = &now->problems[setting];
    const struct message *former = &before->problems[setting];

    if (problem->id == MESSAGE_NONE || former->id == MESSAGE_NONE)
        return problem->id != former->id && problem->id != MESSAGE_NONE;
    for (size_t i = 0; i < MESSAGE_ARGUMENT_COUNT; i++) {
        if (strcmp(problem->arguments[i], former->arguments[i]) != 0)
            return true;
    }
    return false;
}

enum setting_source policy_source(const struct policy *policy, enum setting setting)
{
    if (!policy->sets[setting])
        return SETTING_STORED;
    return policy->problems[setting].id == MESSAGE_NONE ? SETTING_BY_POLICY
                                                        : SETTING_BY_REFUSED_POLICY;
}
