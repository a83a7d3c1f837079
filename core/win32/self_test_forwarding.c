/*
 * Checks of what forwards and what lets in: the IP Helper and the firewalls.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/self_test.h"

#include "core/base/mem.h"
#include "core/win32/firewall_com.h"
#include "core/win32/hyperv_firewall.h"
#include "core/win32/ip_helper.h"
#include "core/win32/network_tables.h"
#include "core/win32/portproxy_tables.h"
#include "core/win32/token.h"

#include <objbase.h>
#include <string.h>

#define RULE_NAME FIREWALL_GROUPING " self-test"

void self_test_param_change(struct self_test_result *out)
{
    struct ip_helper before = {0};
    struct ip_helper after = {0};
    struct error err = {0};

    if (!token_is_own_elevated())
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "needs an administrator");
    else if (!ip_helper_query(&before, &err) || !before.running)
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "the IP Helper service does not run");
    else if (!ip_helper_announce(&err))
        self_test_say(out, SELF_TEST_REFUTED, "%s: 0x%08X", err.detail,
                      (unsigned)err.os_code);
    else if (!ip_helper_query(&after, &err) || after.process_id != before.process_id)
        self_test_say(out, SELF_TEST_REFUTED, "the service did not survive it");
    else
        self_test_say(out, SELF_TEST_CONFIRMED, "it was accepted");
}

struct owner_count {
    size_t helper;
    size_t untold;
    size_t others;
};

static void count_owner(const struct listener_list *listeners, uint32_t helper_id,
                        const struct portproxy_key *key, struct owner_count *count)
{
    const bool is_any = strcmp(key->listen, "*") == 0;
    struct address address = {.family = ADDRESS_IPV4};
    const struct listener *listener;

    if (!is_any && !address_parse(key->listen, &address))
        return;
    listener = listener_list_find(listeners, &address, key->port);
    if (listener == NULL)
        return;
    if (listener->process_id == 0)
        count->untold++;
    else if (listener->process_id == helper_id)
        count->helper++;
    else
        count->others++;
}

static void judge_owners(const struct owner_count *count, struct self_test_result *out)
{
    if (count->helper > 0)
        self_test_say(out, SELF_TEST_CONFIRMED, "%zu do (%zu belong to other programs)",
                      count->helper, count->others);
    else if (count->others > 0)
        self_test_say(out, SELF_TEST_REFUTED, "%zu all belong to other processes",
                      count->others);
    else if (count->untold > 0)
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "Windows does not say whose they are");
    else
        self_test_say(out, SELF_TEST_NOT_TESTABLE,
                      "no portproxy entry has a listener: add a rule");
}

void self_test_helper_owns_listeners(struct self_test_result *out)
{
    struct portproxy_list entries = {0};
    struct listener_list listeners = {0};
    struct owner_count count = {0};
    struct ip_helper helper = {0};
    struct error err = {0};
    size_t malformed;

    if (!portproxy_tables_read(&entries, &malformed, &err) ||
        !network_tables_read_listeners(&listeners, &err) ||
        !ip_helper_query(&helper, &err)) {
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "%s", err.detail);
    } else if (!helper.running) {
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "the IP Helper service does not run");
    } else {
        for (size_t i = 0; i < entries.count; i++)
            count_owner(&listeners, helper.process_id, &entries.items[i].key, &count);
        judge_owners(&count, out);
    }
    portproxy_list_clear(&entries);
    LIST_CLEAR(&listeners);
}

static void judge_policy(struct firewall_com *firewall, struct self_test_result *out)
{
    struct firewall_state state = {0};
    struct error err = {0};
    char profiles[64];

    if (!firewall_com_read(firewall, &state, &err)) {
        self_test_say(out, SELF_TEST_REFUTED, "%s: 0x%08X", err.detail,
                      (unsigned)err.os_code);
        return;
    }
    rule_profiles_format(state.current_profiles, profiles, sizeof profiles);
    if (state.current_profiles == 0)
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "no network is connected");
    else
        self_test_say(
            out, SELF_TEST_CONFIRMED,
            "current networks: %s; outgoing connections are %s by default", profiles,
            (state.block_outbound_profiles & state.current_profiles) != 0 ? "blocked"
                                                                          : "allowed");
    firewall_state_clear(&state);
}

/* Each spelling that COM is known to rewrite. */
static struct firewall_rule throw_away_rule(void)
{
    struct rule rule = rule_default();
    struct firewall_rule wanted;
    struct error err;
    bool ok;

    ok = rule_listen_parse("47123-47125", &rule.listen, &err) &&
         rule_remote_parse("192.168.77.0/24,10.9.8.7,fd00:77::/64", &rule.scope, &err);
    rule.scope.profiles = ok ? PROFILE_PRIVATE | PROFILE_DOMAIN : PROFILE_PRIVATE;
    firewall_rule_for(&rule, &wanted);
    wanted.enabled = false;
    text_copy(wanted.name, sizeof wanted.name, RULE_NAME);
    return wanted;
}

static void judge_spelling(struct firewall_com *firewall,
                           const struct firewall_rule *wanted,
                           struct self_test_result *out)
{
    struct firewall_state state = {0};
    const struct firewall_rule *found;
    struct error err = {0};

    if (!firewall_com_read(firewall, &state, &err)) {
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "%s", err.detail);
        return;
    }
    found = firewall_rule_list_find(&state.rules, wanted->name);
    if (found == NULL)
        self_test_say(out, SELF_TEST_REFUTED, "Windows took the rule and has it not");
    else
        self_test_say(
            out,
            firewall_rule_equals(found, wanted) ? SELF_TEST_CONFIRMED : SELF_TEST_REFUTED,
            "remote addresses '%s', program '%s', service '%s', ports '%s'",
            found->remote_addresses, found->program, found->service, found->local_ports);
    firewall_state_clear(&state);
}

/* Removed as it reads, for what Windows made of it may equal nothing. */
static bool remove_rule(struct firewall_com *firewall)
{
    struct firewall_state state = {0};
    const struct firewall_rule *found;
    bool ok;

    if (!firewall_com_read(firewall, &state, NULL))
        return false;
    found = firewall_rule_list_find(&state.rules, RULE_NAME);
    ok = found == NULL || firewall_com_remove(firewall, found, NULL);
    firewall_state_clear(&state);
    return ok;
}

/* One that an earlier run had to leave behind goes first. */
static void try_spelling(struct firewall_com *firewall, struct self_test_result *out)
{
    const struct firewall_rule wanted = throw_away_rule();
    struct error err = {0};

    if (!token_is_own_elevated()) {
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "needs an administrator");
        return;
    }
    if (!remove_rule(firewall) || !firewall_com_add(firewall, &wanted, &err)) {
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "the rule could not be made: 0x%08X",
                      (unsigned)err.os_code);
        return;
    }
    judge_spelling(firewall, &wanted, out);
    if (!remove_rule(firewall))
        self_test_say(out, SELF_TEST_REFUTED,
                      "the rule '" RULE_NAME "' could not be removed: please do");
}

/* The firewall's interfaces want an apartment. */
static void with_firewall(void (*check)(struct firewall_com *firewall,
                                        struct self_test_result *out),
                          struct self_test_result *out)
{
    const HRESULT apartment = CoInitializeEx(NULL, COINIT_APARTMENTTHREADED);
    struct error err = {0};
    struct firewall_com *firewall = firewall_com_open(&err);

    if (firewall != NULL)
        check(firewall, out);
    else
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "%s: 0x%08X", err.detail,
                      (unsigned)err.os_code);
    firewall_com_close(firewall);
    if (SUCCEEDED(apartment))
        CoUninitialize();
}

void self_test_firewall_policy(struct self_test_result *out)
{
    with_firewall(judge_policy, out);
}

void self_test_firewall_spelling(struct self_test_result *out)
{
    with_firewall(try_spelling, out);
}

static void judge_hyperv(struct hyperv_firewall *firewall, struct self_test_result *out)
{
    struct firewall_state state = {0};
    struct error err = {0};

    if (!hyperv_firewall_read(firewall, &state, &err))
        self_test_say(
            out, token_is_own_elevated() ? SELF_TEST_REFUTED : SELF_TEST_NOT_TESTABLE,
            "%s%s: 0x%08X",
            token_is_own_elevated() ? "" : "needs an administrator: ", err.detail,
            (unsigned)err.os_code);
    else if (!state.hyperv_available)
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "this Windows has none, or it is off");
    else
        self_test_say(out, SELF_TEST_CONFIRMED, "%zu rules of Tidegate are there",
                      state.rules.count);
    firewall_state_clear(&state);
}

void self_test_hyperv_firewall(struct self_test_result *out)
{
    const HRESULT apartment = CoInitializeEx(NULL, COINIT_APARTMENTTHREADED);
    struct error err = {0};
    struct hyperv_firewall *firewall = hyperv_firewall_open(&err);

    if (firewall != NULL)
        judge_hyperv(firewall, out);
    else
        self_test_say(out, SELF_TEST_NOT_TESTABLE, "%s: 0x%08X", err.detail,
                      (unsigned)err.os_code);
    hyperv_firewall_close(firewall);
    if (SUCCEEDED(apartment))
        CoUninitialize();
}
