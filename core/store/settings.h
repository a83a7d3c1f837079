/*
 * Machine-wide settings of the service.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_STORE_SETTINGS_H
#define TIDEGATE_STORE_SETTINGS_H

#include "core/base/error.h"
#include "core/model/rule.h"

#define SETTINGS_USER_CAPACITY 16

/* The setting that a reason's remedy is, and its value. */
#define SETTING_OUTBOUND "outbound"
#define SETTING_OUTBOUND_ALLOW "allow"

struct settings {
    /* "when-wsl-stops": keep (default) | withdraw */
    bool withdraw_when_stopped;
    /* "allow-widening": off (default) | on. On: users who may change rules at all need no
     * administrator for requests that open more. */
    bool users_may_widen;
    /* "outbound": off (default) | allow. Allow: where Windows Firewall blocks outgoing connections
     * by default, each forward gets a firewall rule for its own. Machine-wide, as that default
     * is: no rule has reason to want it otherwise, and each opens only its own way all the same. */
    bool allows_outbound;
    /* "allowed-users": comma list of SIDs (default empty). Administrators always may. */
    struct user_sid allowed_users[SETTINGS_USER_CAPACITY];
    size_t allowed_user_count;
};

/* In the order in which they are told. */
enum setting {
    SETTING_WHEN_WSL_STOPS,
    SETTING_ALLOW_WIDENING,
    SETTING_ALLOWED_USERS,
    SETTING_ALLOW_OUTBOUND,
    SETTING_COUNT
};

#define SETTING_VALUE_SIZE (SETTINGS_USER_CAPACITY * USER_SID_SIZE)

/* The key of setting `index` (0..SETTING_COUNT-1); borrowed, static. */
const char *setting_key(size_t index);
/* The other way round; SETTING_COUNT when there is no such setting. */
enum setting setting_find(const char *key);
void setting_format(const struct settings *settings, size_t index,
                    char out[SETTING_VALUE_SIZE]);
/* ERR_INVALID names the key, the value and the accepted form; ERR_NOT_FOUND the key. */
bool setting_parse(struct settings *settings, const char *key, const char *value,
                   struct error *err) MUST_CHECK;

#endif
