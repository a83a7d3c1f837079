/*
 * States and reasons in words.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/rule_status.h"

#include "core/command/grammar.h"

#include <check.h>
#include <string.h>

Suite *rule_status_suite(void);

static void assert_is_a_word_for_scripts(const char *name)
{
    ck_assert_ptr_nonnull(name);
    ck_assert_msg(name[0] != '\0' &&
                      name[strspn(name, "abcdefghijklmnopqrstuvwxyz-")] == '\0',
                  "'%s'", name);
}

static void explain(enum rule_state state, enum reason reason, enum reason warning,
                    const char *subject, struct text *out)
{
    struct rule_status status = {.state = state, .reason = reason, .warning = warning};

    ck_assert(text_copy(status.subject, sizeof status.subject, subject));
    rule_status_explain(&status, out);
}

START_TEST(rule_state_names_are_words_and_differ)
{
    assert_is_a_word_for_scripts(rule_state_name((enum rule_state)_i));
    for (int other = 0; other < _i; other++)
        ck_assert_str_ne(rule_state_name((enum rule_state)_i),
                         rule_state_name((enum rule_state)other));
}
END_TEST

START_TEST(reason_names_are_words_and_differ)
{
    assert_is_a_word_for_scripts(reason_name((enum reason)_i));
    for (int other = 0; other < _i; other++)
        ck_assert_str_ne(reason_name((enum reason)_i), reason_name((enum reason)other));
}
END_TEST

START_TEST(names_in_the_contract_stay)
{
    ck_assert_str_eq(rule_state_name(RULE_STATE_ACTIVE), "active");
    ck_assert_str_eq(rule_state_name(RULE_STATE_NOT_NEEDED), "not-needed");
    ck_assert_str_eq(reason_name(REASON_FOREIGN_ENTRY), "foreign-entry");
    ck_assert_str_eq(reason_name(REASON_NONE), "none");
}
END_TEST

START_TEST(rule_state_severity_grows_with_what_the_user_must_do)
{
    static const enum rule_state fine[] = {RULE_STATE_OFF, RULE_STATE_ACTIVE,
                                           RULE_STATE_NOT_NEEDED};
    static const enum rule_state passing[] = {RULE_STATE_APPLYING, RULE_STATE_WAITING};
    static const enum rule_state needy[] = {RULE_STATE_BLOCKED, RULE_STATE_CONFLICT,
                                            RULE_STATE_FAILED};

    for (size_t p = 0; p < sizeof passing / sizeof passing[0]; p++) {
        for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++)
            ck_assert_int_lt(rule_state_severity(fine[i]),
                             rule_state_severity(passing[p]));
        for (size_t i = 0; i < sizeof needy / sizeof needy[0]; i++)
            ck_assert_int_gt(rule_state_severity(needy[i]),
                             rule_state_severity(passing[p]));
    }
    ck_assert_int_lt(rule_state_severity(RULE_STATE_OFF),
                     rule_state_severity(RULE_STATE_ACTIVE));
}
END_TEST

/* No two states compare equal, else the worst of a range would depend on the order. */
START_TEST(rule_state_severities_differ)
{
    for (int other = 0; other < _i; other++)
        ck_assert_int_ne(rule_state_severity((enum rule_state)_i),
                         rule_state_severity((enum rule_state)other));
}
END_TEST

START_TEST(rule_status_explain_gives_a_sentence_for_each_reason)
{
    const enum reason reason = (enum reason)_i;
    char buffer[600];
    struct text text = TEXT_OVER(buffer);

    explain(RULE_STATE_FAILED, reason, REASON_NONE, "100% of it", &text);

    ck_assert_msg(text.length > 10, "%s", reason_name(reason));
    ck_assert(!text.truncated);
    ck_assert_msg(buffer[0] >= 'A' && buffer[0] <= 'Z', "%s: '%s'", reason_name(reason),
                  buffer);
    ck_assert_msg(buffer[text.length - 1] == '.', "%s: '%s'", reason_name(reason), buffer);
    ck_assert_msg(strstr(buffer, "%s") == NULL && strstr(buffer, "  ") == NULL,
                  "%s: '%s'", reason_name(reason), buffer);
}
END_TEST

START_TEST(rule_status_explain_does_without_a_subject)
{
    const enum reason reason = (enum reason)_i;
    char buffer[600];
    struct text text = TEXT_OVER(buffer);

    explain(RULE_STATE_FAILED, reason, REASON_NONE, "", &text);

    ck_assert_msg(strstr(buffer, ": .") == NULL && buffer[text.length - 1] == '.',
                  "%s: '%s'", reason_name(reason), buffer);
}
END_TEST

/* The next word of a command line, up to a blank or its closing quote. */
static size_t take_word(const char **at, char out[32])
{
    const size_t size = strcspn(*at, " '");

    ck_assert_uint_lt(size, 32);
    memcpy(out, *at, size);
    out[size] = '\0';
    *at += size + ((*at)[size] == ' ');
    return size;
}

/* What a sentence tells the user to type has to be there. */
START_TEST(rule_status_explain_names_only_commands_and_options_there_are)
{
    static const char program[] = "'tidegatectl ";
    char buffer[600];
    struct text text = TEXT_OVER(buffer);

    explain(RULE_STATE_FAILED, (enum reason)_i, REASON_NONE, "it", &text);

    for (const char *at = strstr(buffer, program); at != NULL; at = strstr(at, program)) {
        enum command_option option;
        enum command_verb verb;
        char word[32];

        at += strlen(program);
        take_word(&at, word);
        ck_assert_msg(verb_find(word, &verb), "%s", buffer);
        while (take_word(&at, word) > 0) {
            if (word[0] == '-')
                ck_assert_msg(option_find(word, strlen(word), &option) &&
                                  verb_takes_option(verb, option),
                              "%s", buffer);
        }
    }
}
END_TEST

static const struct {
    enum reason reason;
    const char *subject;
} subjects[] = {
    {REASON_ADDRESS_UNKNOWN, "172.28.223.255 is no host address"},
    {REASON_MIRRORED_PORT, "3000"},
    {REASON_FOREIGN_ENTRY, "*/80"},
    {REASON_FOREIGN_KEEPS_OPEN, "0.0.0.0/80"},
    {REASON_OTHER_RULE, "another user's rule"},
    {REASON_PORT_IN_USE, "nginx.exe"},
    {REASON_PORT_EXCLUDED, "50000"},
    {REASON_PROFILE_MISMATCH, "Public"},
    {REASON_LISTEN_ADDRESS_ABSENT, "192.168.1.10"},
    {REASON_INTERFACE_NO_ADDRESS, "Wi-Fi"},
    {REASON_CONNECT_IS_THIS_PC, "192.168.1.10"},
    {REASON_WRITE_FAILED, "write registry value"},
};

START_TEST(rule_status_explain_names_the_subject)
{
    char buffer[600];
    struct text text = TEXT_OVER(buffer);

    explain(RULE_STATE_BLOCKED, subjects[_i].reason, REASON_NONE, subjects[_i].subject,
            &text);

    ck_assert_msg(strstr(buffer, subjects[_i].subject) != NULL, "%s: '%s'",
                  reason_name(subjects[_i].reason), buffer);
}
END_TEST

START_TEST(rule_status_explain_takes_a_subject_literally)
{
    char buffer[600];
    struct text text = TEXT_OVER(buffer);

    explain(RULE_STATE_BLOCKED, REASON_PORT_IN_USE, REASON_NONE, "%s%n%d", &text);

    ck_assert_ptr_nonnull(strstr(buffer, "%s%n%d"));
}
END_TEST

START_TEST(rule_status_explain_is_silent_when_all_is_well)
{
    char buffer[600];
    struct text text = TEXT_OVER(buffer);

    explain(RULE_STATE_ACTIVE, REASON_NONE, REASON_NONE, "", &text);
    ck_assert_str_eq(buffer, "");
    explain(RULE_STATE_OFF, REASON_NONE, REASON_NONE, "", &text);
    ck_assert_str_eq(buffer, "");
}
END_TEST

START_TEST(rule_status_explain_words_the_warning_of_active_and_off_rules)
{
    char buffer[600];
    struct text text = TEXT_OVER(buffer);

    explain(RULE_STATE_ACTIVE, REASON_NONE, REASON_NOTHING_LISTENS, "3000", &text);
    ck_assert_ptr_nonnull(strstr(buffer, "3000"));

    text = TEXT_OVER(buffer);
    explain(RULE_STATE_OFF, REASON_NONE, REASON_FOREIGN_KEEPS_OPEN, "*/80", &text);
    ck_assert_ptr_nonnull(strstr(buffer, "*/80"));
}
END_TEST

START_TEST(rule_status_explain_appends)
{
    char buffer[600];
    struct text text = TEXT_OVER(buffer);

    text_append(&text, "web: ");
    explain(RULE_STATE_WAITING, REASON_WSL_NOT_RUNNING, REASON_NONE, "", &text);

    ck_assert_int_eq(strncmp(buffer, "web: WSL", 8), 0);
}
END_TEST

Suite *rule_status_suite(void)
{
    Suite *suite = suite_create("rule status");
    TCase *names = tcase_create("names");
    TCase *sentences = tcase_create("sentences");

    tcase_add_loop_test(names, rule_state_names_are_words_and_differ, 0, RULE_STATE_COUNT);
    tcase_add_loop_test(names, reason_names_are_words_and_differ, 0, REASON_COUNT);
    tcase_add_test(names, names_in_the_contract_stay);
    tcase_add_test(names, rule_state_severity_grows_with_what_the_user_must_do);
    tcase_add_loop_test(names, rule_state_severities_differ, 0, RULE_STATE_COUNT);
    suite_add_tcase(suite, names);

    tcase_add_loop_test(sentences, rule_status_explain_gives_a_sentence_for_each_reason,
                        REASON_NONE + 1, REASON_COUNT);
    tcase_add_loop_test(sentences,
                        rule_status_explain_names_only_commands_and_options_there_are,
                        REASON_NONE + 1, REASON_COUNT);
    tcase_add_loop_test(sentences, rule_status_explain_does_without_a_subject,
                        REASON_NONE + 1, REASON_COUNT);
    tcase_add_loop_test(sentences, rule_status_explain_names_the_subject, 0,
                        (int)(sizeof subjects / sizeof subjects[0]));
    tcase_add_test(sentences, rule_status_explain_takes_a_subject_literally);
    tcase_add_test(sentences, rule_status_explain_is_silent_when_all_is_well);
    tcase_add_test(sentences,
                   rule_status_explain_words_the_warning_of_active_and_off_rules);
    tcase_add_test(sentences, rule_status_explain_appends);
    suite_add_tcase(suite, sentences);
    return suite;
}
