/*
 * An engine on a PC that a script has set up: five entries at an address that WSL had before, and
 * a firewall rule in and one out.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TESTS_UNIT_ADOPT_FIXTURE_H
#define TIDEGATE_TESTS_UNIT_ADOPT_FIXTURE_H

#include "tests/unit/engine_fixture.h"

#define SCRIPT_NAME "WSL 2 Firewall Unlock"
#define PORTS "80,443,10000,3000,5000"
#define PORT_COUNT 5

extern struct engine_fixture it;
extern const char *const names[PORT_COUNT]; /* of the entries: "0.0.0.0/80" first */
extern enum script_rule_mark told_mark; /* of the first firewall rule in the last reply */

void adopt_fixture_set_up(void);
void adopt_fixture_tear_down(void);

/* Takes these over, or undoes, and lets all settle. */
struct error adopt(enum adopt_order order, const char *const *keys, size_t count,
                   bool firewall);

/* What an order's own reply tells, before anything else happens; its list is gone. */
struct adopt_reply ask_adopt(enum adopt_order order, bool firewall);
struct adopt_reply told(void);

/* How many lines of that kind the log holds; each must be about the script's rules. */
size_t count_lines(enum activity_kind kind);

/* A pass, as the news of the firewall's thread asks for. */
void see_firewall(void);

#endif
