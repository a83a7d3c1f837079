/*
 * Changing WSL's networking mode.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/mode_switch.h"

#include "core/base/text.h"

#include <string.h>

bool mirrored_suits_windows(const struct windows_version *version)
{
    return version->build > MIRRORED_WINDOWS_BUILD ||
           (version->build == MIRRORED_WINDOWS_BUILD &&
            version->revision >= MIRRORED_WINDOWS_REVISION);
}

bool mirrored_suits_wsl(const char *version)
{
    char major[8];
    const size_t length = strcspn(version, ".");
    unsigned long number = 0;

    if (length == 0 || length >= sizeof major)
        return false;
    memcpy(major, version, length);
    major[length] = '\0';
    return text_parse_number(major, 999999, &number) && number >= MIRRORED_WSL_MAJOR;
}

enum mode_effect mode_effect_on(const struct rule *rule, enum networking_mode mode)
{
    if (rule->connect.kind != CONNECT_WSL)
        return MODE_EFFECT_SAME;
    if (mode != NETWORKING_MODE_MIRRORED)
        return MODE_EFFECT_FORWARDED;
    return rule->connect.first_port == rule->listen.first_port ? MODE_EFFECT_DIRECT
                                                               : MODE_EFFECT_BLOCKED;
}

enum networking_mode mode_switch_target(enum networking_mode configured)
{
    return configured == NETWORKING_MODE_MIRRORED ? NETWORKING_MODE_NAT
                                                  : NETWORKING_MODE_MIRRORED;
}

bool mode_awaits_restart(const struct wsl_hint *hint, const struct wsl_view *wsl)
{
    return hint != NULL && hint->config_known && hint->config_is_newer && wsl != NULL &&
           wsl->state == WSL_RUNNING && wsl->mode != hint->configured;
}
