/*
 * Reading .wslconfig whole and replacing it in one step, in a folder of its own.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/wslconfig_file.h"

#include <check.h>
#include <string.h>
#include <wchar.h>

Suite *wslconfig_file_suite(void);

static wchar_t folder[MAX_PATH];

static void path_of(const wchar_t *name, wchar_t out[MAX_PATH])
{
    swprintf(out, MAX_PATH, L"%ls\\%ls", folder, name);
}

static void write_file(const wchar_t *name, const char *text)
{
    wchar_t path[MAX_PATH];
    DWORD written = 0;
    HANDLE handle;

    path_of(name, path);
    handle = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    ck_assert_ptr_ne(handle, INVALID_HANDLE_VALUE);
    ck_assert(WriteFile(handle, text, (DWORD)strlen(text), &written, NULL));
    CloseHandle(handle);
}

static void assert_file(const wchar_t *name, const char *text)
{
    wchar_t path[MAX_PATH];
    char got[256] = "";
    DWORD size = 0;
    HANDLE handle;

    path_of(name, path);
    handle = CreateFileW(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    ck_assert_msg(handle != INVALID_HANDLE_VALUE, "%ls is missing", path);
    ck_assert(ReadFile(handle, got, sizeof got - 1, &size, NULL));
    CloseHandle(handle);
    ck_assert_str_eq(got, text);
}

static bool is_there(const wchar_t *name)
{
    wchar_t path[MAX_PATH];

    path_of(name, path);
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static void set_attributes(const wchar_t *name, DWORD attributes)
{
    wchar_t path[MAX_PATH];

    path_of(name, path);
    ck_assert(SetFileAttributesW(path, attributes));
}

static void delete_file(const wchar_t *name)
{
    wchar_t path[MAX_PATH];

    path_of(name, path);
    SetFileAttributesW(path, FILE_ATTRIBUTE_NORMAL);
    DeleteFileW(path);
}

static void set_up(void)
{
    wchar_t parent[MAX_PATH];

    ck_assert_uint_gt(GetTempPathW(MAX_PATH, parent), 0);
    swprintf(folder, MAX_PATH, L"%lstidegate-wslconfig-%lu", parent,
             GetCurrentProcessId());
    ck_assert(CreateDirectoryW(folder, NULL));
}

static void tear_down(void)
{
    delete_file(WSLCONFIG_NAME);
    delete_file(WSLCONFIG_BACKUP_NAME);
    RemoveDirectoryW(folder);
}

static struct wslconfig_file read_it(void)
{
    struct wslconfig_file file = {0};
    struct error err = {0};

    ck_assert_msg(wslconfig_file_read(folder, &file, &err), "%s", err.detail);
    return file;
}

START_TEST(a_missing_file_is_empty)
{
    struct wslconfig_file file = read_it();

    ck_assert(!file.is_there);
    ck_assert_uint_eq(file.size, 0);
}
END_TEST

START_TEST(a_new_file_leaves_no_backup)
{
    struct wslconfig_file file = read_it();
    struct error err = {0};

    ck_assert_msg(wslconfig_file_replace(folder, &file, "new", 3, &err), "%s", err.detail);

    assert_file(WSLCONFIG_NAME, "new");
    ck_assert(!is_there(WSLCONFIG_BACKUP_NAME));
}
END_TEST

START_TEST(the_former_content_becomes_the_backup)
{
    struct wslconfig_file file;
    struct error err = {0};

    write_file(WSLCONFIG_NAME, "old");
    write_file(WSLCONFIG_BACKUP_NAME, "much older");
    file = read_it();
    ck_assert_uint_eq(file.size, 3);
    ck_assert_int_gt(file.written_ms, 0);
    ck_assert_msg(wslconfig_file_replace(folder, &file, "new", 3, &err), "%s", err.detail);

    assert_file(WSLCONFIG_NAME, "new");
    assert_file(WSLCONFIG_BACKUP_NAME, "old");
    ck_assert(!is_there(L".wslconfig.tidegate-new"));
    wslconfig_file_clear(&file);
}
END_TEST

static LONG missed;
static LONG is_done;

/* Looks without opening: Wine, like older Windows, replaces no file that is open. */
static DWORD WINAPI look_for_it(void *unused)
{
    (void)unused;
    while (!InterlockedOr(&is_done, 0))
        if (!is_there(WSLCONFIG_NAME))
            InterlockedIncrement(&missed);
    return 0;
}

START_TEST(it_is_there_at_every_moment)
{
    struct error err = {0};
    HANDLE thread;

    missed = 0;
    is_done = 0;
    write_file(WSLCONFIG_NAME, "old");
    thread = CreateThread(NULL, 0, look_for_it, NULL, 0, NULL);
    ck_assert_ptr_nonnull(thread);
    for (int i = 0; i < 100; i++) {
        struct wslconfig_file file = read_it();

        ck_assert_msg(wslconfig_file_replace(folder, &file, "new", 3, &err), "%s",
                      err.detail);
        wslconfig_file_clear(&file);
    }
    InterlockedExchange(&is_done, 1);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    ck_assert_int_eq(missed, 0);
}
END_TEST

START_TEST(its_attributes_stay)
{
    struct wslconfig_file file;
    struct error err = {0};

    write_file(WSLCONFIG_NAME, "old");
    set_attributes(WSLCONFIG_NAME, FILE_ATTRIBUTE_HIDDEN);
    file = read_it();
    ck_assert_uint_ne(file.attributes & FILE_ATTRIBUTE_HIDDEN, 0);
    ck_assert_msg(wslconfig_file_replace(folder, &file, "new", 3, &err), "%s", err.detail);
    wslconfig_file_clear(&file);

    file = read_it();
    ck_assert_uint_ne(file.attributes & FILE_ATTRIBUTE_HIDDEN, 0);
    wslconfig_file_clear(&file);
}
END_TEST

START_TEST(a_file_that_changed_meanwhile_is_left_alone)
{
    struct wslconfig_file file;
    struct error err = {0};

    write_file(WSLCONFIG_NAME, "old");
    file = read_it();
    write_file(WSLCONFIG_NAME, "OLD");

    ck_assert(!wslconfig_file_replace(folder, &file, "new", 3, &err));
    ck_assert_int_eq(err.kind, ERR_CONFLICT);
    assert_file(WSLCONFIG_NAME, "OLD");
    ck_assert(!is_there(L".wslconfig.tidegate-new"));
    wslconfig_file_clear(&file);
}
END_TEST

START_TEST(a_file_that_appeared_meanwhile_is_left_alone)
{
    struct wslconfig_file file = read_it();
    struct error err = {0};

    write_file(WSLCONFIG_NAME, "theirs");

    ck_assert(!wslconfig_file_replace(folder, &file, "new", 3, &err));
    ck_assert_int_eq(err.kind, ERR_CONFLICT);
    assert_file(WSLCONFIG_NAME, "theirs");
}
END_TEST

START_TEST(a_read_only_file_is_left_alone)
{
    struct wslconfig_file file;
    struct error err = {0};

    write_file(WSLCONFIG_NAME, "old");
    set_attributes(WSLCONFIG_NAME, FILE_ATTRIBUTE_READONLY);
    file = read_it();

    ck_assert(!wslconfig_file_replace(folder, &file, "new", 3, &err));
    ck_assert_int_eq(err.kind, ERR_ACCESS_DENIED);
    assert_file(WSLCONFIG_NAME, "old");
    wslconfig_file_clear(&file);
}
END_TEST

START_TEST(a_folder_of_that_name_is_refused)
{
    wchar_t path[MAX_PATH];
    struct wslconfig_file file = {0};
    struct error err = {0};

    path_of(WSLCONFIG_NAME, path);
    ck_assert(CreateDirectoryW(path, NULL));

    ck_assert(!wslconfig_file_read(folder, &file, &err));
    ck_assert_int_eq(err.kind, ERR_INVALID);
    RemoveDirectoryW(path);
}
END_TEST

Suite *wslconfig_file_suite(void)
{
    Suite *suite = suite_create("wslconfig_file");
    TCase *tcase = tcase_create("wslconfig_file");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_missing_file_is_empty);
    tcase_add_test(tcase, a_new_file_leaves_no_backup);
    tcase_add_test(tcase, the_former_content_becomes_the_backup);
    tcase_add_test(tcase, it_is_there_at_every_moment);
    tcase_add_test(tcase, its_attributes_stay);
    tcase_add_test(tcase, a_file_that_changed_meanwhile_is_left_alone);
    tcase_add_test(tcase, a_file_that_appeared_meanwhile_is_left_alone);
    tcase_add_test(tcase, a_read_only_file_is_left_alone);
    tcase_add_test(tcase, a_folder_of_that_name_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
