/*
 * An engine whose user's WSL changes its networking mode.
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/modes_fixture.h"

#include "core/base/text.h"

#include <check.h>

struct engine_fixture modes;
struct rule_id id;

void modes_set_up(void)
{
    engine_fixture_open(&modes, ":memory:");
    id = add_rule(&modes, "web", "3000");
    settle(&modes);
    ck_assert_int_eq(status(&modes, &id)->state, RULE_STATE_ACTIVE);
}

void modes_tear_down(void)
{
    engine_fixture_close(&modes);
}

enum error_kind report_hint(const struct wsl_hint *hint)
{
    struct request request = {.verb = VERB_REPORT_WSL, .wsl_hint = *hint};
    struct reply reply;
    enum error_kind kind;

    modes.windows.now_ms += 1500;
    engine_handle(modes.engine, &modes.caller, &request, &reply);
    kind = reply.error.kind;
    reply_clear(&reply);
    settle(&modes);
    return kind;
}

void tell(enum networking_mode mode)
{
    const struct wsl_hint hint = {.liveness = WSL_LIVENESS_UP, .effective = mode};

    ck_assert_int_eq(report_hint(&hint), ERR_NONE);
}

void configure(enum networking_mode mode)
{
    const struct wsl_hint hint = {
        .config_known = true, .configured = mode, .localhost_forwarding = true};

    ck_assert_int_eq(report_hint(&hint), ERR_NONE);
}

/* The next VM, which leaves NatIpAddress and the gateway as they were. */
void restart_without_relay(void)
{
    fake_stop_wsl(&modes.windows);
    work(&modes, EVENT_WSL_CHANGED);
    modes.windows.traces[0].vm_count = 1;
    text_copy(modes.windows.traces[0].vm_ids[0], WSL_VM_ID_SIZE, NEXT_VM);
    work(&modes, EVENT_WSL_CHANGED);
    settle(&modes);
}

const struct firewall_rule *hyperv_rule(void)
{
    char name[FIREWALL_NAME_SIZE];

    firewall_rule_name(FIREWALL_HYPERV, &id, name);
    return fake_get_rule(&modes.windows, name);
}

void check_status(enum rule_state state, enum reason reason)
{
    ck_assert_str_eq(reason_name(status(&modes, &id)->reason), reason_name(reason));
    ck_assert_str_eq(rule_state_name(status(&modes, &id)->state), rule_state_name(state));
}

void check_nat(void)
{
    ck_assert_str_eq(entry(&modes, ENTRY), FORWARD);
    ck_assert_str_eq(forwarded(&modes, ENTRY), FORWARD);
    ck_assert_ptr_nonnull(firewall_rule(&modes, &id));
    ck_assert_ptr_null(hyperv_rule());
    check_status(RULE_STATE_ACTIVE, REASON_NONE);
}

void check_nothing_stands(void)
{
    ck_assert_ptr_null(entry(&modes, ENTRY));
    ck_assert_ptr_null(forwarded(&modes, ENTRY));
    ck_assert_ptr_null(firewall_rule(&modes, &id));
    ck_assert_ptr_null(hyperv_rule());
}

void check_mirrored(void)
{
    ck_assert_ptr_null(entry(&modes, ENTRY));
    ck_assert_ptr_null(forwarded(&modes, ENTRY));
    ck_assert_ptr_null(firewall_rule(&modes, &id));
    ck_assert_ptr_nonnull(hyperv_rule());
    check_status(RULE_STATE_ACTIVE, REASON_NONE);
}
