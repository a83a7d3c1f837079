/*
 * What a rule's firewall scope comes to.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/rule_effect.h"

static enum effect_sentence sentence_of(const struct rule_listen *listen,
                                        const struct rule_scope *scope)
{
    if (listen->kind == LISTEN_ADDRESS && address_is_loopback(&listen->address))
        return EFFECT_LOOPBACK;
    if (scope->profiles == 0)
        return EFFECT_CLOSED;
    if (scope->remote == REMOTE_ANY)
        return EFFECT_ANYONE;
    if (scope->remote == REMOTE_LOCAL_SUBNET)
        return EFFECT_LOCAL;
    return scope->remote_count == 1 ? EFFECT_ONE : EFFECT_SEVERAL;
}

static enum effect_warning warning_of(unsigned profiles, unsigned current)
{
    if (profiles & PROFILE_PUBLIC)
        return EFFECT_OPEN_TO_PUBLIC;
    if (current & PROFILE_PUBLIC)
        return EFFECT_PUBLIC_NOT_ALLOWED;
    return current != 0 && (current & profiles) == 0 ? EFFECT_NOT_NOW : EFFECT_NO_WARNING;
}

struct rule_effect rule_effect_of(const struct rule_listen *listen,
                                  const struct rule_scope *scope,
                                  unsigned current_profiles)
{
    struct rule_effect effect = {.sentence = sentence_of(listen, scope)};

    if (effect.sentence == EFFECT_LOOPBACK || effect.sentence == EFFECT_CLOSED)
        return effect;
    effect.profiles = scope->profiles;
    effect.warning = warning_of(scope->profiles, current_profiles);
    if (effect.sentence == EFFECT_ONE)
        prefix_format(&scope->remotes[0], effect.remote);
    if (effect.sentence == EFFECT_SEVERAL)
        effect.remote_count = scope->remote_count;
    return effect;
}

static const struct {
    unsigned profiles;
    enum remote_kind remote;
} reaches[REACH_CUSTOM] = {
    [REACH_THIS_PC] = {0, REMOTE_LOCAL_SUBNET},
    [REACH_LOCAL_NETWORK] = {PROFILE_PRIVATE | PROFILE_DOMAIN, REMOTE_LOCAL_SUBNET},
    [REACH_LOCAL_NETWORK_ALWAYS] = {PROFILE_MASK, REMOTE_LOCAL_SUBNET},
    [REACH_ANYONE] = {PROFILE_MASK, REMOTE_ANY},
};

enum rule_reach rule_reach_of(unsigned profiles, enum remote_kind remote)
{
    /* Without a firewall rule it does not matter from where. */
    if (profiles == 0)
        return REACH_THIS_PC;
    for (int reach = 0; reach < REACH_CUSTOM; reach++) {
        if (reaches[reach].profiles == profiles && reaches[reach].remote == remote)
            return (enum rule_reach)reach;
    }
    return REACH_CUSTOM;
}

bool rule_reach_scope(enum rule_reach reach, unsigned *profiles, enum remote_kind *remote)
{
    if (reach >= REACH_CUSTOM)
        return false;
    *profiles = reaches[reach].profiles;
    *remote = reaches[reach].remote;
    return true;
}
