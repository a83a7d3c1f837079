/*
 * Editing Path: everything else in it stays, whatever it looks like.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/win32/path_list.h"

#include <check.h>

#include <string.h>

#define OURS L"C:\\Program Files\\Tidegate"

Suite *path_list_suite(void);

static const wchar_t *const lists[] = {
    L"",
    L"C:\\Windows",
    L"C:\\Windows;",
    L";C:\\Windows;;\"C:\\a;b\";%SystemRoot%\\System32",
    L"C:\\Windows;;",
    L"C:\\Program Files\\Tidegate Tools;C:\\Program Files",
    L";",
};

START_TEST(path_list_remove_undoes_path_list_add)
{
    const wchar_t *const before = lists[_i];
    wchar_t list[200];

    ck_assert_uint_le(path_list_capacity(before, OURS), 200);
    path_list_add(before, OURS, list);

    ck_assert_msg(path_list_has(list, OURS), "case %d: not there", _i);
    ck_assert_msg(wcsncmp(list, before, wcslen(before)) == 0, "case %d: moved", _i);
    ck_assert(path_list_remove(list, OURS));
    ck_assert_msg(wcscmp(list, before) == 0, "case %d: '%ls'", _i, list);
}
END_TEST

START_TEST(path_list_remove_keeps_what_came_after)
{
    wchar_t list[] = L"C:\\a;c:\\program files\\TIDEGATE\\;C:\\b;";

    ck_assert(path_list_remove(list, OURS));

    ck_assert(wcscmp(list, L"C:\\a;C:\\b;") == 0);
}
END_TEST

START_TEST(path_list_remove_takes_only_whole_folders)
{
    wchar_t list[] = L"C:\\Program Files\\Tidegate Tools;D:\\Program Files\\Tidegate";

    ck_assert(!path_list_has(list, OURS));
    ck_assert(!path_list_remove(list, OURS));
}
END_TEST

START_TEST(path_list_add_takes_a_list_of_any_length)
{
    const size_t length = 30000;
    wchar_t *before = mem_alloc((length + 1) * sizeof *before);
    wchar_t *list;

    for (size_t i = 0; i < length; i++)
        before[i] = i % 20 == 19 ? L';' : L'x';
    before[length] = L'\0';
    list = mem_alloc(path_list_capacity(before, OURS) * sizeof *list);
    path_list_add(before, OURS, list);

    ck_assert(path_list_has(list, OURS));
    ck_assert(path_list_remove(list, OURS));
    ck_assert(wcscmp(list, before) == 0);
    mem_free(list);
    mem_free(before);
}
END_TEST

Suite *path_list_suite(void)
{
    Suite *suite = suite_create("path_list");
    TCase *cases = tcase_create("path_list");

    tcase_add_loop_test(cases, path_list_remove_undoes_path_list_add, 0,
                        sizeof lists / sizeof lists[0]);
    tcase_add_test(cases, path_list_remove_keeps_what_came_after);
    tcase_add_test(cases, path_list_remove_takes_only_whole_folders);
    tcase_add_test(cases, path_list_add_takes_a_list_of_any_length);
    suite_add_tcase(suite, cases);
    return suite;
}
