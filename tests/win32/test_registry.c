/*
 * The registry's small readers, against values as a hostile program would write them.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/win32/registry.h"
#include "tests/win32/scratch.h"

#include <check.h>

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define PATH L"Software\\TidegateTest"

Suite *registry_suite(void);

static char text[64];

static void clear(void)
{
    scratch_delete_tree(HKEY_CURRENT_USER, PATH);
    memset(text, 'x', sizeof text);
}

static void read(void)
{
    registry_read_text(HKEY_CURRENT_USER, PATH, L"Value", text, sizeof text);
}

START_TEST(registry_read_text_gives_the_text)
{
    scratch_set(HKEY_CURRENT_USER, PATH, L"Value", L"172.28.\x20ac");
    read();
    ck_assert_str_eq(text, "172.28.\xe2\x82\xac");
}
END_TEST

START_TEST(registry_read_text_is_empty_for_a_missing_key)
{
    read();
    ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(registry_read_text_is_empty_for_a_missing_value)
{
    scratch_create_key(HKEY_CURRENT_USER, PATH);
    read();
    ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(registry_read_text_terminates_what_is_not)
{
    scratch_set_bytes(HKEY_CURRENT_USER, PATH, L"Value", REG_SZ, L"abcdef", 3 * 2);
    read();
    ck_assert_str_eq(text, "abc");
}
END_TEST

static const struct {
    const char *what;
    DWORD type;
    const void *bytes;
    DWORD size;
} no_texts[] = {
    {"embedded NUL", REG_SZ, L"ab\0cd", 12},
    {"odd size", REG_SZ, L"abcd", 7},
    {"expandable text", REG_EXPAND_SZ, L"%TEMP%", 14},
    {"number", REG_DWORD, L"ab", 4},
    {"several texts", REG_MULTI_SZ, L"ab\0", 8},
    {"lone surrogate", REG_SZ, L"a\xd800", 6},
    {"nothing", REG_SZ, L"", 0},
};

START_TEST(registry_read_text_refuses_what_is_no_text)
{
    scratch_set_bytes(HKEY_CURRENT_USER, PATH, L"Value", no_texts[_i].type,
                      no_texts[_i].bytes, no_texts[_i].size);
    read();
    ck_assert_msg(text[0] == '\0', "%s: '%s'", no_texts[_i].what, text);
}
END_TEST

START_TEST(registry_read_text_refuses_ten_megabytes)
{
    const DWORD size = 10 * 1024 * 1024;
    wchar_t *huge = malloc(size);

    for (DWORD i = 0; i < size / sizeof *huge; i++)
        huge[i] = L'1';
    scratch_set_bytes(HKEY_CURRENT_USER, PATH, L"Value", REG_SZ, huge, size);
    free(huge);
    read();
    ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(registry_read_text_refuses_what_does_not_fit)
{
    char tiny[4] = "xxx";

    scratch_set(HKEY_CURRENT_USER, PATH, L"Value", L"abcd");
    registry_read_text(HKEY_CURRENT_USER, PATH, L"Value", tiny, sizeof tiny);
    ck_assert_str_eq(tiny, "");
}
END_TEST

START_TEST(registry_read_number_wants_a_number)
{
    scratch_set_number(HKEY_CURRENT_USER, PATH, L"Value", 7);
    scratch_set(HKEY_CURRENT_USER, PATH, L"Text", L"7");

    ck_assert_uint_eq(registry_read_number(HKEY_CURRENT_USER, PATH, L"Value", 3), 7);
    ck_assert_uint_eq(registry_read_number(HKEY_CURRENT_USER, PATH, L"Text", 3), 3);
    ck_assert_uint_eq(registry_read_number(HKEY_CURRENT_USER, PATH, L"None", 3), 3);
    ck_assert_uint_eq(registry_read_number(HKEY_CURRENT_USER, PATH L"\\None", L"a", 3), 3);
}
END_TEST

#define LONG_LENGTH 20000
#define LONG_READINGS 2000

static struct {
    wchar_t longer[LONG_LENGTH + 1];
    volatile LONG stop;
} writer;

/* The value grows and shrinks as fast as it can. */
static DWORD WINAPI write_by_turns(void *unused)
{
    (void)unused;
    while (writer.stop == 0) {
        scratch_set(HKEY_CURRENT_USER, PATH, L"Value", writer.longer);
        scratch_set(HKEY_CURRENT_USER, PATH, L"Value", L"C:\\a");
    }
    return 0;
}

static void expect_whole_text(HKEY key)
{
    wchar_t *read_text = NULL;
    DWORD type = REG_NONE;

    ck_assert_int_eq(registry_read_long_text(key, L"Value", &type, &read_text),
                     ERROR_SUCCESS);
    ck_assert_int_eq(type, REG_SZ);
    ck_assert(wcscmp(read_text, L"C:\\a") == 0 || wcscmp(read_text, writer.longer) == 0);
    mem_free(read_text);
}

START_TEST(registry_read_long_text_is_whole_while_it_changes)
{
    HKEY key = NULL;
    HANDLE thread;

    wmemset(writer.longer, L'x', LONG_LENGTH);
    writer.stop = 0;
    scratch_set(HKEY_CURRENT_USER, PATH, L"Value", L"C:\\a");
    ck_assert_int_eq(registry_open(HKEY_CURRENT_USER, PATH, &key), ERROR_SUCCESS);
    thread = CreateThread(NULL, 0, write_by_turns, NULL, 0, NULL);

    for (int i = 0; i < LONG_READINGS; i++)
        expect_whole_text(key);

    writer.stop = 1;
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    registry_close(&key);
}
END_TEST

START_TEST(registry_read_long_text_refuses_another_type)
{
    wchar_t *read_text = NULL;
    DWORD type = REG_NONE;
    HKEY key = NULL;

    scratch_set_number(HKEY_CURRENT_USER, PATH, L"Value", 7);
    ck_assert_int_eq(registry_open(HKEY_CURRENT_USER, PATH, &key), ERROR_SUCCESS);

    ck_assert_int_eq(registry_read_long_text(key, L"Value", &type, &read_text),
                     ERROR_UNSUPPORTED_TYPE);
    ck_assert_int_eq(registry_read_long_text(key, L"None", &type, &read_text),
                     ERROR_FILE_NOT_FOUND);
    ck_assert_ptr_null(read_text);
    registry_close(&key);
}
END_TEST

Suite *registry_suite(void)
{
    Suite *suite = suite_create("registry");
    TCase *tcase = tcase_create("readers");

    if (!scratch_is_allowed("registry"))
        return suite;
    tcase_add_checked_fixture(tcase, clear, clear);
    tcase_add_test(tcase, registry_read_text_gives_the_text);
    tcase_add_test(tcase, registry_read_text_is_empty_for_a_missing_key);
    tcase_add_test(tcase, registry_read_text_is_empty_for_a_missing_value);
    tcase_add_test(tcase, registry_read_text_terminates_what_is_not);
    tcase_add_loop_test(tcase, registry_read_text_refuses_what_is_no_text, 0,
                        sizeof no_texts / sizeof no_texts[0]);
    tcase_add_test(tcase, registry_read_text_refuses_ten_megabytes);
    tcase_add_test(tcase, registry_read_text_refuses_what_does_not_fit);
    tcase_add_test(tcase, registry_read_number_wants_a_number);
    tcase_add_test(tcase, registry_read_long_text_is_whole_while_it_changes);
    tcase_add_test(tcase, registry_read_long_text_refuses_another_type);
    suite_add_tcase(suite, tcase);
    return suite;
}
