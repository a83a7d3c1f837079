/*
 * Changing WSL's networking mode, as the dialog for it shows it: what this PC has and needs, and
 * what becomes of the user's rules.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_MODE_SWITCH_H
#define TIDEGATE_VIEW_MODE_SWITCH_H

#include "core/view/view_state.h"
#include "core/wsl/wsl_hint.h"

/* Windows 11 22H2 with KB5030310, and WSL 2.0.0 (facts/wsl.md §5.4). */
#define MIRRORED_WINDOWS_BUILD 22621u
#define MIRRORED_WINDOWS_REVISION 2359u
#define MIRRORED_WSL_MAJOR 2u

struct windows_version {
    unsigned build;
    unsigned revision;
};

bool mirrored_suits_windows(const struct windows_version *version);
/* `version` as the installation wrote it, "2.7.11.0"; "": in-box, which knows no modes. */
bool mirrored_suits_wsl(const char *version);

/* What becomes of a rule in another mode. */
enum mode_effect {
    MODE_EFFECT_FORWARDED, /* NAT: through Windows, as ever */
    MODE_EFFECT_DIRECT, /* mirrored: Linux itself listens at this PC's addresses; only a firewall
                           rule is needed */
    MODE_EFFECT_BLOCKED, /* mirrored: the rule changes the port, which is not possible there */
    MODE_EFFECT_SAME /* the rule does not lead to WSL */
};

enum mode_effect mode_effect_on(const struct rule *rule, enum networking_mode mode);

/* The mode that can be switched to: mirrored, unless that is what .wslconfig asks for. */
enum networking_mode mode_switch_target(enum networking_mode configured);

/* Whether WSL has to start anew before .wslconfig's mode applies: it runs in another one. `hint`,
 * and the view's report, may be NULL. */
bool mode_awaits_restart(const struct wsl_hint *hint, const struct wsl_view *wsl);

#endif
