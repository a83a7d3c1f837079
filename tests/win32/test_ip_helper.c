/*
 * The IP Helper service, played by the lab's stand-in.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/ip_helper.h"
#include "tests/win32/scratch.h"

#include <check.h>

#define SERVICE L"iphlpsvc"

Suite *ip_helper_suite(void);

static struct ip_helper helper;
static struct error err;

static void install(void)
{
    scratch_install_service(SERVICE, L"iphlpsvc.exe");
    err = (struct error){0};
}

static void uninstall(void)
{
    scratch_delete_service(SERVICE);
}

static void query(void)
{
    ck_assert_msg(ip_helper_query(&helper, &err), "%s", err.detail);
}

START_TEST(ip_helper_query_says_that_it_is_not_installed)
{
    uninstall();
    query();
    ck_assert(!helper.installed);
    ck_assert(!helper.running);
}
END_TEST

START_TEST(ip_helper_query_says_that_it_is_stopped)
{
    query();
    ck_assert(helper.installed);
    ck_assert(!helper.running);
    ck_assert(!helper.disabled);
    ck_assert_uint_eq(helper.process_id, 0);
}
END_TEST

START_TEST(ip_helper_start_makes_it_run)
{
    ck_assert_msg(ip_helper_start(&err), "%s", err.detail);
    for (int i = 0; i < 100 && !helper.running; i++) {
        Sleep(20);
        query();
    }
    ck_assert(helper.running);
    ck_assert_uint_ne(helper.process_id, 0);
    ck_assert(ip_helper_start(&err));
}
END_TEST

START_TEST(ip_helper_announce_reaches_a_running_service)
{
    scratch_start_service(SERVICE);
    ck_assert_msg(ip_helper_announce(&err), "%s: %08x", err.detail, err.os_code);
}
END_TEST

START_TEST(ip_helper_announce_needs_no_running_service)
{
    ck_assert(ip_helper_announce(&err));
    uninstall();
    ck_assert(ip_helper_announce(&err));
}
END_TEST

START_TEST(ip_helper_query_says_that_it_is_disabled_and_start_why_it_fails)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE handle = OpenServiceW(manager, SERVICE, SERVICE_CHANGE_CONFIG);

    ck_assert(ChangeServiceConfigW(handle, SERVICE_NO_CHANGE, SERVICE_DISABLED,
                                   SERVICE_NO_CHANGE, NULL, NULL, NULL, NULL, NULL, NULL,
                                   NULL));
    CloseServiceHandle(handle);
    CloseServiceHandle(manager);
    query();
    ck_assert(helper.disabled);
    ck_assert(!ip_helper_start(&err));
    ck_assert_uint_eq(err.os_code, (uint32_t)HRESULT_FROM_WIN32(ERROR_SERVICE_DISABLED));
}
END_TEST

Suite *ip_helper_suite(void)
{
    Suite *suite = suite_create("ip_helper");
    TCase *tcase = tcase_create("service");

    if (!scratch_is_allowed("ip_helper"))
        return suite;
    tcase_add_checked_fixture(tcase, install, uninstall);
    tcase_add_test(tcase, ip_helper_query_says_that_it_is_not_installed);
    tcase_add_test(tcase, ip_helper_query_says_that_it_is_stopped);
    tcase_add_test(tcase, ip_helper_start_makes_it_run);
    tcase_add_test(tcase, ip_helper_announce_reaches_a_running_service);
    tcase_add_test(tcase, ip_helper_announce_needs_no_running_service);
    tcase_add_test(tcase, ip_helper_query_says_that_it_is_disabled_and_start_why_it_fails);
    suite_add_tcase(suite, tcase);
    return suite;
}
