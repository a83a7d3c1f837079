/*
 * The links of a forward, held against the rule's status.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/diagnosis.h"

#include "core/reconcile/diagnosis_links.h"
#include "core/reconcile/diagnosis_sockets.h"

/* Where each reason is told. Those that concern an entry or a firewall rule alike (changed back,
 * access denied) are the entry's while that does not stand. */
static const enum link_kind told_by[REASON_COUNT] = {
    [REASON_NONE] = LINK_ENTRY, /* about to be written */
    [REASON_PAUSED] = LINK_RULE,
    [REASON_OWNER_SIGNED_OUT] = LINK_WSL,
    [REASON_WSL_NOT_RUNNING] = LINK_WSL,
    [REASON_ADDRESS_UNKNOWN] = LINK_ADDRESS,
    [REASON_MODE_VIRTIOPROXY] = LINK_MODE,
    [REASON_FOREIGN_ENTRY] = LINK_ENTRY,
    [REASON_FOREIGN_EQUAL] = LINK_ENTRY,
    [REASON_FOREIGN_KEEPS_OPEN] = LINK_ENTRY,
    [REASON_CHANGED_BACK] = LINK_FIREWALL,
    [REASON_OTHER_RULE] = LINK_RULE,
    [REASON_PORT_IN_USE] = LINK_LISTENER,
    [REASON_PORT_EXCLUDED] = LINK_LISTENER,
    [REASON_NOT_LISTENING] = LINK_LISTENER,
    [REASON_IP_HELPER_STOPPED] = LINK_IP_HELPER,
    [REASON_IP_HELPER_DISABLED] = LINK_IP_HELPER,
    [REASON_FIREWALL_PENDING] = LINK_FIREWALL,
    [REASON_FIREWALL_FAILED] = LINK_FIREWALL,
    [REASON_FIREWALL_CHANGED] = LINK_FIREWALL,
    [REASON_FIREWALL_OVERRIDDEN] = LINK_FIREWALL,
    [REASON_FIREWALL_BLOCK_ALL] = LINK_FIREWALL,
    [REASON_PROFILE_MISMATCH] = LINK_NETWORK,
    [REASON_LISTEN_ADDRESS_ABSENT] = LINK_ENTRY,
    [REASON_INTERFACE_NO_ADDRESS] = LINK_ENTRY,
    [REASON_CONNECT_IS_THIS_PC] = LINK_ADDRESS,
    [REASON_TOO_MANY_ENTRIES] = LINK_RULE,
    [REASON_NOTHING_LISTENS] = LINK_TARGET,
    [REASON_ACCESS_DENIED] = LINK_FIREWALL,
    [REASON_WRITE_FAILED] = LINK_ENTRY,
    [REASON_STORE_FAILED] = LINK_ENTRY,
    [REASON_OUTBOUND_BLOCKED] = LINK_FIREWALL,
    [REASON_LOOPBACK_ONLY] = LINK_TARGET,
    [REASON_TARGET_REFUSED] = LINK_TARGET,
    [REASON_TARGET_SILENT] = LINK_TARGET,
    [REASON_MODE_BRIDGED] = LINK_MODE,
    [REASON_MODE_NONE] = LINK_MODE,
    [REASON_MIRRORED_PORT] = LINK_MODE,
    [REASON_WSL1] = LINK_MODE,
    [REASON_WSL_ABSENT] = LINK_WSL,
};

/* An entry that waits for its firewall rule is missing for that rule's reason. */
static enum link_kind telling_link(const struct chain *chain, enum reason reason)
{
    const enum link_kind kind = told_by[reason];
    const bool is_undone = reason == REASON_ACCESS_DENIED || reason == REASON_CHANGED_BACK
                               ? !chain_stands(chain)
                               : chain_is_missing(chain);

    return kind > LINK_ENTRY && is_undone ? LINK_ENTRY : kind;
}

static void soften(struct diagnosis *out, enum link_kind before)
{
    for (size_t i = 0; i < out->link_count && out->links[i].kind < before; i++) {
        if (out->links[i].verdict == LINK_BROKEN)
            out->links[i].verdict = LINK_WARNING;
    }
}

/* Who connects knows better than who looks at listeners. */
static bool is_refuted(const struct chain *chain, enum reason warning)
{
    return warning == REASON_NOTHING_LISTENS && chain->probe != PROBE_NONE &&
           chain->probe != PROBE_UNDER_WAY && chain->probe != PROBE_FAILED;
}

/* The link that tells what the rule's status says. What is found before it did not keep the rule
 * from working, or not first, and is only a warning. */
static void hold_against_status(const struct chain *chain, struct diagnosis *out)
{
    const struct rule_status *status = chain->status;
    const bool works =
        status->state == RULE_STATE_ACTIVE || status->state == RULE_STATE_OFF;
    const enum reason reason = works ? status->warning : status->reason;
    const enum link_kind kind = telling_link(chain, reason);

    soften(out, works ? LINK_KIND_END : kind);
    if (works && (reason == REASON_NONE || is_refuted(chain, reason)))
        return;
    link_judge_as(&out->links[kind - 1], works ? LINK_WARNING : LINK_BROKEN, reason,
                  status);
}

static void judge_links(const struct chain *chain, struct diagnosis *out)
{
    for (int kind = LINK_RULE; kind < LINK_KIND_END; kind++) {
        struct diagnosis_link *link = &out->links[out->link_count++];

        link->kind = (enum link_kind)kind;
        link_judge_by_evidence(chain, link);
    }
}

static void show_firewall_rule(const struct chain *chain, struct diagnosis *out)
{
    const struct firewall_drift *drift = chain->firewall_drift;

    out->firewall_rule_wanted = drift->wanted;
    out->firewall_rule_found = drift->live_index != NO_INDEX;
    if (out->firewall_rule_found)
        out->firewall_rule = chain->snapshot->firewall.rules.items[drift->live_index];
}

void diagnosis_find(const struct diagnosis_evidence *evidence, struct diagnosis *out)
{
    const struct outcome *outcome = evidence->outcome;
    const struct rule *rule = &outcome->now->rules->items[evidence->rule_index];
    const bool has_entry = evidence->worst_entry != NO_INDEX;
    const struct chain chain = {
        .outcome = outcome,
        .snapshot = outcome->now->snapshot,
        .rule = rule,
        .status = &evidence->status,
        .decided = &outcome->desired->rules[evidence->rule_index],
        .entry = has_entry ? &outcome->desired->entries[evidence->worst_entry] : NULL,
        .entry_drift = has_entry ? outcome->drift->entries[evidence->worst_entry].kind
                                 : DRIFT_ABSENT,
        .firewall_drift = &outcome->drift->firewall_rules[evidence->rule_index],
        .outbound_drift =
            drift_of_outbound(outcome->drift, outcome->desired, evidence->rule_index),
        .view = wsl_view_list_find(outcome->now->wsl, &rule->owner),
        .probe = evidence->probe,
    };

    *out = (struct diagnosis){.rule_id = rule->id, .probe = evidence->probe};
    judge_links(&chain, out);
    hold_against_status(&chain, out);
    diagnosis_find_listeners(outcome, rule, out);
    diagnosis_find_connections(outcome, rule, evidence->connections, out);
    show_firewall_rule(&chain, out);
}
