/*
 * What the engine remembers between passes: VMs it has seen, entries it was made to write again.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/memory.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "tests/unit/valid_rule.h"

#include <check.h>

Suite *memory_suite(void);

#define SET(field, value) ck_assert(text_copy((field), sizeof(field), (value)))

#define VM_A "6e1b8a3c-0f4d-4b57-9c55-2f1f8f0c7a11"
#define VM_B "a9b7a1b9-0671-405c-95f1-e0612cb4ce7e"

static struct memory memory;
static struct snapshot snapshot;

static void set_up(void)
{
    memory = (struct memory){0};
    snapshot = (struct snapshot){0};
}

static void tear_down(void)
{
    memory_clear(&memory);
    snapshot_clear(&snapshot);
}

/* --- VMs ------------------------------------------------------------------------------------- */

/* What one user's hive shows; `vm` NULL for no VM. */
static void show(const char *user, const char *nat_address, const char *vm, bool relay)
{
    struct wsl_trace *trace = LIST_ADD(&snapshot.wsl_traces);

    SET(trace->user.text, user);
    trace->hive_loaded = true;
    SET(trace->nat_address, nat_address);
    if (vm != NULL)
        SET(trace->vm_ids[trace->vm_count++], vm);
    trace->relay_found = relay;
    if (relay)
        SET(trace->relay_vm_id, vm != NULL ? vm : VM_A);
}

/* One pass over what one user shows; gives what is remembered of it. */
static bool see(const char *nat_address, const char *vm, bool relay)
{
    LIST_CLEAR(&snapshot.wsl_traces);
    show("S-1-5-21-1-2-3-1001", nat_address, vm, relay);
    memory_see(&memory, &snapshot, 0);
    return snapshot.wsl_traces.items[0].seen_running;
}

/* What is left of a hint about `vm_id` (""): told while `before` ran, seen when `after` does. */
static struct wsl_hint hint_after(const char *vm_id, const char *before, const char *after)
{
    const struct user_sid user = {"S-1-5-21-1-2-3-1001"};
    struct wsl_hint hint = {.liveness = WSL_LIVENESS_UP,
                            .effective = NETWORKING_MODE_MIRRORED,
                            .config_known = true,
                            .configured = NETWORKING_MODE_MIRRORED,
                            .config_is_newer = true};

    SET(hint.vm_id, vm_id);
    see("172.28.1.2", before, false);
    ck_assert(memory_note_hint(&memory, &user, &hint));
    ck_assert(!memory_note_hint(&memory, &user, &hint));
    see("172.28.1.2", after, false);
    ck_assert(snapshot.wsl_traces.items[0].has_hint);
    return snapshot.wsl_traces.items[0].hint;
}

static const struct {
    const char *vm_id, *before, *after;
    bool kept;
} hints[] = {
    {VM_A, VM_A, VM_A, true}, {VM_A, VM_A, VM_B, false}, {VM_A, VM_A, NULL, false},
    {VM_B, VM_A, VM_B, true}, {"", VM_A, VM_A, true},    {"", VM_A, VM_B, false},
    {"", VM_A, NULL, false},  {"", NULL, NULL, true},    {"", NULL, VM_A, false},
};

START_TEST(memory_see_keeps_what_was_told_of_a_vm_as_long_as_that_one_shows)
{
    const struct wsl_hint left =
        hint_after(hints[_i].vm_id, hints[_i].before, hints[_i].after);

    ck_assert_int_eq(left.effective == NETWORKING_MODE_MIRRORED, hints[_i].kept);
    ck_assert_int_eq(left.liveness == WSL_LIVENESS_UP, hints[_i].kept);
    ck_assert_int_eq(left.config_is_newer, hints[_i].kept);
    ck_assert_int_eq(left.configured, NETWORKING_MODE_MIRRORED);
}
END_TEST

START_TEST(memory_see_forgets_all_that_a_user_told_who_signed_out)
{
    hint_after("", VM_A, VM_A);
    LIST_CLEAR(&snapshot.wsl_traces);
    memory_see(&memory, &snapshot, 0);
    see("172.28.1.2", VM_A, false);

    ck_assert(!snapshot.wsl_traces.items[0].has_hint);
}
END_TEST

START_TEST(memory_see_has_seen_nothing_at_first)
{
    ck_assert(!see("172.28.213.77", NULL, false));
    ck_assert(!see("172.28.213.77", NULL, false));
    ck_assert(!memory.new_vm);
}
END_TEST

START_TEST(memory_see_remembers_a_vm_that_is_gone)
{
    ck_assert(see("172.28.213.77", VM_A, false));

    ck_assert(see("172.28.213.77", NULL, false));
    ck_assert(see("172.28.213.77", NULL, false));
}
END_TEST

START_TEST(memory_see_remembers_a_relay_that_is_gone)
{
    ck_assert(see("172.28.213.77", NULL, true));

    ck_assert(see("172.28.213.77", NULL, false));
}
END_TEST

/* Then WSL runs again without the traces we know, and "stopped" would be a guess. */
START_TEST(memory_see_forgets_the_vm_when_an_address_is_written_after_it)
{
    see("172.28.213.77", VM_A, true);
    see("172.28.213.77", NULL, false);

    ck_assert(!see("172.28.213.78", NULL, false));
    ck_assert(!see("172.28.213.78", NULL, false));
}
END_TEST

START_TEST(memory_see_keeps_the_vm_when_its_own_address_is_written)
{
    see("172.28.213.77", VM_A, false);
    see("172.28.213.78", VM_A, true);

    ck_assert(see("172.28.213.78", NULL, false));
}
END_TEST

START_TEST(memory_see_keeps_users_apart)
{
    show("S-1-5-21-1-2-3-1001", "172.28.213.77", VM_A, true);
    show("S-1-5-21-1-2-3-1002", "172.28.213.99", NULL, false);
    memory_see(&memory, &snapshot, 0);
    ck_assert(snapshot.wsl_traces.items[0].seen_running);
    ck_assert(!snapshot.wsl_traces.items[1].seen_running);

    LIST_CLEAR(&snapshot.wsl_traces);
    show("S-1-5-21-1-2-3-1002", "172.28.213.99", NULL, false);
    show("S-1-5-21-1-2-3-1001", "172.28.213.77", NULL, false);
    memory_see(&memory, &snapshot, 0);

    ck_assert(!snapshot.wsl_traces.items[0].seen_running);
    ck_assert(snapshot.wsl_traces.items[1].seen_running);
}
END_TEST

START_TEST(memory_see_notices_a_vm_once)
{
    see("172.28.213.77", VM_A, false);
    ck_assert(memory.new_vm);

    memory.new_vm = false; /* as its reader does */
    see("172.28.213.77", VM_A, false);
    ck_assert(!memory.new_vm);
}
END_TEST

START_TEST(memory_see_notices_each_new_vm)
{
    see("172.28.213.77", VM_A, false);
    memory.new_vm = false;
    see("172.28.213.77", VM_B, false);
    ck_assert(memory.new_vm);

    memory.new_vm = false;
    see("172.28.213.77", NULL, false);
    ck_assert(!memory.new_vm);
    see("172.28.213.77", VM_B, false); /* gone in between, hence announced again */
    ck_assert(memory.new_vm);
}
END_TEST

START_TEST(memory_see_notices_a_new_vm_while_the_former_ones_relay_still_ends)
{
    see("172.28.213.77", VM_A, true);
    memory.new_vm = false;

    LIST_CLEAR(&snapshot.wsl_traces);
    show("S-1-5-21-1-2-3-1001", "172.28.213.77", VM_B, true);
    SET(snapshot.wsl_traces.items[0].relay_vm_id, VM_A);
    memory_see(&memory, &snapshot, 0);

    ck_assert(memory.new_vm);
}
END_TEST

START_TEST(memory_see_leaves_the_notice_to_its_reader)
{
    see("172.28.213.77", VM_A, false);
    see("172.28.213.77", VM_A, false);

    ck_assert(memory.new_vm);
}
END_TEST

/* --- Entries that another program removes ---------------------------------------------------- */

static struct portproxy_entry entry_at(uint16_t port)
{
    return (struct portproxy_entry){
        .key = {.type = PORTPROXY_V4TOV4, .listen = "0.0.0.0", .port = port},
        .value = {.connect = "172.28.213.77", .port = port},
    };
}

/* The step that writes an entry again which the ledger knows and the registry does not. */
static struct step rewrite_step(uint16_t port)
{
    const struct portproxy_entry entry = entry_at(port);

    return (struct step){
        .kind = STEP_WRITE_ENTRY,
        .entry = entry,
        .owned = {.key = entry.key,
                  .has_confirmed = true,
                  .confirmed = entry.value,
                  .intent = INTENT_NONE},
        .announces = true,
    };
}

static void note(const struct step *step, bool failed, uint64_t now_ms)
{
    struct step item = *step;
    const struct plan plan = {.items = &item, .count = 1, .capacity = 1};
    struct step_failure failure = {.step_index = 0};
    const struct apply_result result = {.failures = &failure,
                                        .failure_count = failed ? 1 : 0};

    memory_note_rewrites(&memory, &plan, &result, now_ms);
}

static void rewrite(uint16_t port, uint64_t now_ms)
{
    const struct step step = rewrite_step(port);

    note(&step, false, now_ms);
}

static size_t given_up_after(uint64_t now_ms)
{
    memory_see(&memory, &snapshot, now_ms);
    return memory_given_up(&memory)->key_count;
}

START_TEST(memory_gives_an_entry_up_that_is_missing_again_after_three_rewrites)
{
    const struct portproxy_key key = entry_at(80).key;

    rewrite(80, 1000);
    ck_assert_uint_eq(given_up_after(1100), 0);
    rewrite(80, 2000);
    ck_assert_uint_eq(given_up_after(2100), 0);
    rewrite(80, 3000);
    ck_assert_uint_eq(given_up_after(3100), 1);

    ck_assert(portproxy_key_equals(&memory_given_up(&memory)->keys[0], &key));
}
END_TEST

START_TEST(memory_gives_an_entry_up_only_once)
{
    for (uint64_t i = 0; i < 5; i++)
        rewrite(80, i);

    ck_assert_uint_eq(given_up_after(10), 1);
    ck_assert_uint_eq(given_up_after(11), 1);
}
END_TEST

START_TEST(memory_gives_nothing_up_while_the_entry_stands)
{
    *LIST_ADD(&snapshot.portproxy) = entry_at(80);
    for (uint64_t i = 0; i < 3; i++)
        rewrite(80, i);

    ck_assert_uint_eq(given_up_after(10), 0);
}
END_TEST

START_TEST(memory_allows_three_rewrites_that_take_longer_than_a_minute)
{
    rewrite(80, 0);
    rewrite(80, 30000);
    rewrite(80, 60001);

    ck_assert_uint_eq(given_up_after(60001), 0);
}
END_TEST

START_TEST(memory_counts_three_rewrites_within_exactly_a_minute)
{
    rewrite(80, 0);
    rewrite(80, 30000);
    rewrite(80, 60000);

    ck_assert_uint_eq(given_up_after(60000), 1);
}
END_TEST

START_TEST(memory_counts_the_newest_three_rewrites)
{
    rewrite(80, 0);
    rewrite(80, 100000);
    rewrite(80, 110000);
    ck_assert_uint_eq(given_up_after(110000), 0);
    rewrite(80, 120000);

    ck_assert_uint_eq(given_up_after(120000), 1);
}
END_TEST

START_TEST(memory_counts_each_entry_for_itself)
{
    rewrite(80, 1);
    rewrite(81, 2);
    rewrite(80, 3);
    rewrite(81, 4);
    rewrite(82, 5);
    ck_assert_uint_eq(given_up_after(6), 0);
    rewrite(81, 7);

    ck_assert_uint_eq(given_up_after(8), 1);
    ck_assert_uint_eq(memory_given_up(&memory)->keys[0].port, 81);
}
END_TEST

START_TEST(memory_counts_only_what_somebody_had_removed)
{
    struct step steps[6];

    for (size_t i = 0; i < 6; i++)
        steps[i] = rewrite_step(80);
    steps[0].kind = STEP_DELETE_ENTRY;
    steps[1].kind = STEP_CONFIRM_ENTRY;
    steps[2].has_live = true;             /* out of date, not removed */
    steps[3].owned.has_confirmed = false; /* new */
    steps[4].owned.intent = INTENT_WRITE; /* perhaps never written: we were interrupted */
    for (uint64_t i = 0; i < 15; i++)
        note(&steps[i % 5], false, i);
    for (uint64_t i = 0; i < 3; i++)
        note(&steps[5], true, i); /* not written at all */

    ck_assert_uint_eq(given_up_after(20), 0);
}
END_TEST

START_TEST(memory_forgive_allows_another_three_rewrites)
{
    for (uint64_t i = 0; i < 3; i++)
        rewrite(80, i);
    ck_assert_uint_eq(given_up_after(3), 1);

    memory_forgive(&memory);
    ck_assert_uint_eq(given_up_after(4), 0);
    rewrite(80, 5);
    rewrite(80, 6);
    ck_assert_uint_eq(given_up_after(7), 0);
    rewrite(80, 8);
    ck_assert_uint_eq(given_up_after(9), 1);
}
END_TEST

START_TEST(memory_forgive_does_not_forget_vms)
{
    see("172.28.213.77", VM_A, true);

    memory_forgive(&memory);

    ck_assert(see("172.28.213.77", NULL, false));
}
END_TEST

START_TEST(memory_clear_forgets_everything)
{
    see("172.28.213.77", VM_A, true);
    for (uint64_t i = 0; i < 3; i++)
        rewrite(80, i);
    given_up_after(3);

    memory_clear(&memory);
    LIST_CLEAR(&snapshot.wsl_traces);

    ck_assert_uint_eq(memory_given_up(&memory)->key_count, 0);
    ck_assert_uint_eq(given_up_after(4), 0);
    ck_assert(!see("172.28.213.77", NULL, false));
}
END_TEST

Suite *memory_suite(void)
{
    Suite *suite = suite_create("memory");
    TCase *vms = tcase_create("vms");
    TCase *rewrites = tcase_create("rewrites");

    tcase_add_checked_fixture(vms, set_up, tear_down);
    tcase_add_loop_test(vms,
                        memory_see_keeps_what_was_told_of_a_vm_as_long_as_that_one_shows,
                        0, (int)(sizeof hints / sizeof hints[0]));
    tcase_add_test(vms, memory_see_forgets_all_that_a_user_told_who_signed_out);
    tcase_add_test(vms, memory_see_has_seen_nothing_at_first);
    tcase_add_test(vms, memory_see_remembers_a_vm_that_is_gone);
    tcase_add_test(vms, memory_see_remembers_a_relay_that_is_gone);
    tcase_add_test(vms, memory_see_forgets_the_vm_when_an_address_is_written_after_it);
    tcase_add_test(vms, memory_see_keeps_the_vm_when_its_own_address_is_written);
    tcase_add_test(vms, memory_see_keeps_users_apart);
    tcase_add_test(vms, memory_see_notices_a_vm_once);
    tcase_add_test(vms, memory_see_notices_each_new_vm);
    tcase_add_test(vms,
                   memory_see_notices_a_new_vm_while_the_former_ones_relay_still_ends);
    tcase_add_test(vms, memory_see_leaves_the_notice_to_its_reader);
    suite_add_tcase(suite, vms);

    tcase_add_checked_fixture(rewrites, set_up, tear_down);
    tcase_add_test(rewrites,
                   memory_gives_an_entry_up_that_is_missing_again_after_three_rewrites);
    tcase_add_test(rewrites, memory_gives_an_entry_up_only_once);
    tcase_add_test(rewrites, memory_gives_nothing_up_while_the_entry_stands);
    tcase_add_test(rewrites, memory_allows_three_rewrites_that_take_longer_than_a_minute);
    tcase_add_test(rewrites, memory_counts_three_rewrites_within_exactly_a_minute);
    tcase_add_test(rewrites, memory_counts_the_newest_three_rewrites);
    tcase_add_test(rewrites, memory_counts_each_entry_for_itself);
    tcase_add_test(rewrites, memory_counts_only_what_somebody_had_removed);
    tcase_add_test(rewrites, memory_forgive_allows_another_three_rewrites);
    tcase_add_test(rewrites, memory_forgive_does_not_forget_vms);
    tcase_add_test(rewrites, memory_clear_forgets_everything);
    suite_add_tcase(suite, rewrites);
    return suite;
}
