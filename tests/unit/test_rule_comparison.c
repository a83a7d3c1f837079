/*
 * Two rules: which opens more, which forward the same, which listen at the same place.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/text.h"
#include "tests/unit/valid_rule.h"

#include <check.h>
#include <string.h>

Suite *rule_comparison_suite(void);

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

/* A rule in the words that tidegatectl takes. */
struct words {
    const char *listen;
    const char *connect;
    const char *profiles;
    const char *remote;
};

static struct rule rule_of(const struct words *words)
{
    struct rule rule = valid_rule();
    struct error err = {0};

    ck_assert_msg(rule_listen_parse(words->listen, &rule.listen, &err) &&
                      rule_connect_parse(words->connect, rule.listen.first_port,
                                         &rule.connect, &err) &&
                      rule_profiles_parse(words->profiles, &rule.scope.profiles, &err) &&
                      rule_remote_parse(words->remote, &rule.scope, &err),
                  "%s", err.detail);
    return rule;
}

enum relation { SAME, NARROWER, WIDER, OTHER };

static const struct {
    struct words now;
    struct words before;
    enum relation relation;
} pairs[] = {
#define SPOT "3000", "wsl", "private,domain"
    {{SPOT, "local-subnet"}, {SPOT, "local-subnet"}, SAME},
    {{SPOT, "any"}, {SPOT, "any"}, SAME},

    /* ports */
    {{"3000", "wsl", "private", "any"}, {"3000-3010", "wsl", "private", "any"}, NARROWER},
    {{"3010", "wsl", "private", "any"}, {"3000-3010", "wsl", "private", "any"}, NARROWER},
    {{"3002-3004", "wsl", "private", "any"},
     {"3000-3010", "wsl", "private", "any"},
     NARROWER},
    {{"3002", "wsl:3000", "private", "any"},
     {"3000-3010", "wsl", "private", "any"},
     OTHER}, /* within, but it leads elsewhere */
    {{"3002", "wsl:9002", "private", "any"},
     {"3000-3010", "wsl:9000", "private", "any"},
     NARROWER},
    {{"2999-3010", "wsl:2999", "private", "any"},
     {"3000-3010", "wsl", "private", "any"},
     WIDER},
    {{"3000-3011", "wsl", "private", "any"}, {"3000-3010", "wsl", "private", "any"}, WIDER},
    {{"3000-3005", "wsl", "private", "any"}, {"3003-3010", "wsl", "private", "any"}, OTHER},
    {{"3001", "wsl", "private", "any"}, {"3000", "wsl", "private", "any"}, OTHER},
    {{"3000", "wsl:80", "private", "any"}, {"3000", "wsl:81", "private", "any"}, OTHER},

    /* where it listens and leads: any difference is another rule */
    {{"192.168.1.10:80", "wsl", "private", "any"}, {"80", "wsl", "private", "any"}, OTHER},
    {{"[::]:80", "wsl", "private", "any"}, {"80", "wsl", "private", "any"}, OTHER},
    {{"192.168.1.10:80", "wsl", "private", "any"},
     {"192.168.1.11:80", "wsl", "private", "any"},
     OTHER},
    {{"Wi-Fi:80", "wsl", "private", "any"}, {"80", "wsl", "private", "any"}, OTHER},
    {{"Wi-Fi:80", "wsl", "private", "any"}, {"wi-fi:80", "wsl", "private", "any"}, SAME},
    {{"Wi-Fi:80", "wsl", "private", "any"},
     {"Ethernet:80", "wsl", "private", "any"},
     OTHER},
    {{"80", "10.0.0.5", "private", "any"}, {"80", "wsl", "private", "any"}, OTHER},
    {{"80", "10.0.0.5", "private", "any"}, {"80", "10.0.0.6", "private", "any"}, OTHER},
    {{"80", "[fd00::5]", "private", "any"},
     {"80", "[fd00:0::5]:80", "private", "any"},
     SAME},

    /* profiles */
    {{"80", "wsl", "private", "any"}, {"80", "wsl", "private,domain", "any"}, NARROWER},
    {{"80", "wsl", "public", "any"}, {"80", "wsl", "private,domain", "any"}, OTHER},
    {{"80", "wsl", "private,public", "any"}, {"80", "wsl", "private,domain", "any"}, OTHER},
    {{"80", "wsl", "off", "any"}, {"80", "wsl", "private", "local-subnet"}, NARROWER},
    {{"80", "wsl", "private", "local-subnet"}, {"80", "wsl", "off", "any"}, WIDER},
    {{"80", "wsl", "off", "any"}, {"80", "wsl", "off", "local-subnet"}, SAME},

    /* remotes */
    {{SPOT, "local-subnet"}, {SPOT, "any"}, NARROWER},
    {{SPOT, "10.0.0.0/8"}, {SPOT, "any"}, NARROWER},
    {{SPOT, "10.0.0.0/8"}, {SPOT, "local-subnet"}, OTHER}, /* nobody knows the subnet */
    {{SPOT, "10.1.0.0/16"}, {SPOT, "10.0.0.0/8"}, NARROWER},
    {{SPOT, "10.1.0.0/16"}, {SPOT, "11.0.0.0/8"}, OTHER},
    {{SPOT, "10.0.0.5"}, {SPOT, "10.0.0.0/8,192.168.0.0/16"}, NARROWER},
    {{SPOT, "10.0.0.0/8,192.168.0.0/16"}, {SPOT, "192.168.0.0/16,10.0.0.0/8"}, SAME},
    {{SPOT, "10.0.0.5,10.0.0.5"}, {SPOT, "10.0.0.5"}, SAME},
    {{SPOT, "10.0.0.0/8,11.0.0.0/8"}, {SPOT, "10.0.0.0/8"}, WIDER},
    {{SPOT, "10.0.0.0/8,11.0.0.0/8"}, {SPOT, "10.0.0.0/8,12.0.0.0/8"}, OTHER},
    {{SPOT, "::/0"}, {SPOT, "0.0.0.0/0"}, OTHER},
    {{SPOT, "fd00::/64"}, {SPOT, "fd00::/48"}, NARROWER},

    /* narrower here and wider there is not narrower */
    {{"3000", "wsl", "private,public", "any"},
     {"3000-3010", "wsl", "private", "any"},
     OTHER},
    {{"3000", "wsl", "private", "any"},
     {"3000-3010", "wsl", "private", "local-subnet"},
     OTHER},
#undef SPOT
};

START_TEST(rule_is_narrower_or_equal_only_if_nothing_new_is_opened)
{
    const struct rule now = rule_of(&pairs[_i].now);
    const struct rule before = rule_of(&pairs[_i].before);
    const enum relation relation = pairs[_i].relation;

    ck_assert_msg(rule_is_narrower_or_equal(&now, &before) ==
                      (relation == SAME || relation == NARROWER),
                  "case %d: %s %s %s %s, before: %s %s %s %s", _i, pairs[_i].now.listen,
                  pairs[_i].now.connect, pairs[_i].now.profiles, pairs[_i].now.remote,
                  pairs[_i].before.listen, pairs[_i].before.connect,
                  pairs[_i].before.profiles, pairs[_i].before.remote);
    ck_assert_msg(rule_is_narrower_or_equal(&before, &now) ==
                      (relation == SAME || relation == WIDER),
                  "case %d, the other way round: %s, before: %s", _i,
                  pairs[_i].before.listen, pairs[_i].now.listen);
    ck_assert_msg(rule_forwards_equal(&now, &before) == (relation == SAME),
                  "case %d: forwards equal", _i);
    ck_assert_msg(rule_forwards_equal(&before, &now) == (relation == SAME),
                  "case %d: forwards equal, the other way round", _i);
}
END_TEST

START_TEST(rules_forward_the_same_whatever_their_names_and_switches)
{
    const struct rule before = valid_rule();
    struct rule now = before;

    text_copy(now.name, sizeof now.name, "other");
    now.comment[0] = '\0';
    now.enabled = false;

    ck_assert(rule_forwards_equal(&now, &before));
    ck_assert(rule_is_narrower_or_equal(&now, &before));
}
END_TEST

START_TEST(rule_that_gets_forced_is_not_narrower)
{
    const struct rule before = valid_rule();
    struct rule now = before;

    now.forced = true;

    ck_assert(!rule_is_narrower_or_equal(&now, &before));
    ck_assert(rule_is_narrower_or_equal(&before, &now));
}
END_TEST

enum meeting { APART, ONE_COMES_FIRST, SAME_ENDPOINT };

static const struct {
    const char *left;
    const char *right;
    enum meeting meeting;
} listens[] = {
    {"3000", "3000", SAME_ENDPOINT},
    {"3000", "3001", APART},
    {"3000-3010", "3010-3020", SAME_ENDPOINT},
    {"3000-3010", "3011-3020", APART},
    {"3000-3020", "3005-3010", SAME_ENDPOINT},
    {"3000", "0.0.0.0:3000", SAME_ENDPOINT},
    {"3000", "[::]:3000", APART}, /* two sockets */
    {"3000", "192.168.1.10:3000", ONE_COMES_FIRST},
    {"3000-3010", "192.168.1.10:3005", ONE_COMES_FIRST},
    {"3000", "192.168.1.10:3001", APART},
    {"3000", "[fd00::a]:3000", APART},
    {"[::]:3000", "[fd00::a]:3000", ONE_COMES_FIRST},
    {"[::]:3000", "192.168.1.10:3000", APART},
    {"[::]:80", "Wi-Fi:80", APART},
    {"192.168.1.10:3000", "192.168.1.10:2999-3001", SAME_ENDPOINT},
    {"192.168.1.10:3000", "192.168.1.11:3000", APART},
    {"[fd00::a]:80", "[FD00:0::A]:80", SAME_ENDPOINT},
    {"Wi-Fi:80", "WI-FI:80", SAME_ENDPOINT},
    {"Wi-Fi:80", "Wi-Fi:81", APART},
    {"Wi-Fi:80", "Ethernet:80", APART},
    {"Wi-Fi:80", "80", ONE_COMES_FIRST},
    {"Wi-Fi:80", "192.168.1.10:80", APART},
};

START_TEST(rule_listens_overlap_at_one_identical_endpoint)
{
    const bool expected = listens[_i].meeting == SAME_ENDPOINT;
    struct rule left = valid_rule();
    struct rule right = valid_rule_to_address(); /* where it leads does not matter */
    struct error err;

    ck_assert(rule_listen_parse(listens[_i].left, &left.listen, &err));
    ck_assert(rule_listen_parse(listens[_i].right, &right.listen, &err));

    ck_assert_msg(rule_listens_overlap(&left, &right) == expected, "%s and %s",
                  listens[_i].left, listens[_i].right);
    ck_assert_msg(rule_listens_overlap(&right, &left) == expected, "%s and %s",
                  listens[_i].right, listens[_i].left);
}
END_TEST

START_TEST(rule_listens_compete_where_one_address_is_among_all)
{
    const bool expected = listens[_i].meeting != APART;
    struct rule left = valid_rule();
    struct rule right = valid_rule_to_address();
    struct error err;

    ck_assert(rule_listen_parse(listens[_i].left, &left.listen, &err));
    ck_assert(rule_listen_parse(listens[_i].right, &right.listen, &err));

    ck_assert_msg(rule_listens_compete(&left, &right) == expected, "%s and %s",
                  listens[_i].left, listens[_i].right);
    ck_assert_msg(rule_listens_compete(&right, &left) == expected, "%s and %s",
                  listens[_i].right, listens[_i].left);
}
END_TEST

Suite *rule_comparison_suite(void)
{
    Suite *suite = suite_create("rule comparison");
    TCase *tcase = tcase_create("comparison");

    tcase_add_loop_test(tcase, rule_is_narrower_or_equal_only_if_nothing_new_is_opened, 0,
                        COUNT(pairs));
    tcase_add_test(tcase, rules_forward_the_same_whatever_their_names_and_switches);
    tcase_add_test(tcase, rule_that_gets_forced_is_not_narrower);
    tcase_add_loop_test(tcase, rule_listens_overlap_at_one_identical_endpoint, 0,
                        COUNT(listens));
    tcase_add_loop_test(tcase, rule_listens_compete_where_one_address_is_among_all, 0,
                        COUNT(listens));
    suite_add_tcase(suite, tcase);
    return suite;
}
