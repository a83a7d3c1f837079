/*
 * The settings that count.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/effective_settings.h"

#include "core/base/mem.h"

bool effective_settings_load(struct store *store, const struct system *system,
                             const struct policy_hold *hold, struct settings *out,
                             struct policy *policy, struct error *err)
{
    struct policy_values *values;

    if (!store_load_settings(store, out, err))
        return false;
    values = mem_alloc(sizeof *values);
    system->observe_policy(system->self, values);
    policy_hold_fill(hold, system->monotonic_ms(system->self), values);
    policy_apply(values, out, policy);
    mem_free(values);
    return true;
}
