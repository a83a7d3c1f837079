/*
 * The rule that tests start from.
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/valid_rule.h"

#include <check.h>

struct rule valid_rule(void)
{
    return (struct rule){
        .id = {"0f8fad5b-d9cb-469f-a165-70867728950e"},
        .owner = {"S-1-5-21-1004336348-1177238915-682003330-1001"},
        .sequence = 1,
        .name = "web",
        .comment = "the development server",
        .enabled = true,
        .listen = {.kind = LISTEN_ANY,
                   .address.family = ADDRESS_IPV4,
                   .first_port = 3000,
                   .last_port = 3000},
        .connect = {.kind = CONNECT_WSL, .first_port = 3000},
        .scope = {.profiles = PROFILE_PRIVATE | PROFILE_DOMAIN,
                  .remote = REMOTE_LOCAL_SUBNET},
    };
}

struct rule valid_rule_to_address(void)
{
    struct rule rule = valid_rule();

    rule.connect.kind = CONNECT_ADDRESS;
    rule.connect.address = address_of("10.0.0.5");
    return rule;
}

struct address address_of(const char *text)
{
    struct address address = {0};

    ck_assert_msg(address_parse(text, &address), "'%s' is no address", text);
    return address;
}

struct prefix prefix_of(const char *text)
{
    struct prefix prefix = {0};

    ck_assert_msg(prefix_parse(text, &prefix), "'%s' is no prefix", text);
    return prefix;
}
