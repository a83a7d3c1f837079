/*
 * The policy's values, as Group Policy, an administrator or a careless script writes them.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/policy_key.h"

#include "tests/win32/scratch.h"

#include <check.h>

#include <string.h>

Suite *policy_key_suite(void);

static struct policy_values values;

static void clear(void)
{
    scratch_delete_tree(HKEY_LOCAL_MACHINE, POLICY_KEY_PATH);
    memset(&values, 'x', sizeof values);
}

static const struct policy_value *read(enum setting setting)
{
    policy_key_read(&values);
    return &values.items[setting];
}

static void put(const wchar_t *name, DWORD type, const void *bytes, DWORD size)
{
    scratch_set_bytes(HKEY_LOCAL_MACHINE, POLICY_KEY_PATH, name, type, bytes, size);
}

START_TEST(no_key_and_no_value_are_no_policy)
{
    for (int i = 0; i < 2; i++) {
        for (enum setting setting = 0; setting < SETTING_COUNT; setting++)
            ck_assert_int_eq(read(setting)->kind, POLICY_ABSENT);
        scratch_set(HKEY_LOCAL_MACHINE, POLICY_KEY_PATH, L"Other", L"1");
    }
}
END_TEST

START_TEST(each_value_is_read_by_its_name)
{
    scratch_set_number(HKEY_LOCAL_MACHINE, POLICY_KEY_PATH, L"AllowWidening", 1);
    scratch_set_number(HKEY_LOCAL_MACHINE, POLICY_KEY_PATH, L"AllowOutbound", 0x12345678);
    scratch_set(HKEY_LOCAL_MACHINE, POLICY_KEY_PATH, L"WhenWslStops", L"withdraw");
    put(L"AllowedUsers", REG_MULTI_SZ, L"S-1-5-18\0S-1-5-19\0", 19 * 2);

    ck_assert_int_eq(read(SETTING_ALLOW_WIDENING)->kind, POLICY_NUMBER);
    ck_assert_uint_eq(values.items[SETTING_ALLOW_WIDENING].number, 1);
    ck_assert_int_eq(values.items[SETTING_ALLOW_OUTBOUND].kind, POLICY_NUMBER);
    ck_assert_uint_eq(values.items[SETTING_ALLOW_OUTBOUND].number, 0x12345678);
    ck_assert_int_eq(values.items[SETTING_WHEN_WSL_STOPS].kind, POLICY_TEXT);
    ck_assert_str_eq(values.items[SETTING_WHEN_WSL_STOPS].text, "withdraw");
    ck_assert_int_eq(values.items[SETTING_ALLOWED_USERS].kind, POLICY_TEXTS);
    ck_assert_str_eq(values.items[SETTING_ALLOWED_USERS].text, "S-1-5-18\nS-1-5-19");
}
END_TEST

static const struct {
    DWORD type;
    size_t size;
    const void *bytes;
    enum policy_kind kind;
    const char *text;
} odd[] = {
    /* (Windows adds a NUL that stands behind a text.) */
    {REG_SZ, 8, L"keep", POLICY_TEXT, "keep"}, /* without a NUL */
    {REG_SZ, 12, L"keep\0", POLICY_TEXT, "keep"},
    {REG_SZ, 0, L"", POLICY_TEXT, ""},
    {REG_SZ, 2, L"\x20ac", POLICY_TEXT, "\xe2\x82\xac"},
    {REG_SZ, 12, L"ab\0cd", POLICY_OTHER, "REG_SZ [12]"},
    {REG_SZ, 7, L"keep", POLICY_OTHER, "REG_SZ [7]"},
    {REG_SZ, 6, L"a\xd800", POLICY_OTHER, "REG_SZ [6]"},
    {REG_MULTI_SZ, 0, L"", POLICY_TEXTS, ""},
    {REG_MULTI_SZ, 2, L"", POLICY_TEXTS, ""},
    {REG_MULTI_SZ, 4, L"\0", POLICY_TEXTS, ""},
    {REG_MULTI_SZ, 2, L"a", POLICY_TEXTS, "a"},
    {REG_MULTI_SZ, 6, L"a\0", POLICY_TEXTS, "a"},
    {REG_MULTI_SZ, 6, L"a\0b", POLICY_TEXTS, "a\nb"},
    {REG_MULTI_SZ, 8, L"a\0\0b", POLICY_TEXTS, "a\n\nb"},
    {REG_MULTI_SZ, 4, L"\0a", POLICY_TEXTS, "\na"},
    {REG_MULTI_SZ, 5, L"a\0b", POLICY_OTHER, "REG_MULTI_SZ [5]"},
    {REG_MULTI_SZ, 4, L"\xdc00", POLICY_OTHER, "REG_MULTI_SZ [4]"},
    {REG_EXPAND_SZ, 10, L"keep", POLICY_OTHER, "REG_EXPAND_SZ [10]"},
    {REG_DWORD, 3, L"ab", POLICY_OTHER, "REG_DWORD [3]"},
    {REG_DWORD, 0, L"", POLICY_OTHER, "REG_DWORD [0]"},
    {REG_QWORD, 8, L"abcd", POLICY_OTHER, "REG_QWORD [8]"},
    {REG_DWORD_BIG_ENDIAN, 4, L"ab", POLICY_OTHER, "REG_DWORD_BIG_ENDIAN [4]"},
    {REG_BINARY, 8, L"keep", POLICY_OTHER, "REG_BINARY [8]"},
    {REG_NONE, 0, L"", POLICY_OTHER, "REG_NONE [0]"},
    {4711, 2, L"a", POLICY_OTHER, "REG_4711 [2]"},
};

START_TEST(what_is_odd_is_bounded_and_told)
{
    put(L"WhenWslStops", odd[_i].type, odd[_i].bytes, (DWORD)odd[_i].size);

    ck_assert_int_eq(read(SETTING_WHEN_WSL_STOPS)->kind, odd[_i].kind);
    ck_assert_str_eq(values.items[SETTING_WHEN_WSL_STOPS].text, odd[_i].text);
}
END_TEST

/* As many characters as may be, and more. */
START_TEST(what_is_too_long_is_told_by_its_size)
{
    static wchar_t text[0x8001];
    static const DWORD lengths[] = {SETTING_VALUE_SIZE - 1, SETTING_VALUE_SIZE,
                                    SETTING_VALUE_SIZE + 1, 0x8000};

    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++)
        text[i] = L'a';
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        put(L"AllowedUsers", REG_MULTI_SZ, text, lengths[i] * 2);
        ck_assert_int_eq(read(SETTING_ALLOWED_USERS)->kind,
                         i == 0 ? POLICY_TEXTS : POLICY_OTHER);
    }
    ck_assert_str_eq(values.items[SETTING_ALLOWED_USERS].text, "REG_MULTI_SZ [65536]");
}
END_TEST

Suite *policy_key_suite(void)
{
    Suite *suite = suite_create("policy_key");
    TCase *tcase = tcase_create("policy_key");

    if (!scratch_is_allowed("policy_key"))
        return suite;
    tcase_add_checked_fixture(tcase, clear, clear);
    tcase_add_test(tcase, no_key_and_no_value_are_no_policy);
    tcase_add_test(tcase, each_value_is_read_by_its_name);
    tcase_add_loop_test(tcase, what_is_odd_is_bounded_and_told, 0,
                        sizeof odd / sizeof odd[0]);
    tcase_add_test(tcase, what_is_too_long_is_told_by_its_size);
    suite_add_tcase(suite, tcase);
    return suite;
}
