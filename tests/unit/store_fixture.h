/*
 * A store in memory, anew for each test, and the few things tests do with it.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TESTS_UNIT_STORE_FIXTURE_H
#define TIDEGATE_TESTS_UNIT_STORE_FIXTURE_H

#include "core/store/store.h"

#include <check.h>

#define ID_1 "11111111-1111-4111-8111-111111111111"
#define ID_2 "22222222-2222-4222-8222-222222222222"
#define OWNER "S-1-5-21-1-2-3-1001"

/* Open while a test of case_on_store runs. */
extern struct store *store;

TCase *case_on_store(Suite *suite, const char *name);

/* Each must succeed: anything else ends the test. */
void begin(void);
void commit(void);
void commit_rule(struct rule *rule);
struct rule_list load_rules(void);

/* Runs SQL past the store. */
void spoil(const char *sql);

/* "web" of OWNER: any address, port 3000, to WSL's port 3000. */
struct rule rule_with_id(const char *id);

#endif
