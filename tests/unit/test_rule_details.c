/*
 * What the details pane says of a rule.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/view/rule_details.h"
#include "tests/unit/valid_rule.h"

#include <check.h>
#include <string.h>

Suite *rule_details_suite(void);

#define ME "S-1-5-21-0-0-0-1000"
#define ID "00000000-0000-4000-8000-000000000001"

static struct report *report;
static struct view_state view;
static struct rule_row row;
static struct diagnosis diagnosis;
static struct rule_details details;

static void set_up(void)
{
    struct rule *rule;

    report = report_new();
    view = (struct view_state){.report = report};
    report->rules =
        mem_grow(report->rules, 0, &report->rule_capacity, sizeof *report->rules);
    rule = &report->rules[report->rule_count++].rule;
    *rule = valid_rule();
    text_copy(rule->id.text, sizeof rule->id.text, ID);
    row = (struct rule_row){.kind = ROW_MINE, .rule_id = rule->id};
    diagnosis = (struct diagnosis){.rule_id = rule->id};
}

static void tear_down(void)
{
    rule_details_clear(&details);
    report_free(report);
}

static void add_entry(enum entry_owner owner, const char *id, uint16_t port)
{
    struct report_entry *item;

    report->entries = mem_grow(report->entries, report->entry_count,
                               &report->entry_capacity, sizeof *report->entries);
    item = &report->entries[report->entry_count++];
    item->owner = owner;
    text_copy(item->rule_id.text, sizeof item->rule_id.text, id);
    text_copy(item->entry.key.listen, sizeof item->entry.key.listen, "0.0.0.0");
    item->entry.key.port = port;
    text_copy(item->entry.value.connect, sizeof item->entry.value.connect, "fd00::7");
    item->entry.value.port = 80;
}

static void connect_from(const char *address, uint16_t port)
{
    struct diagnosis_connection *item =
        &diagnosis.connections[diagnosis.connection_count++];

    diagnosis.connection_total++;
    item->remote = address_of(address);
    item->remote_port = port;
}

/* The n-th line of a field. */
static const struct detail_line *line_of(enum detail_field field, size_t n)
{
    for (size_t i = 0; i < details.count; i++) {
        if (details.items[i].field == field && n-- == 0)
            return &details.items[i];
    }
    return NULL;
}

static enum detail_text text_of(enum detail_field field)
{
    const struct detail_line *line = line_of(field, 0);

    return line != NULL ? line->text : DETAIL_TEXT_COUNT;
}

START_TEST(rule_details_build_says_that_it_reads)
{
    rule_details_build(&view, &row, NULL, false, &details);

    ck_assert_int_eq(text_of(DETAIL_LISTENER), DETAIL_TEXT_READING);
    ck_assert_int_eq(text_of(DETAIL_ENTRY), DETAIL_TEXT_ENTRY_NONE);
    ck_assert_int_eq(text_of(DETAIL_FIREWALL), DETAIL_TEXT_READING);
    ck_assert_int_eq(text_of(DETAIL_CONNECTED), DETAIL_TEXT_READING);
}
END_TEST

START_TEST(rule_details_build_says_that_it_cannot_be_read)
{
    rule_details_build(&view, &row, NULL, true, &details);

    ck_assert_int_eq(text_of(DETAIL_CONNECTED), DETAIL_TEXT_UNREADABLE);
}
END_TEST

START_TEST(rule_details_build_is_empty_without_a_report)
{
    view.report = NULL;

    rule_details_build(&view, &row, &diagnosis, false, &details);

    ck_assert_uint_eq(details.count, 0);
}
END_TEST

START_TEST(rule_details_build_names_who_listens)
{
    diagnosis.listener_count = 3;
    diagnosis.listeners[0] = (struct diagnosis_listener){
        .address = address_of("0.0.0.0"), .port = 3000, .is_ip_helper = true};
    diagnosis.listeners[1] = (struct diagnosis_listener){
        .address = address_of("::"), .port = 3000, .program = "nginx.exe"};
    diagnosis.listeners[2] =
        (struct diagnosis_listener){.address = address_of("::"), .port = 3001};

    rule_details_build(&view, &row, &diagnosis, false, &details);

    ck_assert_int_eq(line_of(DETAIL_LISTENER, 0)->text, DETAIL_TEXT_LISTENER_IP_HELPER);
    ck_assert_str_eq(line_of(DETAIL_LISTENER, 0)->arguments[0], "0.0.0.0:3000");
    ck_assert_int_eq(line_of(DETAIL_LISTENER, 1)->text, DETAIL_TEXT_LISTENER_PROGRAM);
    ck_assert_str_eq(line_of(DETAIL_LISTENER, 1)->arguments[0], "[::]:3000");
    ck_assert_str_eq(line_of(DETAIL_LISTENER, 1)->arguments[1], "nginx.exe");
    ck_assert_int_eq(line_of(DETAIL_LISTENER, 2)->text, DETAIL_TEXT_LISTENER_UNKNOWN);
}
END_TEST

START_TEST(rule_details_build_says_that_nobody_listens)
{
    rule_details_build(&view, &row, &diagnosis, false, &details);

    ck_assert_int_eq(text_of(DETAIL_LISTENER), DETAIL_TEXT_LISTENER_NONE);
}
END_TEST

START_TEST(rule_details_build_lists_the_rules_entries)
{
    add_entry(ENTRY_OURS, ID, 3000);
    add_entry(ENTRY_FOREIGN, ID, 3001);
    add_entry(ENTRY_FOREIGN, "", 3002);

    rule_details_build(&view, &row, &diagnosis, false, &details);

    ck_assert_int_eq(line_of(DETAIL_ENTRY, 0)->text, DETAIL_TEXT_ENTRY_OURS);
    ck_assert_str_eq(line_of(DETAIL_ENTRY, 0)->arguments[0], "0.0.0.0:3000");
    ck_assert_str_eq(line_of(DETAIL_ENTRY, 0)->arguments[1], "[fd00::7]:80");
    ck_assert_int_eq(line_of(DETAIL_ENTRY, 1)->text, DETAIL_TEXT_ENTRY_FOREIGN);
    ck_assert_ptr_null(line_of(DETAIL_ENTRY, 2));
}
END_TEST

START_TEST(rule_details_build_counts_the_entries_of_a_long_range)
{
    for (uint16_t port = 3000; port < 3020; port++)
        add_entry(ENTRY_OURS, ID, port);

    rule_details_build(&view, &row, &diagnosis, false, &details);

    ck_assert_int_eq(line_of(DETAIL_ENTRY, 16)->text, DETAIL_TEXT_ENTRY_MORE);
    ck_assert_str_eq(line_of(DETAIL_ENTRY, 16)->arguments[0], "4");
    ck_assert_ptr_null(line_of(DETAIL_ENTRY, 17));
}
END_TEST

START_TEST(rule_details_build_shows_a_foreign_entry_alone)
{
    add_entry(ENTRY_FOREIGN, "", 3001);
    add_entry(ENTRY_FOREIGN, "", 3002);
    row = (struct rule_row){.kind = ROW_FOREIGN, .key = "v4tov4 0.0.0.0/3002"};

    rule_details_build(&view, &row, NULL, false, &details);

    ck_assert_uint_eq(details.count, 1);
    ck_assert_int_eq(details.items[0].text, DETAIL_TEXT_ENTRY_FOREIGN);
    ck_assert_str_eq(details.items[0].arguments[0], "0.0.0.0:3002");
}
END_TEST

START_TEST(rule_details_build_shows_the_firewall_rule)
{
    diagnosis.firewall_rule_wanted = diagnosis.firewall_rule_found = true;
    diagnosis.firewall_rule = (struct firewall_rule){.enabled = true,
                                                     .profiles = PROFILE_PRIVATE,
                                                     .local_ports = "3000",
                                                     .remote_addresses = "localsubnet"};

    rule_details_build(&view, &row, &diagnosis, false, &details);

    ck_assert_int_eq(text_of(DETAIL_FIREWALL), DETAIL_TEXT_FIREWALL_ON);
    ck_assert_uint_eq(line_of(DETAIL_FIREWALL, 0)->profiles, PROFILE_PRIVATE);
    ck_assert_int_eq(line_of(DETAIL_FIREWALL, 0)->remote, REMOTE_LOCAL_SUBNET);
    ck_assert_str_eq(line_of(DETAIL_FIREWALL, 0)->arguments[1], "3000");
    ck_assert_str_eq(line_of(DETAIL_FIREWALL, 0)->arguments[2], "");
}
END_TEST

START_TEST(rule_details_build_cuts_a_long_list_of_addresses)
{
    const struct detail_line *line;

    diagnosis.firewall_rule_wanted = diagnosis.firewall_rule_found = true;
    memset(diagnosis.firewall_rule.remote_addresses, '1', FIREWALL_REMOTE_SIZE - 1);

    rule_details_build(&view, &row, &diagnosis, false, &details);
    line = line_of(DETAIL_FIREWALL, 0);

    ck_assert_int_eq(line->text, DETAIL_TEXT_FIREWALL_DISABLED);
    ck_assert_int_eq(line->remote, REMOTE_LIST);
    ck_assert_uint_eq(strlen(line->arguments[2]), DETAIL_ARGUMENT_SIZE - 1);
    ck_assert_str_eq(line->arguments[2] + DETAIL_ARGUMENT_SIZE - 1 - strlen("…"), "…");
}
END_TEST

START_TEST(rule_details_build_tells_a_missing_firewall_rule_from_one_not_wanted)
{
    rule_details_build(&view, &row, &diagnosis, false, &details);
    ck_assert_int_eq(text_of(DETAIL_FIREWALL), DETAIL_TEXT_FIREWALL_NOT_WANTED);
    rule_details_clear(&details);
    diagnosis.firewall_rule_wanted = true;

    rule_details_build(&view, &row, &diagnosis, false, &details);

    ck_assert_int_eq(text_of(DETAIL_FIREWALL), DETAIL_TEXT_FIREWALL_MISSING);
}
END_TEST

START_TEST(rule_details_build_knows_a_rule_that_lets_nobody_in)
{
    report->rules[0].rule.scope.profiles = 0;

    rule_details_build(&view, &row, NULL, false, &details);

    ck_assert_int_eq(text_of(DETAIL_FIREWALL), DETAIL_TEXT_FIREWALL_OFF);
}
END_TEST

START_TEST(rule_details_build_groups_connections_by_address)
{
    connect_from("192.168.1.40", 1);
    connect_from("192.168.1.23", 2);
    connect_from("192.168.1.40", 3);

    rule_details_build(&view, &row, &diagnosis, false, &details);

    ck_assert_int_eq(line_of(DETAIL_CONNECTED, 0)->text, DETAIL_TEXT_CONNECTED);
    ck_assert_str_eq(line_of(DETAIL_CONNECTED, 0)->arguments[0], "192.168.1.23");
    ck_assert_str_eq(line_of(DETAIL_CONNECTED, 0)->arguments[1], "1");
    ck_assert_str_eq(line_of(DETAIL_CONNECTED, 1)->arguments[0], "192.168.1.40");
    ck_assert_str_eq(line_of(DETAIL_CONNECTED, 1)->arguments[1], "2");
    ck_assert_ptr_null(line_of(DETAIL_CONNECTED, 2));
}
END_TEST

START_TEST(rule_details_build_counts_connections_that_are_not_shown)
{
    connect_from("192.168.1.40", 1);
    diagnosis.connection_total = 100;

    rule_details_build(&view, &row, &diagnosis, false, &details);

    ck_assert_int_eq(line_of(DETAIL_CONNECTED, 1)->text, DETAIL_TEXT_CONNECTED_MORE);
    ck_assert_str_eq(line_of(DETAIL_CONNECTED, 1)->arguments[0], "99");
}
END_TEST

START_TEST(rule_details_build_says_that_nobody_is_connected)
{
    rule_details_build(&view, &row, &diagnosis, false, &details);

    ck_assert_int_eq(text_of(DETAIL_CONNECTED), DETAIL_TEXT_CONNECTED_NONE);
}
END_TEST

START_TEST(rule_details_build_shows_the_chain_once_it_was_read)
{
    diagnosis.link_count = 2;
    diagnosis.links[1] = (struct diagnosis_link){
        .kind = LINK_WSL, .verdict = LINK_BROKEN, .reason = REASON_WSL_NOT_RUNNING};
    rule_details_build(&view, &row, &diagnosis, false, &details);

    ck_assert_int_eq(line_of(DETAIL_CHAIN, 1)->text, DETAIL_TEXT_LINK);
    ck_assert_int_eq(line_of(DETAIL_CHAIN, 1)->link.reason, REASON_WSL_NOT_RUNNING);
    rule_details_clear(&details);
    rule_details_build(&view, &row, NULL, false, &details);
    ck_assert_ptr_null(line_of(DETAIL_CHAIN, 0));
}
END_TEST

START_TEST(rule_details_can_be_asked_about_ones_own_rules_only)
{
    ck_assert(rule_details_can_be_asked(&row));
    row.kind = ROW_OTHER_USER;
    ck_assert(!rule_details_can_be_asked(&row));
}
END_TEST

Suite *rule_details_suite(void)
{
    Suite *suite = suite_create("rule_details");
    TCase *build = tcase_create("rule_details_build");

    tcase_add_checked_fixture(build, set_up, tear_down);
    tcase_add_test(build, rule_details_build_says_that_it_reads);
    tcase_add_test(build, rule_details_build_says_that_it_cannot_be_read);
    tcase_add_test(build, rule_details_build_is_empty_without_a_report);
    tcase_add_test(build, rule_details_build_names_who_listens);
    tcase_add_test(build, rule_details_build_says_that_nobody_listens);
    tcase_add_test(build, rule_details_build_lists_the_rules_entries);
    tcase_add_test(build, rule_details_build_counts_the_entries_of_a_long_range);
    tcase_add_test(build, rule_details_build_shows_a_foreign_entry_alone);
    tcase_add_test(build, rule_details_build_shows_the_firewall_rule);
    tcase_add_test(build, rule_details_build_cuts_a_long_list_of_addresses);
    tcase_add_test(build,
                   rule_details_build_tells_a_missing_firewall_rule_from_one_not_wanted);
    tcase_add_test(build, rule_details_build_knows_a_rule_that_lets_nobody_in);
    tcase_add_test(build, rule_details_build_groups_connections_by_address);
    tcase_add_test(build, rule_details_build_counts_connections_that_are_not_shown);
    tcase_add_test(build, rule_details_build_says_that_nobody_is_connected);
    tcase_add_test(build, rule_details_build_shows_the_chain_once_it_was_read);
    tcase_add_test(build, rule_details_can_be_asked_about_ones_own_rules_only);
    suite_add_tcase(suite, build);
    return suite;
}
