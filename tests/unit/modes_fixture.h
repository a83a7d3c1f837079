/*
 * An engine whose user's WSL changes its networking mode, and what stands of its one rule in each.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TESTS_UNIT_MODES_FIXTURE_H
#define TIDEGATE_TESTS_UNIT_MODES_FIXTURE_H

#include "core/engine/engine.h"
#include "tests/unit/engine_fixture.h"

#define NEXT_VM "22222222-2222-3333-4444-555555555555"
#define ENTRY "0.0.0.0/3000"
#define FORWARD "172.28.208.5/3000"

extern struct engine_fixture modes;
extern struct rule_id id; /* of its rule for port 3000, which is active in NAT mode */

void modes_set_up(void);
void modes_tear_down(void);

/* As the user's tray does; then everything that follows. */
enum error_kind report_hint(const struct wsl_hint *hint);
void tell(enum networking_mode mode);
void configure(enum networking_mode mode);

/* The next VM, which leaves NatIpAddress and the gateway as they were. */
void restart_without_relay(void);

/* The rule's, or NULL. */
const struct firewall_rule *hyperv_rule(void);

void check_status(enum rule_state state, enum reason reason);
void check_nat(void);
void check_nothing_stands(void);
void check_mirrored(void);

#endif
