/*
 * What the engine remembers from pass to pass and no table holds: which VMs it has seen, and which
 * entries another program keeps removing. Lost with the process, on purpose.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_ENGINE_MEMORY_H
#define TIDEGATE_ENGINE_MEMORY_H

#include "core/engine/line_budget.h"
#include "core/engine/policy_hold.h"
#include "core/reconcile/apply.h"

#define REWRITES_MAX 3 /* within a minute; then somebody else must stop first */
#define REWRITES_WINDOW_MS 60000u

struct seen_user {
    struct user_sid user;
    char nat_address[WSL_TRACE_SIZE];
    char vm_ids[WSL_VM_CAPACITY][WSL_VM_ID_SIZE];
    size_t vm_count;
    char relay_vm_id[WSL_VM_ID_SIZE];
    uint64_t vm_since_ms; /* since when the newest VM is known */
    bool seen_running;
    bool has_hint;
    struct wsl_hint hint; /* what the user's own program said last, as far as it still holds */
    struct line_budget lines; /* in the log, about this user's WSL and rules */
};

/* An entry, or a firewall rule, that was written again. */
struct rewrite {
    struct portproxy_key key;
    char firewall_rule[FIREWALL_NAME_SIZE]; /* "" for an entry; else `key` is zeroed */
    enum firewall_kind firewall_kind;
    uint64_t times_ms[REWRITES_MAX]; /* newest first */
    size_t count;
};

struct memory {
    struct seen_user *users;
    size_t user_count, user_capacity;
    struct rewrite *rewrites;
    size_t rewrite_count, rewrite_capacity;
    struct given_up given_up;
    struct line_budget changes; /* lines in the log about what passes wrote */
    struct policy_hold policy;
    bool new_vm; /* a VM was announced that was not known before; the reader resets it */
};

void memory_clear(struct memory *memory);

/* Takes note of what a user's program says of that user's WSL. False: it is what it said before. */
bool memory_note_hint(struct memory *memory, const struct user_sid *user,
                      const struct wsl_hint *hint);

bool memory_has_hint(const struct memory *memory, const struct user_sid *user);

/* Whether one more line about this user's WSL or rules may be logged; counts it. */
bool memory_may_log(struct memory *memory, const struct user_sid *user, uint64_t now_ms);

/* Takes note of a snapshot and writes what is remembered into its traces (seen_running, the
 * hint). */
void memory_see(struct memory *memory, struct snapshot *snapshot, uint64_t now_ms);

/* Takes note of what had been removed by somebody and was written again. */
void memory_note_rewrites(struct memory *memory, const struct plan *plan,
                          const struct apply_result *result, uint64_t now_ms);

/* Borrowed. */
const struct given_up *memory_given_up(const struct memory *memory);

/* The user asked for another try. */
void memory_forgive(struct memory *memory);

#endif
