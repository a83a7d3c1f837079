/*
 * The notification icon's status and menu, and what is pending.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/view/menu_model.h"
#include "core/protocol/reply.h"
#include "core/view/service_trouble.h"
#include "core/view/short_text.h"
#include "core/view/tray_status.h"

#include <check.h>
#include <string.h>

#define ME "S-1-5-21-0-0-0-1000"
#define OTHER "S-1-5-21-0-0-0-1001"

static struct report *report;
static struct pending_list pending;
static struct view_state state;
static struct menu_model model;
static const struct lan_adapter_list no_adapters;

static void build(void)
{
    menu_model_build(&state, &no_adapters, &model);
}

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

    build();

    ck_assert_str_eq(model.rules[0].label, "R&&D && more (3000)");
}
END_TEST

START_TEST(menu_keeps_characters_of_several_bytes_whole)
{
    add_rule("Stra\xc3\x9f"
             "e \xe6\x97\xa5\xe6\x9c\xac",
             RULE_STATE_ACTIVE);

    build();

    ck_assert_str_eq(model.rules[0].label, "Stra\xc3\x9f"
                                           "e \xe6\x97\xa5\xe6\x9c\xac (3000)");
}
END_TEST

START_TEST(menu_shortens_long_names_in_the_middle)
{
    add_rule("Development server of the customer portal (branch main)", RULE_STATE_ACTIVE);

    build();

    ck_assert_str_eq(model.rules[0].label, "Development serv\xe2\x80\xa6"
                                           "al (branch main) (3000)");
    ck_assert_uint_eq(text_columns(model.rules[0].label), MENU_LABEL_COLUMNS);
}
END_TEST

START_TEST(menu_keeps_the_port_of_a_long_listen_side)
{
    struct report_rule *item = add_rule("web", RULE_STATE_ACTIVE);

    item->rule.listen.kind = LISTEN_INTERFACE;
    text_copy(item->rule.listen.interface_name, sizeof item->rule.listen.interface_name,
              "Local Area Connection of the docking station");

    build();

    ck_assert_str_eq(model.rules[0].label, "web (Local Area \xe2\x80\xa6"
                                           "ation:3000)");
}
END_TEST

START_TEST(menu_doubles_ampersands_after_shortening)
{
    char name[RULE_TEXT_SIZE];

    memset(name, '&', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    add_rule(name, RULE_STATE_ACTIVE);

    build();

    ck_assert_uint_eq(strspn(model.rules[0].label, "&") % 2, 0);
    ck_assert_str_eq(model.rules[0].label + strlen(model.rules[0].label) - 7, " (3000)");
}
END_TEST

START_TEST(menu_leaves_the_check_mark_alone_while_a_change_is_pending)
{
    const struct report_rule *item = add_rule("a", RULE_STATE_ACTIVE);

    pend(VERB_ENABLE, &item->rule.id);

    build();

    ck_assert(model.rules[0].checked);
    ck_assert(model.rules[0].pending);
}
END_TEST

START_TEST(menu_moves_more_than_ten_rules_into_groups)
{
    for (int i = 0; i < MENU_RULES_INLINE; i++)
        add_rule("a", RULE_STATE_ACTIVE);
    build();
    ck_assert_uint_eq(model.group_count, 0);

    menu_model_clear(&model);
    add_rule("one more", RULE_STATE_OFF);
    build();

    ck_assert_uint_eq(model.group_count, 2);
    ck_assert_uint_eq(model.rule_count, 11);
    ck_assert_uint_eq(model.enabled_count, 10);
}
END_TEST

static const struct {
    enum rule_state state;
    enum reason warning;
    enum menu_mark mark;
} marks[] = {
    {RULE_STATE_OFF, REASON_NONE, MENU_MARK_OFF},
    {RULE_STATE_OFF, REASON_FOREIGN_KEEPS_OPEN, MENU_MARK_NEEDS_USER},
    {RULE_STATE_ACTIVE, REASON_NONE, MENU_MARK_ACTIVE},
    {RULE_STATE_ACTIVE, REASON_NOTHING_LISTENS, MENU_MARK_WARNING},
    {RULE_STATE_NOT_NEEDED, REASON_NONE, MENU_MARK_ACTIVE},
    {RULE_STATE_APPLYING, REASON_NONE, MENU_MARK_WAITING},
    {RULE_STATE_WAITING, REASON_NONE, MENU_MARK_WAITING},
    {RULE_STATE_BLOCKED, REASON_NONE, MENU_MARK_NEEDS_USER},
    {RULE_STATE_CONFLICT, REASON_NONE, MENU_MARK_NEEDS_USER},
    {RULE_STATE_FAILED, REASON_NONE, MENU_MARK_NEEDS_USER},
};

START_TEST(menu_marks_states_by_shape)
{
    add_rule("a", marks[_i].state)->status.warning = marks[_i].warning;

    build();

    ck_assert_int_eq(model.rules[0].mark, marks[_i].mark);
}
END_TEST

START_TEST(menu_gives_the_address_of_a_rule)
{
    struct report_rule *item = add_rule("a", RULE_STATE_ACTIVE);

    item->rule.listen.kind = LISTEN_ADDRESS;
    ck_assert(address_parse("192.168.1.10", &item->rule.listen.address));

    build();

    ck_assert_str_eq(model.rules[0].address.text, "http://192.168.1.10:3000");
}
END_TEST

START_TEST(menu_shows_pause_as_the_service_confirmed_it)
{
    report->paused_users = mem_alloc(sizeof *report->paused_users);
    report->paused_users[0] = state.user;
    report->paused_user_count = 1;
    pend(VERB_RESUME, NULL);

    build();

    ck_assert(model.paused);
    ck_assert(model.pause_pending);
}
END_TEST

START_TEST(menu_offers_nothing_without_a_report)
{
    state.report = NULL;

    build();

    ck_assert_int_eq(model.header, MENU_HEADER_UNREACHABLE);
    ck_assert(!model.rules_known);
    ck_assert(!model.may_change);
}
END_TEST

START_TEST(menu_header_shows_the_address_and_the_mode)
{
    struct wsl_view *wsl = add_wsl(WSL_RUNNING, NETWORKING_MODE_NAT);

    wsl->address_known = address_parse("172.28.208.5", &wsl->address);

    build();

    ck_assert_int_eq(model.header, MENU_HEADER_WSL_ADDRESS_MODE);
    ck_assert_str_eq(model.header_argument, "172.28.208.5");
    ck_assert_int_eq(model.wsl_mode, NETWORKING_MODE_NAT);
}
END_TEST

START_TEST(menu_header_shows_the_address_without_a_mode_that_is_not_known)
{
    struct wsl_view *wsl = add_wsl(WSL_RUNNING, NETWORKING_MODE_UNKNOWN);

    wsl->address_known = address_parse("172.28.208.5", &wsl->address);

    build();

    ck_assert_int_eq(model.header, MENU_HEADER_WSL_ADDRESS);
    ck_assert_str_eq(model.header_argument, "172.28.208.5");
}
END_TEST

static const struct {
    enum message_id message;
    uint32_t os_code;
    enum menu_header header;
    enum tray_text text;
} troubles[] = {
    {MESSAGE_SERVICE_NOT_RUNNING, 0, MENU_HEADER_SERVICE_STOPPED,
     TRAY_TEXT_SERVICE_STOPPED},
    {MESSAGE_SERVICE_NOT_RUNNING, SERVICE_CODE_NOT_INSTALLED, MENU_HEADER_NOT_INSTALLED,
     TRAY_TEXT_NOT_INSTALLED},
    {MESSAGE_SERVICE_BUSY, 0, MENU_HEADER_UNREACHABLE, TRAY_TEXT_UNREACHABLE},
    {MESSAGE_NONE, 0, MENU_HEADER_UNREACHABLE, TRAY_TEXT_UNREACHABLE},
};

START_TEST(a_missing_service_is_shown_as_what_it_is)
{
    const struct error trouble = {.kind = ERR_UNAVAILABLE,
                                  .os_code = troubles[_i].os_code,
                                  .message.id = troubles[_i].message};

    state.report = NULL;
    state.trouble = &trouble;

    build();

    ck_assert_int_eq(model.header, troubles[_i].header);
    ck_assert_int_eq(tray_status_from(&state).text, troubles[_i].text);
}
END_TEST

START_TEST(a_service_of_another_protocol_is_shown_with_both_versions)
{
    const uint8_t newer[] = {PROTOCOL_VERSION + 7, 0};
    struct error trouble = {0};
    struct reply reply;

    ck_assert(!reply_decode(newer, sizeof newer, &reply, &trouble));
    state.report = NULL;
    state.trouble = &trouble;

    build();

    ck_assert_int_eq(model.header, MENU_HEADER_OTHER_PROTOCOL);
    ck_assert_str_eq(model.header_argument, "8");
    ck_assert_str_eq(model.header_second, "1");
    ck_assert_int_eq(tray_status_from(&state).text, TRAY_TEXT_OTHER_PROTOCOL);
}
END_TEST

START_TEST(menu_tells_of_a_service_of_another_version)
{
    state.service_version = "9.8.7";
    build();
    ck_assert_str_eq(model.service_version, "9.8.7");

    menu_model_clear(&model);
    state.service_version = TIDEGATE_VERSION;
    build();
    ck_assert_str_eq(model.service_version, "");
}
END_TEST

START_TEST(menu_header_shows_a_mode_without_entries)
{
    add_wsl(WSL_RUNNING, NETWORKING_MODE_MIRRORED);

    build();

    ck_assert_int_eq(model.header, MENU_HEADER_WSL_MODE);
    ck_assert_int_eq(model.wsl_mode, NETWORKING_MODE_MIRRORED);
}
END_TEST

START_TEST(menu_header_does_not_call_unknown_stopped)
{
    add_wsl(WSL_UNKNOWN, NETWORKING_MODE_UNKNOWN);

    build();

    ck_assert_int_eq(model.header, MENU_HEADER_WSL_UNKNOWN);
}
END_TEST

START_TEST(menu_header_shows_the_fault_with_doubled_ampersands)
{
    text_copy(report->fault, sizeof report->fault, "C&A");
    report->fault_message = message_of(MESSAGE_DATABASE_FAILED, "C&A", NULL, NULL);

    build();

    ck_assert_int_eq(model.header, MENU_HEADER_FAULT);
    ck_assert_str_eq(model.header_argument, "C&&A");
    ck_assert_int_eq(model.fault.id, MESSAGE_DATABASE_FAILED);
    ck_assert_str_eq(model.fault.arguments[0], "C&&A");
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
    tcase_add_test(tests, menu_shortens_long_names_in_the_middle);
    tcase_add_test(tests, menu_keeps_the_port_of_a_long_listen_side);
    tcase_add_test(tests, menu_doubles_ampersands_after_shortening);
    tcase_add_test(tests, menu_gives_the_address_of_a_rule);
    tcase_add_loop_test(tests, menu_marks_states_by_shape, 0,
                        sizeof marks / sizeof *marks);
    tcase_add_test(tests, menu_leaves_the_check_mark_alone_while_a_change_is_pending);
    tcase_add_test(tests, menu_moves_more_than_ten_rules_into_groups);
    tcase_add_test(tests, menu_shows_pause_as_the_service_confirmed_it);
    tcase_add_test(tests, menu_offers_nothing_without_a_report);
    tcase_add_test(tests, menu_header_shows_the_address_and_the_mode);
    tcase_add_test(tests, menu_header_shows_the_address_without_a_mode_that_is_not_known);
    tcase_add_loop_test(tests, a_missing_service_is_shown_as_what_it_is, 0,
                        sizeof troubles / sizeof *troubles);
    tcase_add_test(tests, a_service_of_another_protocol_is_shown_with_both_versions);
    tcase_add_test(tests, menu_tells_of_a_service_of_another_version);
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
