/*
 * What the engine remembers from pass to pass.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/memory.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <string.h>

/* After the last look for it (DESIGN.md §6). */
#define RELAY_OVERDUE_MS 10500u

void memory_clear(struct memory *memory)
{
    mem_free(memory->users);
    mem_free(memory->rewrites);
    mem_free(memory->given_up.keys);
    mem_free(memory->given_up.names);
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

bool memory_note_hint(struct memory *memory, const struct user_sid *user,
                      const struct wsl_hint *hint)
{
    struct seen_user *seen = find_user(memory, user);

    if (seen->has_hint && wsl_hint_equals(&seen->hint, hint))
        return false;
    seen->has_hint = true;
    seen->hint = *hint;
    return true;
}

bool memory_has_hint(const struct memory *memory, const struct user_sid *user)
{
    for (size_t i = 0; i < memory->user_count; i++) {
        if (user_sid_equals(&memory->users[i].user, user))
            return memory->users[i].has_hint;
    }
    return false;
}

bool memory_may_log(struct memory *memory, const struct user_sid *user, uint64_t now_ms)
{
    return line_budget_take(&find_user(memory, user)->lines, now_ms);
}

static bool shows_vm(const struct wsl_trace *trace, const char *vm_id)
{
    for (size_t i = 0; i < trace->vm_count; i++) {
        if (strcmp(trace->vm_ids[i], vm_id) == 0)
            return true;
    }
    return trace->relay_found && strcmp(trace->relay_vm_id, vm_id) == 0;
}

/* What was asked of a VM says nothing of the next one. Without the VM's id a hint is about the VM
 * of that time, until another shows or all traces are gone. */
static void see_hint(struct seen_user *seen, bool has_new_vm, struct wsl_trace *trace)
{
    const bool was_alive = seen->vm_count > 0 || seen->relay_vm_id[0] != '\0';
    const bool alive = trace->relay_found || trace->vm_count > 0;
    const bool relay_changed = trace->relay_found && seen->relay_vm_id[0] != '\0' &&
                               strcmp(seen->relay_vm_id, trace->relay_vm_id) != 0;

    if (seen->hint.vm_id[0] != '\0' ? !shows_vm(trace, seen->hint.vm_id)
                                    : has_new_vm || relay_changed || (was_alive && !alive))
        wsl_hint_forget_vm(&seen->hint);
    trace->has_hint = seen->has_hint;
    trace->hint = seen->hint;
}

/* An address that is written while no VM shows means that WSL runs without the traces we
 * know: "stopped" would then be a guess. */
static void see_trace(struct memory *memory, struct wsl_trace *trace, uint64_t now_ms)
{
    struct seen_user *seen = find_user(memory, &trace->user);
    const bool alive = trace->relay_found || trace->vm_count > 0;
    const bool has_new_vm = announces_new_vm(seen, trace);

    if (has_new_vm) {
        memory->new_vm = true;
        seen->vm_since_ms = now_ms;
    }
    trace->relay_overdue = now_ms - seen->vm_since_ms > RELAY_OVERDUE_MS;
    see_hint(seen, has_new_vm, trace);
    if (alive)
        seen->seen_running = true;
    else if (strcmp(seen->nat_address, trace->nat_address) != 0)
        seen->seen_running = false;
    trace->seen_running = seen->seen_running;
    memcpy(seen->nat_address, trace->nat_address, sizeof seen->nat_address);
    memcpy(seen->relay_vm_id, trace->relay_vm_id, sizeof seen->relay_vm_id);
    memcpy(seen->vm_ids, trace->vm_ids, sizeof seen->vm_ids);
    seen->vm_count = trace->vm_count;
}

static bool is_rewritten_too_often(const struct rewrite *rewrite, uint64_t now_ms)
{
    return rewrite->count == REWRITES_MAX &&
           now_ms - rewrite->times_ms[REWRITES_MAX - 1] <= REWRITES_WINDOW_MS;
}

static void give_up_entry(struct given_up *given_up, const struct portproxy_key *key)
{
    if (given_up_has(given_up, key))
        return;
    given_up->keys = mem_grow(given_up->keys, given_up->key_count,
                              &given_up->key_capacity, sizeof *given_up->keys);
    given_up->keys[given_up->key_count++] = *key;
}

static void give_up_firewall_rule(struct given_up *given_up, const char *name)
{
    if (given_up_has_firewall_rule(given_up, name))
        return;
    given_up->names = mem_grow(given_up->names, given_up->name_count,
                               &given_up->name_capacity, sizeof *given_up->names);
    text_copy(given_up->names[given_up->name_count++], FIREWALL_NAME_SIZE, name);
}

/* Gives up what is missing once more after it was written too often. */
static void see_rewrite(struct memory *memory, const struct rewrite *rewrite,
                        const struct snapshot *snapshot)
{
    if (rewrite->firewall_rule[0] == '\0') {
        if (portproxy_list_find(&snapshot->portproxy, &rewrite->key) == NULL)
            give_up_entry(&memory->given_up, &rewrite->key);
    } else if (firewall_state_knows(&snapshot->firewall, rewrite->firewall_kind) &&
               !firewall_state_is_busy(&snapshot->firewall, rewrite->firewall_kind) &&
               firewall_rule_list_find(&snapshot->firewall.rules,
                                       rewrite->firewall_rule) == NULL) {
        give_up_firewall_rule(&memory->given_up, rewrite->firewall_rule);
    }
}

/* What a program said of a user is forgotten when that one signs out. */
static void forget_signed_out(struct memory *memory, const struct snapshot *snapshot)
{
    for (size_t i = 0; i < memory->user_count; i++) {
        struct seen_user *seen = &memory->users[i];
        bool is_signed_in = false;

        for (size_t j = 0; !is_signed_in && j < snapshot->wsl_traces.count; j++)
            is_signed_in =
                snapshot->wsl_traces.items[j].hive_loaded &&
                user_sid_equals(&snapshot->wsl_traces.items[j].user, &seen->user);
        if (!is_signed_in) {
            seen->has_hint = false;
            seen->hint = (struct wsl_hint){0};
        }
    }
}

void memory_see(struct memory *memory, struct snapshot *snapshot, uint64_t now_ms)
{
    forget_signed_out(memory, snapshot);
    for (size_t i = 0; i < snapshot->wsl_traces.count; i++)
        see_trace(memory, &snapshot->wsl_traces.items[i], now_ms);
    for (size_t i = 0; i < memory->rewrite_count; i++) {
        if (is_rewritten_too_often(&memory->rewrites[i], now_ms))
            see_rewrite(memory, &memory->rewrites[i], snapshot);
    }
}

static struct rewrite *find_rewrite(struct memory *memory, const struct rewrite *like)
{
    struct rewrite *rewrite;

    for (size_t i = 0; i < memory->rewrite_count; i++) {
        rewrite = &memory->rewrites[i];
        if (strcmp(rewrite->firewall_rule, like->firewall_rule) == 0 &&
            portproxy_key_equals(&rewrite->key, &like->key))
            return rewrite;
    }
    memory->rewrites = mem_grow(memory->rewrites, memory->rewrite_count,
                                &memory->rewrite_capacity, sizeof *memory->rewrites);
    rewrite = &memory->rewrites[memory->rewrite_count++];
    *rewrite = *like;
    return rewrite;
}

static void note_rewrite(struct memory *memory, const struct rewrite *like,
                         uint64_t now_ms)
{
    struct rewrite *rewrite = find_rewrite(memory, like);

    memmove(rewrite->times_ms + 1, rewrite->times_ms,
            (REWRITES_MAX - 1) * sizeof rewrite->times_ms[0]);
    rewrite->times_ms[0] = now_ms;
    if (rewrite->count < REWRITES_MAX)
        rewrite->count++;
}

static bool rewrites_entry(const struct step *step)
{
    return step->kind == STEP_WRITE_ENTRY && !step->has_live &&
           step->owned.has_confirmed && step->owned.intent == INTENT_NONE;
}

static bool rewrites_firewall_rule(const struct step *step)
{
    return step->kind == STEP_ADD_FIREWALL_RULE && !step->has_live &&
           step->owned_firewall_rule.has_confirmed &&
           step->owned_firewall_rule.intent == INTENT_NONE;
}

static void name_firewall_rule(const struct firewall_rule *rule, struct rewrite *out)
{
    text_copy(out->firewall_rule, sizeof out->firewall_rule, rule->name);
    out->firewall_kind = rule->kind;
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
        struct rewrite like = {0};

        if (apply_result_find(result, i) != NULL)
            continue;
        if (rewrites_entry(step))
            like.key = step->entry.key;
        else if (rewrites_firewall_rule(step) && result->firewall_count > 0)
            name_firewall_rule(&step->firewall_rule, &like);
        else
            continue;
        note_rewrite(memory, &like, now_ms);
    }
}

const struct given_up *memory_given_up(const struct memory *memory)
{
    return &memory->given_up;
}

void memory_forgive(struct memory *memory)
{
    memory->given_up.key_count = 0;
    memory->given_up.name_count = 0;
    memory->rewrite_count = 0;
}
