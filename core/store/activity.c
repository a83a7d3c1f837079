/*
 * The words for kinds of activity.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/activity.h"

const char *activity_kind_name(enum activity_kind kind)
{
    switch (kind) {
    case ACTIVITY_RULE_ADDED:
        return "rule-added";
    case ACTIVITY_RULE_CHANGED:
        return "rule-changed";
    case ACTIVITY_RULE_REMOVED:
        return "rule-removed";
    case ACTIVITY_WSL_MOVED:
        return "wsl-moved";
    case ACTIVITY_ENTRIES_CHANGED:
        return "entries-changed";
    case ACTIVITY_FIREWALL_CHANGED:
        return "firewall-changed";
    case ACTIVITY_PROBLEM:
        return "problem";
    case ACTIVITY_PAUSED:
        return "paused";
    case ACTIVITY_RESUMED:
        return "resumed";
    case ACTIVITY_TAKEN_OVER:
        return "taken-over";
    case ACTIVITY_SETTINGS:
        return "settings";
    case ACTIVITY_SERVICE:
        return "service";
    case ACTIVITY_WSL_STATE:
        return "wsl-state";
    }
    return "unknown"; /* stored by a newer version */
}
