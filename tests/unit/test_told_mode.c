/*
 * What the user's program told of WSL's networking mode, across a restart of the service: it holds
 * for that VM and for no other.
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE 1 /* mkdtemp */

#include <check.h>

Suite *told_mode_suite(void);

#ifdef _WIN32 /* POSIX files; under Windows the core is the same code */

Suite *told_mode_suite(void)
{
    return suite_create("told_mode");
}

#else

#include "core/engine/engine.h"

#include "core/base/text.h"
#include "tests/unit/engine_fixture.h"
#include "tests/unit/store_fixture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NEXT_VM "22222222-2222-3333-4444-555555555555"
#define ENTRY "0.0.0.0/3000"

static struct engine_fixture it;
static struct rule_id id;
static char folder[64];
static char path[80];

/* A rule that forwards in NAT mode. */
static void set_up(void)
{
    struct text text;

    text_copy(folder, sizeof folder, "/tmp/tidegate-told-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    text = TEXT_OVER(path);
    text_append_format(&text, "%s/t.db", folder);
    engine_fixture_open(&it, path);
    id = add_rule(&it, "web", "3000");
    settle(&it);
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
}

static void tear_down(void)
{
    static const char *const suffixes[] = {"",      "-wal",      "-shm",
                                           ".copy", ".copy-wal", ".copy-shm"};

    engine_fixture_close(&it);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char name[120];
        struct text text = TEXT_OVER(name);

        text_append_format(&text, "%s%s", path, suffixes[i]);
        unlink(name);
    }
    rmdir(folder);
}

/* Mirrored, in the boot in which WSL was in NAT mode before: only the relay is missing. */
static void tell_mirrored(void)
{
    struct request request = {.verb = VERB_REPORT_WSL};
    struct reply reply;

    it.windows.traces[0].relay_found = false;
    request.wsl_hint.effective = NETWORKING_MODE_MIRRORED;
    text_copy(request.wsl_hint.vm_id, WSL_VM_ID_SIZE, FAKE_VM);
    engine_handle(it.engine, &it.caller, &request, &reply);
    ck_assert_int_eq(reply.error.kind, ERR_NONE);
    reply_clear(&reply);
    settle(&it);
    ck_assert_ptr_null(entry(&it, ENTRY));
}

static void restart_service(void)
{
    engine_free(it.engine);
    it.engine = engine_new(path, &it.system, "0.0.0");
    engine_work(it.engine);
    settle(&it);
}

START_TEST(a_restarted_service_leaves_the_ports_to_a_mirrored_vm)
{
    unsigned writes;

    tell_mirrored();
    writes = it.windows.write_count;
    restart_service();

    ck_assert_ptr_null(entry(&it, ENTRY));
    ck_assert_uint_eq(it.windows.write_count, writes);
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
}
END_TEST

START_TEST(a_restarted_service_forwards_to_another_vm)
{
    tell_mirrored();
    text_copy(it.windows.traces[0].vm_ids[0], WSL_VM_ID_SIZE, NEXT_VM);
    restart_service();

    ck_assert_str_eq(entry(&it, ENTRY), "172.28.208.5/3000");
}
END_TEST

START_TEST(what_is_told_later_takes_its_place)
{
    struct request request = {.verb = VERB_REPORT_WSL};
    struct reply reply;

    tell_mirrored();
    request.wsl_hint.effective = NETWORKING_MODE_NAT;
    text_copy(request.wsl_hint.vm_id, WSL_VM_ID_SIZE, FAKE_VM);
    engine_handle(it.engine, &it.caller, &request, &reply);
    reply_clear(&reply);
    restart_service();

    ck_assert_str_eq(entry(&it, ENTRY), "172.28.208.5/3000");
}
END_TEST

START_TEST(a_row_that_says_nothing_sound_is_left_out)
{
    struct told_mode_list list = {0};
    struct error err = {0};

    spoil("INSERT INTO setting (key, value) VALUES"
          " ('told-mode:anna', 'mirrored " NEXT_VM "'),"
          " ('told-mode:S-1-5-21-1-2-3-1', 'mirrored'),"
          " ('told-mode:S-1-5-21-1-2-3-2', 'upside-down " NEXT_VM "'),"
          " ('told-mode:S-1-5-21-1-2-3-3', 'mirrored vm'),"
          " ('told-mode:S-1-5-21-1-2-3-4', 'mirrored " NEXT_VM "')");
    ck_assert(store_load_told_modes(store, &list, &err));

    ck_assert_uint_eq(list.count, 1);
    ck_assert_str_eq(list.items[0].user.text, "S-1-5-21-1-2-3-4");
    ck_assert_str_eq(list.items[0].vm_id, NEXT_VM);
    ck_assert_int_eq(list.items[0].mode, NETWORKING_MODE_MIRRORED);
    free(list.items);
}
END_TEST

Suite *told_mode_suite(void)
{
    Suite *suite = suite_create("told_mode");
    TCase *tcase = tcase_create("told_mode");
    TCase *rows = case_on_store(suite, "rows");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_restarted_service_leaves_the_ports_to_a_mirrored_vm);
    tcase_add_test(tcase, a_restarted_service_forwards_to_another_vm);
    tcase_add_test(tcase, what_is_told_later_takes_its_place);
    suite_add_tcase(suite, tcase);
    tcase_add_test(rows, a_row_that_says_nothing_sound_is_left_out);
    return suite;
}

#endif
