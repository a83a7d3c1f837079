/*
 * Taking over what a script set up: its portproxy entries become rules, its firewall rules are
 * turned off in favour of ours; and undoing that. What is to be done is committed first, in one
 * transaction; the passes carry it out, however often the process ends in between.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_ENGINE_ADOPT_H
#define TIDEGATE_ENGINE_ADOPT_H

#include "core/engine/engine_state.h"

/* Whether the request can be carried out: before anybody is asked for a password over it. */
bool adopt_check(struct engine *engine, const struct user_sid *user,
                 const struct adopt_request *request, struct error *err) MUST_CHECK;

/* Commits it, and puts into `reply` how much was done. The caller runs a pass. Each named entry
 * must be there, foreign, and of WSL: ERR_NOT_FOUND, ERR_CONFLICT or ERR_INVALID name it, and
 * nothing is done. A script's firewall rule stays as long as another foreign entry listens on one
 * of its ports. */
bool adopt_store(struct engine *engine, const struct user_sid *user,
                 const struct adopt_request *request, struct adopt_reply *reply,
                 struct error *err) MUST_CHECK;

/* Puts into `reply` what there is. */
bool adopt_tell(struct engine *engine, const struct user_sid *user,
                struct adopt_reply *reply, struct error *err) MUST_CHECK;

/* For uninstall: what adopt_store commits for an undo, for everybody at once. `given_back` counts
 * entries and firewall rules. */
bool adopt_undo_all(struct engine *engine, size_t *given_back,
                    struct error *err) MUST_CHECK;

/* Whether nothing is on its way back to what it was. */
bool adopt_undo_is_done(struct engine *engine, bool *done, struct error *err) MUST_CHECK;

/* At a pass' begin: puts former entries back where an undo says so. What fails is tried again
 * later. */
void adopt_restore_entries(struct engine *engine);

/* At its end: has the scripts' firewall rules turned off or on, once ours stand or are gone. */
void adopt_switch_firewall_rules(struct engine *engine, const struct world *world);

#endif
