/*
 * The last link of a forward: what listens where it connects to.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_RECONCILE_DIAGNOSIS_TARGET_H
#define TIDEGATE_RECONCILE_DIAGNOSIS_TARGET_H

#include "core/reconcile/diagnosis_links.h"

/* By what a probe found, if one was asked for; else by WSL's relay. */
void diagnosis_judge_target(const struct chain *chain, struct diagnosis_link *link);

#endif
