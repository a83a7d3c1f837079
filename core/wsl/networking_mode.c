/*
 * Which networking mode a user's WSL is in.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/networking_mode.h"

#include "core/base/text.h"

#include <string.h>

static const struct {
    const char *name;
    enum message_id message;
} modes[NETWORKING_MODE_COUNT] = {
    [NETWORKING_MODE_UNKNOWN] = {"unknown", MESSAGE_MODE_UNKNOWN},
    [NETWORKING_MODE_NAT] = {"nat", MESSAGE_MODE_NAT},
    [NETWORKING_MODE_MIRRORED] = {"mirrored", MESSAGE_MODE_MIRRORED},
    [NETWORKING_MODE_VIRTIOPROXY] = {"virtioproxy", MESSAGE_MODE_VIRTIOPROXY},
    [NETWORKING_MODE_BRIDGED] = {"bridged", MESSAGE_MODE_BRIDGED},
    [NETWORKING_MODE_NONE] = {"none", MESSAGE_MODE_NONE},
    [NETWORKING_MODE_WSL1] = {"wsl1", MESSAGE_MODE_WSL1},
};

const char *networking_mode_name(enum networking_mode mode)
{
    return modes[(size_t)mode < NETWORKING_MODE_COUNT ? mode : NETWORKING_MODE_UNKNOWN].name;
}

enum message_id networking_mode_message(enum networking_mode mode)
{
    return modes[(size_t)mode < NETWORKING_MODE_COUNT ? mode : NETWORKING_MODE_UNKNOWN]
        .message;
}

enum networking_mode networking_mode_parse(const char *text)
{
    char word[16];
    const size_t length = strcspn(text, "\r\n");

    if (length >= sizeof word || text[length + strspn(text + length, "\r\n")] != '\0')
        return NETWORKING_MODE_UNKNOWN;
    memcpy(word, text, length);
    word[length] = '\0';
    if (ascii_equals_ignoring_case(word, "consomme"))
        return NETWORKING_MODE_VIRTIOPROXY;
    for (size_t i = NETWORKING_MODE_NAT; i < NETWORKING_MODE_COUNT; i++) {
        if (ascii_equals_ignoring_case(word, modes[i].name))
            return (enum networking_mode)i;
    }
    return NETWORKING_MODE_UNKNOWN;
}

static enum networking_mode because(enum networking_mode mode, const char *reason,
                                    const char **why)
{
    if (why != NULL)
        *why = reason;
    return mode;
}

/* No relay tells. WSL falls back to VirtioProxy when it gets no NAT network, and from any mode to
 * none; it leaves NatIpAddress as it was in all of them. */
static enum networking_mode infer_without_relay(const struct mode_evidence *evidence,
                                                const char **why)
{
    const bool nat_is_possible = evidence->gateway_is_up && evidence->address_is_good;
    const bool relay_is_missing =
        evidence->vm_announced && evidence->relay_expected && !evidence->relay_awaited;

    if (evidence->configured != NETWORKING_MODE_UNKNOWN &&
        evidence->configured != NETWORKING_MODE_NAT)
        return because(evidence->configured, "it is configured and no relay runs", why);
    if (!nat_is_possible)
        return because(NETWORKING_MODE_UNKNOWN, "no relay, and no usable NAT address",
                       why);
    if (evidence->configured == NETWORKING_MODE_NAT && relay_is_missing)
        return because(NETWORKING_MODE_NAT, "NAT is configured, though no relay runs",
                       why);
    return because(NETWORKING_MODE_NAT, "WSL's NAT network is up and has its address",
                   why);
}

/* wslinfo in a distribution of WSL 1 tells nothing of a VM that runs beside it. */
static bool is_told(const struct mode_evidence *evidence)
{
    const bool vm_runs = evidence->vm_announced || evidence->relay_runs;

    return evidence->told != NETWORKING_MODE_UNKNOWN &&
           !(evidence->told == NETWORKING_MODE_WSL1 && vm_runs);
}

enum networking_mode networking_mode_infer(const struct mode_evidence *evidence,
                                           const char **why)
{
    if (is_told(evidence))
        return because(evidence->told, "wslinfo says so", why);
    if (evidence->relay_runs && evidence->configured == NETWORKING_MODE_BRIDGED)
        return because(NETWORKING_MODE_BRIDGED, "it is configured, and a relay runs", why);
    if (evidence->relay_runs)
        return because(NETWORKING_MODE_NAT, "WSL's relay runs in NAT mode only", why);
    if (evidence->wsl1_only && !evidence->vm_announced)
        return because(NETWORKING_MODE_WSL1, "all distributions are of WSL 1", why);
    if (evidence->default_is_wsl1 && !evidence->vm_announced && !evidence->gateway_is_up)
        return because(NETWORKING_MODE_WSL1,
                       "the default distribution is of WSL 1, and no VM has run", why);
    return infer_without_relay(evidence, why);
}
