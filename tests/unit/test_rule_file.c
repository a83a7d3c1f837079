/*
 * Rules as a file: what was written reads back, and what is wrong is named.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/rule_file.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/command/rule_import.h"

#include <check.h>
#include <string.h>

static struct rule rule_of(const char *listen, const char *connect)
{
    struct rule rule = rule_default();
    struct error err = {0};

    ck_assert_msg(rule_listen_parse(listen, &rule.listen, &err), "%s", err.detail);
    ck_assert_msg(rule_connect_parse(connect, rule.listen.first_port, &rule.connect, &err),
                  "%s", err.detail);
    return rule;
}

static void check_round_trip(const struct rule *rule)
{
    struct rule_list rules = {0};
    struct rule_list read = {0};
    struct error err = {0};
    char *text;

    *LIST_ADD(&rules) = *rule;
    text = rule_file_write(&rules);
    ck_assert_msg(rule_file_read(text, strlen(text), &read, &err), "%s in %s", err.detail,
                  text);
    ck_assert_uint_eq(read.count, 1);
    ck_assert_msg(rule_import_same(rule, &read.items[0]), "%s", text);
    ck_assert_str_eq(read.items[0].id.text, "");
    mem_free(text);
    rule_list_clear(&rules);
    rule_list_clear(&read);
}

static const char *const sides[][2] = {
    {"3000", "wsl"},
    {"8000-8010", "wsl:9000"},
    {"192.168.1.10:80", "10.0.0.5:8080"},
    {"[::]:443", "wsl:443"},
    {"[fe80::1]:5000-5003", "[fd00::5]:6000"},
    {"Wi-Fi:3000", "wsl:3000"},
    {"vEthernet (WSL):65535", "wsl:1"},
};
#define SIDE_COUNT ((int)(sizeof sides / sizeof sides[0]))

START_TEST(a_rule_reads_back_as_it_was_written)
{
    const struct rule rule = rule_of(sides[_i][0], sides[_i][1]);

    check_round_trip(&rule);
}
END_TEST

START_TEST(every_field_reads_back_as_it_was_written)
{
    struct rule rule = rule_of("127.0.0.1:3389", "wsl:22");
    struct error err;

    rule.enabled = false;
    rule.forced = true;
    text_copy(rule.name, sizeof rule.name, "Büro \"web\" \\ 日本 😀");
    text_copy(rule.comment, sizeof rule.comment, "a/b 'c'");
    rule.scope.profiles = PROFILE_PUBLIC;
    ck_assert(rule_remote_parse("192.168.0.0/16,fd00::/8", &rule.scope, &err));
    check_round_trip(&rule);
    rule.scope.profiles = 0;
    rule.scope.remote_count = 0;
    rule.scope.remote = REMOTE_ANY;
    check_round_trip(&rule);
}
END_TEST

START_TEST(the_file_has_stable_keys)
{
    struct rule_list rules = {0};
    char *text;

    *LIST_ADD(&rules) = rule_of("3000", "wsl");
    text = rule_file_write(&rules);
    ck_assert_str_eq(text, "{\n"
                           "  \"tidegate\": 1,\n"
                           "  \"rules\": [\n"
                           "    {\n"
                           "      \"name\": \"\",\n"
                           "      \"enabled\": true,\n"
                           "      \"listen\": \"3000\",\n"
                           "      \"connect\": \"wsl:3000\",\n"
                           "      \"firewall\": \"private,domain\",\n"
                           "      \"remote\": \"local-subnet\",\n"
                           "      \"comment\": \"\",\n"
                           "      \"forced\": false\n"
                           "    }\n"
                           "  ]\n"
                           "}\n");
    mem_free(text);
    rule_list_clear(&rules);
}
END_TEST

START_TEST(only_the_listen_side_is_needed)
{
    static const char text[] = "{\"rules\":[{\"listen\":\"3000\"}],\"tidegate\":1}";
    struct rule_list read = {0};
    const struct rule expected = rule_of("3000", "wsl");
    struct error err = {0};

    ck_assert_msg(rule_file_read(text, strlen(text), &read, &err), "%s", err.detail);
    ck_assert(rule_import_same(&read.items[0], &expected));
    rule_list_clear(&read);
}
END_TEST

#define FILE_OF(rules) "{\"tidegate\":1,\"rules\":" rules "}"
#define SECOND(rule) FILE_OF("[{\"listen\":\"1\"}," rule "]")

static const struct {
    const char *text;
    const char *detail;
} refusals[] = {
    {"", "file: is not JSON, from character 1 on"},
    {"{\"tidegate\":1,}", "file: is not JSON, from character"},
    {"{tidegate:1}", "file: is not JSON, from character"},
    {"[]", "file: must be an object"},
    {"{}", "tidegate: is missing: must be 1"},
    {"{\"tidegate\":1}", "rules: is missing"},
    {"{\"tidegate\":2,\"rules\":[]}", "tidegate '2': must be 1, the only version"},
    {"{\"tidegate\":\"1\",\"rules\":[]}", "tidegate '1': must be 1, the only version"},
    {"{\"tidegate\":1.0,\"rules\":[]}", "tidegate '1.0': must be 1, the only version"},
    {"{\"tidegate\":1,\"tidegate\":1,\"rules\":[]}", "tidegate: is given twice"},
    {"{\"tidegate\":1,\"rules\":[],\"rules\":[]}", "rules: is given twice"},
    {"{\"tidegate\":1,\"rules\":{}}", "rules: must be an array"},
    {"{\"tidegate\":1,\"rules\":[],\"more\":0}", "more: there is no such field"},
    {SECOND("7"), "rule 2: must be an object"},
    {SECOND("{}"), "rule 2, listen: is missing"},
    {SECOND("{\"listen\":3000}"), "rule 2, listen '3000': must be a text"},
    {SECOND("{\"listen\":\"99999\"}"), "rule 2, listen port '99999': must be a port"},
    {SECOND("{\"listen\":\"2\",\"connect\":\"wsl:0\"}"), "rule 2, connect port '0'"},
    {SECOND("{\"listen\":\"2\",\"enabled\":1}"),
     "rule 2, enabled '1': must be true or false"},
    {SECOND("{\"listen\":\"2\",\"forced\":\"yes\"}"),
     "rule 2, forced 'yes': must be true or false"},
    {SECOND("{\"listen\":\"2\",\"firewall\":\"all\"}"), "rule 2, "},
    {SECOND("{\"listen\":\"2\",\"remote\":\"10.0.0.0/33\"}"), "rule 2, "},
    {SECOND("{\"listen\":\"2\",\"name\":null}"), "rule 2, name 'null': must be a text"},
    {SECOND("{\"listen\":\"2\",\"name\":\"a\\u0000b\"}"),
     "rule 2, name 'a': must be a text"},
    {SECOND("{\"listen\":\"2\",\"name\":\"a\\nb\"}"), "rule 2, name '"},
    {SECOND("{\"listen\":\"2\",\"port\":\"3\"}"),
     "rule 2, port '3': there is no such field; known are name, enabled"},
    {SECOND("{\"listen\":\"2\",\"name\\u0000x\":\"a\"}"),
     "rule 2,  'a': there is no such field"},
    {SECOND("{\"listen\":\"2\",\"listen\":\"3\"}"), "rule 2, listen '3': is given twice"},
    {SECOND("{\"listen\":\"3389\"}"), "rule 2, "},
    {SECOND("{\"listen\":\"127.0.0.1:5\"}"), "rule 2, "},
};
#define REFUSAL_COUNT ((int)(sizeof refusals / sizeof refusals[0]))

START_TEST(what_is_wrong_is_named_and_nothing_is_read)
{
    struct rule_list read = {0};
    struct error err = {0};

    *LIST_ADD(&read) = rule_default();
    ck_assert_msg(
        !rule_file_read(refusals[_i].text, strlen(refusals[_i].text), &read, &err),
        "accepted: %s", refusals[_i].text);
    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_msg(
        strncmp(err.detail, refusals[_i].detail, strlen(refusals[_i].detail)) == 0,
        "%s: got '%s', expected '%s'", refusals[_i].text, err.detail, refusals[_i].detail);
    ck_assert_uint_eq(read.count, 1);
    rule_list_clear(&read);
}
END_TEST

static char *file_with(size_t count)
{
    const size_t size = 64 + count * 24;
    char *bytes = mem_alloc(size);
    struct text text = text_over(bytes, size);

    text_append(&text, "{\"tidegate\":1,\"rules\":[");
    for (size_t i = 0; i < count; i++)
        text_append_format(&text, "%s{\"listen\":\"%zu\"}", i > 0 ? "," : "", 10000 + i);
    text_append(&text, "]}");
    ck_assert(!text.truncated);
    return bytes;
}

START_TEST(a_file_has_as_many_rules_as_a_user_may)
{
    struct rule_list read = {0};
    struct error err = {0};
    char *most = file_with(RULES_PER_USER_MAX);
    char *more = file_with(RULES_PER_USER_MAX + 1);

    ck_assert(rule_file_read(most, strlen(most), &read, &err));
    ck_assert_uint_eq(read.count, RULES_PER_USER_MAX);
    ck_assert(!rule_file_read(more, strlen(more), &read, &err));
    ck_assert_str_eq(err.detail, "rules: must be at most 256");
    ck_assert(!rule_file_read(most, RULE_FILE_SIZE_MAX + 1, &read, &err));
    mem_free(most);
    mem_free(more);
    rule_list_clear(&read);
}
END_TEST

START_TEST(bytes_that_are_no_text_are_refused)
{
    static const char *const bytes[] = {"{\"tidegate\":1,\"rules\":[]} \xFF",
                                        "\xED\xA0\x80{}"};
    struct rule_list read = {0};
    struct error err = {0};

    for (size_t i = 0; i < 2; i++) {
        ck_assert(!rule_file_read(bytes[i], strlen(bytes[i]), &read, &err));
        ck_assert_str_eq(err.detail, "file: is not UTF-8 text");
    }
    ck_assert(!rule_file_read("{\0}", 3, &read, &err));
}
END_TEST

/* ---- what importing comes to ---- */

static struct report *report_of(const struct rule *rule, const char *owner)
{
    struct report *report = report_new();

    report->rules = mem_alloc(sizeof *report->rules);
    report->rule_count = report->rule_capacity = 1;
    report->rules[0].rule = *rule;
    text_copy(report->rules[0].rule.owner.text, USER_SID_SIZE, owner);
    return report;
}

static enum rule_import_kind planned(const struct rule *wanted, const struct rule *there,
                                     const char *owner)
{
    static const struct user_sid me = {"S-1-5-21-1"};
    struct report *report = report_of(there, owner);
    struct rule_list file = {0};
    struct rule_import plan;

    *LIST_ADD(&file) = *wanted;
    rule_import_plan(&file, report, &me, &plan);
    report_free(report);
    rule_list_clear(&file);
    return plan.kind;
}

START_TEST(an_equal_rule_is_skipped_and_a_differing_one_is_a_conflict)
{
    const struct rule rule = rule_of("3000", "wsl");
    const struct rule elsewhere = rule_of("3001", "wsl");
    struct rule renamed = rule;
    struct rule off = rule;

    text_copy(renamed.name, sizeof renamed.name, "web");
    off.enabled = false;
    ck_assert_int_eq(planned(&rule, &rule, "S-1-5-21-1"), RULE_IMPORT_SKIP);
    ck_assert_int_eq(planned(&rule, &elsewhere, "S-1-5-21-1"), RULE_IMPORT_ADD);
    ck_assert_int_eq(planned(&rule, &renamed, "S-1-5-21-1"), RULE_IMPORT_CONFLICT);
    ck_assert_int_eq(planned(&rule, &off, "S-1-5-21-1"), RULE_IMPORT_CONFLICT);
    ck_assert_int_eq(planned(&rule, &rule, "S-1-5-21-2"), RULE_IMPORT_CONFLICT);
    ck_assert_int_eq(planned(&off, &rule, "S-1-5-21-2"), RULE_IMPORT_ADD);
}
END_TEST

START_TEST(rules_of_the_file_are_compared_with_each_other)
{
    static const struct user_sid me = {"S-1-5-21-1"};
    struct report *report = report_new();
    struct rule_list file = {0};
    struct rule_import plan[4];

    *LIST_ADD(&file) = rule_of("3000-3005", "wsl");
    *LIST_ADD(&file) = rule_of("3005", "wsl:80");
    *LIST_ADD(&file) = rule_of("3000-3005", "wsl");
    *LIST_ADD(&file) = rule_of("3005", "wsl:80");
    file.items[3].enabled = false;
    rule_import_plan(&file, report, &me, plan);

    ck_assert_int_eq(plan[0].kind, RULE_IMPORT_ADD);
    ck_assert_int_eq(plan[1].kind, RULE_IMPORT_CONFLICT);
    ck_assert_ptr_eq(plan[1].other, &file.items[0]);
    ck_assert_int_eq(plan[2].kind, RULE_IMPORT_SKIP);
    ck_assert_int_eq(plan[3].kind, RULE_IMPORT_ADD);
    report_free(report);
    rule_list_clear(&file);
}
END_TEST

Suite *rule_file_suite(void)
{
    Suite *suite = suite_create("rule_file");
    TCase *file = tcase_create("rule_file");
    TCase *import = tcase_create("rule_import");

    tcase_add_loop_test(file, a_rule_reads_back_as_it_was_written, 0, SIDE_COUNT);
    tcase_add_test(file, every_field_reads_back_as_it_was_written);
    tcase_add_test(file, the_file_has_stable_keys);
    tcase_add_test(file, only_the_listen_side_is_needed);
    tcase_add_loop_test(file, what_is_wrong_is_named_and_nothing_is_read, 0,
                        REFUSAL_COUNT);
    tcase_add_test(file, a_file_has_as_many_rules_as_a_user_may);
    tcase_add_test(file, bytes_that_are_no_text_are_refused);
    suite_add_tcase(suite, file);
    tcase_add_test(import, an_equal_rule_is_skipped_and_a_differing_one_is_a_conflict);
    tcase_add_test(import, rules_of_the_file_are_compared_with_each_other);
    suite_add_tcase(suite, import);
    return suite;
}
