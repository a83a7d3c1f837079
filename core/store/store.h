/*
 * The database: rules, ledger, settings, pauses, activity. The only place that knows SQL.
 * One thread at a time. Every write is durable (synchronous=FULL, WAL) when its
 * transaction's commit returns.
 *
 * A second copy of the file stands beside it ("tidegate.db.copy") and is brought up to date
 * inside store_commit, before the database itself: what recovery falls back to is never older
 * than the last committed intent, so it never forgets what we own. Only activity may be missing
 * from it.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_STORE_STORE_H
#define TIDEGATE_STORE_STORE_H

#include "core/base/error.h"
#include "core/model/rule.h"
#include "core/reconcile/adoption.h"
#include "core/reconcile/ledger.h"
#include "core/store/activity.h"
#include "core/store/settings.h"

struct store;

enum store_opening {
    STORE_OPENED,
    STORE_CREATED,
    STORE_RECOVERED, /* the file was damaged (moved aside) or gone: the good copy restored */
    STORE_STARTED_ANEW /* damaged, and no good copy: moved aside, begun empty */
};

/*
 * Opens or creates the database at `path` (UTF-8; ":memory:" for tests, which has no copy)
 * and migrates it. Fails with ERR_STORE and changes nothing when the file is from a newer version
 * ("database is version 7, this program knows up to 1"), is locked, or is no file of ours.
 * A damaged one is renamed to "<path>.damaged-N" (first free N) with its -wal and -shm.
 * `opening` tells which; `moved_to` (may be NULL) names the file moved aside, or is "".
 */
struct store *store_open(const char *path, enum store_opening *opening, char *moved_to,
                         size_t moved_to_size, struct error *err);

/* store_close(NULL) is harmless. Rolls back an open transaction. */
void store_close(struct store *store);

/* Transactions do not nest. Reading needs none. Each writing function below must be called
 * inside one (asserted). Commit failure rolls back, and so
 * does a copy that cannot be written. A database locked by another program fails
 * after 250 ms with ERR_STORE "... database is locked ...". */
bool store_begin(struct store *store, struct error *err) MUST_CHECK;
bool store_commit(struct store *store, struct error *err) MUST_CHECK;
void store_rollback(struct store *store);

/* All rules of all users, oldest (lowest sequence) first. `out` is replaced. A row that breaks
 * rule_validate (someone edited the file) is left out but stays in the file;
 * *skipped_count counts them and may be NULL. */
bool store_load_rules(struct store *store, struct rule_list *out, size_t *skipped_count,
                      struct error *err) MUST_CHECK;

/* Inserts or replaces by id. A new rule (sequence 0) gets the next sequence, written back.
 * Asserts a valid id. */
bool store_put_rule(struct store *store, struct rule *rule, struct error *err) MUST_CHECK;
bool store_delete_rule(struct store *store, const struct rule_id *id,
                       struct error *err) MUST_CHECK; /* ERR_NOT_FOUND */

bool store_load_ledger(struct store *store, struct ledger *out,
                       struct error *err) MUST_CHECK;
/* Insert or replace one row by its key or name; forget: success when there is none. */
bool store_put_entry(struct store *store, const struct owned_entry *owned,
                     struct error *err) MUST_CHECK;
bool store_forget_entry(struct store *store, const struct portproxy_key *key,
                        struct error *err) MUST_CHECK;
bool store_put_firewall_rule(struct store *store, const struct owned_firewall_rule *owned,
                             struct error *err) MUST_CHECK;
bool store_forget_firewall_rule(struct store *store, const char *name,
                                struct error *err) MUST_CHECK;

/* What was taken over from scripts. `out` is replaced. */
bool store_load_adoption(struct store *store, struct adoption *out,
                         struct error *err) MUST_CHECK;
/* Insert or replace by key; forget: success when there is none. */
bool store_put_adopted_entry(struct store *store, const struct adopted_entry *adopted,
                             struct error *err) MUST_CHECK;
bool store_forget_adopted_entry(struct store *store, const struct portproxy_key *key,
                                struct error *err) MUST_CHECK;
/* Inserts (number 0) or replaces. */
bool store_put_adopted_rule(struct store *store, const struct adopted_rule *adopted,
                            struct error *err) MUST_CHECK;
bool store_forget_adopted_rule(struct store *store, int64_t number,
                               struct error *err) MUST_CHECK;

bool store_load_settings(struct store *store, struct settings *out,
                         struct error *err) MUST_CHECK;
bool store_save_settings(struct store *store, const struct settings *settings,
                         struct error *err) MUST_CHECK;

/* The networking mode that a user's own program told of one VM. It holds for that VM alone, whose
 * id no other gets, so it holds across a restart of the service. */
struct told_mode {
    struct user_sid user;
    char vm_id[WSL_VM_ID_SIZE];
    enum networking_mode mode;
};

struct told_mode_list {
    struct told_mode *items;
    size_t count, capacity;
};

/* `out` is replaced. Rows that cannot be read are left out. */
bool store_load_told_modes(struct store *store, struct told_mode_list *out,
                           struct error *err) MUST_CHECK;
/* The last one of each user is kept. */
bool store_put_told_mode(struct store *store, const struct told_mode *told,
                         struct error *err) MUST_CHECK;

/* Who has paused: `out` is replaced by the SIDs. */
bool store_load_pauses(struct store *store, struct user_sid_list *out,
                       struct error *err) MUST_CHECK;
bool store_set_paused(struct store *store, const struct user_sid *user, bool paused,
                      struct error *err) MUST_CHECK;

/* Appends; keeps the newest 1,000. */
bool store_add_activity(struct store *store, const struct activity *activity,
                        struct error *err) MUST_CHECK;
/* Newest first, at most `limit`; only what concerns one rule, unless `rule_id` is NULL. */
bool store_load_activity(struct store *store, const struct rule_id *rule_id, size_t limit,
                         struct activity_list *out, struct error *err) MUST_CHECK;

#endif
