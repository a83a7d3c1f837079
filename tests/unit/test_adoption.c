/*
 * What of a script can be taken over: its entries, and its firewall rules by their names.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/adoption.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/view/adoptable.h"

#include <check.h>
#include <string.h>

static const struct wsl_machine machine = {.nat_network = "172.28.208.0/20",
                                           .nat_gateway = "172.28.208.1"};

static struct portproxy_entry entry_of(enum portproxy_type type, const char *name,
                                       const char *data)
{
    struct portproxy_entry entry;

    ck_assert_msg(portproxy_entry_parse(type, name, data, &entry), "%s", name);
    return entry;
}

static const struct {
    enum portproxy_type type;
    const char *name, *data;
    const char *listen; /* of the rule; NULL: none can be made */
    const char *connect;
} entries[] = {
    {PORTPROXY_V4TOV4, "0.0.0.0/80", "172.28.208.5/80", "80", "wsl:80"},
    {PORTPROXY_V4TOV4, "*/8080", "172.28.209.5/80", "8080", "wsl:80"},
    {PORTPROXY_V4TOV4, "192.168.1.10/3000", "172.28.223.254/3000", "192.168.1.10:3000",
     "wsl:3000"},
    {PORTPROXY_V6TOV4, "*/80", "172.28.208.5/80", "[::]:80", "wsl:80"},
    {PORTPROXY_V6TOV4, "fe80::1/80", "172.28.208.5/80", "[fe80::1]:80", "wsl:80"},
    {PORTPROXY_V4TOV4, "0.0.0.0/80", "172.28.208.1/80", NULL, NULL},   /* the gateway */
    {PORTPROXY_V4TOV4, "0.0.0.0/80", "172.28.208.0/80", NULL, NULL},   /* the network */
    {PORTPROXY_V4TOV4, "0.0.0.0/80", "172.28.223.255/80", NULL, NULL}, /* broadcast */
    {PORTPROXY_V4TOV4, "0.0.0.0/80", "172.28.224.1/80", NULL, NULL},   /* outside */
    {PORTPROXY_V4TOV4, "0.0.0.0/80", "172.20.1.9/80", "80", "wsl:80"}, /* was WSL's */
    {PORTPROXY_V4TOV4, "0.0.0.0/80", "ubuntu.local/80", NULL, NULL},   /* a name */
    {PORTPROXY_V4TOV4, "myhost/80", "172.28.208.5/80", NULL, NULL},    /* likewise */
    {PORTPROXY_V4TOV4, "::/80", "172.28.208.5/80", NULL, NULL},        /* wrong family */
    {PORTPROXY_V4TOV4, "127.0.0.1/80", "172.28.208.5/80", NULL, NULL}, /* WSL's relay's */
    {PORTPROXY_V4TOV4, "0.0.0.0/3389", "172.28.208.5/3389", NULL, NULL}, /* Windows' own */
    {PORTPROXY_V4TOV6, "0.0.0.0/80", "fd00::5/80", NULL, NULL},
    {PORTPROXY_V6TOV6, "::/80", "fd00::5/80", NULL, NULL},
};
#define ENTRY_COUNT ((int)(sizeof entries / sizeof entries[0]))

START_TEST(an_entry_becomes_the_rule_that_does_the_same)
{
    struct wsl_trace trace = {.nat_address = "172.20.1.9"};
    const struct wsl_trace_list traces = {&trace, 1, 1};
    const struct portproxy_entry entry =
        entry_of(entries[_i].type, entries[_i].name, entries[_i].data);
    const bool possible = adoption_is_possible(&entry, &machine, &traces);
    struct rule rule;
    char listen[300];
    char connect[300];

    ck_assert_msg(possible == (entries[_i].listen != NULL), "%s to %s", entries[_i].name,
                  entries[_i].data);
    if (!possible)
        return;
    ck_assert(adoption_rule_for(&entry, &rule));
    rule_listen_format(&rule.listen, listen, sizeof listen);
    rule_connect_format(&rule.connect, connect, sizeof connect);
    ck_assert_str_eq(listen, entries[_i].listen);
    ck_assert_str_eq(connect, entries[_i].connect);
    ck_assert(rule.enabled && !rule.forced);
    ck_assert_uint_eq(rule.scope.profiles, PROFILE_PRIVATE | PROFILE_DOMAIN);
    ck_assert_int_eq(rule.scope.remote, REMOTE_LOCAL_SUBNET);
}
END_TEST

START_TEST(the_scripts_names_are_known_without_regard_to_case)
{
    ck_assert(script_rule_is_named("WSL 2 Firewall Unlock"));
    ck_assert(script_rule_is_named("wsl 2 firewall unlock"));
    ck_assert(!script_rule_is_named("WSL 2 Firewall Unlock "));
    ck_assert(!script_rule_is_named("WSL"));
    ck_assert(!script_rule_is_named("Tidegate 0123abcd-0000-4000-8000-00000000000f"));
}
END_TEST

START_TEST(ports_are_found_in_a_list_with_ranges)
{
    const struct script_rule rule = {.local_ports = "80,443,8000-8010,65535"};
    static const uint16_t in[] = {80, 443, 8000, 8005, 8010, 65535};
    static const uint16_t out[] = {1, 8, 81, 44, 7999, 8011, 6553};

    for (size_t i = 0; i < sizeof in / sizeof in[0]; i++)
        ck_assert_msg(script_rule_has_port(&rule, in[i]), "%u", in[i]);
    for (size_t i = 0; i < sizeof out / sizeof out[0]; i++)
        ck_assert_msg(!script_rule_has_port(&rule, out[i]), "%u", out[i]);
}
END_TEST

START_TEST(a_rule_is_the_same_whether_on_or_off)
{
    const struct script_rule rule = {
        .name = "a", .enabled = true, .local_ports = "80", .remote_addresses = "*"};
    struct script_rule other = rule;

    other.enabled = false;
    ck_assert(script_rule_same(&rule, &other));
    other.inbound = true;
    ck_assert(!script_rule_same(&rule, &other));
    other = rule;
    memcpy(other.local_ports, "81", 3);
    ck_assert(!script_rule_same(&rule, &other));
    other = rule;
    other.profiles = 1;
    ck_assert(!script_rule_same(&rule, &other));
}
END_TEST

START_TEST(a_rule_without_a_whole_list_of_ports_is_left_alone)
{
    struct script_rule rule = {.name = "a", .local_ports = "80", .remote_addresses = "*"};

    ck_assert(script_rule_is_whole(&rule));
    memcpy(rule.local_ports, "*", 2);
    ck_assert(!script_rule_is_whole(&rule));
    memcpy(rule.local_ports, "?", 2);
    ck_assert(!script_rule_is_whole(&rule));
    memcpy(rule.local_ports, "RPC", 4);
    ck_assert(!script_rule_is_whole(&rule));
}
END_TEST

/* ---- as it is shown ---- */

static struct report *report_with(const char *const *names, size_t count)
{
    struct report *report = report_new();

    report->entries = mem_alloc(count * sizeof *report->entries);
    report->entry_count = report->entry_capacity = count;
    for (size_t i = 0; i < count; i++) {
        report->entries[i].entry =
            entry_of(strchr(names[i], ':') != NULL ? PORTPROXY_V6TOV4 : PORTPROXY_V4TOV4,
                     names[i], "172.28.208.5/80");
        report->entries[i].owner = ENTRY_FOREIGN;
        report->entries[i].is_adoptable = i != 0;
    }
    return report;
}

static const char *const shown[] = {"0.0.0.0/22", "0.0.0.0/3000", "192.168.1.10/80",
                                    "::/3000"};

START_TEST(entries_are_listed_by_port)
{
    struct report *report = report_with(shown, 4);
    struct adoptable_list list = {0};
    char label[ADOPTABLE_TEXT_SIZE];

    adoptable_build(report, &list);

    ck_assert_uint_eq(list.count, 3);
    ck_assert_uint_eq(adoptable_count(report), 3);
    adoptable_label(&list.items[0]->entry, label);
    ck_assert_str_eq(label, "192.168.1.10:80 \u2192 172.28.208.5:80");
    adoptable_label(&list.items[1]->entry, label);
    ck_assert_str_eq(label, "3000 \u2192 172.28.208.5:80");
    adoptable_label(&list.items[2]->entry, label);
    ck_assert_str_eq(label, "[::]:3000 \u2192 172.28.208.5:80");
    adoptable_build(NULL, &list);
    ck_assert_uint_eq(list.count, 0);
    report_free(report);
}
END_TEST

START_TEST(an_entry_is_named_by_its_port_or_in_full)
{
    struct report *report = report_with(shown, 4);
    struct adoptable_list list = {0};
    struct error err = {0};

    adoptable_build(report, &list);

    ck_assert_ptr_eq(adoptable_find(&list, "80", &err), &report->entries[2]);
    ck_assert_ptr_eq(adoptable_find(&list, "::/3000", &err), &report->entries[3]);
    ck_assert_ptr_null(adoptable_find(&list, "3000", &err));
    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_ptr_null(adoptable_find(&list, "22", &err));
    ck_assert_int_eq(err.kind, ERR_NOT_FOUND);
    adoptable_clear(&list);
    report_free(report);
}
END_TEST

Suite *adoption_suite(void)
{
    Suite *suite = suite_create("adoption");
    TCase *tcase = tcase_create("adoption");

    tcase_add_loop_test(tcase, an_entry_becomes_the_rule_that_does_the_same, 0,
                        ENTRY_COUNT);
    tcase_add_test(tcase, the_scripts_names_are_known_without_regard_to_case);
    tcase_add_test(tcase, ports_are_found_in_a_list_with_ranges);
    tcase_add_test(tcase, a_rule_is_the_same_whether_on_or_off);
    tcase_add_test(tcase, a_rule_without_a_whole_list_of_ports_is_left_alone);
    tcase_add_test(tcase, entries_are_listed_by_port);
    tcase_add_test(tcase, an_entry_is_named_by_its_port_or_in_full);
    suite_add_tcase(suite, tcase);
    return suite;
}
