/*
 * The links of one rule's forward, each judged by what is seen of it, whatever the others are.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_RECONCILE_DIAGNOSIS_LINKS_H
#define TIDEGATE_RECONCILE_DIAGNOSIS_LINKS_H

#include "core/model/diagnosis.h"
#include "core/reconcile/status.h"

/* What the links of one rule are judged by. */
struct chain {
    const struct outcome *outcome;
    const struct snapshot *snapshot;
    const struct rule *rule;
    const struct rule_status *status;
    const struct desired_rule *decided;
    const struct desired_entry *entry; /* of the worst port; NULL if there is none */
    enum drift_kind entry_drift;       /* its drift; DRIFT_ABSENT without an entry */
    const struct firewall_drift *firewall_drift;
    const struct firewall_drift *outbound_drift;
    const struct wsl_view *view; /* of the owner; NULL if there is none */
    enum probe_result probe;
};

/* The subject is language-neutral. */
void link_judge(struct diagnosis_link *link, enum link_verdict verdict,
                enum reason reason, const char *format, ...) PRINTF_LIKE(4, 5);

/* The verdict alone says all. */
void link_judge_plainly(struct diagnosis_link *link, enum link_verdict verdict);

/* The same as a status says it, with its words. */
void link_judge_as(struct diagnosis_link *link, enum link_verdict verdict,
                   enum reason reason, const struct rule_status *status);

/* By the link's kind. Links that an earlier one makes meaningless are not needed, or unknown. */
void link_judge_by_evidence(const struct chain *chain, struct diagnosis_link *link);

/* The rule connects to WSL, not to a literal address. */
bool chain_uses_wsl(const struct chain *chain);

/* An entry of ours should stand. */
bool chain_is_wanted(const struct chain *chain);

/* The entry of the worst port stands and says what it should. */
bool chain_stands(const struct chain *chain);

/* It should stand, and nobody but us keeps it from that. */
bool chain_is_missing(const struct chain *chain);

#endif
