/*
 * The rows of the rules window.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/view/rule_rows.h"

#include <check.h>
#include <string.h>

#define ME "S-1-5-21-0-0-0-1000"
#define OTHER "S-1-5-21-0-0-0-1001"

static struct report *report;
static struct pending_list pending;
static struct view_state state;
static struct rule_row_list rows;

static void set_up(void)
{
    report = report_new();
    state = (struct view_state){.report = report, .may_change = true, .pending = &pending};
    text_copy(state.user.text, sizeof state.user.text, ME);
}

static void tear_down(void)
{
    rule_rows_clear(&rows);
    pending_clear(&pending);
    report_free(report);
}

static struct report_rule *add_rule(const char *name, uint16_t port)
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
    item->rule.listen.first_port = item->rule.listen.last_port = port;
    item->rule.connect.first_port = port;
    item->status.state = RULE_STATE_ACTIVE;
    return item;
}

static struct report_entry *add_foreign(const char *listen, uint16_t port)
{
    struct report_entry *item;

    report->entries = mem_grow(report->entries, report->entry_count,
                               &report->entry_capacity, sizeof *report->entries);
    item = &report->entries[report->entry_count++];
    item->owner = ENTRY_FOREIGN;
    item->entry.key.type = PORTPROXY_V4TOV4;
    text_copy(item->entry.key.listen, sizeof item->entry.key.listen, listen);
    item->entry.key.port = port;
    text_copy(item->entry.value.connect, sizeof item->entry.value.connect, "10.0.0.5");
    item->entry.value.port = 80;
    return item;
}

START_TEST(rows_show_a_rule_as_people_write_it)
{
    add_rule("web", 3000);

    rule_rows_build(&state, &rows);

    ck_assert_uint_eq(rows.count, 1);
    ck_assert_str_eq(rows.items[0].name, "web");
    ck_assert_str_eq(rows.items[0].listen, "3000");
    ck_assert_str_eq(rows.items[0].connect, "wsl:3000");
    ck_assert(rows.items[0].checked);
    ck_assert(rows.items[0].can_change);
}
END_TEST

START_TEST(rows_without_a_report_are_none)
{
    state.report = NULL;

    rule_rows_build(&state, &rows);

    ck_assert_uint_eq(rows.count, 0);
}
END_TEST

START_TEST(rows_keep_the_confirmed_check_while_pending)
{
    struct request request = {.verb = VERB_ENABLE};

    request.enable.rule_id = add_rule("web", 3000)->rule.id;
    pending_add(&pending, 1, &request);

    rule_rows_build(&state, &rows);

    ck_assert(rows.items[0].checked);
    ck_assert(rows.items[0].pending);
    ck_assert(!rows.items[0].can_change);
}
END_TEST

START_TEST(rows_of_other_users_cannot_be_changed)
{
    struct report_rule *item = add_rule("theirs", 3000);

    text_copy(item->rule.owner.text, sizeof item->rule.owner.text, OTHER);
    item->status.reason = REASON_FOREIGN_ENTRY;

    rule_rows_build(&state, &rows);

    ck_assert_int_eq(rows.items[0].kind, ROW_OTHER_USER);
    ck_assert(!rows.items[0].can_change);
    ck_assert(!rows.items[0].can_take_over);
}
END_TEST

START_TEST(rows_offer_to_take_over_what_stands_in_the_way)
{
    add_rule("fine", 1);
    add_rule("conflict", 2)->status.reason = REASON_FOREIGN_ENTRY;
    add_rule("kept open", 3)->status.warning = REASON_FOREIGN_KEEPS_OPEN;

    rule_rows_build(&state, &rows);

    ck_assert(!rows.items[0].can_take_over);
    ck_assert(rows.items[1].can_take_over);
    ck_assert(rows.items[2].can_take_over);
}
END_TEST

START_TEST(rows_show_entries_of_other_programs_but_not_ours)
{
    add_foreign("*", 8080);
    add_foreign("0.0.0.0", 80)->owner = ENTRY_OURS;
    add_foreign("fd00::1", 90);

    rule_rows_build(&state, &rows);

    ck_assert_uint_eq(rows.count, 2);
    ck_assert_int_eq(rows.items[0].kind, ROW_FOREIGN);
    ck_assert_str_eq(rows.items[0].listen, "*:8080");
    ck_assert_str_eq(rows.items[0].connect, "10.0.0.5:80");
    ck_assert_str_eq(rows.items[1].listen, "[fd00::1]:90");
    ck_assert(!rows.items[0].can_take_over);
}
END_TEST

START_TEST(rows_tie_a_foreign_entry_to_the_rule_it_hinders)
{
    const struct rule_id id = add_rule("web", 8080)->rule.id;

    add_foreign("*", 8080)->rule_id = id;

    rule_rows_build(&state, &rows);

    ck_assert_str_eq(rows.items[1].name, "web");
    ck_assert(rows.items[1].can_take_over);
}
END_TEST

START_TEST(rows_tell_the_same_endpoint_of_two_types_apart)
{
    add_foreign("*", 8080);
    add_foreign("*", 8080)->entry.key.type = PORTPROXY_V4TOV6;

    rule_rows_build(&state, &rows);

    ck_assert_str_ne(rows.items[0].key, rows.items[1].key);
    ck_assert_uint_eq(rule_rows_find(&rows, rows.items[1].key), 1);
    ck_assert_uint_eq(rule_rows_find(&rows, "no such row"), 2);
}
END_TEST

START_TEST(sort_takes_ports_as_numbers)
{
    add_rule("a", 10000);
    add_rule("b", 9000);
    rule_rows_build(&state, &rows);

    rule_rows_sort(&rows, ROW_LISTEN, false);

    ck_assert_str_eq(rows.items[0].name, "b");
}
END_TEST

START_TEST(sort_ignores_case_and_keeps_equal_rows_in_order)
{
    add_rule("same", 1);
    add_rule("Alpha", 2);
    add_rule("same", 3);
    add_rule("beta", 4);
    rule_rows_build(&state, &rows);

    rule_rows_sort(&rows, ROW_NAME, false);

    ck_assert_str_eq(rows.items[0].name, "Alpha");
    ck_assert_str_eq(rows.items[1].name, "beta");
    ck_assert_str_eq(rows.items[2].listen, "1");
    ck_assert_str_eq(rows.items[3].listen, "3");

    rule_rows_sort(&rows, ROW_NAME, true);
    ck_assert_str_eq(rows.items[0].listen, "1");
    ck_assert_str_eq(rows.items[1].listen, "3");
}
END_TEST

START_TEST(sort_takes_numbers_within_names_as_numbers)
{
    add_rule("web10", 1);
    add_rule("Web2", 2);
    rule_rows_build(&state, &rows);

    rule_rows_sort(&rows, ROW_NAME, false);

    ck_assert_str_eq(rows.items[0].name, "Web2");
}
END_TEST

START_TEST(sort_takes_addresses_as_numbers)
{
    static const char *const addresses[] = {"192.168.1.10", "192.168.1.9", "fd00::10",
                                            "fd00::9"};

    for (size_t i = 0; i < 4; i++) {
        struct rule *rule = &add_rule(addresses[i], 80)->rule;

        rule->listen.kind = LISTEN_ADDRESS;
        ck_assert(address_parse(addresses[i], &rule->listen.address));
    }
    rule_rows_build(&state, &rows);

    rule_rows_sort(&rows, ROW_LISTEN, false);

    ck_assert_str_eq(rows.items[0].name, "192.168.1.9");
    ck_assert_str_eq(rows.items[1].name, "192.168.1.10");
    ck_assert_str_eq(rows.items[2].name, "fd00::9");
    ck_assert_str_eq(rows.items[3].name, "fd00::10");
}
END_TEST

START_TEST(sort_of_many_rows_is_complete_and_stable)
{
    for (uint16_t i = 0; i < 100; i++)
        add_rule(i % 2 == 0 ? "even" : "odd", (uint16_t)(1000 + i));
    rule_rows_build(&state, &rows);

    rule_rows_sort(&rows, ROW_NAME, false);

    ck_assert_uint_eq(rows.count, 100);
    for (size_t i = 0; i < 50; i++) {
        ck_assert_uint_eq(rows.items[i].listen_port, 1000 + 2 * i);
        ck_assert_uint_eq(rows.items[50 + i].listen_port, 1001 + 2 * i);
    }
}
END_TEST

START_TEST(search_looks_at_every_column_and_at_the_comment)
{
    static const char *const found[] = {"",       "  ",          "WEB",      "3000",
                                        "wsl:30", "branch main", "main web", "waits"};
    static const char *const missed[] = {"webs", "4000", "web 4000", "off"};

    text_copy(add_rule("web", 3000)->rule.comment, RULE_TEXT_SIZE, "Branch main");
    rule_rows_build(&state, &rows);

    for (size_t i = 0; i < sizeof found / sizeof *found; i++)
        ck_assert_msg(rule_row_matches(&rows.items[0], found[i], "Waits for WSL"), "'%s'",
                      found[i]);
    for (size_t i = 0; i < sizeof missed / sizeof *missed; i++)
        ck_assert_msg(!rule_row_matches(&rows.items[0], missed[i], "Waits for WSL"),
                      "'%s'", missed[i]);
}
END_TEST

static void say_state(void *context, const struct rule_row *row, char out[ROW_WORDS_SIZE])
{
    (void)context;
    text_copy(out, ROW_WORDS_SIZE,
              row->status.state == RULE_STATE_FAILED ? "gescheitert" : "aktiv");
}

START_TEST(search_keeps_what_matches_in_its_order)
{
    add_rule("one", 1)->status.state = RULE_STATE_FAILED;
    add_rule("two", 2);
    add_rule("three", 3)->status.state = RULE_STATE_FAILED;
    rule_rows_build(&state, &rows);

    rule_rows_keep(&rows, "Gescheitert", say_state, NULL);

    ck_assert_uint_eq(rows.count, 2);
    ck_assert_str_eq(rows.items[0].name, "one");
    ck_assert_str_eq(rows.items[1].name, "three");
}
END_TEST

START_TEST(sort_keeps_other_programs_entries_last)
{
    add_foreign("*", 1);
    add_rule("z", 9000);
    rule_rows_build(&state, &rows);

    rule_rows_sort(&rows, ROW_LISTEN, false);
    ck_assert_int_eq(rows.items[1].kind, ROW_FOREIGN);

    rule_rows_sort(&rows, ROW_LISTEN, true);
    ck_assert_int_eq(rows.items[1].kind, ROW_FOREIGN);
}
END_TEST

START_TEST(sort_by_state_puts_what_needs_the_user_first)
{
    add_rule("fine", 1);
    add_rule("failed", 2)->status.state = RULE_STATE_FAILED;
    add_rule("waiting", 3)->status.state = RULE_STATE_WAITING;
    rule_rows_build(&state, &rows);

    rule_rows_sort(&rows, ROW_STATE, false);

    ck_assert_str_eq(rows.items[0].name, "failed");
    ck_assert_str_eq(rows.items[1].name, "waiting");
}
END_TEST

START_TEST(row_equals_sees_a_change_of_the_subject)
{
    struct rule_row other;

    add_rule("web", 1)->status.reason = REASON_PORT_IN_USE;
    rule_rows_build(&state, &rows);
    other = rows.items[0];
    ck_assert(rule_row_equals(&other, &rows.items[0]));

    text_copy(other.status.subject, sizeof other.status.subject, "nginx.exe");

    ck_assert(!rule_row_equals(&other, &rows.items[0]));
}
END_TEST

START_TEST(rows_equal_sees_order_number_and_looks)
{
    struct rule_row_list other = {0};

    add_rule("a", 1);
    add_rule("b", 2);
    rule_rows_build(&state, &rows);
    rule_rows_build(&state, &other);
    ck_assert(rule_rows_equal(&rows, &other));

    rule_rows_sort(&other, ROW_LISTEN, true);
    ck_assert(!rule_rows_equal(&rows, &other));
    rule_rows_sort(&other, ROW_LISTEN, false);
    other.items[1].checked = !other.items[1].checked;
    ck_assert(!rule_rows_equal(&rows, &other));
    other.count = 1;
    ck_assert(!rule_rows_equal(&rows, &other));
    rule_rows_clear(&other);
}
END_TEST

Suite *rule_rows_suite(void);

Suite *rule_rows_suite(void)
{
    Suite *suite = suite_create("rule_rows");
    TCase *tests = tcase_create("rule_rows");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, rows_show_a_rule_as_people_write_it);
    tcase_add_test(tests, rows_without_a_report_are_none);
    tcase_add_test(tests, rows_keep_the_confirmed_check_while_pending);
    tcase_add_test(tests, rows_of_other_users_cannot_be_changed);
    tcase_add_test(tests, rows_offer_to_take_over_what_stands_in_the_way);
    tcase_add_test(tests, rows_show_entries_of_other_programs_but_not_ours);
    tcase_add_test(tests, rows_tie_a_foreign_entry_to_the_rule_it_hinders);
    tcase_add_test(tests, rows_tell_the_same_endpoint_of_two_types_apart);
    tcase_add_test(tests, sort_takes_ports_as_numbers);
    tcase_add_test(tests, sort_ignores_case_and_keeps_equal_rows_in_order);
    tcase_add_test(tests, sort_takes_numbers_within_names_as_numbers);
    tcase_add_test(tests, sort_takes_addresses_as_numbers);
    tcase_add_test(tests, sort_of_many_rows_is_complete_and_stable);
    tcase_add_test(tests, search_looks_at_every_column_and_at_the_comment);
    tcase_add_test(tests, search_keeps_what_matches_in_its_order);
    tcase_add_test(tests, sort_keeps_other_programs_entries_last);
    tcase_add_test(tests, sort_by_state_puts_what_needs_the_user_first);
    tcase_add_test(tests, row_equals_sees_a_change_of_the_subject);
    tcase_add_test(tests, rows_equal_sees_order_number_and_looks);
    suite_add_tcase(suite, tests);
    return suite;
}
