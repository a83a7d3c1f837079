/*
 * The command line: what it accepts, what it refuses and in which words.
 * SPDX-License-Identifier: MIT
 */
#include "core/command/command.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define ARGUMENTS_MAX 8

static size_t argument_count(const char *const arguments[ARGUMENTS_MAX])
{
    size_t count = 0;

    while (count < ARGUMENTS_MAX && arguments[count] != NULL)
        count++;
    return count;
}

static struct command parsed(const char *const arguments[ARGUMENTS_MAX])
{
    struct command command;
    struct error err = {0};

    ck_assert_msg(command_parse(argument_count(arguments), arguments, &command, &err),
                  "refused: %s", err.detail);
    return command;
}
#define PARSED(...) parsed((const char *const[ARGUMENTS_MAX]){__VA_ARGS__})

/* ---- what is refused, and how it is told ---- */

static const struct {
    const char *arguments[ARGUMENTS_MAX];
    const char *detail; /* a part of it */
} refusals[] = {
    {{NULL}, "a verb is needed"},
    {{""}, "verb '': there is no such verb"},
    {{"frobnicate"}, "verb 'frobnicate': there is no such verb"},
    {{"explode"}, "verb 'explode': there is no such verb"},
    {{"List"}, "verb 'List': there is no such verb"},
    {{"--json", "list"}, "verb '--json': there is no such verb"},
    {{"list", "web"}, "argument 'web': 'list' takes none"},
    {{"list", "--probe"}, "'--probe'"},
    {{"diagnose", "--report", "--self-test"}, "either --report or --self-test"},
    {{"diagnose", "--report", "web"}, "'diagnose --report' takes no rule"},
    {{"diagnose", "web", "--self-test"}, "'diagnose --self-test' takes no rule"},
    {{"diagnose", "--report", "--json"}, "'diagnose --report' takes no --json"},
    {{"diagnose", "--probe", "--self-test"}, "'diagnose --self-test' takes no --probe"},
    {{"list", "--frob"}, "option '--frob': there is no such option"},
    {{"list", "-x"}, "option '-x': there is no such option"},
    {{"list", "--jso"}, "option '--jso': there is no such option"},
    {{"list", "--json=1"}, "option '--json=1': takes no value"},
    {{"list", "--json", "--json"}, "option '--json': is given twice"},
    {{"list", "--listen", "80"}, "option '--listen': does not belong to 'list'"},
    {{"pause", "--json"}, "option '--json': does not belong to 'pause'"},
    {{"list", "--user", "someone"}, "user 'someone': must be a SID"},
    {{"list", "--user", ""}, "user '': must be a SID"},
    {{"add"}, "option '--listen': is needed by 'add'"},
    {{"add", "--listen"}, "option '--listen': needs a value"},
    {{"add", "--listen", "--name", "x"}, "option '--listen': needs a value"},
    {{"add", "--listen", ""}, "listen port ''"},
    {{"add", "--listen", "0"}, "listen port '0': must be"},
    {{"add", "--listen", "65536"}, "listen port '65536': must be"},
    {{"add", "--listen", "80-79"}, "listen port '80-79': the last port"},
    {{"add", "--listen", "80-"}, "listen port '80-': must be"},
    {{"add", "--listen", "-80"}, "listen port '-80': must be"},
    {{"add", "--listen", "080"}, "listen port '080': must be"},
    {{"add", "--listen", "3000 "}, "listen port '3000 ': must be"},
    {{"add", "--listen", "65530-65536"}, "listen port '65530-65536': must be"},
    {{"add", "--listen", "1.2.3:80"}, "listen address '1.2.3'"},
    {{"add", "--listen", "::1:80"}, "listen address '::1'"},
    {{"add", "--listen", "127.0.0.1:3000"}, "listen address '127.0.0.1'"},
    {{"add", "--listen", "445"}, "listen port '445': Windows itself needs"},
    {{"add", "--listen", "80", "--listen", "81"}, "option '--listen': is given twice"},
    {{"add", "--listen=80", "--listen", "81"}, "option '--listen': is given twice"},
    {{"add", "--listen", "80", "--connect", "wsl:0"}, "connect port '0'"},
    {{"add", "--listen", "80", "--connect", "wsl:65536"}, "connect port '65536'"},
    {{"add", "--listen", "80", "--connect", "WSL"}, "connect address 'WSL'"},
    {{"add", "--listen", "80", "--connect", "nas.local:80"},
     "connect address 'nas.local:80'"},
    {{"add", "--listen", "80", "--connect", "127.0.0.1:80"},
     "connect address '127.0.0.1'"},
    {{"add", "--listen", "8000-8010", "--connect", "wsl:65530"},
     "connect port '65530': 11 ports from there go beyond 65535"},
    {{"add", "--listen", "80", "--firewall", "on"}, "firewall 'on': must be off or"},
    {{"add", "--listen", "80", "--firewall", "private,,public"},
     "firewall 'private,,public'"},
    {{"add", "--listen", "80", "--firewall", "off,public"}, "firewall 'off,public'"},
    {{"add", "--listen", "80", "--firewall", ""}, "firewall ''"},
    {{"add", "--listen", "80", "--remote", "10.0.0.0/33"},
     "remote addresses '10.0.0.0/33'"},
    {{"add", "--listen", "80", "--remote", "any,local-subnet"}, "remote addresses"},
    {{"add", "--listen", "80", "--name", "a\nb"}, "name 'a\nb': must be without control"},
    {{"add", "--listen", "80", "--comment",
      "a\xE2\x80\xAE"
      "b"},
     "must be without control"},
    {{"add", "web", "--listen", "80"}, "argument 'web': 'add' takes none"},
    {{"edit", "--name", "x"}, "'edit' needs RULE"},
    {{"edit", "web"}, "'edit' needs at least one option"},
    {{"edit", "web", "--json"}, "'edit' needs at least one option"},
    {{"edit", "web", "api", "--name", "x"}, "argument 'api': 'edit' takes no more"},
    {{"edit", "", "--name", "x"}, "argument '': must not be empty"},
    {{"edit", "web", "--disabled"}, "option '--disabled': does not belong to 'edit'"},
    {{"edit", "web", "--listen", "0"}, "listen port '0'"},
    {{"remove"}, "'remove' needs RULE..."},
    {{"remove", "web", ""}, "argument '': must not be empty"},
    {{"remove", "--all"}, "option '--all': does not belong to 'remove'"},
    {{"enable"}, "'enable' needs either rules or --all"},
    {{"disable", "web", "--all"}, "'disable' needs either rules or --all"},
    {{"take-over"}, "'take-over' needs RULE"},
    {{"approve"}, "'approve' needs TICKET"},
    {{"approve", "0123"}, "ticket '0123': must be 32 hexadecimal digits"},
    {{"approve", "0123456789abcdef0123456789abcdeg"}, "must be 32 hexadecimal digits"},
    {{"activity", "--limit", "0"}, "limit '0': must be 1 to 1000"},
    {{"activity", "--limit", "1001"}, "limit '1001': must be 1 to 1000"},
    {{"activity", "--limit", ""}, "limit '': must be 1 to 1000"},
    {{"settings", ""}, "argument '': must not be empty"},
    {{"settings", "a", "b", "c"}, "argument 'c': 'settings' takes no more"},
    {{"settings", "when-wsl-stops-and-then-some-more"}, "there is no such setting"},
    {{"help", "frobnicate"}, "verb 'frobnicate': there is no such verb"},
};

START_TEST(command_parse_refuses_and_names_what_is_wrong)
{
    const char *const *arguments = refusals[_i].arguments;
    struct command command = {.limit = 7};
    struct error err = {0};

    ck_assert_msg(!command_parse(argument_count(arguments), arguments, &command, &err),
                  "accepted; expected: %s", refusals[_i].detail);

    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_msg(strstr(err.detail, refusals[_i].detail) != NULL,
                  "expected: %s\n     got: %s", refusals[_i].detail, err.detail);
    ck_assert_uint_eq(command.limit, 7);
}
END_TEST

START_TEST(command_parse_refuses_a_name_of_129_bytes_and_accepts_128)
{
    char name[130];
    const char *const arguments[] = {"add", "--listen", "80", "--name", name};
    struct command command;
    struct error err = {0};

    memset(name, 'x', 129);
    name[129] = '\0';
    ck_assert(!command_parse(5, arguments, &command, &err));
    ck_assert_str_eq(err.detail, "name of 129 bytes: must be at most 128");

    name[128] = '\0';
    ck_assert(command_parse(5, arguments, &command, &err));
    ck_assert_str_eq(command.rule.name, name);
}
END_TEST

START_TEST(command_parse_refuses_more_rules_than_a_user_may_have)
{
    const char *arguments[COMMAND_ARGUMENT_CAPACITY + 2];
    struct command command;
    struct error err = {0};

    arguments[0] = "remove";
    for (size_t i = 1; i < COMMAND_ARGUMENT_CAPACITY + 2; i++)
        arguments[i] = "web";

    ck_assert(command_parse(COMMAND_ARGUMENT_CAPACITY + 1, arguments, &command, &err));
    ck_assert_uint_eq(command.argument_count, COMMAND_ARGUMENT_CAPACITY);
    ck_assert(!command_parse(COMMAND_ARGUMENT_CAPACITY + 2, arguments, &command, &err));
}
END_TEST

START_TEST(command_parse_survives_an_argument_longer_than_any_message)
{
    char *argument = malloc(100001);
    const char *const arguments[] = {"add", "--listen", argument};
    struct command command;
    struct error err = {0};

    memset(argument, ':', 100000);
    argument[100000] = '\0';

    ck_assert(!command_parse(3, arguments, &command, &err));
    ck_assert_int_eq(err.kind, ERR_INVALID);
    free(argument);
}
END_TEST

/* ---- what is accepted, and what it means ---- */

START_TEST(command_parse_reads_every_verb)
{
    const enum command_verb verb = (enum command_verb)_i;
    const char *const arguments[] = {verb_grammar(verb)->name, "--help"};
    struct command command;
    struct error err = {0};

    ck_assert_msg(command_parse(2, arguments, &command, &err), "%s", err.detail);

    ck_assert_int_eq(command.verb, COMMAND_HELP);
    ck_assert_int_eq(command.topic, verb);
}
END_TEST

START_TEST(command_parse_add_starts_from_the_default_rule)
{
    const struct command command = PARSED("add", "--listen", "3000");
    const struct rule *rule = &command.rule;

    ck_assert_int_eq(command.verb, COMMAND_ADD);
    ck_assert_int_eq(rule->listen.kind, LISTEN_ANY);
    ck_assert_uint_eq(rule->listen.first_port, 3000);
    ck_assert_uint_eq(rule->listen.last_port, 3000);
    ck_assert_int_eq(rule->connect.kind, CONNECT_WSL);
    ck_assert_uint_eq(rule->connect.first_port, 3000);
    ck_assert_uint_eq(rule->scope.profiles, PROFILE_PRIVATE | PROFILE_DOMAIN);
    ck_assert_int_eq(rule->scope.remote, REMOTE_LOCAL_SUBNET);
    ck_assert(rule->enabled && !rule->forced);
    ck_assert_str_eq(rule->name, "");
}
END_TEST

START_TEST(command_parse_add_reads_every_field)
{
    const char *const arguments[] = {"add",        "--listen",  "Wi-Fi:8000-8010",
                                     "--connect",  "wsl:9000",  "--name=web = \xC3\xA9",
                                     "--firewall", "public",    "--remote",
                                     "10.0.0.0/8", "--comment", "",
                                     "--disabled", "--json"};
    struct command command;
    struct error err = {0};

    ck_assert_msg(command_parse(14, arguments, &command, &err), "%s", err.detail);

    ck_assert_str_eq(command.rule.listen.interface_name, "Wi-Fi");
    ck_assert_uint_eq(command.rule.listen.last_port, 8010);
    ck_assert_uint_eq(command.rule.connect.first_port, 9000);
    ck_assert_str_eq(command.rule.name, "web = \xC3\xA9");
    ck_assert_uint_eq(command.rule.scope.profiles, PROFILE_PUBLIC);
    ck_assert_int_eq(command.rule.scope.remote, REMOTE_LIST);
    ck_assert_uint_eq(command.rule.scope.remote_count, 1);
    ck_assert(!command.rule.enabled);
    ck_assert(command_has(&command, OPTION_JSON));
}
END_TEST

START_TEST(command_parse_add_connects_an_address_without_port_to_the_listen_port)
{
    const struct command command =
        PARSED("add", "--listen", "8000-8010", "--connect", "10.0.0.5");

    ck_assert_int_eq(command.rule.connect.kind, CONNECT_ADDRESS);
    ck_assert_uint_eq(command.rule.connect.first_port, 8000);
}
END_TEST

START_TEST(command_parse_add_accepts_what_force_lifts)
{
    const struct command command = PARSED("add", "--listen", "127.0.0.1:445", "--force");

    ck_assert(command.rule.forced);
}
END_TEST

START_TEST(command_parse_takes_options_before_and_after_arguments)
{
    const struct command command =
        PARSED("remove", "web", "--user", "S-1-5-21-1-2-3-1001", "api");

    ck_assert_uint_eq(command.argument_count, 2);
    ck_assert_str_eq(command.arguments[0], "web");
    ck_assert_str_eq(command.arguments[1], "api");
    ck_assert_str_eq(command.user.text, "S-1-5-21-1-2-3-1001");
}
END_TEST

START_TEST(command_parse_takes_everything_behind_two_dashes_as_arguments)
{
    const struct command command = PARSED("remove", "--", "--json", "--");

    ck_assert_uint_eq(command.argument_count, 2);
    ck_assert_str_eq(command.arguments[0], "--json");
    ck_assert_str_eq(command.arguments[1], "--");
}
END_TEST

START_TEST(command_parse_takes_a_value_with_dashes_behind_an_equals_sign)
{
    const struct command command = PARSED("edit", "web", "--name=--json");

    ck_assert_str_eq(command.edit.values.name, "--json");
    ck_assert(!command_has(&command, OPTION_JSON));
}
END_TEST

START_TEST(command_parse_reads_a_setting_with_an_empty_value)
{
    const struct command command = PARSED("settings", "allowed-users", "");

    ck_assert_uint_eq(command.argument_count, 2);
    ck_assert_str_eq(command.arguments[1], "");
}
END_TEST

START_TEST(command_parse_reads_the_limit_or_its_default)
{
    ck_assert_uint_eq(PARSED("activity").limit, 50);
    ck_assert_uint_eq(PARSED("activity", "--limit", "1000").limit, 1000);
}
END_TEST

START_TEST(command_parse_knows_the_customary_ways_to_ask_for_help_and_version)
{
    ck_assert_int_eq(PARSED("--help").topic, COMMAND_HELP);
    ck_assert_int_eq(PARSED("-h").verb, COMMAND_HELP);
    ck_assert_int_eq(PARSED("/?").verb, COMMAND_HELP);
    ck_assert_int_eq(PARSED("help", "add").topic, COMMAND_ADD);
    ck_assert_int_eq(PARSED("add", "-h").topic, COMMAND_ADD);
    ck_assert_int_eq(PARSED("--version").verb, COMMAND_VERSION);
    ck_assert_int_eq(PARSED("version").verb, COMMAND_VERSION);
}
END_TEST

/* ---- changing a rule ---- */

static struct rule valid_rule(void)
{
    struct rule rule = rule_default();

    text_copy(rule.id.text, sizeof rule.id.text, "11111111-1111-4111-8111-111111111111");
    text_copy(rule.owner.text, sizeof rule.owner.text, "S-1-5-21-1-2-3-1001");
    text_copy(rule.name, sizeof rule.name, "web");
    text_copy(rule.comment, sizeof rule.comment, "for the team");
    rule.sequence = 4;
    rule.listen.first_port = rule.listen.last_port = 8080;
    rule.connect.first_port = 80;
    rule.scope.profiles = PROFILE_PUBLIC;
    rule.scope.remote = REMOTE_ANY;
    return rule;
}

START_TEST(rule_edit_apply_changes_the_named_field_alone)
{
    const struct command command = PARSED("edit", "web", "--name", "site");
    struct rule rule = valid_rule();
    struct rule expected = rule;

    memset(expected.name, 0, sizeof expected.name);
    memcpy(expected.name, "site", 4);
    rule_edit_apply(&command.edit, &rule);

    ck_assert_mem_eq(&rule, &expected, sizeof rule);
}
END_TEST

START_TEST(rule_edit_apply_keeps_the_connect_port_that_was_not_named)
{
    const struct command listen = PARSED("edit", "web", "--listen", "9090");
    const struct command connect = PARSED("edit", "web", "--connect", "10.0.0.5");
    struct rule rule = valid_rule();

    rule_edit_apply(&listen.edit, &rule);
    rule_edit_apply(&connect.edit, &rule);

    ck_assert_uint_eq(rule.listen.first_port, 9090);
    ck_assert_int_eq(rule.connect.kind, CONNECT_ADDRESS);
    ck_assert_uint_eq(rule.connect.first_port, 80);
}
END_TEST

START_TEST(rule_edit_apply_keeps_profiles_and_remotes_apart)
{
    const struct command profiles = PARSED("edit", "web", "--firewall", "off");
    const struct command remotes = PARSED("edit", "web", "--remote", "10.0.0.0/8");
    struct rule rule = valid_rule();

    rule_edit_apply(&profiles.edit, &rule);
    ck_assert_uint_eq(rule.scope.profiles, 0);
    ck_assert_int_eq(rule.scope.remote, REMOTE_ANY);

    rule = valid_rule();
    rule_edit_apply(&remotes.edit, &rule);
    ck_assert_uint_eq(rule.scope.profiles, PROFILE_PUBLIC);
    ck_assert_int_eq(rule.scope.remote, REMOTE_LIST);
    ck_assert_uint_eq(rule.scope.remote_count, 1);
}
END_TEST

START_TEST(rule_edit_apply_can_empty_a_text)
{
    const struct command command = PARSED("edit", "web", "--comment", "");
    struct rule rule = valid_rule();

    rule_edit_apply(&command.edit, &rule);

    ck_assert_str_eq(rule.comment, "");
    ck_assert_str_eq(rule.name, "web");
}
END_TEST

START_TEST(rule_edit_apply_never_takes_back_force)
{
    const struct command command = PARSED("edit", "web", "--name", "x");
    struct rule rule = valid_rule();

    rule.forced = true;
    rule_edit_apply(&command.edit, &rule);

    ck_assert(rule.forced);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

static TCase *parse_case(void)
{
    TCase *tcase = tcase_create("command_parse");

    tcase_add_loop_test(tcase, command_parse_refuses_and_names_what_is_wrong, 0,
                        COUNT(refusals));
    tcase_add_test(tcase, command_parse_refuses_a_name_of_129_bytes_and_accepts_128);
    tcase_add_test(tcase, command_parse_refuses_more_rules_than_a_user_may_have);
    tcase_add_test(tcase, command_parse_survives_an_argument_longer_than_any_message);
    tcase_add_loop_test(tcase, command_parse_reads_every_verb, 0, COMMAND_COUNT);
    tcase_add_test(tcase, command_parse_add_starts_from_the_default_rule);
    tcase_add_test(tcase, command_parse_add_reads_every_field);
    tcase_add_test(tcase,
                   command_parse_add_connects_an_address_without_port_to_the_listen_port);
    tcase_add_test(tcase, command_parse_add_accepts_what_force_lifts);
    tcase_add_test(tcase, command_parse_takes_options_before_and_after_arguments);
    tcase_add_test(tcase, command_parse_takes_everything_behind_two_dashes_as_arguments);
    tcase_add_test(tcase, command_parse_takes_a_value_with_dashes_behind_an_equals_sign);
    tcase_add_test(tcase, command_parse_reads_a_setting_with_an_empty_value);
    tcase_add_test(tcase, command_parse_reads_the_limit_or_its_default);
    tcase_add_test(tcase,
                   command_parse_knows_the_customary_ways_to_ask_for_help_and_version);
    return tcase;
}

static TCase *edit_case(void)
{
    TCase *tcase = tcase_create("rule_edit");

    tcase_add_test(tcase, rule_edit_apply_changes_the_named_field_alone);
    tcase_add_test(tcase, rule_edit_apply_keeps_the_connect_port_that_was_not_named);
    tcase_add_test(tcase, rule_edit_apply_keeps_profiles_and_remotes_apart);
    tcase_add_test(tcase, rule_edit_apply_can_empty_a_text);
    tcase_add_test(tcase, rule_edit_apply_never_takes_back_force);
    return tcase;
}

Suite *command_suite(void)
{
    Suite *suite = suite_create("command");

    suite_add_tcase(suite, parse_case());
    suite_add_tcase(suite, edit_case());
    return suite;
}
