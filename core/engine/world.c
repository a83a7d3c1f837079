/*
 * Reading and deciding.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/world.h"

#include "core/base/mem.h"
#include "core/engine/effective_settings.h"

static bool read_store(struct store *store, const struct system *system,
                       const struct policy_hold *hold, bool withdraw, struct world *out,
                       struct error *err)
{
    if (!withdraw && !store_load_rules(store, &out->rules, NULL, err))
        return false;
    return store_load_ledger(store, &out->ledger, err) &&
           effective_settings_load(store, system, hold, &out->settings, &out->policy,
                                   err) &&
           store_load_pauses(store, &out->paused, err);
}

static void infer_wsl(struct world *world)
{
    for (size_t i = 0; i < world->snapshot.wsl_traces.count; i++)
        wsl_infer(&world->snapshot.wsl_machine, &world->snapshot.wsl_traces.items[i],
                  &world->snapshot.adapters, LIST_ADD(&world->wsl));
}

static void decide(struct world *world, const struct given_up *given_up)
{
    world->now = (struct circumstances){
        .rules = &world->rules,
        .settings = &world->settings,
        .paused = &world->paused,
        .snapshot = &world->snapshot,
        .wsl = &world->wsl,
    };
    desired_build(&world->now, &world->desired);
    drift_find(&world->now, &world->desired, &world->ledger, given_up, &world->drift);
    plan_build(&world->now, &world->desired, &world->drift, &world->ledger, &world->plan);
}

/* Somebody's WSL is behind it, or a rule of ours is in it. */
static bool needs_hyperv(const struct world *world)
{
    for (size_t i = 0; i < world->ledger.firewall_rule_count; i++) {
        if (world->ledger.firewall_rules[i].kind == FIREWALL_HYPERV)
            return true;
    }
    for (size_t i = 0; i < world->rules.count; i++) {
        const struct wsl_view *view =
            wsl_view_list_find(&world->wsl, &world->rules.items[i].owner);

        if (view != NULL && view->mode == NETWORKING_MODE_MIRRORED)
            return true;
    }
    return false;
}

bool world_read(struct store *store, const struct system *system, struct memory *memory,
                bool withdraw, struct world *out, struct error *err)
{
    *out = (struct world){0};
    if (!read_store(store, system, &memory->policy, withdraw, out, err) ||
        !system->observe(system->self, &out->snapshot, err)) {
        world_clear(out);
        return false;
    }
    memory_see(memory, &out->snapshot, system->monotonic_ms(system->self));
    infer_wsl(out);
    system->hyperv_watch(system->self, needs_hyperv(out));
    decide(out, memory_given_up(memory));
    return true;
}

void world_clear(struct world *world)
{
    rule_list_clear(&world->rules);
    ledger_clear(&world->ledger);
    LIST_CLEAR(&world->paused);
    snapshot_clear(&world->snapshot);
    LIST_CLEAR(&world->wsl);
    desired_clear(&world->desired);
    drift_clear(&world->drift);
    plan_clear(&world->plan);
}
