/*
 * What the engine remembers from pass to pass.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/memory.h"

#include "core/base/mem.h"

#include <string.h>

void memory_clear(struct memory *memory)
{
    mem_free(memory->users);
    mem_free(memory->rewrites);
    mem_free(memory->given_up.keys);
    *memory = (struct memory){0};
}

static struct seen_user *find_user(struct memory *memory, const struct user_sid *user)
{
    for (size_t i = 0; i < memory->user_count; i++) {
        if (user_sid_equals(&memory->users[i].user, user))
            return &memory->users[i];
    }
    memory->users = mem_grow(memory->users, memory->user_count, &memory->user_capacity,
                             sizeof *memory->users);
    memory->users[memory->user_count].user = *user;
    return &memory->users[memory->user_count++];
}

static bool knows_vm(const struct seen_user *seen, const char *vm_id)
{
    for (size_t i = 0; i < seen->vm_count; i++) {
        if (strcmp(seen->vm_ids[i], vm_id) == 0)
            return true;
    }
    return false;
}

static bool announces_new_vm(const struct seen_user *seen, const struct wsl_trace *trace)
{
    for (size_t i = 0; i < trace->vm_count; i++) {
        if (!knows_vm(seen, trace->vm_ids[i]))
            return true;
    }
    return false;
}

/* An address that is written while no VM shows means that WSL runs without the traces we
 * know: "stopped" would then be a guess. */
static void see_trace(struct memory *memory, struct wsl_trace *trace)
{
    struct seen_user *seen = find_user(memory, &trace->user);
    const bool alive = trace->relay_found || trace->vm_count > 0;

    if (announces_new_vm(seen, trace))
        memory->new_vm = true;
    if (alive)
        seen->seen_running = true;
    else if (strcmp(seen->nat_address, trace->nat_address) != 0)
        seen->seen_running = false;
    trace->seen_running = seen->seen_running;
    memcpy(seen->nat_address, trace->nat_address, sizeof seen->nat_address);
    memcpy(seen->vm_ids, trace->vm_ids, sizeof seen->vm_ids);
    seen->vm_count = trace->vm_count;
}

static bool is_rewritten_too_often(const struct rewrite *rewrite, uint64_t now_ms)
{
    return rewrite->count == REWRITES_MAX &&
           now_ms - rewrite->times_ms[REWRITES_MAX - 1] <= REWRITES_WINDOW_MS;
}

static void give_up(struct given_up *given_up, const struct portproxy_key *key)
{
    given_up->keys = mem_grow(given_up->keys, given_up->key_count,
                              &given_up->key_capacity, sizeof *given_up->keys);
    given_up->keys[given_up->key_count++] = *key;
}

void memory_see(struct memory *memory, struct snapshot *snapshot, uint64_t now_ms)
{
    for (size_t i = 0; i < snapshot->wsl_traces.count; i++)
        see_trace(memory, &snapshot->wsl_traces.items[i]);
    for (size_t i = 0; i < memory->rewrite_count; i++) {
        const struct portproxy_key *key = &memory->rewrites[i].key;

        if (is_rewritten_too_often(&memory->rewrites[i], now_ms) &&
            portproxy_list_find(&snapshot->portproxy, key) == NULL &&
            !given_up_has(&memory->given_up, key))
            give_up(&memory->given_up, key);
    }
}

static void note_rewrite(struct memory *memory, const struct portproxy_key *key,
                         uint64_t now_ms)
{
    struct rewrite *rewrite = NULL;

    for (size_t i = 0; i < memory->rewrite_count; i++) {
        if (portproxy_key_equals(&memory->rewrites[i].key, key))
            rewrite = &memory->rewrites[i];
    }
    if (rewrite == NULL) {
        memory->rewrites = mem_grow(memory->rewrites, memory->rewrite_count,
                                    &memory->rewrite_capacity, sizeof *memory->rewrites);
        rewrite = &memory->rewrites[memory->rewrite_count++];
        rewrite->key = *key;
    }
    memmove(rewrite->times_ms + 1, rewrite->times_ms,
            (REWRITES_MAX - 1) * sizeof rewrite->times_ms[0]);
    rewrite->times_ms[0] = now_ms;
    if (rewrite->count < REWRITES_MAX)
        rewrite->count++;
}

void memory_note_rewrites(struct memory *memory, const struct plan *plan,
                          const struct apply_result *result, uint64_t now_ms)
{
    /* Then nothing was written, and whoever locked the database is no program that removes
     * entries. */
    if (result->store_failed && result->written_count == 0)
        return;
    for (size_t i = 0; i < plan->count; i++) {
        const struct step *step = &plan->items[i];

        if (step->kind == STEP_WRITE_ENTRY && !step->has_live &&
            step->owned.has_confirmed && step->owned.intent == INTENT_NONE &&
            apply_result_find(result, i) == NULL)
            note_rewrite(memory, &step->entry.key, now_ms);
    }
}

const struct given_up *memory_given_up(const struct memory *memory)
{
    return &memory->given_up;
}

void memory_forgive(struct memory *memory)
{
    memory->given_up.key_count = 0;
    memory->rewrite_count = 0;
}
