/*
 * Finding WSL's relays among the processes.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/win32/process_facts.h"
#include "core/win32/wsl_relays.h"
#include "tests/win32/scratch.h"

#include <check.h>

#include <string.h>

#define VM "aaaaaaaa-2222-3333-4444-555555555555"
#define OTHER_VM "bbbbbbbb-2222-3333-4444-555555555555"
#define ARGUMENTS L"--mode 1 --vm-id {AAAAAAAA-2222-3333-4444-555555555555} --handle 12"

Suite *wsl_relays_suite(void);

static PROCESS_INFORMATION program;
static struct wsl_relay_list relays;

static void end(void)
{
    if (program.hProcess != NULL)
        scratch_end_program(&program);
    wsl_relay_list_clear(&relays);
}

/* A program that was just started has no arguments yet that others could read. */
static void find_started_relay(void)
{
    for (int i = 0; i < 100 && relays.count == 0; i++) {
        Sleep(20);
        wsl_relays_find(&relays);
    }
}

START_TEST(wsl_relays_find_gives_a_relay_with_its_owner_and_vm)
{
    struct user_sid self;

    ck_assert(process_owner(GetCurrentProcessId(), &self));
    scratch_start_program(L"WslRelay.exe", ARGUMENTS, &program);
    find_started_relay();
    ck_assert_uint_eq(relays.count, 1);
    ck_assert_uint_eq(relays.items[0].process_id, program.dwProcessId);
    ck_assert_str_eq(relays.items[0].vm_id, VM);
    ck_assert(user_sid_equals(&relays.items[0].owner, &self));
}
END_TEST

START_TEST(wsl_relays_find_ignores_other_jobs_of_the_program)
{
    scratch_start_program(L"wslrelay.exe",
                          L"--mode 2 --vm-id {AAAAAAAA-2222-3333-4444-555555555555}",
                          &program);
    wsl_relays_find(&relays);
    ck_assert_uint_eq(relays.count, 0);
}
END_TEST

START_TEST(wsl_relays_find_ignores_other_programs)
{
    scratch_start_program(L"notrelay.exe", ARGUMENTS, &program);
    wsl_relays_find(&relays);
    ck_assert_uint_eq(relays.count, 0);
}
END_TEST

START_TEST(wsl_relays_assign_prefers_the_vm_that_the_trace_names)
{
    struct wsl_trace trace = {.user.text = "S-1-5-21-1", .vm_ids = {VM}, .vm_count = 1};
    struct wsl_relay found[] = {
        {.process_id = 1, .owner.text = "S-1-5-21-2", .vm_id = VM},
        {.process_id = 2, .owner.text = "S-1-5-21-1", .vm_id = OTHER_VM},
        {.process_id = 3, .owner.text = "S-1-5-21-1", .vm_id = VM},
        {.process_id = 4, .owner.text = "S-1-5-21-1", .vm_id = OTHER_VM},
    };
    const struct wsl_relay_list list = {.items = found, .count = 4};
    struct wsl_trace_list traces = {.items = &trace, .count = 1};

    wsl_relays_assign(&list, &traces);
    ck_assert(trace.relay_found);
    ck_assert_uint_eq(trace.relay_process_id, 3);
    ck_assert_str_eq(trace.relay_vm_id, VM);
}
END_TEST

START_TEST(process_facts_of_a_missing_process_are_none)
{
    char line[PROCESS_COMMAND_LINE_SIZE];
    char name[16] = "";
    struct user_sid owner;

    ck_assert(!process_command_line(0xfffffff0, line));
    ck_assert(!process_owner(0xfffffff0, &owner));
    process_program_name(0xfffffff0, name, sizeof name);
    ck_assert_str_eq(name, "");
}
END_TEST

START_TEST(process_program_name_gives_the_file_name)
{
    char name[32];
    char tiny[5];

    scratch_start_program(L"notrelay.exe", L"", &program);
    process_program_name(program.dwProcessId, name, sizeof name);
    process_program_name(program.dwProcessId, tiny, sizeof tiny);
    ck_assert_str_eq(name, "notrelay.exe");
    ck_assert_str_eq(tiny, "notr");
}
END_TEST

START_TEST(process_command_line_refuses_one_that_does_not_fit)
{
    static wchar_t arguments[PROCESS_COMMAND_LINE_SIZE];
    char line[PROCESS_COMMAND_LINE_SIZE];
    STARTUPINFOW startup = {.cb = sizeof startup};
    static wchar_t command_line[PROCESS_COMMAND_LINE_SIZE + MAX_PATH];
    wchar_t idle[MAX_PATH];

    scratch_lab_path(L"idle.exe", idle);
    for (size_t i = 0; i < PROCESS_COMMAND_LINE_SIZE - 1; i++)
        arguments[i] = L'x';
    swprintf(command_line, PROCESS_COMMAND_LINE_SIZE + MAX_PATH, L"idle %ls", arguments);
    ck_assert(CreateProcessW(idle, command_line, NULL, NULL, FALSE, 0, NULL, NULL,
                             &startup, &program));
    ck_assert(!process_command_line(program.dwProcessId, line));
}
END_TEST

Suite *wsl_relays_suite(void)
{
    Suite *suite = suite_create("wsl_relays");
    TCase *tcase = tcase_create("relays");

    if (!scratch_is_allowed("wsl_relays"))
        return suite;
    tcase_add_checked_fixture(tcase, NULL, end);
    tcase_add_test(tcase, wsl_relays_find_gives_a_relay_with_its_owner_and_vm);
    tcase_add_test(tcase, wsl_relays_find_ignores_other_jobs_of_the_program);
    tcase_add_test(tcase, wsl_relays_find_ignores_other_programs);
    tcase_add_test(tcase, wsl_relays_assign_prefers_the_vm_that_the_trace_names);
    tcase_add_test(tcase, process_facts_of_a_missing_process_are_none);
    tcase_add_test(tcase, process_program_name_gives_the_file_name);
    tcase_add_test(tcase, process_command_line_refuses_one_that_does_not_fit);
    suite_add_tcase(suite, tcase);
    return suite;
}
