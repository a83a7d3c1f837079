/*
 * Whether a rule is accepted or refused, and the parts of a rule that tests set.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TESTS_UNIT_RULE_CHECKS_H
#define TIDEGATE_TESTS_UNIT_RULE_CHECKS_H

#include "core/model/rule.h"

void assert_accepted(const struct rule *rule);

/* The detail must name the field and the value, hence begin so. */
void assert_rule_refused(const struct rule *rule, const char *detail);

void set_ports(struct rule *rule, uint16_t first, uint16_t last, uint16_t connect);
void listen_on(struct rule *rule, const char *interface_name);

#endif
