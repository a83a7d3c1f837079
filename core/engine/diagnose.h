/*
 * Diagnosing one rule: why it does or does not forward, seen now.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_ENGINE_DIAGNOSE_H
#define TIDEGATE_ENGINE_DIAGNOSE_H

#include "core/engine/engine.h"
#include "core/model/diagnosis.h"

/* Reads the world afresh and changes nothing. With `probe` it also begins a connection to where the
 * rule connects to, or tells what became of it: while that is under way, ask again.
 * ERR_NOT_FOUND when there is no such rule; the store must be open. The caller decides who may
 * ask. `out` is as it was on failure. */
bool engine_diagnose(struct engine *engine, const struct rule_id *id, bool probe,
                     struct diagnosis *out, struct error *err) MUST_CHECK;

#endif
