/*
 * Whether something accepts at the far end, by a probe or by WSL's relay.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/diagnosis_target.h"

#include "core/reconcile/listener_evidence.h"

#include <string.h>

/* In a reserved range the relay cannot bind either, whatever listens inside (facts/wsl.md §6). */
static bool relay_may_be_shut_out(const struct chain *chain)
{
    return chain->status->reason == REASON_PORT_EXCLUDED &&
           chain->entry->key.port == chain->entry->value.port;
}

static void name_connect_side(const struct chain *chain, enum reason reason,
                              struct diagnosis_link *link)
{
    const struct portproxy_value *value = &chain->entry->value;
    const bool is_v6 = strchr(value->connect, ':') != NULL;

    link_judge(link, LINK_WARNING, reason, is_v6 ? "[%s]:%u" : "%s:%u", value->connect,
               value->port);
}

/* Refused at WSL's address and yet told by the relay, which sees listeners on loopback too. */
static void judge_refusal(const struct chain *chain, struct diagnosis_link *link)
{
    const uint16_t port = chain->entry->value.port;

    if (chain_uses_wsl(chain) &&
        relay_evidence_find(chain->snapshot, &chain->rule->owner, port) == RELAY_HAS)
        link_judge(link, LINK_WARNING, REASON_LOOPBACK_ONLY, "%u", port);
    else
        name_connect_side(chain, REASON_TARGET_REFUSED, link);
}

/* False: the probe tells nothing. */
static bool judge_by_probe(const struct chain *chain, struct diagnosis_link *link)
{
    switch (chain->probe) {
    case PROBE_CONNECTED:
        link_judge_plainly(link, LINK_GOOD);
        return true;
    case PROBE_REFUSED:
        judge_refusal(chain, link);
        return true;
    case PROBE_SILENT:
        name_connect_side(chain, REASON_TARGET_SILENT, link);
        return true;
    default:
        return false;
    }
}

void diagnosis_judge_target(const struct chain *chain, struct diagnosis_link *link)
{
    enum relay_evidence evidence;

    if (!chain_is_wanted(chain)) {
        link_judge_plainly(link, LINK_NOT_NEEDED);
        return;
    }
    if (judge_by_probe(chain, link))
        return;
    if (!chain_uses_wsl(chain)) {
        link_judge_plainly(link, LINK_UNKNOWN);
        return;
    }
    evidence = relay_evidence_find(chain->snapshot, &chain->rule->owner,
                                   chain->entry->value.port);
    if (evidence == RELAY_CANNOT_TELL ||
        (evidence == RELAY_HAS_NOT && relay_may_be_shut_out(chain)))
        link_judge_plainly(link, LINK_UNKNOWN);
    else
        link_judge(link, evidence == RELAY_HAS ? LINK_GOOD : LINK_WARNING,
                   evidence == RELAY_HAS ? REASON_NONE : REASON_NOTHING_LISTENS, "%u",
                   chain->entry->value.port);
}
