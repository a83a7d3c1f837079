/*
 * The list of what is tried.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/self_test.h"

#include <assert.h>
#include <stdarg.h>

static const struct self_test tests[] = {
    {"identical-write",
     "A registry value that is written again with the same content is no event.",
     "facts/wsl.md 9.7 (1)", self_test_identical_write},
    {"wsl-address",
     "A running WSL in NAT mode has written its address, inside its network, whose gateway is one "
     "of this PC's addresses.",
     "facts/wsl.md 1.1", self_test_wsl_address},
    {"local-devices", "A running WSL is named below LocalDevices.",
     "facts/wsl.md 2, 9.7 (4)", self_test_local_devices},
    {"relay-command-line",
     "wslrelay.exe can be looked into, and its command line says which VM it serves.",
     "facts/wsl.md 0.7, 9.7 (2)", self_test_relay_command_line},
    {"relay-listeners", "wslrelay.exe owns a loopback listener for each port inside WSL.",
     "facts/wsl.md 6", self_test_relay_listeners},
    {"port-sharing",
     "A listener on all addresses is let in beside one that listens on loopback.",
     "facts/wsl.md 6, 9.7 (5)", self_test_port_sharing},
    {"reserved-port",
     "Binding to a port of an excluded range is forbidden, to others it is not.",
     "facts/wsl.md 6", self_test_reserved_port},
    {"address-events", "Changes of this PC's addresses can be heard of.",
     "facts/wsl.md 9.7 (7)", self_test_address_events},
    {"param-change",
     "The IP Helper service takes the control that makes it read its tables.",
     "facts/peers-portproxy-firewall.md B, F", self_test_param_change},
    {"helper-listeners",
     "Listeners of portproxy entries belong to the IP Helper service's process.",
     "facts/peers-portproxy-firewall.md B", self_test_helper_owns_listeners},
    {"firewall-policy", "Windows Firewall tells the current networks and its defaults.",
     "facts/peers-portproxy-firewall.md C", self_test_firewall_policy},
    {"firewall-spelling",
     "A firewall rule, however Windows spells it afterwards, is recognised as the one that was "
     "made. (Tried with one that is turned off, and removed again.)",
     "facts/peers-portproxy-firewall.md C", self_test_firewall_spelling},
    {"hyperv-firewall", "The Hyper-V firewall's rules can be asked for.",
     "facts/wsl.md 5.5", self_test_hyperv_firewall},
    {"pipe-identity", "The service knows who is at its pipe, and whether elevated.",
     "facts/ux-security.md 6", self_test_pipe_identity},
    {"data-folder",
     "Only SYSTEM and administrators can change the folder of the database.",
     "facts/ux-security.md 6.5", self_test_data_folder},
    {"service-privileges", "The service runs with the few privileges that it asked for.",
     "facts/ux-security.md 6.5", self_test_service_privileges},
};

const struct self_test *self_tests(size_t *count)
{
    *count = sizeof tests / sizeof tests[0];
    return tests;
}

const char *self_test_verdict_name(enum self_test_verdict verdict)
{
    static const char *const names[SELF_TEST_VERDICT_COUNT] = {
        [SELF_TEST_CONFIRMED] = "confirmed",
        [SELF_TEST_REFUTED] = "refuted",
        [SELF_TEST_NOT_TESTABLE] = "not testable",
    };

    assert(verdict < SELF_TEST_VERDICT_COUNT);
    return names[verdict];
}

void self_test_say(struct self_test_result *out, enum self_test_verdict verdict,
                   const char *format, ...)
{
    struct text text = TEXT_OVER(out->words);
    va_list args;

    out->verdict = verdict;
    va_start(args, format);
    text_append_args(&text, format, args);
    va_end(args);
}
