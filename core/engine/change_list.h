/*
 * Changes of rules, worked out in memory before anything is stored: what a single request asks,
 * and what a batch asks, goes one way. All are carried out, or none.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_ENGINE_CHANGE_LIST_H
#define TIDEGATE_ENGINE_CHANGE_LIST_H

#include "core/engine/engine_state.h"

struct change {
    enum activity_kind kind; /* ACTIVITY_RULE_... */
    struct rule rule;        /* as it will be; removed: as it was */
};

/* A zeroed list is a valid empty list. */
struct change_list {
    struct change *items;
    size_t count, capacity;
    bool is_batch; /* then an error names the item: "3rd change: ..." */
};

void change_list_clear(struct change_list *list);

/* Whether the request changes rules: put, delete, enable or a batch of these. */
bool request_changes_rules(const struct request *request);

/*
 * Works out the changes on behalf of `user` and checks them: each rule by itself, then all of them
 * as they will stand beside the others when everything is done. `rules` are those that are stored.
 * `out` is filled in any case, for the caller to clear.
 */
bool change_list_plan(const struct request *request, const struct user_sid *user,
                      const struct rule_list *rules, const struct system *system,
                      struct change_list *out, struct error *err) MUST_CHECK;

/* In one transaction, with a line of the log for each. */
bool change_list_store(struct engine *engine, struct change_list *list,
                       struct error *err) MUST_CHECK;

#endif
