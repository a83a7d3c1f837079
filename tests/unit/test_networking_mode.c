/*
 * Which networking mode WSL is in: each row of facts/wsl.md §5.4 and §9.3, and the traps.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/networking_mode.h"

#include <check.h>
#include <string.h>

Suite *networking_mode_suite(void);

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

/* What is seen while WSL runs in NAT mode, and what is left of that in any other. */
#define VM .vm_announced = true
#define NAT_NETWORK .gateway_is_up = true, .address_is_good = true
#define CONFIGURED(name) .configured = NETWORKING_MODE_##name
#define TOLD(name) .told = NETWORKING_MODE_##name

static const struct {
    const char *what;
    struct mode_evidence evidence;
    enum networking_mode mode;
    const char *why; /* a part of it */
} rows[] = {
    /* §9.3, 4: D (the relay) or the address; and without the tray's hint as ever. */
    {"NAT, with all its traces",
     {VM, NAT_NETWORK, .relay_runs = true},
     NETWORKING_MODE_NAT,
     "relay"},
    {"NAT, no hint, the relay not there yet",
     {VM, NAT_NETWORK, .relay_awaited = true},
     NETWORKING_MODE_NAT,
     "NAT network is up"},
    {"NAT, localhostForwarding=false, no hint",
     {VM, NAT_NETWORK},
     NETWORKING_MODE_NAT,
     "NAT network is up"},
    {"NAT, guiApplications=false: no LocalDevices",
     {NAT_NETWORK, .relay_runs = true},
     NETWORKING_MODE_NAT,
     "relay"},
    {"NAT, neither relay nor LocalDevices",
     {NAT_NETWORK},
     NETWORKING_MODE_NAT,
     "NAT network is up"},
    {"NAT is configured, the relay too slow",
     {VM, NAT_NETWORK, CONFIGURED(NAT), .relay_expected = true},
     NETWORKING_MODE_NAT,
     "though no relay"},
    {"NAT is configured without localhostForwarding",
     {VM, NAT_NETWORK, CONFIGURED(NAT)},
     NETWORKING_MODE_NAT,
     "NAT network is up"},
    /* §9.3, 2: the gateway is on no adapter: no NAT VM since Windows started. */
    {"a VM after a power loss, or another mode",
     {VM},
     NETWORKING_MODE_UNKNOWN,
     "no usable NAT"},
    {"nothing at all", {0}, NETWORKING_MODE_UNKNOWN, "no usable NAT"},
    {"the address is good, but its network is gone",
     {VM, .address_is_good = true},
     NETWORKING_MODE_UNKNOWN,
     "no usable NAT"},
    {"the network's address is the broadcast address",
     {VM, .gateway_is_up = true},
     NETWORKING_MODE_UNKNOWN,
     "no usable NAT"},

    /* §5.4: (d) decisive. */
    {"wslinfo says mirrored, NatIpAddress is stale",
     {VM, NAT_NETWORK, TOLD(MIRRORED)},
     NETWORKING_MODE_MIRRORED,
     "wslinfo"},
    {"wslinfo says VirtioProxy",
     {VM, NAT_NETWORK, TOLD(VIRTIOPROXY)},
     NETWORKING_MODE_VIRTIOPROXY,
     "wslinfo"},
    {"wslinfo says none", {VM, NAT_NETWORK, TOLD(NONE)}, NETWORKING_MODE_NONE, "wslinfo"},
    {"wslinfo says bridged, where a relay runs",
     {VM, NAT_NETWORK, .relay_runs = true, TOLD(BRIDGED)},
     NETWORKING_MODE_BRIDGED,
     "wslinfo"},
    {"wslinfo says NAT though mirrored is configured",
     {VM, NAT_NETWORK, TOLD(NAT), CONFIGURED(MIRRORED)},
     NETWORKING_MODE_NAT,
     "wslinfo"},
    /* Mirrored is configured, and what becomes of it. */
    {"mirrored, after a switch in the same boot",
     {VM, NAT_NETWORK, CONFIGURED(MIRRORED)},
     NETWORKING_MODE_MIRRORED,
     "is configured"},
    {"mirrored, a VM that may still get a relay",
     {VM, NAT_NETWORK, CONFIGURED(MIRRORED), .relay_awaited = true},
     NETWORKING_MODE_MIRRORED,
     "is configured"},
    {"mirrored since the boot",
     {VM, CONFIGURED(MIRRORED)},
     NETWORKING_MODE_MIRRORED,
     "is configured"},
    {"mirrored, WSL does not run",
     {CONFIGURED(MIRRORED)},
     NETWORKING_MODE_MIRRORED,
     "is configured"},
    {"mirrored falls back to NAT",
     {VM, NAT_NETWORK, CONFIGURED(MIRRORED), .relay_runs = true},
     NETWORKING_MODE_NAT,
     "relay"},
    {"mirrored falls back to none, as only wslinfo knows",
     {VM, CONFIGURED(MIRRORED), TOLD(NONE)},
     NETWORKING_MODE_NONE,
     "wslinfo"},
    /* NAT falls back when it gets no network. */
    {"NAT is configured and has no network",
     {VM, CONFIGURED(NAT), .relay_expected = true},
     NETWORKING_MODE_UNKNOWN,
     "no usable NAT"},
    {"NAT falls back to VirtioProxy",
     {VM, CONFIGURED(NAT), TOLD(VIRTIOPROXY)},
     NETWORKING_MODE_VIRTIOPROXY,
     "wslinfo"},
    /* The others, as configured. */
    {"VirtioProxy",
     {VM, NAT_NETWORK, CONFIGURED(VIRTIOPROXY)},
     NETWORKING_MODE_VIRTIOPROXY,
     "is configured"},
    {"VirtioProxy falls back to NAT",
     {VM, NAT_NETWORK, CONFIGURED(VIRTIOPROXY), .relay_runs = true},
     NETWORKING_MODE_NAT,
     "relay"},
    {"none, or safeMode", {VM, CONFIGURED(NONE)}, NETWORKING_MODE_NONE, "is configured"},
    {"bridged, whose relay looks like NAT's",
     {VM, CONFIGURED(BRIDGED), .relay_runs = true},
     NETWORKING_MODE_BRIDGED,
     "relay"},
    {"bridged without a relay",
     {VM, CONFIGURED(BRIDGED)},
     NETWORKING_MODE_BRIDGED,
     "is configured"},

    /* WSL 1: Flags & 8 is missing. */
    {"all distributions are of WSL 1",
     {.wsl1_only = true, .default_is_wsl1 = true},
     NETWORKING_MODE_WSL1,
     "all distributions"},
    {"of WSL 1 now, with the NAT network of before",
     {NAT_NETWORK, .wsl1_only = true, .default_is_wsl1 = true},
     NETWORKING_MODE_WSL1,
     "all distributions"},
    {"a VM although all are of WSL 1 (docker's, about to go)",
     {VM, NAT_NETWORK, .wsl1_only = true},
     NETWORKING_MODE_NAT,
     "NAT network is up"},
    {"the default is of WSL 1, and no VM has run",
     {.default_is_wsl1 = true},
     NETWORKING_MODE_WSL1,
     "default distribution"},
    {"the default is of WSL 1, another one runs in a VM",
     {VM, NAT_NETWORK, .default_is_wsl1 = true},
     NETWORKING_MODE_NAT,
     "NAT network is up"},
    {"wslinfo in a distribution of WSL 1", {TOLD(WSL1)}, NETWORKING_MODE_WSL1, "wslinfo"},
    {"the same beside a VM of another one",
     {VM, NAT_NETWORK, .relay_runs = true, TOLD(WSL1)},
     NETWORKING_MODE_NAT,
     "relay"},
};

START_TEST(networking_mode_infer_tells_the_mode_and_why)
{
    const char *why = NULL;

    ck_assert_msg(networking_mode_infer(&rows[_i].evidence, &why) == rows[_i].mode,
                  "%s: %s", rows[_i].what, why);
    ck_assert_msg(strstr(why, rows[_i].why) != NULL, "%s: %s", rows[_i].what, why);
    ck_assert_int_eq(networking_mode_infer(&rows[_i].evidence, NULL), rows[_i].mode);
}
END_TEST

static const struct {
    const char *text;
    enum networking_mode mode;
} words[] = {
    {"nat", NETWORKING_MODE_NAT},
    {"nat\n", NETWORKING_MODE_NAT},
    {"Mirrored\r\n", NETWORKING_MODE_MIRRORED},
    {"virtioproxy", NETWORKING_MODE_VIRTIOPROXY},
    {"consomme", NETWORKING_MODE_VIRTIOPROXY},
    {"Consomme\n", NETWORKING_MODE_VIRTIOPROXY},
    {"bridged", NETWORKING_MODE_BRIDGED},
    {"none", NETWORKING_MODE_NONE},
    {"wsl1", NETWORKING_MODE_WSL1},
    {"", NETWORKING_MODE_UNKNOWN},
    {"unknown", NETWORKING_MODE_UNKNOWN},
    {"nat nat", NETWORKING_MODE_UNKNOWN},
    {"nat\nmirrored\n", NETWORKING_MODE_UNKNOWN},
    {" nat", NETWORKING_MODE_UNKNOWN},
    {"mirroredmirroredmirrored", NETWORKING_MODE_UNKNOWN},
};

START_TEST(networking_mode_parse_takes_what_wslinfo_prints_and_nothing_else)
{
    ck_assert_int_eq(networking_mode_parse(words[_i].text), words[_i].mode);
}
END_TEST

START_TEST(networking_modes_have_names_that_differ_and_words)
{
    for (int i = 0; i < NETWORKING_MODE_COUNT; i++) {
        const enum networking_mode mode = (enum networking_mode)i;

        ck_assert(message_is_known(networking_mode_message(mode)));
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(networking_mode_name(mode),
                             networking_mode_name((enum networking_mode)j));
    }
    ck_assert_str_eq(networking_mode_name(NETWORKING_MODE_COUNT), "unknown");
}
END_TEST

Suite *networking_mode_suite(void)
{
    Suite *suite = suite_create("networking_mode");
    TCase *tcase = tcase_create("networking_mode");

    tcase_add_loop_test(tcase, networking_mode_infer_tells_the_mode_and_why, 0,
                        COUNT(rows));
    tcase_add_loop_test(tcase,
                        networking_mode_parse_takes_what_wslinfo_prints_and_nothing_else,
                        0, COUNT(words));
    tcase_add_test(tcase, networking_modes_have_names_that_differ_and_words);
    suite_add_tcase(suite, tcase);
    return suite;
}
