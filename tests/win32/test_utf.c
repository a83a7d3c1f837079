/*
 * UTF-8 to UTF-16 and back.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/utf.h"

#include <check.h>

Suite *utf_suite(void);

START_TEST(utf16_from_utf8_and_back_keeps_every_plane)
{
    const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x8c\x8a";
    wchar_t wide[16];
    char back[16];

    ck_assert(utf16_from_utf8(text, wide, 16));
    ck_assert_uint_eq(wcslen(wide), 5);
    ck_assert(utf8_from_utf16(wide, back, sizeof back));
    ck_assert_str_eq(back, text);
}
END_TEST

START_TEST(utf16_from_utf8_refuses_malformed_text)
{
    static const char *const malformed[] = {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80",
                                            "\xf4\x90\x80\x80"};
    wchar_t wide[16] = L"x";

    ck_assert_msg(!utf16_from_utf8(malformed[_i], wide, 16), "case %d", _i);
    ck_assert_int_eq(wide[0], 0);
}
END_TEST

START_TEST(utf8_from_utf16_refuses_lone_surrogates)
{
    static const wchar_t *const malformed[] = {L"\xd800", L"\xdc00", L"a\xd83c z"};
    char text[16] = "x";

    ck_assert_msg(!utf8_from_utf16(malformed[_i], text, sizeof text), "case %d", _i);
    ck_assert_int_eq(text[0], 0);
}
END_TEST

START_TEST(utf_wants_room_for_the_nul)
{
    wchar_t wide[3];
    char text[3];

    ck_assert(utf16_from_utf8("ab", wide, 3));
    ck_assert(!utf16_from_utf8("abc", wide, 3));
    ck_assert_int_eq(wide[0], 0);
    ck_assert(utf8_from_utf16(L"ab", text, 3));
    ck_assert(!utf8_from_utf16(L"abc", text, 3));
    ck_assert_int_eq(text[0], 0);
}
END_TEST

Suite *utf_suite(void)
{
    Suite *suite = suite_create("utf");
    TCase *tcase = tcase_create("both ways");

    tcase_add_test(tcase, utf16_from_utf8_and_back_keeps_every_plane);
    tcase_add_loop_test(tcase, utf16_from_utf8_refuses_malformed_text, 0, 5);
    tcase_add_loop_test(tcase, utf8_from_utf16_refuses_lone_surrogates, 0, 3);
    tcase_add_test(tcase, utf_wants_room_for_the_nul);
    suite_add_tcase(suite, tcase);
    return suite;
}
