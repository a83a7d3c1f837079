/*
 * What tests build upon: a rule with nothing wrong, from which each test spoils one field, and
 * values from their spelling.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TESTS_VALID_RULE_H
#define TIDEGATE_TESTS_VALID_RULE_H

#include "core/model/rule.h"

/* "web": any address, port 3000, to WSL's port 3000, private and domain networks, local subnet. */
struct rule valid_rule(void);

/* The same, to 10.0.0.5:3000. */
struct rule valid_rule_to_address(void);

/* The value of a spelling that must be right: anything else ends the test. */
struct address address_of(const char *text);
struct prefix prefix_of(const char *text);

#endif
