/*
 * What WSL's traces mean together, and which of them are not to be believed.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/wsl.h"

#include "core/base/text.h"
#include "tests/unit/valid_rule.h"

#include <check.h>
#include <string.h>

Suite *wsl_suite(void);

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))
#define SET(field, value) ck_assert(text_copy((field), sizeof(field), (value)))

#define VM_A "6e1b8a3c-0f4d-4b57-9c55-2f1f8f0c7a11"
#define VM_B "a9b7a1b9-0671-405c-95f1-e0612cb4ce7e"

/* Everything wsl_infer is told. */
struct scene {
    struct wsl_machine machine;
    struct wsl_trace trace;
    struct adapter adapters[2];
};

/* WSL runs in NAT mode with all its traces: relay, LocalDevices, address and gateway. */
static struct scene running_scene(void)
{
    struct scene scene = {
        .machine = {.nat_network = "172.28.208.0/20", .nat_gateway = "172.28.208.1"},
        .trace = {.user = valid_rule().owner,
                  .hive_loaded = true,
                  .nat_address = "172.28.213.77",
                  .vm_ids = {VM_A},
                  .vm_count = 1,
                  .relay_found = true,
                  .relay_vm_id = VM_A,
                  .relay_process_id = 4711},
        .adapters = {{.name = "Ethernet", .is_up = true, .address_count = 1},
                     {.name = "vEthernet (WSL (Hyper-V firewall))",
                      .is_up = true,
                      .address_count = 1}},
    };

    scene.adapters[0].addresses[0] = address_of("192.168.1.10");
    scene.adapters[1].addresses[0] = address_of("172.28.208.1");
    return scene;
}

static void remove_relay(struct scene *scene)
{
    scene->trace.relay_found = false;
    scene->trace.relay_vm_id[0] = '\0';
    scene->trace.relay_process_id = 0;
}

/* As after a restart of Windows: WSL's network is made again when WSL starts. */
static void remove_gateway(struct scene *scene)
{
    scene->adapters[1].address_count = 0;
}

static struct wsl_view infer(struct scene *scene)
{
    const struct adapter_list adapters = {
        .items = scene->adapters, .count = 2, .capacity = 2};
    struct wsl_view view;

    memset(&view, 0xAA, sizeof view);
    wsl_infer(&scene->machine, &scene->trace, &adapters, &view);

    /* What always holds. */
    ck_assert(user_sid_equals(&view.user, &scene->trace.user));
    ck_assert(view.address_known == (view.problem[0] == '\0'));
    ck_assert(utf8_is_plain(view.problem));
    ck_assert(message_is_known(view.problem_message.id) ==
              (!view.address_known && view.state != WSL_SIGNED_OUT));
    ck_assert_uint_le(view.evidence_count, WSL_EVIDENCE_CAPACITY);
    for (size_t i = 0; i < view.evidence_count; i++)
        ck_assert(view.evidence[i][0] != '\0' && utf8_is_plain(view.evidence[i]));
    return view;
}

START_TEST(wsl_infer_sees_wsl_run_in_nat_mode)
{
    struct scene scene = running_scene();
    const struct wsl_view view = infer(&scene);
    const struct address address = address_of("172.28.213.77");

    ck_assert_int_eq(view.state, WSL_RUNNING);
    ck_assert_int_eq(view.mode, NETWORKING_MODE_NAT);
    ck_assert(view.address_known);
    ck_assert(address_equals(&view.address, &address));
    ck_assert_str_eq(view.problem, "");
    ck_assert_uint_gt(view.evidence_count, 0);
    ck_assert(!view.look_again);
}
END_TEST

/* After an update of WSL both adapters may be there until Windows restarts. */
START_TEST(wsl_infer_is_not_misled_by_the_old_adapter_beside_the_new)
{
    struct scene scene = running_scene();
    struct adapter both[3] = {scene.adapters[0], scene.adapters[1], scene.adapters[1]};
    const struct adapter_list adapters = {.items = both, .count = 3, .capacity = 3};
    struct wsl_view view;

    SET(both[2].name, "vEthernet (WSL)");
    both[2].addresses[0] = address_of("172.20.16.1");
    wsl_infer(&scene.machine, &scene.trace, &adapters, &view);
    ck_assert_int_eq(view.mode, NETWORKING_MODE_NAT);
    ck_assert(view.address_known);

    /* The address of the old one's network is no hint to follow either. */
    scene.trace.nat_address[0] = '\0';
    scene.trace.has_hint = true;
    scene.trace.hint.address = address_of("172.20.17.5");
    both[2].on_link[0] = (struct prefix){address_of("172.20.16.0"), 20};
    wsl_infer(&scene.machine, &scene.trace, &adapters, &view);
    ck_assert(!view.address_known);
    scene.trace.hint.address = address_of("172.28.213.77");
    wsl_infer(&scene.machine, &scene.trace, &adapters, &view);
    ck_assert(view.address_known);
}
END_TEST

/* Addresses that WSL may have left there and that are not to be used. */
static const struct {
    const char *what;
    const char *address;
    const char *network;
} bad_addresses[] = {
    {"missing", "", "172.28.208.0/20"},
    {"no network", "172.28.213.77", ""},
    {"the network's own", "172.28.208.0", "172.28.208.0/20"},
    {"the broadcast address (WSL issue 12256)", "172.28.223.255", "172.28.208.0/20"},
    {"the broadcast address of a pinned network", "10.20.30.255", "10.20.30.0/24"},
    {"the gateway", "172.28.208.1", "172.28.208.0/20"},
    {"of the network before", "172.20.5.9", "172.28.208.0/20"},
    {"just outside", "172.28.224.0", "172.28.208.0/20"},
    {"this PC's own", "192.168.1.10", "192.168.0.0/16"},
    {"loopback", "127.0.0.1", "127.0.0.0/8"},
    {"a host name", "localhost", "172.28.208.0/20"},
    {"garbage", "not an address", "172.28.208.0/20"},
    {"a trailing blank", "172.28.213.77 ", "172.28.208.0/20"},
    {"a leading zero", "172.28.213.077", "172.28.208.0/20"},
    {"an address with a prefix", "172.28.213.77/20", "172.28.208.0/20"},
    {"an IPv6 address", "fd00::5", "172.28.208.0/20"},
    {"an IPv6 address in an IPv6 network", "fd00::5", "fd00::/64"},
    {"a mapped address", "::ffff:172.28.213.77", "172.28.208.0/20"},
    {"a garbage network", "172.28.213.77", "172.28.208.0/33"},
    {"a network without its length", "172.28.213.77", "172.28.213.77"},
    {"a terminal's control characters", "\x1b[2J\x1b]0;x\x07", "172.28.208.0/20"},
    {"a right-to-left override", "172.28.213\xE2\x80\xAE.77", "172.28.208.0/20"},
    {"63 bytes", "172.28.213.77.........0.........0.........0.........0.........0",
     "172.28.208.0/20"},
    {"control characters in the network", "172.28.213.77", "172.28.208.0/20\x1b[2J"},
};

START_TEST(wsl_infer_does_not_use_an_address_that_is)
{
    struct scene scene = running_scene();
    struct wsl_view view;

    SET(scene.trace.nat_address, bad_addresses[_i].address);
    SET(scene.machine.nat_network, bad_addresses[_i].network);
    view = infer(&scene);

    ck_assert_msg(!view.address_known, "%s", bad_addresses[_i].what);
    ck_assert_msg(view.address.family == ADDRESS_NONE, "%s", bad_addresses[_i].what);
    ck_assert_msg(view.problem[0] != '\0', "%s", bad_addresses[_i].what);
    ck_assert_msg(view.state == WSL_RUNNING, "%s", bad_addresses[_i].what);
    ck_assert_msg(view.mode == NETWORKING_MODE_NAT, "%s", bad_addresses[_i].what);
}
END_TEST

START_TEST(wsl_infer_says_which_address_is_wrong)
{
    struct scene scene = running_scene();
    struct wsl_view view;

    SET(scene.trace.nat_address, "172.28.223.255");
    view = infer(&scene);

    ck_assert_ptr_nonnull(strstr(view.problem, "172.28.223.255"));
    ck_assert_ptr_nonnull(strstr(view.problem, "172.28.208.0/20"));

    SET(scene.trace.nat_address, "172.28.208.1");
    view = infer(&scene);
    ck_assert_ptr_nonnull(strstr(view.problem, "gateway"));
}
END_TEST

static const struct {
    const char *address;
    const char *network;
} good_addresses[] = {
    {"172.28.208.2", "172.28.208.0/20"},
    {"172.28.223.254", "172.28.208.0/20"},
    {"172.28.208.255", "172.28.208.0/20"},
    {"10.20.30.254", "10.20.30.0/24"},
    {"172.28.213.77", "172.28.208.0/255.255.240.0"},
};

START_TEST(wsl_infer_uses_any_host_address_of_the_network)
{
    struct scene scene = running_scene();

    SET(scene.trace.nat_address, good_addresses[_i].address);
    SET(scene.machine.nat_network, good_addresses[_i].network);

    ck_assert_msg(infer(&scene).address_known, "%s in %s", good_addresses[_i].address,
                  good_addresses[_i].network);
}
END_TEST

START_TEST(wsl_infer_does_not_need_a_recorded_gateway)
{
    struct scene scene = running_scene();

    scene.machine.nat_gateway[0] = '\0';

    ck_assert(infer(&scene).address_known);
    remove_relay(&scene);
    scene.trace.vm_count = 0;
    ck_assert_int_eq(infer(&scene).state, WSL_UNKNOWN);
}
END_TEST

START_TEST(wsl_infer_believes_no_address_while_the_gateway_is_on_no_adapter)
{
    struct scene scene = running_scene();
    struct wsl_view view;

    remove_relay(&scene);
    remove_gateway(&scene);
    scene.trace.vm_count = 0;
    view = infer(&scene);

    ck_assert_int_eq(view.state, WSL_STOPPED);
    ck_assert(!view.address_known);
    ck_assert_int_eq(view.mode, NETWORKING_MODE_UNKNOWN);
    ck_assert_ptr_nonnull(strstr(view.problem, "172.28.208.1"));
}
END_TEST

/* After a power cut LocalDevices still names the VM of the time before. */
START_TEST(wsl_infer_does_not_take_a_stale_vm_for_a_running_one)
{
    struct scene scene = running_scene();
    struct wsl_view view;

    remove_relay(&scene);
    remove_gateway(&scene);
    view = infer(&scene);

    ck_assert_int_ne(view.state, WSL_RUNNING);
    ck_assert(!view.address_known);
}
END_TEST

START_TEST(wsl_infer_looks_again_when_a_vm_is_announced_without_its_relay)
{
    struct scene scene = running_scene();
    struct wsl_view view;

    remove_relay(&scene);
    view = infer(&scene);

    ck_assert(view.look_again);
    ck_assert_int_eq(view.state, WSL_RUNNING);
    ck_assert(view.address_known);
}
END_TEST

START_TEST(wsl_infer_looks_again_while_only_the_former_vms_relay_is_there)
{
    struct scene scene = running_scene();

    SET(scene.trace.vm_ids[0], VM_B);

    ck_assert(infer(&scene).look_again);
}
END_TEST

START_TEST(wsl_infer_does_not_look_for_the_relay_of_a_vm_left_behind)
{
    struct scene scene = running_scene();

    SET(scene.trace.vm_ids[0], VM_B);
    SET(scene.trace.vm_ids[1], VM_A);
    scene.trace.vm_count = 2;

    ck_assert(!infer(&scene).look_again);
}
END_TEST

/* guiApplications=false and localhostForwarding=false: WSL may run all the same. */
START_TEST(wsl_infer_never_says_stopped_for_want_of_traces)
{
    struct scene scene = running_scene();
    struct wsl_view view;

    remove_relay(&scene);
    scene.trace.vm_count = 0;
    view = infer(&scene);

    ck_assert_int_eq(view.state, WSL_UNKNOWN);
    ck_assert_int_eq(view.mode, NETWORKING_MODE_NAT);
    ck_assert(view.address_known);
    ck_assert(!view.look_again);
}
END_TEST

START_TEST(wsl_infer_says_stopped_once_a_vm_that_was_seen_is_gone)
{
    struct scene scene = running_scene();
    struct wsl_view view;

    remove_relay(&scene);
    scene.trace.vm_count = 0;
    scene.trace.seen_running = true;
    view = infer(&scene);

    ck_assert_int_eq(view.state, WSL_STOPPED);
    ck_assert(view.address_known); /* the address nearly always returns */
    ck_assert_uint_gt(view.evidence_count, 0);
}
END_TEST

START_TEST(wsl_infer_believes_a_relay_without_an_announced_vm)
{
    struct scene scene = running_scene();
    struct wsl_view view;

    scene.trace.vm_count = 0;
    view = infer(&scene);

    ck_assert_int_eq(view.state, WSL_RUNNING);
    ck_assert_int_eq(view.mode, NETWORKING_MODE_NAT);
    ck_assert(!view.look_again);
}
END_TEST

START_TEST(wsl_infer_knows_nothing_of_a_user_who_is_signed_out)
{
    struct scene scene = running_scene();
    struct wsl_view view;

    scene.trace = (struct wsl_trace){.user = scene.trace.user, .seen_running = true};
    view = infer(&scene);

    ck_assert_int_eq(view.state, WSL_SIGNED_OUT);
    ck_assert_int_eq(view.mode, NETWORKING_MODE_UNKNOWN);
    ck_assert(!view.address_known);
    ck_assert(!view.look_again);
}
END_TEST

/* Only a NAT network needs the gateway. */
START_TEST(wsl_infer_without_a_gateway_believes_the_users_own_program)
{
    struct scene scene = running_scene();

    remove_relay(&scene);
    remove_gateway(&scene);
    ck_assert_int_eq(infer(&scene).state, WSL_UNKNOWN); /* a VM is announced */
    scene.trace.vm_count = 0;
    ck_assert_int_eq(infer(&scene).state, WSL_STOPPED);
    scene.trace.has_hint = true;
    scene.trace.hint.liveness = WSL_LIVENESS_UP;
    ck_assert_int_eq(infer(&scene).state, WSL_RUNNING);
}
END_TEST

/* Each of these speaks against what Windows says of installations. */
START_TEST(wsl_infer_says_absent_only_when_nothing_speaks_against_it)
{
    const struct scene absent = {
        .machine = {.presence = WSL_PRESENCE_NONE},
        .trace = {.user = valid_rule().owner, .hive_loaded = true}};
    struct scene scene = absent;

    ck_assert_int_eq(infer(&scene).state, WSL_ABSENT);
    scene.machine.presence = WSL_PRESENCE_UNKNOWN;
    ck_assert_int_ne(infer(&scene).state, WSL_ABSENT);
    scene = absent;
    SET(scene.machine.nat_network, "172.28.208.0/20");
    ck_assert_int_ne(infer(&scene).state, WSL_ABSENT);
    scene = absent;
    scene.trace.relay_found = true;
    ck_assert_int_ne(infer(&scene).state, WSL_ABSENT);
    scene = absent;
    SET(scene.trace.vm_ids[0], VM_A);
    scene.trace.vm_count = 1;
    ck_assert_int_ne(infer(&scene).state, WSL_ABSENT);
    scene = absent;
    scene.trace.distribution_count = 1;
    ck_assert_int_ne(infer(&scene).state, WSL_ABSENT);
    scene = absent;
    scene.trace.has_hint = true;
    scene.trace.hint.liveness = WSL_LIVENESS_UP;
    ck_assert_int_ne(infer(&scene).state, WSL_ABSENT);
}
END_TEST

START_TEST(wsl_infer_bounds_a_reported_address_like_a_recorded_one)
{
    struct scene scene = running_scene();

    scene.trace.nat_address[0] = '\0';
    scene.trace.has_hint = true;
    scene.trace.hint.address = address_of("172.28.208.1"); /* the gateway */
    ck_assert(!infer(&scene).address_known);
    scene.trace.hint.address = address_of("172.28.213.77");
    ck_assert(infer(&scene).address_known);

    /* Without a recorded network WSL's adapter must have it, and be up. */
    scene.machine.nat_network[0] = '\0';
    scene.adapters[1].on_link[0] = (struct prefix){address_of("172.28.208.0"), 20};
    ck_assert(infer(&scene).address_known);
    scene.adapters[1].is_up = false;
    ck_assert(!infer(&scene).address_known);
}
END_TEST

START_TEST(wsl_infer_looks_again_only_where_there_may_be_a_relay)
{
    struct scene scene = running_scene();

    remove_relay(&scene);
    scene.trace.has_hint = true;
    scene.trace.hint.effective = NETWORKING_MODE_BRIDGED;
    ck_assert(infer(&scene).look_again);
    scene.trace.hint.effective = NETWORKING_MODE_MIRRORED;
    ck_assert(!infer(&scene).look_again);
}
END_TEST

START_TEST(wsl_infer_of_nothing_at_all_is_unknown)
{
    const struct wsl_machine machine = {0};
    const struct wsl_trace trace = {.hive_loaded = true};
    const struct adapter_list none = {0};
    struct wsl_view view;

    wsl_infer(&machine, &trace, &none, &view);

    ck_assert_int_eq(view.state, WSL_UNKNOWN);
    ck_assert_int_eq(view.mode, NETWORKING_MODE_UNKNOWN);
    ck_assert(!view.address_known);
    ck_assert_str_ne(view.problem, "");
}
END_TEST

Suite *wsl_suite(void)
{
    Suite *suite = suite_create("wsl");
    TCase *address = tcase_create("wsl_infer: address");
    TCase *state = tcase_create("wsl_infer: state");

    tcase_add_test(address, wsl_infer_sees_wsl_run_in_nat_mode);
    tcase_add_test(address, wsl_infer_is_not_misled_by_the_old_adapter_beside_the_new);
    tcase_add_loop_test(address, wsl_infer_does_not_use_an_address_that_is, 0,
                        COUNT(bad_addresses));
    tcase_add_test(address, wsl_infer_says_which_address_is_wrong);
    tcase_add_loop_test(address, wsl_infer_uses_any_host_address_of_the_network, 0,
                        COUNT(good_addresses));
    tcase_add_test(address, wsl_infer_does_not_need_a_recorded_gateway);
    tcase_add_test(address,
                   wsl_infer_believes_no_address_while_the_gateway_is_on_no_adapter);
    suite_add_tcase(suite, address);

    tcase_add_test(state, wsl_infer_does_not_take_a_stale_vm_for_a_running_one);
    tcase_add_test(state, wsl_infer_looks_again_when_a_vm_is_announced_without_its_relay);
    tcase_add_test(state, wsl_infer_looks_again_while_only_the_former_vms_relay_is_there);
    tcase_add_test(state, wsl_infer_does_not_look_for_the_relay_of_a_vm_left_behind);
    tcase_add_test(state, wsl_infer_never_says_stopped_for_want_of_traces);
    tcase_add_test(state, wsl_infer_says_stopped_once_a_vm_that_was_seen_is_gone);
    tcase_add_test(state, wsl_infer_believes_a_relay_without_an_announced_vm);
    tcase_add_test(state, wsl_infer_knows_nothing_of_a_user_who_is_signed_out);
    tcase_add_test(state, wsl_infer_without_a_gateway_believes_the_users_own_program);
    tcase_add_test(state, wsl_infer_says_absent_only_when_nothing_speaks_against_it);
    tcase_add_test(state, wsl_infer_bounds_a_reported_address_like_a_recorded_one);
    tcase_add_test(state, wsl_infer_looks_again_only_where_there_may_be_a_relay);
    tcase_add_test(state, wsl_infer_of_nothing_at_all_is_unknown);
    suite_add_tcase(suite, state);
    return suite;
}
