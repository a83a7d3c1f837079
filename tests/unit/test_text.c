/*
 * Bounded text, UTF-8 and numbers.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/text.h"

#include <check.h>
#include <limits.h>
#include <string.h>

Suite *text_suite(void);

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

START_TEST(text_over_starts_empty)
{
    char buffer[4] = "abc";
    const struct text text = TEXT_OVER(buffer);

    ck_assert_str_eq(buffer, "");
    ck_assert_uint_eq(text.capacity, 4);
    ck_assert_uint_eq(text.length, 0);
    ck_assert(!text.truncated);
}
END_TEST

START_TEST(text_append_fills_the_buffer_to_its_last_byte)
{
    char buffer[7];
    struct text text = TEXT_OVER(buffer);

    text_append(&text, "abc");
    text_append(&text, "def");

    ck_assert_str_eq(buffer, "abcdef");
    ck_assert_uint_eq(text.length, 6);
    ck_assert(!text.truncated);
}
END_TEST

START_TEST(text_append_cuts_what_does_not_fit_and_says_so)
{
    char buffer[6];
    struct text text = TEXT_OVER(buffer);

    text_append(&text, "abcdef");

    ck_assert_str_eq(buffer, "abcde");
    ck_assert_uint_eq(text.length, 5);
    ck_assert(text.truncated);
}
END_TEST

START_TEST(text_append_adds_nothing_behind_a_cut)
{
    char buffer[4];
    struct text text = TEXT_OVER(buffer);

    text_append(&text, "ab\xE2\x82\xAC");
    text_append(&text, "c");

    ck_assert_str_eq(buffer, "ab");
    ck_assert(text.truncated);
}
END_TEST

START_TEST(text_of_capacity_one_holds_nothing)
{
    char buffer[1];
    struct text text = TEXT_OVER(buffer);

    text_append(&text, "");
    ck_assert(!text.truncated);
    text_append(&text, "a");

    ck_assert_str_eq(buffer, "");
    ck_assert(text.truncated);
}
END_TEST

static const struct {
    size_t capacity;
    const char *from;
    const char *expected;
} cuts[] = {
    {3, "a\xC3\xA9", "a"},         /* é begins before the border */
    {4, "a\xC3\xA9", "a\xC3\xA9"}, /* and just fits */
    {4, "a\xE2\x82\xAC", "a"},     /* € after its second byte */
    {3, "a\xE2\x82\xAC", "a"},     /* and after its first */
    {5, "a\xF0\x9F\x8C\x8A", "a"}, /* a wave after its third byte */
    {6, "a\xF0\x9F\x8C\x8A", "a\xF0\x9F\x8C\x8A"},
    {3, "\xF0\x9F\x8C\x8A", ""},
};

START_TEST(text_append_never_cuts_inside_a_character)
{
    char buffer[8];
    struct text text = text_over(buffer, cuts[_i].capacity);

    text_append(&text, cuts[_i].from);

    ck_assert_msg(strcmp(buffer, cuts[_i].expected) == 0, "case %d: '%s' became '%s'", _i,
                  cuts[_i].from, buffer);
    ck_assert_uint_eq(text.length, strlen(buffer));
}
END_TEST

START_TEST(text_append_format_appends_what_printf_would_print)
{
    char buffer[32];
    struct text text = TEXT_OVER(buffer);

    text_append(&text, "port ");
    text_append_format(&text, "%u of %s", 3000u, "100%");

    ck_assert_str_eq(buffer, "port 3000 of 100%");
}
END_TEST

START_TEST(text_append_format_cuts_a_very_long_piece_between_characters)
{
    char from[4001];
    char buffer[5000];
    struct text text = TEXT_OVER(buffer);

    for (size_t i = 0; i < 2000; i++)
        memcpy(from + 2 * i, "\xC3\xA9", 2);
    from[4000] = '\0';
    text_append_format(&text, "%s", from); /* whatever limit it has, even or odd ... */
    text_append_format(&text, "%s", from);

    ck_assert_uint_eq(text.length, strlen(buffer));
    ck_assert(utf8_is_valid(buffer, text.length));
    ck_assert(text.truncated || text.length == 8000);

    text = TEXT_OVER(buffer);
    text_append_format(&text, "a%s",
                       from); /* ... one of the two falls inside a character */

    ck_assert(utf8_is_valid(buffer, text.length));
    ck_assert(text.truncated || text.length == 4001);
}
END_TEST

START_TEST(text_copy_takes_all_or_nothing)
{
    char buffer[4] = "xyz";

    ck_assert(text_copy(buffer, sizeof buffer, "abc"));
    ck_assert_str_eq(buffer, "abc");
    ck_assert(!text_copy(buffer, sizeof buffer, "abcd"));
    ck_assert_str_eq(buffer, "");
    ck_assert(text_copy(buffer, sizeof buffer, ""));
    ck_assert_str_eq(buffer, "");
}
END_TEST

#define BYTES(literal) (literal), sizeof(literal) - 1

static const struct {
    const char *what;
    const char *bytes;
    size_t size;
    bool valid;
} utf8_cases[] = {
    {"nothing", BYTES(""), true},
    {"ASCII", BYTES("abc~"), true},
    {"a NUL within", BYTES("a\0b"), true},
    {"U+0080, the first of two bytes", BYTES("\xC2\x80"), true},
    {"U+07FF, the last of two bytes", BYTES("\xDF\xBF"), true},
    {"U+0800, the first of three bytes", BYTES("\xE0\xA0\x80"), true},
    {"U+D7FF, before the surrogates", BYTES("\xED\x9F\xBF"), true},
    {"U+E000, behind the surrogates", BYTES("\xEE\x80\x80"), true},
    {"U+FFFF", BYTES("\xEF\xBF\xBF"), true},
    {"U+10000, the first of four bytes", BYTES("\xF0\x90\x80\x80"), true},
    {"U+10FFFF, the last of all", BYTES("\xF4\x8F\xBF\xBF"), true},
    {"a lone continuation byte", BYTES("\x80"), false},
    {"an overlong slash of two bytes", BYTES("\xC0\xAF"), false},
    {"an overlong U+007F", BYTES("\xC1\xBF"), false},
    {"an overlong slash of three bytes", BYTES("\xE0\x80\xAF"), false},
    {"an overlong U+07FF", BYTES("\xE0\x9F\xBF"), false},
    {"an overlong U+FFFF", BYTES("\xF0\x8F\xBF\xBF"), false},
    {"U+D800, the first surrogate", BYTES("\xED\xA0\x80"), false},
    {"U+DFFF, the last surrogate", BYTES("\xED\xBF\xBF"), false},
    {"U+110000", BYTES("\xF4\x90\x80\x80"), false},
    {"a byte that begins five", BYTES("\xF8\x88\x80\x80\x80"), false},
    {"FE", BYTES("\xFE"), false},
    {"FF", BYTES("a\xFF"), false},
    {"an end after one byte of two", BYTES("a\xC3"), false},
    {"an end after two bytes of three", BYTES("\xE2\x82"), false},
    {"an end after three bytes of four", BYTES("\xF0\x9F\x8C"), false},
    {"a letter in place of a continuation byte",
     BYTES("\xC3"
           "a"),
     false},
    {"a lead byte in place of a continuation byte", BYTES("\xE2\x82\xC3\xA9"), false},
};

START_TEST(utf8_is_valid_tells_well_formed_from_malformed)
{
    const bool valid = utf8_is_valid(utf8_cases[_i].bytes, utf8_cases[_i].size);

    ck_assert_msg(valid == utf8_cases[_i].valid, "%s: %s", utf8_cases[_i].what,
                  valid ? "valid" : "refused");
}
END_TEST

START_TEST(utf8_is_valid_reads_no_further_than_its_size)
{
    ck_assert(utf8_is_valid("a\xFF", 1));
    ck_assert(!utf8_is_valid("\xC3\xA9", 1));
}
END_TEST

static const struct {
    const char *what;
    const char *text;
    bool plain;
} plain_cases[] = {
    {"nothing", "", true},
    {"ASCII from blank to tilde", " ~", true},
    {"umlauts, Chinese, a wave", "\xC3\xBC \xE6\xBD\xAE \xF0\x9F\x8C\x8A", true},
    {"Arabic letters", "\xD8\xA8", true},
    {"U+00A0, behind C1", "\xC2\xA0", true},
    {"U+2027, before the separators", "\xE2\x80\xA7", true},
    {"U+202F, behind the overrides", "\xE2\x80\xAF", true},
    {"U+2065, before the isolates", "\xE2\x81\xA5", true},
    {"U+206A, behind the isolates", "\xE2\x81\xAA", true},
    {"a tab", "a\tb", false},
    {"a line feed", "a\nb", false},
    {"a carriage return", "a\r", false},
    {"U+0001", "\x01", false},
    {"escape", "\x1b[31m", false},
    {"U+001F", "\x1f", false},
    {"DEL", "a\x7f", false},
    {"U+0080, the first of C1", "\xC2\x80", false},
    {"U+0085, next line", "\xC2\x85", false},
    {"U+009F, the last of C1", "\xC2\x9F", false},
    {"U+2028, line separator", "\xE2\x80\xA8", false},
    {"U+2029, paragraph separator", "\xE2\x80\xA9", false},
    {"U+202A, left-to-right embedding", "\xE2\x80\xAA", false},
    {"U+202D, left-to-right override", "\xE2\x80\xAD", false},
    {"U+202E, right-to-left override",
     "a\xE2\x80\xAE"
     "b",
     false},
    {"U+2066, left-to-right isolate", "\xE2\x81\xA6", false},
    {"U+2069, pop isolate", "\xE2\x81\xA9", false},
};

START_TEST(utf8_is_plain_refuses_control_and_direction_characters)
{
    const bool plain = utf8_is_plain(plain_cases[_i].text);

    ck_assert_msg(plain == plain_cases[_i].plain, "%s: %s", plain_cases[_i].what,
                  plain ? "plain" : "refused");
}
END_TEST

static const struct {
    const char *a;
    const char *b;
    bool equal;
} case_cases[] = {
    {"", "", true},
    {"Wi-Fi", "wi-fI", true},
    {"az", "AZ", true},
    {"abc", "ab", false},
    {"ab", "abc", false},
    {"", "a", false},
    {"[", "{", false},
    {"@", "`", false},
    {"Z", "[", false},
    {"\xC3\x84", "\xC3\xA4", false}, /* Ä and ä: only ASCII letters fold */
};

START_TEST(ascii_equals_ignoring_case_folds_ascii_letters_only)
{
    const bool equal = ascii_equals_ignoring_case(case_cases[_i].a, case_cases[_i].b);

    ck_assert_msg(equal == case_cases[_i].equal, "'%s' and '%s'", case_cases[_i].a,
                  case_cases[_i].b);
}
END_TEST

static const struct {
    const char *text;
    unsigned long maximum;
    bool accepted;
    unsigned long value;
} number_cases[] = {
    {"0", 65535, true, 0},
    {"1", 65535, true, 1},
    {"65535", 65535, true, 65535},
    {"65536", 65535, false, 0},
    {"65540", 65535, false, 0},
    {"655350", 65535, false, 0},
    {"99999999999999999999999999", 65535, false, 0},
    {"18446744073709551616", ULONG_MAX, false, 0},
    {"4294967295", 0xFFFFFFFFul, true, 0xFFFFFFFFul},
    {"4294967296", 0xFFFFFFFFul, false, 0},
    {"0", 0, true, 0},
    {"1", 0, false, 0},
    {"5", 4, false, 0},
    {"10", 9, false, 0},
    {"", 65535, false, 0},
    {"00", 65535, false, 0},
    {"080", 65535, false, 0},
    {"+1", 65535, false, 0},
    {"-1", 65535, false, 0},
    {" 1", 65535, false, 0},
    {"1 ", 65535, false, 0},
    {"1\n", 65535, false, 0},
    {"0x10", 65535, false, 0},
    {"1.0", 65535, false, 0},
    {"1e3", 65535, false, 0},
    {"http", 65535, false, 0},
    {"\xD9\xA1", 65535, false, 0}, /* an Arabic one */
};

START_TEST(text_parse_number_takes_plain_decimals_up_to_the_maximum)
{
    unsigned long value = 77;
    const bool accepted =
        text_parse_number(number_cases[_i].text, number_cases[_i].maximum, &value);

    ck_assert_msg(accepted == number_cases[_i].accepted, "'%s' up to %lu",
                  number_cases[_i].text, number_cases[_i].maximum);
    ck_assert_msg(value == (accepted ? number_cases[_i].value : 77), "'%s' gave %lu",
                  number_cases[_i].text, value);
}
END_TEST

Suite *text_suite(void)
{
    Suite *suite = suite_create("text");
    TCase *bounded = tcase_create("text");
    TCase *utf8 = tcase_create("utf8");
    TCase *words = tcase_create("words and numbers");

    tcase_add_test(bounded, text_over_starts_empty);
    tcase_add_test(bounded, text_append_fills_the_buffer_to_its_last_byte);
    tcase_add_test(bounded, text_append_cuts_what_does_not_fit_and_says_so);
    tcase_add_test(bounded, text_append_adds_nothing_behind_a_cut);
    tcase_add_test(bounded, text_of_capacity_one_holds_nothing);
    tcase_add_loop_test(bounded, text_append_never_cuts_inside_a_character, 0,
                        COUNT(cuts));
    tcase_add_test(bounded, text_append_format_appends_what_printf_would_print);
    tcase_add_test(bounded, text_append_format_cuts_a_very_long_piece_between_characters);
    tcase_add_test(bounded, text_copy_takes_all_or_nothing);
    suite_add_tcase(suite, bounded);

    tcase_add_loop_test(utf8, utf8_is_valid_tells_well_formed_from_malformed, 0,
                        COUNT(utf8_cases));
    tcase_add_test(utf8, utf8_is_valid_reads_no_further_than_its_size);
    tcase_add_loop_test(utf8, utf8_is_plain_refuses_control_and_direction_characters, 0,
                        COUNT(plain_cases));
    suite_add_tcase(suite, utf8);

    tcase_add_loop_test(words, ascii_equals_ignoring_case_folds_ascii_letters_only, 0,
                        COUNT(case_cases));
    tcase_add_loop_test(words, text_parse_number_takes_plain_decimals_up_to_the_maximum,
                        0, COUNT(number_cases));
    suite_add_tcase(suite, words);
    return suite;
}
