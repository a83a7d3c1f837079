/*
 * Texts made to fit: nothing cut inside a character, never wider than asked.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/short_text.h"

#include <check.h>

/* "Straße", "日本語" */
#define STREET "Stra\xc3\x9f\x65"
#define JAPANESE "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"
#define DOTS "\xe2\x80\xa6"

static char out[64];

START_TEST(text_columns_counts_characters_not_bytes)
{
    ck_assert_uint_eq(text_columns(STREET), 6);
    ck_assert_uint_eq(text_columns("\xe2\x80\x93"), 1); /* a dash */
}
END_TEST

START_TEST(text_columns_counts_east_asian_characters_twice)
{
    ck_assert_uint_eq(text_columns(JAPANESE), 6);
    ck_assert_uint_eq(text_columns("\xed\x95\x9c"), 2); /* Hangul */
    ck_assert_uint_eq(text_columns("\xf0\x9f\x90\xb3"), 2);
}
END_TEST

START_TEST(text_shorten_leaves_alone_what_fits)
{
    text_shorten_end("abcdef", 6, out, sizeof out);
    ck_assert_str_eq(out, "abcdef");
    text_shorten_middle("abcdef", 6, out, sizeof out);
    ck_assert_str_eq(out, "abcdef");
}
END_TEST

START_TEST(text_shorten_end_leaves_out_the_end)
{
    text_shorten_end("abcdefg", 6, out, sizeof out);

    ck_assert_str_eq(out, "abcde" DOTS);
}
END_TEST

START_TEST(text_shorten_middle_keeps_both_ends)
{
    text_shorten_middle("abcdefghij", 6, out, sizeof out);

    ck_assert_str_eq(out, "abc" DOTS "ij");
}
END_TEST

START_TEST(text_shorten_never_cuts_a_character)
{
    text_shorten_end(JAPANESE, 4, out, sizeof out);
    ck_assert_str_eq(out, "\xe6\x97\xa5" DOTS);
    text_shorten_middle(STREET STREET, 6, out, sizeof out);
    ck_assert_str_eq(out, "Str" DOTS "\xc3\x9f\x65");
}
END_TEST

START_TEST(text_shorten_takes_empty_text)
{
    text_shorten_middle("", 3, out, sizeof out);

    ck_assert_str_eq(out, "");
}
END_TEST

Suite *short_text_suite(void);

Suite *short_text_suite(void)
{
    Suite *suite = suite_create("short_text");
    TCase *tests = tcase_create("short_text");

    tcase_add_test(tests, text_columns_counts_characters_not_bytes);
    tcase_add_test(tests, text_columns_counts_east_asian_characters_twice);
    tcase_add_test(tests, text_shorten_leaves_alone_what_fits);
    tcase_add_test(tests, text_shorten_end_leaves_out_the_end);
    tcase_add_test(tests, text_shorten_middle_keeps_both_ends);
    tcase_add_test(tests, text_shorten_never_cuts_a_character);
    tcase_add_test(tests, text_shorten_takes_empty_text);
    suite_add_tcase(suite, tests);
    return suite;
}
