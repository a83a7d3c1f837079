/*
 * Token facts. Under Wine everybody is the same elevated administrator; who else a caller may be is
 * tested on the pure authorize().
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/program_path.h"
#include "core/win32/token.h"

#include <check.h>

#define TEST_PIPE L"\\\\.\\pipe\\tidegate-test-token"

START_TEST(own_user_is_a_valid_sid)
{
    struct user_sid user = {0};
    struct error err = {0};

    ck_assert_msg(token_read_own_user(&user, &err), "%s", err.detail);
    ck_assert_msg(user_sid_is_valid(user.text), "'%s'", user.text);
}
END_TEST

START_TEST(sid_text_is_refused_for_what_is_no_sid)
{
    unsigned char garbage[SECURITY_MAX_SID_SIZE] = {0x7F, 0xFF};
    struct user_sid user = {"old"};

    ck_assert(!user_sid_from_windows(garbage, &user));
    ck_assert_str_eq(user.text, "");
}
END_TEST

START_TEST(pipe_client_is_who_it_is_and_the_thread_itself_again_afterwards)
{
    const HANDLE server = CreateNamedPipeW(TEST_PIPE, PIPE_ACCESS_DUPLEX,
                                           PIPE_TYPE_MESSAGE, 1, 64, 64, 0, NULL);
    const HANDLE client =
        CreateFileW(TEST_PIPE, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                    SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
    struct caller caller = {0};
    struct user_sid self = {0};
    struct error err = {0};
    HANDLE token = NULL;
    DWORD size;
    DWORD code;
    BOOL opened;
    char byte = 0;

    ck_assert(server != INVALID_HANDLE_VALUE && client != INVALID_HANDLE_VALUE);
    ck_assert(WriteFile(client, "x", 1, &size, NULL));
    ck_assert(ReadFile(server, &byte, 1, &size, NULL));

    ck_assert_msg(token_read_pipe_client(server, &caller, &err), "%s", err.detail);
    opened = OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token);
    code = GetLastError();

    ck_assert(token_read_own_user(&self, NULL));
    ck_assert_str_eq(caller.user.text, self.text);
    ck_assert(caller.is_elevated == token_is_own_elevated());
    ck_assert(!caller.is_restricted);
    ck_assert(!opened);
    ck_assert_uint_eq(code, ERROR_NO_TOKEN);
    CloseHandle(client);
    CloseHandle(server);
}
END_TEST

START_TEST(program_path_beside_is_in_the_same_folder)
{
    char own[PROGRAM_PATH_SIZE];
    char beside[PROGRAM_PATH_SIZE];
    size_t folder_size;

    ck_assert(program_path_own(own, NULL));
    ck_assert(program_path_beside("Data\\tidegate.db", beside, NULL));

    folder_size = (size_t)(strrchr(own, '\\') + 1 - own);
    ck_assert(strncmp(own, beside, folder_size) == 0);
    ck_assert_str_eq(beside + folder_size, "Data\\tidegate.db");
}
END_TEST

START_TEST(program_path_is_protected_below_program_files_only)
{
    ck_assert(
        program_path_is_protected("C:\\Program Files\\Tidegate\\tidegate-service.exe"));
    ck_assert(program_path_is_protected("c:\\PROGRAM FILES\\x"));
    ck_assert(!program_path_is_protected("C:\\Program Files"));
    ck_assert(!program_path_is_protected("C:\\Program Files2\\x.exe"));
    ck_assert(!program_path_is_protected("C:\\Program Files\\..\\Users\\x.exe"));
    ck_assert(!program_path_is_protected("C:\\Users\\x\\tidegate-service.exe"));
    ck_assert(!program_path_is_protected("\\\\server\\C:\\Program Files\\x.exe"));
}
END_TEST

Suite *token_suite(void)
{
    Suite *suite = suite_create("token");
    TCase *token = tcase_create("token_read");
    TCase *path = tcase_create("program_path");

    tcase_add_test(token, own_user_is_a_valid_sid);
    tcase_add_test(token, sid_text_is_refused_for_what_is_no_sid);
    tcase_add_test(token, pipe_client_is_who_it_is_and_the_thread_itself_again_afterwards);
    suite_add_tcase(suite, token);
    tcase_add_test(path, program_path_beside_is_in_the_same_folder);
    tcase_add_test(path, program_path_is_protected_below_program_files_only);
    suite_add_tcase(suite, path);
    return suite;
}
