/*
 * Failures as values.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/error.h"

#include "core/base/text.h"

#include <check.h>
#include <string.h>

Suite *error_suite(void);

START_TEST(error_set_records_kind_and_detail_and_returns_false)
{
    struct error err = {.os_code = 5};

    ck_assert(!error_set(&err, ERR_CONFLICT, "port %d", 80));

    ck_assert_int_eq(err.kind, ERR_CONFLICT);
    ck_assert_uint_eq(err.os_code, 0);
    ck_assert_str_eq(err.detail, "port 80");
}
END_TEST

START_TEST(error_set_system_records_the_code)
{
    struct error err = {0};

    ck_assert(!error_set_system(&err, 0x80070005u, "open %s", "key"));

    ck_assert_int_eq(err.kind, ERR_SYSTEM);
    ck_assert_uint_eq(err.os_code, 0x80070005u);
    ck_assert_str_eq(err.detail, "open key");
}
END_TEST

START_TEST(error_set_message_records_the_message_and_its_sentence)
{
    struct error err = {.os_code = 5};

    ck_assert(
        !error_set_message(&err, ERR_CONFLICT, MESSAGE_LISTEN_TAKEN, "80", "web", NULL));

    ck_assert_int_eq(err.kind, ERR_CONFLICT);
    ck_assert_uint_eq(err.os_code, 0);
    ck_assert_str_eq(err.detail, "listen port '80': rule 'web' listens there already");
    ck_assert_int_eq(err.message.id, MESSAGE_LISTEN_TAKEN);
    ck_assert_str_eq(err.message.arguments[1], "web");
}
END_TEST

START_TEST(error_set_forgets_an_earlier_message)
{
    struct error err = {0};

    error_set_message(&err, ERR_INVALID, MESSAGE_PROCESS, "5", NULL, NULL);
    error_set(&err, ERR_STORE, "short");

    ck_assert_int_eq(err.message.id, MESSAGE_NONE);
    ck_assert_str_eq(err.message.arguments[0], "");
}
END_TEST

START_TEST(error_set_replaces_a_longer_detail)
{
    struct error err = {0};

    error_set(&err, ERR_STORE, "a long detail");
    error_set(&err, ERR_STORE, "short");

    ck_assert_str_eq(err.detail, "short");
}
END_TEST

START_TEST(error_set_without_an_error_only_returns_false)
{
    ck_assert(!error_set(NULL, ERR_INVALID, "%s", "x"));
    ck_assert(!error_set_system(NULL, 1, "%s", "x"));
    ck_assert(!error_set_message(NULL, ERR_INVALID, MESSAGE_PROCESS, "5", NULL, NULL));
}
END_TEST

START_TEST(error_set_cuts_a_long_detail_between_characters)
{
    struct error err = {0};
    char waves[ERROR_DETAIL_SIZE * 4 + 1];

    for (size_t i = 0; i < ERROR_DETAIL_SIZE; i++)
        memcpy(waves + 4 * i, "\xF0\x9F\x8C\x8A", 4);
    waves[sizeof waves - 1] = '\0';
    error_set(&err, ERR_INVALID, "%.*s%s", _i, "abc", waves);

    ck_assert(utf8_is_valid(err.detail, strlen(err.detail)));
    ck_assert_uint_gt(strlen(err.detail), ERROR_DETAIL_SIZE - 5);
}
END_TEST

START_TEST(error_kind_names_are_words_and_differ)
{
    const char *name = error_kind_name((enum error_kind)_i);

    ck_assert_ptr_nonnull(name);
    ck_assert_msg(name[0] != '\0' &&
                      name[strspn(name, "abcdefghijklmnopqrstuvwxyz-")] == '\0',
                  "'%s'", name);
    for (int other = 0; other < _i; other++)
        ck_assert_str_ne(name, error_kind_name((enum error_kind)other));
}
END_TEST

Suite *error_suite(void)
{
    Suite *suite = suite_create("error");
    TCase *tcase = tcase_create("error");

    tcase_add_test(tcase, error_set_records_kind_and_detail_and_returns_false);
    tcase_add_test(tcase, error_set_system_records_the_code);
    tcase_add_test(tcase, error_set_message_records_the_message_and_its_sentence);
    tcase_add_test(tcase, error_set_forgets_an_earlier_message);
    tcase_add_test(tcase, error_set_replaces_a_longer_detail);
    tcase_add_test(tcase, error_set_without_an_error_only_returns_false);
    tcase_add_loop_test(tcase, error_set_cuts_a_long_detail_between_characters, 0, 4);
    tcase_add_loop_test(tcase, error_kind_names_are_words_and_differ, 0, ERR_KIND_COUNT);
    suite_add_tcase(suite, tcase);
    return suite;
}
