/*
 * The command line's help and exit codes.
 * SPDX-License-Identifier: MIT
 */
#include "core/command/command.h"

#include <check.h>
#include <string.h>

Suite *command_help_suite(void);

START_TEST(help_write_tells_every_option_of_a_verb_whole)
{
    const enum command_verb verb = (enum command_verb)_i;
    char help[HELP_TEXT_SIZE];
    struct text text = TEXT_OVER(help);

    help_write(verb, &text);

    ck_assert(!text.truncated);
    ck_assert(strstr(help, verb_grammar(verb)->name) != NULL);
    for (int i = 0; i < OPTION_COUNT; i++) {
        const enum command_option option = (enum command_option)i;

        if (option != OPTION_HELP && verb_takes_option(verb, option))
            ck_assert_msg(strstr(help, option_grammar(option)->name) != NULL, "%s: %s",
                          verb_grammar(verb)->name, option_grammar(option)->name);
    }
}
END_TEST

START_TEST(help_write_tells_every_verb_within_80_columns)
{
    char help[HELP_TEXT_SIZE];
    struct text text = TEXT_OVER(help);

    help_write(COMMAND_HELP, &text);

    for (int i = 0; i < COMMAND_COUNT; i++)
        ck_assert(strstr(help, verb_grammar((enum command_verb)i)->name) != NULL);
    for (const char *line = help; *line != '\0'; line += strcspn(line, "\n") + 1)
        ck_assert_msg(strcspn(line, "\n") <= 80, "%s", line);
}
END_TEST

START_TEST(exit_code_of_tells_scripts_what_to_do)
{
    ck_assert_int_eq(exit_code_of(ERR_NONE), 0);
    ck_assert_int_eq(exit_code_of(ERR_NOT_FOUND), 1);
    ck_assert_int_eq(exit_code_of(ERR_SYSTEM), 1);
    ck_assert_int_eq(exit_code_of(ERR_STORE), 1);
    ck_assert_int_eq(exit_code_of(ERR_INVALID), 2);
    ck_assert_int_eq(exit_code_of(ERR_UNAVAILABLE), 3);
    ck_assert_int_eq(exit_code_of(ERR_NEEDS_APPROVAL), 4);
    ck_assert_int_eq(exit_code_of(ERR_ACCESS_DENIED), 4);
    ck_assert_int_eq(exit_code_of(ERR_CONFLICT), 5);
}
END_TEST

START_TEST(exit_code_worse_keeps_the_failure_that_weighs_more)
{
    ck_assert_int_eq(exit_code_worse(EXIT_DONE, EXIT_CONFLICT), EXIT_CONFLICT);
    ck_assert_int_eq(exit_code_worse(EXIT_CONFLICT, EXIT_FAILED), EXIT_FAILED);
    ck_assert_int_eq(exit_code_worse(EXIT_NO_SERVICE, EXIT_FAILED), EXIT_NO_SERVICE);
    ck_assert_int_eq(exit_code_worse(EXIT_DONE, EXIT_DONE), EXIT_DONE);
}
END_TEST

Suite *command_help_suite(void)
{
    Suite *suite = suite_create("command_help");
    TCase *tcase = tcase_create("help and exit codes");

    tcase_add_loop_test(tcase, help_write_tells_every_option_of_a_verb_whole, 0,
                        COMMAND_COUNT);
    tcase_add_test(tcase, help_write_tells_every_verb_within_80_columns);
    tcase_add_test(tcase, exit_code_of_tells_scripts_what_to_do);
    tcase_add_test(tcase, exit_code_worse_keeps_the_failure_that_weighs_more);
    suite_add_tcase(suite, tcase);
    return suite;
}
