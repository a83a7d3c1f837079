/*
 * Whether a rule is accepted or refused, and the parts of a rule that tests set.
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/rule_checks.h"

#include "core/base/text.h"

#include <check.h>
#include <string.h>

void assert_accepted(const struct rule *rule)
{
    struct error err = {0};

    ck_assert_msg(rule_validate(rule, &err), "refused: %s", err.detail);
    ck_assert_int_eq(err.kind, ERR_NONE);
}

void assert_rule_refused(const struct rule *rule, const char *detail)
{
    struct error err = {0};

    ck_assert_msg(!rule_validate(rule, &err), "accepted, instead of: %s", detail);
    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_msg(strncmp(err.detail, detail, strlen(detail)) == 0, "said '%s', not '%s'",
                  err.detail, detail);
    ck_assert(utf8_is_valid(err.detail, strlen(err.detail)));
}

void set_ports(struct rule *rule, uint16_t first, uint16_t last, uint16_t connect)
{
    rule->listen.first_port = first;
    rule->listen.last_port = last;
    rule->connect.first_port = connect;
}

void listen_on(struct rule *rule, const char *interface_name)
{
    rule->listen.kind = LISTEN_INTERFACE;
    rule->listen.address = (struct address){0};
    ck_assert(text_copy(rule->listen.interface_name, sizeof rule->listen.interface_name,
                        interface_name));
}
