/*
 * The engine where policy says a word on the networking mode.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/engine.h"

#include "tests/unit/engine_fixture.h"

#include <check.h>
#include <string.h>

Suite *engine_wsl_policy_suite(void);

static struct engine_fixture it;

static void set_up(void)
{
    engine_fixture_open(&it, ":memory:");
    add_rule(&it, "web", "3000");
    settle(&it);
}

static void tear_down(void)
{
    engine_fixture_close(&it);
}

static enum error_kind report_hint(const struct wsl_hint *hint)
{
    struct request request = {.verb = VERB_REPORT_WSL, .wsl_hint = *hint};
    struct reply reply;
    enum error_kind kind;

    it.windows.now_ms += 1500;
    engine_handle(it.engine, &it.caller, &request, &reply);
    kind = reply.error.kind;
    reply_clear(&reply);
    settle(&it);
    return kind;
}

static void configure(enum networking_mode mode)
{
    const struct wsl_hint hint = {
        .config_known = true, .configured = mode, .localhost_forwarding = true};

    ck_assert_int_eq(report_hint(&hint), ERR_NONE);
}

static bool shows_evidence(const char *part)
{
    const struct wsl_view *view = &engine_report(it.engine)->wsl.items[0];

    for (size_t i = 0; i < view->evidence_count; i++) {
        if (strstr(view->evidence[i], part) != NULL)
            return true;
    }
    return false;
}

/* Nobody is signed in who could tell of .wslconfig, and it would not count. */
START_TEST(policy_that_leaves_no_choice_tells_the_mode)
{
    it.windows.wsl_machine.policy = wsl_policy_of(3, 0);
    it.windows.traces[0].relay_found = false;
    work(&it, EVENT_WSL_CHANGED);
    settle(&it);

    ck_assert_ptr_null(entry(&it, "0.0.0.0/3000"));
    ck_assert_int_eq(engine_report(it.engine)->wsl.items[0].mode,
                     NETWORKING_MODE_MIRRORED);
    ck_assert(shows_evidence("policy sets networking mode mirrored"));
}
END_TEST

START_TEST(a_users_none_counts_against_any_policy)
{
    it.windows.wsl_machine.policy = wsl_policy_of(3, 0);
    it.windows.traces[0].relay_found = false;
    configure(NETWORKING_MODE_NONE);

    ck_assert_int_eq(engine_report(it.engine)->wsl.items[0].mode, NETWORKING_MODE_NONE);
}
END_TEST

START_TEST(a_default_by_policy_is_told_and_decides_nothing)
{
    it.windows.wsl_machine.policy = wsl_policy_of(3, 1);
    it.windows.traces[0].relay_found = false;
    work(&it, EVENT_WSL_CHANGED);
    settle(&it);

    ck_assert_ptr_nonnull(entry(&it, "0.0.0.0/3000"));
    ck_assert(shows_evidence("policy makes mirrored the default networking mode"));
}
END_TEST

Suite *engine_wsl_policy_suite(void)
{
    Suite *suite = suite_create("engine_wsl_policy");
    TCase *tcase = tcase_create("policy");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, policy_that_leaves_no_choice_tells_the_mode);
    tcase_add_test(tcase, a_users_none_counts_against_any_policy);
    tcase_add_test(tcase, a_default_by_policy_is_told_and_decides_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}
