/*
 * Settings by policy: an organization's administrator sets them on many PCs by values of one key,
 * by hand or by installer/admx. They count instead of what is stored, and change nothing of it:
 * a moment after a value went away (core/engine/policy_hold.h), the stored setting counts again.
 *
 * A value of another kind, or not among the accepted ones, sets its setting to the choice that
 * opens least: whoever writes a policy wants to hold something down, and a slip of the pen must
 * not let it up.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_STORE_POLICY_H
#define TIDEGATE_STORE_POLICY_H

#include "core/store/settings.h"

#define POLICY_KEY "HKLM\\SOFTWARE\\Policies\\Tidegate"

enum policy_kind {
    POLICY_ABSENT,
    POLICY_NUMBER,
    POLICY_TEXT,
    POLICY_TEXTS, /* several: `text` has a line for each */
    POLICY_OTHER  /* of another kind, too long or not to be read: `text` says so */
};

/* What stands in one value. */
struct policy_value {
    enum policy_kind kind;
    uint32_t number;
    char text[SETTING_VALUE_SIZE]; /* UTF-8 */
};

/* Of each setting. */
struct policy_values {
    struct policy_value items[SETTING_COUNT];
};

/* What policy does to the settings. */
struct policy {
    bool sets[SETTING_COUNT];
    /* Why a value is not used as it stands; MESSAGE_NONE if it is, or there is none. */
    struct message problems[SETTING_COUNT];
};

/* Where a setting's value comes from. The numbers go over the pipe. */
enum setting_source {
    SETTING_STORED,
    SETTING_BY_POLICY,
    SETTING_BY_REFUSED_POLICY, /* the strictest choice, until the policy's value is mended */
    SETTING_SOURCE_COUNT
};

/* The name of the value that sets a setting, e.g. "AllowWidening"; borrowed, static. */
const char *policy_value_name(enum setting setting);

/* Puts what policy sets in the place of what is stored. */
void policy_apply(const struct policy_values *values, struct settings *settings,
                  struct policy *out);

/* Whether the setting's value is refused, and for another reason than it was before. */
bool policy_problem_is_news(const struct policy *now, const struct policy *before,
                            enum setting setting);

enum setting_source policy_source(const struct policy *policy, enum setting setting);

#endif
