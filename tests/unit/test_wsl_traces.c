/*
 * Reading single traces of WSL: the ids of its VMs and the command line of its relay.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/wsl.h"

#include "core/base/mem.h"
#include "tests/unit/valid_rule.h"

#include <check.h>

Suite *wsl_traces_suite(void);

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

#define VM_A "6e1b8a3c-0f4d-4b57-9c55-2f1f8f0c7a11"

static const struct {
    const char *text;
    bool accepted;
} vm_ids[] = {
    {VM_A, true},
    {"{" VM_A "}", true},
    {"6E1B8A3C-0F4D-4B57-9C55-2F1F8F0C7A11", true}, /* as LocalDevices spells it */
    {"{6E1B8A3C-0F4D-4B57-9C55-2F1F8F0C7A11}", true},
    {"", false},
    {"{}", false},
    {"{" VM_A, false},
    {VM_A "}", false},
    {"{{" VM_A "}}", false},
    {"{" VM_A "}}", false},
    {"{" VM_A "} ", false},
    {" " VM_A, false},
    {VM_A "0", false},
    {"6e1b8a3c-0f4d-4b57-9c55-2f1f8f0c7a1", false},
    {"6e1b8a3c0f4d4b579c552f1f8f0c7a11", false},
    {"6g1b8a3c-0f4d-4b57-9c55-2f1f8f0c7a11", false},
    {"server.example.com", false}, /* mstsc keeps hosts there */
    {"192.168.1.10", false},
};

START_TEST(wsl_vm_id_parse_reads_guids_in_each_spelling)
{
    char id[WSL_VM_ID_SIZE] = "before";
    const bool accepted = wsl_vm_id_parse(vm_ids[_i].text, id);

    ck_assert_msg(accepted == vm_ids[_i].accepted, "'%s'", vm_ids[_i].text);
    ck_assert_str_eq(id, accepted ? VM_A : "before");
}
END_TEST

#define RELAY "\"C:\\Program Files\\WSL\\wslrelay.exe\""

static const struct {
    const char *command_line;
    bool accepted;
} commands[] = {
    {RELAY " --mode 1 --handle 1234 --vm-id {" VM_A "}", true},
    {RELAY " --vm-id {" VM_A "} --mode 1", true},
    {"C:\\WSL\\wslrelay.exe --mode 1 --vm-id " VM_A, true},
    {"wslrelay.exe --mode 1 --vm-id {6E1B8A3C-0F4D-4B57-9C55-2F1F8F0C7A11}", true},
    {RELAY " \"--mode\" \"1\" \"--vm-id\" \"{" VM_A "}\"", true},
    {RELAY "   --mode   1\t--vm-id\t{" VM_A "}  ", true},
    {RELAY " --mode 1 --disable-telemetry --vm-id {" VM_A "}", true},
    {RELAY " --mode 0 --vm-id {" VM_A "}", false}, /* debug console */
    {RELAY " --mode 2 --vm-id {" VM_A "}", false}, /* containers */
    {RELAY " --mode 3 --vm-id {" VM_A "}", false}, /* kernel debugger */
    {RELAY " --mode 10 --vm-id {" VM_A "}", false},
    {RELAY " --mode 11 --vm-id {" VM_A "}", false},
    {RELAY " --mode \"\" --vm-id {" VM_A "}", false},
    {RELAY " --mode --vm-id {" VM_A "}", false},
    {RELAY " --vm-id {" VM_A "} --mode", false},
    {RELAY " --vm-id {" VM_A "}", false},
    {RELAY " --mode 1", false},
    {RELAY " --mode 1 --vm-id", false},
    {RELAY " --mode 1 --vm-id \"\"", false},
    {RELAY " --mode 1 --vm-id server", false},
    {RELAY " --mode 1 --vm-id {" VM_A, false},
    {RELAY " --mode 1 --vm-id {" VM_A "}x", false},
    {RELAY " --mode 1 {" VM_A "}", false},
    {RELAY " 1 --vm-id {" VM_A "}", false},
    {RELAY " mode 1 --vm-id {" VM_A "}", false},
    {RELAY " \"--mode 1\" --vm-id {" VM_A "}", false},
    {RELAY " --modes 1 --vm-id {" VM_A "}", false},
    {RELAY, false},
    {"\"C:\\--mode 1 --vm-id {" VM_A "}\\wslrelay.exe\"", false}, /* one word */
    {"\"C:\\Program Files\\WSL\\wslrelay.exe --mode 1 --vm-id {" VM_A "}",
     false},                                /* open */
    {"--mode 1 --vm-id {" VM_A "}", false}, /* the first word is the program */
    {"\"\"", false},
    {"   ", false},
    {"", false},
    {RELAY " --mode 1 --vm-id "
           "{00000000000000000000000000000000000000000000000000000000000000" VM_A "}",
     false},
};

START_TEST(wsl_relay_command_parse_accepts_the_nat_relay_only)
{
    char id[WSL_VM_ID_SIZE] = "before";
    const bool accepted = wsl_relay_command_parse(commands[_i].command_line, id);

    ck_assert_msg(accepted == commands[_i].accepted, "'%s'", commands[_i].command_line);
    ck_assert_str_eq(id, accepted ? VM_A : "before");
}
END_TEST

START_TEST(wsl_names_are_words_and_differ)
{
    for (int state = WSL_UNKNOWN; state <= WSL_SIGNED_OUT; state++) {
        for (int other = WSL_UNKNOWN; other < state; other++)
            ck_assert_str_ne(wsl_state_name((enum wsl_state)state),
                             wsl_state_name((enum wsl_state)other));
    }
    for (int mode = NETWORKING_MODE_UNKNOWN; mode <= NETWORKING_MODE_NONE; mode++) {
        for (int other = NETWORKING_MODE_UNKNOWN; other < mode; other++)
            ck_assert_str_ne(networking_mode_name((enum networking_mode)mode),
                             networking_mode_name((enum networking_mode)other));
    }
    ck_assert_str_eq(wsl_state_name(WSL_RUNNING), "running");
    ck_assert_str_eq(networking_mode_name(NETWORKING_MODE_NAT), "nat");
    ck_assert_str_eq(networking_mode_name(NETWORKING_MODE_MIRRORED), "mirrored");
}
END_TEST

START_TEST(wsl_view_list_find_goes_by_user)
{
    struct wsl_view_list list = {0};
    const struct user_sid user = valid_rule().owner;
    const struct user_sid other = {"S-1-5-21-1-2-3-1002"};

    ck_assert_ptr_null(wsl_view_list_find(&list, &user));
    LIST_ADD(&list)->user = other;
    LIST_ADD(&list)->user = user;

    ck_assert_ptr_eq(wsl_view_list_find(&list, &user), &list.items[1]);
    ck_assert_ptr_eq(wsl_view_list_find(&list, &other), &list.items[0]);
    LIST_CLEAR(&list);
}
END_TEST

Suite *wsl_traces_suite(void)
{
    Suite *suite = suite_create("wsl_traces");
    TCase *traces = tcase_create("traces");

    tcase_add_loop_test(traces, wsl_vm_id_parse_reads_guids_in_each_spelling, 0,
                        COUNT(vm_ids));
    tcase_add_loop_test(traces, wsl_relay_command_parse_accepts_the_nat_relay_only, 0,
                        COUNT(commands));
    tcase_add_test(traces, wsl_names_are_words_and_differ);
    tcase_add_test(traces, wsl_view_list_find_goes_by_user);
    suite_add_tcase(suite, traces);
    return suite;
}
