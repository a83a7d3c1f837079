/*
 * The notification icon's status and menu, and what is pending.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/view/menu_model.h"
#include "core/view/tray_status.h"

#include <check.h>
#include <string.h>

#define ME "S-1-5-21-0-0-0-1000"
#define OTHER "S-1-5-21-0-0-0-1001"

static struct report *report;
static struct pending_list pending;
static struct view_state state;
static struct menu_model model;

static void set_up(void)
{
    report = report_new();
    state = (struct view_state){.report = report, .may_change = true, .pending = &pending};
    text_copy(state.user.text, sizeof state.user.text, ME);
}

static void tear_down(void)
{
    menu_model_clear(&model);
    pending_clear(&pending);
    report_free(report);
}

static struct report_rule *add_rule(const char *name, enum rule_state rule_state)
{
    struct report_rule *item;

    report->rules = mem_grow(report->rules, report->rule_count, &report->rule_capacity,
                             sizeof *report->rules);
    item = &report->rules[report->rule_count++];
    item->rule = rule_default();
    text_copy(item->rule.owner.text, sizeof item->rule.owner.text, ME);
    text_copy(item->rule.name, sizeof item->rule.name, name);
    snprintf(item->rule.id.text, sizeof item->rule.id.text,
             "00000000-0000-4000-8000-%012zu", report->rule_count);
    item->rule.listen.first_port = item->rule.listen.last_port = 3000;
    item->rule.enabled = rule_state != RULE_STATE_OFF;
    item->status.state = rule_state;
    return item;
}

static struct wsl_view *add_wsl(enum wsl_state wsl_state, enum networking_mode mode)
{
    struct wsl_view *view = LIST_ADD(&report->wsl);

    view->user = state.user;
    view->state = wsl_state;
    view->mode = mode;
    return view;
}

static void pend(enum verb verb, const struct rule_id *id)
{
    struct request request = {.verb = verb};

    if (id != NULL)
        request.enable.rule_id = *id;
    pending_add(&pending, 1, &request);
}

START_TEST(tray_status_says_unreachable_without_a_report)
{
    state.report = NULL;

    const struct tray_status status = tray_status_from(&state);

    ck_assert_int_eq(status.icon, HEALTH_UNREACHABLE);
    ck_assert_int_eq(status.text, TRAY_TEXT_UNREACHABLE);
}
END_TEST

START_TEST(tray_status_does_not_complain_while_starting)
{
    state.report = NULL;
    state.starting = true;

    const struct tray_status status = tray_status_from(&state);

    ck_assert_int_eq(status.icon, HEALTH_WAITING);
    ck_assert_int_eq(status.text, TRAY_TEXT_STARTING);
}
END_TEST

START_TEST(tray_status_counts_active_among_enabled_rules)
{
    add_rule("a", RULE_STATE_ACTIVE);
    add_rule("b", RULE_STATE_NOT_NEEDED);
    add_rule("c", RULE_STATE_WAITING);
    add_rule("d", RULE_STATE_OFF);

    const struct tray_status status = tray_status_from(&state);

    ck_assert_int_eq(status.text, TRAY_TEXT_WAITING);
    ck_assert_uint_eq(status.active_count, 2);
    ck_assert_uint_eq(status.enabled_count, 3);
}
END_TEST

START_TEST(tray_status_names_the_first_rule_that_needs_the_user)
{
    add_rule("fine", RULE_STATE_ACTIVE);
    add_rule("first", RULE_STATE_BLOCKED);
    add_rule("second", RULE_STATE_FAILED);

    const struct tray_status status = tray_status_from(&state);

    ck_assert_int_eq(status.icon, HEALTH_NEEDS_USER);
    ck_assert_int_eq(status.text, TRAY_TEXT_NEEDS_USER);
    ck_assert_str_eq(status.subject, "first");
    ck_assert_uint_eq(status.troubled_count, 2);
}
END_TEST

START_TEST(tray_status_names_a_rule_without_name_by_where_it_listens)
{
    add_rule("", RULE_STATE_CONFLICT);

    const struct tray_status status = tray_status_from(&state);

    ck_assert_str_eq(status.subject, "3000");
}
END_TEST

START_TEST(tray_status_leaves_out_other_users_rules)
{
    struct report_rule *item = add_rule("theirs", RULE_STATE_FAILED);

    text_copy(item->rule.owner.text, sizeof item->rule.owner.text, OTHER);

    const struct tray_status status = tray_status_from(&state);

    ck_assert_int_eq(status.icon, HEALTH_FINE);
    ck_assert_int_eq(status.text, TRAY_TEXT_NO_RULES);
}
END_TEST

START_TEST(tray_status_puts_a_fault_first)
{
    add_rule("a", RULE_STATE_FAILED);
    text_copy(report->fault, sizeof report->fault, "database is damaged");

    const struct tray_status status = tray_status_from(&state);

    ck_assert_int_eq(status.icon, HEALTH_NEEDS_USER);
    ck_assert_int_eq(status.text, TRAY_TEXT_FAULT);
}
END_TEST

START_TEST(tray_status_equals_compares_the_subject_too)
{
    const struct tray_status a = {.text = TRAY_TEXT_NEEDS_USER, .subject = "a"};
    const struct tray_status b = {.text = TRAY_TEXT_NEEDS_USER, .subject = "b"};

    ck_assert(tray_status_equals(&a, &a));
    ck_assert(!tray_status_equals(&a, &b));
}
END_TEST

START_TEST(menu_doubles_ampersands_of_names)
{
    add_rule("R&D & more", RULE_STATE_ACTIVE);

    menu_model_build(&state, &model);

    ck_assert_str_eq(model.rules[0].label, "R&&D && more (3000)");
}
END_TEST

START_TEST(menu_keeps_characters_of_several_bytes_whole)
{
    add_rule("Stra\xc3\x9f"
             "e \xe6\x97\xa5\xe6\x9c\xac",
             RULE_STATE_ACTIVE);

    menu_model_build(&state, &model);

    ck_assert_str_eq(model.rules[0].label, "Stra\xc3\x9f"
                                           "e \xe6\x97\xa5\xe6\x9c\xac (3000)");
}
END_TEST

START_TEST(menu_shows_the_longest_name_of_ampersands_whole)
{
    char name[RULE_TEXT_SIZE];

    memset(name, '&', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    add_rule(name, RULE_STATE_ACTIVE);

    menu_model_build(&state, &model);

    ck_assert_uint_eq(strlen(model.rules[0].label),
                      2 * (sizeof name - 1) + strlen(" (3000)"));
}
END_TEST

START_TEST(menu_leaves_the_check_mark_alone_while_a_change_is_pending)
{
    const struct report_rule *item = add_rule("a", RULE_STATE_ACTIVE);

    pend(VERB_ENABLE, &item->rule.id);

    menu_model_build(&state, &model);

    ck_assert(model.rules[0].checked);
    ck_assert(model.rules[0].pending);
}
END_TEST

START_TEST(menu_moves_more_than_ten_rules_into_a_submenu)
{
    for (int i = 0; i < MENU_RULES_INLINE; i++)
        add_rule("a", RULE_STATE_ACTIVE);
    menu_model_build(&state, &model);
    ck_assert(!model.rules_in_submenu);

    menu_model_clear(&model);
    add_rule("one more", RULE_STATE_OFF);
    menu_model_build(&state, &model);

    ck_assert(model.rules_in_submenu);
    ck_assert_uint_eq(model.rule_count, 11);
    ck_assert_uint_eq(model.enabled_count, 10);
}
END_TEST

START_TEST(menu_shows_pause_as_the_service_confirmed_it)
{
    report->paused_users = mem_alloc(sizeof *report->paused_users);
    report->paused_users[0] = state.user;
    report->paused_user_count = 1;
    pend(VERB_RESUME, NULL);

    menu_model_build(&state, &model);

    ck_assert(model.paused);
    ck_assert(model.pause_pending);
}
END_TEST

START_TEST(menu_offers_nothing_without_a_report)
{
    state.report = NULL;

    menu_model_build(&state, &model);

    ck_assert_int_eq(model.header, MENU_HEADER_UNREACHABLE);
    ck_assert(!model.rules_known);
    ck_assert(!model.may_change);
}
END_TEST

START_TEST(menu_header_shows_the_address)
{
    struct wsl_view *wsl = add_wsl(WSL_RUNNING, NETWORKING_MODE_NAT);

    wsl->address_known = address_parse("172.28.208.5", &wsl->address);

    menu_model_build(&state, &model);

    ck_assert_int_eq(model.header, MENU_HEADER_WSL_ADDRESS);
    ck_assert_str_eq(model.header_argument, "172.28.208.5");
}
END_TEST

START_TEST(menu_header_shows_a_mode_without_entries)
{
    add_wsl(WSL_RUNNING, NETWORKING_MODE_MIRRORED);

    menu_model_build(&state, &model);

    ck_assert_int_eq(model.header, MENU_HEADER_WSL_MODE);
    ck_assert_str_eq(model.header_argument, "mirrored");
}
END_TEST

START_TEST(menu_header_does_not_call_unknown_stopped)
{
    add_wsl(WSL_UNKNOWN, NETWORKING_MODE_UNKNOWN);

    menu_model_build(&state, &model);

    ck_assert_int_eq(model.header, MENU_HEADER_WSL_UNKNOWN);
}
END_TEST

START_TEST(menu_header_shows_the_fault_with_doubled_ampersands)
{
    text_copy(report->fault, sizeof report->fault, "C&A");

    menu_model_build(&state, &model);

    ck_assert_int_eq(model.header, MENU_HEADER_FAULT);
    ck_assert_str_eq(model.header_argument, "C&&A");
}
END_TEST

START_TEST(pending_covers_another_change_of_the_same_rule)
{
    struct request request = {.verb = VERB_DELETE_RULE};
    const struct report_rule *item = add_rule("a", RULE_STATE_ACTIVE);

    pend(VERB_ENABLE, &item->rule.id);
    request.rule_id = item->rule.id;

    ck_assert(pending_covers(&pending, &request));
}
END_TEST

START_TEST(pending_never_covers_a_new_rule)
{
    const struct request request = {.verb = VERB_PUT_RULE};

    pending_add(&pending, 1, &request);

    ck_assert(!pending_covers(&pending, &request));
}
END_TEST

START_TEST(pending_finish_forgets_only_that_job)
{
    const struct request pause = {.verb = VERB_PAUSE};
    const struct request reconcile = {.verb = VERB_RECONCILE};

    pending_add(&pending, 1, &pause);
    pending_add(&pending, 2, &reconcile);

    pending_finish(&pending, 1);
    pending_finish(&pending, 99);

    ck_assert(!pending_has_verb(&pending, VERB_PAUSE));
    ck_assert(pending_covers(&pending, &reconcile));
}
END_TEST

static void add_status_tests(TCase *tests)
{
    tcase_add_test(tests, tray_status_says_unreachable_without_a_report);
    tcase_add_test(tests, tray_status_does_not_complain_while_starting);
    tcase_add_test(tests, tray_status_counts_active_among_enabled_rules);
    tcase_add_test(tests, tray_status_names_the_first_rule_that_needs_the_user);
    tcase_add_test(tests, tray_status_names_a_rule_without_name_by_where_it_listens);
    tcase_add_test(tests, tray_status_leaves_out_other_users_rules);
    tcase_add_test(tests, tray_status_puts_a_fault_first);
    tcase_add_test(tests, tray_status_equals_compares_the_subject_too);
}

static void add_menu_tests(TCase *tests)
{
    tcase_add_test(tests, menu_doubles_ampersands_of_names);
    tcase_add_test(tests, menu_keeps_characters_of_several_bytes_whole);
    tcase_add_test(tests, menu_shows_the_longest_name_of_ampersands_whole);
    tcase_add_test(tests, menu_leaves_the_check_mark_alone_while_a_change_is_pending);
    tcase_add_test(tests, menu_moves_more_than_ten_rules_into_a_submenu);
    tcase_add_test(tests, menu_shows_pause_as_the_service_confirmed_it);
    tcase_add_test(tests, menu_offers_nothing_without_a_report);
    tcase_add_test(tests, menu_header_shows_the_address);
    tcase_add_test(tests, menu_header_shows_a_mode_without_entries);
    tcase_add_test(tests, menu_header_does_not_call_unknown_stopped);
    tcase_add_test(tests, menu_header_shows_the_fault_with_doubled_ampersands);
}

Suite *view_suite(void);

Suite *view_suite(void)
{
    Suite *suite = suite_create("view");
    TCase *status = tcase_create("tray_status");
    TCase *menu = tcase_create("menu_model");
    TCase *requests = tcase_create("pending");

    tcase_add_checked_fixture(status, set_up, tear_down);
    tcase_add_checked_fixture(menu, set_up, tear_down);
    tcase_add_checked_fixture(requests, set_up, tear_down);
    add_status_tests(status);
    add_menu_tests(menu);
    tcase_add_test(requests, pending_covers_another_change_of_the_same_rule);
    tcase_add_test(requests, pending_never_covers_a_new_rule);
    tcase_add_test(requests, pending_finish_forgets_only_that_job);
    suite_add_tcase(suite, status);
    suite_add_tcase(suite, menu);
    suite_add_tcase(suite, requests);
    return suite;
}
