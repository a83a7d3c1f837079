/*
 * Each link of a forward, judged for itself.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/diagnosis_links.h"

#include "core/reconcile/diagnosis_target.h"
#include "core/reconcile/firewall_evidence.h"
#include "core/reconcile/listener_evidence.h"

#include <stdarg.h>
#include <string.h>

void link_judge(struct diagnosis_link *link, enum link_verdict verdict,
                enum reason reason, const char *format, ...)
{
    struct text text = TEXT_OVER(link->subject);
    va_list args;

    link->verdict = verdict;
    link->reason = reason;
    link->subject_message = (struct message){0};
    va_start(args, format);
    text_append_args(&text, format, args);
    va_end(args);
}

void link_judge_as(struct diagnosis_link *link, enum link_verdict verdict,
                   enum reason reason, const struct rule_status *status)
{
    link_judge(link, verdict, reason, "%s", status->subject);
    link->subject_message = status->subject_message;
}

/* A subject with words, which users read in their language. */
static void judge_with_words(struct diagnosis_link *link, enum link_verdict verdict,
                             enum reason reason, enum message_id id, const char *insert)
{
    struct text text = TEXT_OVER(link->subject);

    link->verdict = verdict;
    link->reason = reason;
    link->subject_message = message_of(id, insert, NULL, NULL);
    message_append(id, insert, NULL, NULL, &text);
}

void link_judge_plainly(struct diagnosis_link *link, enum link_verdict verdict)
{
    link_judge(link, verdict, REASON_NONE, "%s", "");
}

/* Nothing else has to be there. */
static bool is_at_rest(const struct chain *chain)
{
    return chain->decided->status.state == RULE_STATE_OFF ||
           chain->decided->status.reason == REASON_PAUSED;
}

bool chain_is_wanted(const struct chain *chain)
{
    return chain->entry != NULL && chain->entry->kind != DESIRED_NONE;
}

/* A firewall should let something in. */
static bool is_open(const struct chain *chain)
{
    return chain_is_wanted(chain) || chain->decided->is_mirrored;
}

bool chain_stands(const struct chain *chain)
{
    return chain->entry_drift == DRIFT_IN_PLACE ||
           chain->entry_drift == DRIFT_UNCONFIRMED ||
           chain->entry_drift == DRIFT_FOREIGN_EQUAL;
}

bool chain_is_missing(const struct chain *chain)
{
    return chain->entry_drift == DRIFT_MISSING || chain->entry_drift == DRIFT_OUTDATED;
}

bool chain_uses_wsl(const struct chain *chain)
{
    return chain->rule->connect.kind == CONNECT_WSL;
}

static bool is_signed_out(const struct chain *chain)
{
    return chain->view == NULL || chain->view->state == WSL_SIGNED_OUT;
}

static bool is_absent(const struct chain *chain)
{
    return chain->view != NULL && chain->view->state == WSL_ABSENT;
}

/* WSL runs in a way in which nothing is forwarded by entries. */
static bool has_other_mode(const struct chain *chain)
{
    return chain_uses_wsl(chain) && !is_signed_out(chain) && !is_absent(chain) &&
           chain->view->mode != NETWORKING_MODE_NAT &&
           chain->view->mode != NETWORKING_MODE_UNKNOWN;
}

/* Links that only entries need; in mirrored mode nobody sees from outside what listens inside. */
static bool judge_without_entries(const struct chain *chain, struct diagnosis_link *link)
{
    const bool has_firewall = chain->decided->is_mirrored &&
                              (link->kind == LINK_FIREWALL || link->kind == LINK_NETWORK);

    if (link->kind <= LINK_MODE || !has_other_mode(chain) || has_firewall)
        return false;
    link_judge_plainly(link, chain->decided->is_mirrored && link->kind == LINK_TARGET
                                 ? LINK_UNKNOWN
                                 : LINK_NOT_NEEDED);
    return true;
}

static void judge_rule(const struct chain *chain, struct diagnosis_link *link)
{
    const enum reason refused =
        chain->entry != NULL ? chain->entry->status.reason : REASON_NONE;

    if (chain->decided->status.state == RULE_STATE_OFF)
        link_judge_plainly(link, LINK_NOT_NEEDED);
    else if (is_at_rest(chain))
        link_judge(link, LINK_BROKEN, REASON_PAUSED, "%s", "");
    else if (refused == REASON_OTHER_RULE || refused == REASON_TOO_MANY_ENTRIES)
        link_judge_as(link, LINK_BROKEN, refused, &chain->entry->status);
    else
        link_judge_plainly(link, LINK_GOOD);
}

static void judge_wsl(const struct chain *chain, struct diagnosis_link *link)
{
    if (!chain_uses_wsl(chain))
        link_judge_plainly(link, LINK_NOT_NEEDED);
    else if (is_signed_out(chain))
        link_judge(link, LINK_BROKEN, REASON_OWNER_SIGNED_OUT, "%s", "");
    else if (is_absent(chain))
        link_judge(link, LINK_BROKEN, REASON_WSL_ABSENT, "%s", "");
    else if (chain->view->state == WSL_STOPPED)
        link_judge(link, LINK_BROKEN, REASON_WSL_NOT_RUNNING, "%s", "");
    else
        link_judge_plainly(link,
                           chain->view->state == WSL_RUNNING ? LINK_GOOD : LINK_UNKNOWN);
}

/* Why the mode does not forward; REASON_NONE: it does, or is not known. */
static enum reason reason_of_mode(const struct chain *chain)
{
    switch (chain->view->mode) {
    case NETWORKING_MODE_MIRRORED:
        return chain->rule->listen.first_port != chain->rule->connect.first_port
                   ? REASON_MIRRORED_PORT
                   : REASON_NONE;
    case NETWORKING_MODE_VIRTIOPROXY:
        return REASON_MODE_VIRTIOPROXY;
    case NETWORKING_MODE_BRIDGED:
        return REASON_MODE_BRIDGED;
    case NETWORKING_MODE_NONE:
        return REASON_MODE_NONE;
    case NETWORKING_MODE_WSL1:
        return REASON_WSL1;
    case NETWORKING_MODE_UNKNOWN:
    case NETWORKING_MODE_NAT:
    case NETWORKING_MODE_COUNT:
        break;
    }
    return REASON_NONE;
}

static void judge_other_mode(const struct chain *chain, struct diagnosis_link *link)
{
    const enum reason reason = reason_of_mode(chain);

    if (reason == REASON_NONE)
        judge_with_words(link, LINK_GOOD, REASON_NONE,
                         networking_mode_message(chain->view->mode), NULL);
    else if (reason == REASON_MIRRORED_PORT)
        link_judge(link, LINK_BROKEN, reason, "%u", chain->rule->listen.first_port);
    else
        link_judge(link, LINK_BROKEN, reason, "%s", "");
}

static void judge_mode(const struct chain *chain, struct diagnosis_link *link)
{
    if (!chain_uses_wsl(chain))
        link_judge_plainly(link, LINK_NOT_NEEDED);
    else if (has_other_mode(chain))
        judge_other_mode(chain, link);
    else if (is_signed_out(chain) || is_absent(chain) ||
             chain->view->state == WSL_STOPPED ||
             chain->view->mode == NETWORKING_MODE_UNKNOWN)
        link_judge_plainly(link, LINK_UNKNOWN);
    else
        judge_with_words(link, LINK_GOOD, REASON_NONE,
                         networking_mode_message(NETWORKING_MODE_NAT), NULL);
}

static void judge_literal_address(const struct chain *chain, struct diagnosis_link *link)
{
    const bool loops = adapter_list_has_address(&chain->snapshot->adapters,
                                                &chain->rule->connect.address);
    char address[ADDRESS_TEXT_SIZE];

    address_format(&chain->rule->connect.address, address);
    link_judge(link, loops ? LINK_BROKEN : LINK_GOOD,
               loops ? REASON_CONNECT_IS_THIS_PC : REASON_NONE, "%s", address);
}

/* A stopped WSL's last address says little: it may come back with another. */
static void judge_address(const struct chain *chain, struct diagnosis_link *link)
{
    char address[ADDRESS_TEXT_SIZE] = "";

    if (!chain_uses_wsl(chain)) {
        judge_literal_address(chain, link);
        return;
    }
    if (!is_signed_out(chain) && chain->view->address_known)
        address_format(&chain->view->address, address);
    if (is_signed_out(chain) || is_absent(chain) || chain->view->state == WSL_STOPPED) {
        link_judge(link, LINK_UNKNOWN, REASON_NONE, "%s", address);
    } else if (!chain->view->address_known) {
        link_judge(link, LINK_BROKEN, REASON_ADDRESS_UNKNOWN, "%s", chain->view->problem);
        link->subject_message = chain->view->problem_message;
    } else {
        link_judge(link, LINK_GOOD, REASON_NONE, "%s", address);
    }
}

static void name_entry(const struct portproxy_key *key,
                       const struct portproxy_value *value, struct diagnosis_link *link)
{
    char listen[PORTPROXY_TEXT_SIZE];
    char connect[PORTPROXY_TEXT_SIZE];
    char typed[PORTPROXY_TEXT_SIZE + 8];
    struct text listen_side = TEXT_OVER(typed);
    struct text subject = TEXT_OVER(link->subject);

    portproxy_key_format(key, listen);
    portproxy_value_format(value, connect);
    text_append_format(&listen_side, "%s %s", portproxy_type_name(key->type), listen);
    link->subject_message = message_of(MESSAGE_ENTRY, typed, connect, NULL);
    message_append(MESSAGE_ENTRY, typed, connect, NULL, &subject);
}

/* While it is held, what stands is what was right last. */
static void judge_held_entry(const struct chain *chain, struct diagnosis_link *link)
{
    const struct portproxy_entry *live =
        portproxy_list_find(&chain->snapshot->portproxy, &chain->entry->key);

    link_judge_plainly(link, LINK_UNKNOWN);
    if (live != NULL)
        name_entry(&live->key, &live->value, link);
}

/* No entry is wanted, for want of a place to listen at or for a reason that an earlier link
 * tells. */
static void judge_unwanted_entry(const struct chain *chain, struct diagnosis_link *link)
{
    const struct rule_status *status =
        chain->entry != NULL ? &chain->entry->status : &chain->decided->status;

    if (status->reason == REASON_INTERFACE_NO_ADDRESS ||
        status->reason == REASON_LISTEN_ADDRESS_ABSENT)
        link_judge_as(link, LINK_BROKEN, status->reason, status);
    else
        link_judge_plainly(link, LINK_NOT_NEEDED);
}

static void judge_entry(const struct chain *chain, struct diagnosis_link *link)
{
    if (!chain_is_wanted(chain)) {
        judge_unwanted_entry(chain, link);
    } else if (chain->entry->kind == DESIRED_HOLD) {
        judge_held_entry(chain, link);
    } else if (chain_stands(chain)) {
        link_judge_plainly(link, chain->entry_drift == DRIFT_FOREIGN_EQUAL ? LINK_WARNING
                                                                           : LINK_GOOD);
        if (chain->entry_drift == DRIFT_FOREIGN_EQUAL)
            link->reason = REASON_FOREIGN_EQUAL;
        name_entry(&chain->entry->key, &chain->entry->value, link);
    } else {
        link_judge_as(link, LINK_BROKEN, chain->status->reason, chain->status);
    }
}

static void judge_ip_helper(const struct chain *chain, struct diagnosis_link *link)
{
    const struct ip_helper *helper = &chain->snapshot->ip_helper;

    if (!chain_is_wanted(chain))
        link_judge_plainly(link, LINK_NOT_NEEDED);
    else if (helper->running)
        link_judge_plainly(link, LINK_GOOD);
    else
        link_judge(link, LINK_BROKEN,
                   helper->disabled ? REASON_IP_HELPER_DISABLED : REASON_IP_HELPER_STOPPED,
                   "%s", "");
}

/* Whoever holds the port will be in the way, also of an entry that does not stand yet. */
static void judge_holder(const struct chain *chain, const struct listener *holder,
                         struct diagnosis_link *link)
{
    char program[PROGRAM_NAME_SIZE] = "";

    chain->outcome->system->program_name(chain->outcome->system->self, holder->process_id,
                                         program);
    if (program[0] != '\0')
        link_judge(link, LINK_BROKEN, REASON_PORT_IN_USE, "%s", program);
    else
        judge_with_words(link, LINK_BROKEN, REASON_PORT_IN_USE, MESSAGE_PROCESS,
                         text_of_number(holder->process_id).digits);
}

static void judge_listening(const struct chain *chain, struct diagnosis_link *link)
{
    const struct rule_listen listen = {.kind = LISTEN_ADDRESS,
                                       .address = chain->entry->listen,
                                       .first_port = chain->entry->key.port,
                                       .last_port = chain->entry->key.port};
    char endpoint[RULE_TEXT_SIZE];

    rule_listen_format(&listen, endpoint, sizeof endpoint);
    link_judge(link, LINK_GOOD, REASON_NONE, "%s", endpoint);
}

static void judge_listener(const struct chain *chain, struct diagnosis_link *link)
{
    const bool helper_runs = chain->snapshot->ip_helper.running;
    const struct listener *holder =
        chain_is_wanted(chain)
            ? listener_list_find(&chain->snapshot->listeners, &chain->entry->listen,
                                 chain->entry->key.port)
            : NULL;

    if (!chain_is_wanted(chain)) {
        link_judge_plainly(link, LINK_NOT_NEEDED);
    } else if (helper_runs && helper_listens(chain->snapshot, chain->entry)) {
        judge_listening(chain, link);
    } else if (holder != NULL) {
        judge_holder(chain, holder, link);
    } else if (helper_runs && chain_stands(chain)) {
        link_judge(link, LINK_BROKEN, REASON_NOT_LISTENING, "%s", "");
    } else {
        link_judge_plainly(link, LINK_UNKNOWN);
    }
}

/* The rule stands; it counts unless the firewall as a whole says otherwise. */
static void judge_policy(const struct chain *chain, struct diagnosis_link *link)
{
    const enum reason reason =
        chain->decided->is_mirrored
            ? REASON_NONE /* what policy says of the Hyper-V firewall is not read */
            : firewall_policy_check(&chain->snapshot->firewall,
                                    chain->rule->scope.profiles);

    if (reason == REASON_FIREWALL_OVERRIDDEN || reason == REASON_FIREWALL_BLOCK_ALL)
        link_judge(link, LINK_BROKEN, reason, "%s", "");
    else
        link_judge(link, LINK_GOOD, REASON_NONE, "%s", chain->decided->firewall_rule.name);
}

/* Without it nobody knows more than that it is on its way, or, unread, not even that. */
static void judge_missing_rule(const struct chain *chain, const struct firewall_rule *rule,
                               bool is_held, struct diagnosis_link *link)
{
    const struct firewall_state *state = &chain->snapshot->firewall;
    uint32_t code = 0;

    if (firewall_has_failed(state, rule, &code)) {
        judge_with_words(link, LINK_BROKEN, REASON_FIREWALL_FAILED, MESSAGE_ERROR_CODE,
                         text_of_code(code).digits);
    } else if (is_held && !firewall_state_knows(state, rule->kind)) {
        link_judge_plainly(link, LINK_UNKNOWN);
    } else {
        link_judge(link, LINK_BROKEN, REASON_FIREWALL_PENDING, "%s", "");
    }
}

/* True: it stands, and nothing is said yet. */
static bool judge_firewall_rule(const struct chain *chain,
                                const struct firewall_drift *drift,
                                const struct firewall_rule *rule,
                                struct diagnosis_link *link)
{
    switch (drift->kind) {
    case DRIFT_IN_PLACE:
    case DRIFT_UNCONFIRMED:
    case DRIFT_FOREIGN_EQUAL:
        return true;
    case DRIFT_CONFLICT:
        link_judge(link, LINK_BROKEN, REASON_FIREWALL_CHANGED, "%s", rule->name);
        break;
    case DRIFT_GIVEN_UP:
        judge_with_words(link, LINK_BROKEN, REASON_CHANGED_BACK, MESSAGE_FIREWALL_RULE,
                         rule->name);
        break;
    default:
        judge_missing_rule(chain, rule, drift->kind == DRIFT_HELD, link);
        break;
    }
    return false;
}

/* Behind somebody else's entry none of ours stands; whether another rule lets its traffic in
 * cannot be seen. */
static void judge_inbound(const struct chain *chain, struct diagnosis_link *link)
{
    if (!is_open(chain) || !chain->decided->has_firewall_rule)
        link_judge_plainly(link, LINK_NOT_NEEDED);
    else if (chain->entry_drift == DRIFT_FOREIGN_EQUAL)
        link_judge_plainly(link, LINK_UNKNOWN);
    else if (!chain->firewall_drift->wanted)
        link_judge_plainly(link, LINK_NOT_NEEDED);
    else if (judge_firewall_rule(chain, chain->firewall_drift,
                                 &chain->decided->firewall_rule, link))
        judge_policy(chain, link);
}

/* What comes in must also go out, to the connect address. */
static void judge_firewall(const struct chain *chain, struct diagnosis_link *link)
{
    judge_inbound(chain, link);
    if (!chain_is_wanted(chain) || link->verdict == LINK_BROKEN ||
        chain->entry_drift == DRIFT_FOREIGN_EQUAL ||
        !firewall_blocks_outbound(&chain->snapshot->firewall))
        return;
    if (!chain->decided->has_outbound_rule)
        link_judge(link, LINK_WARNING, REASON_OUTBOUND_BLOCKED, "%s", "");
    else if (judge_firewall_rule(chain, chain->outbound_drift,
                                 &chain->decided->outbound_rule, link) &&
             firewall_overrides_outbound(&chain->snapshot->firewall))
        link_judge(link, LINK_BROKEN, REASON_FIREWALL_OVERRIDDEN, "%s", "");
}

static void judge_network(const struct chain *chain, struct diagnosis_link *link)
{
    const struct firewall_state *state = &chain->snapshot->firewall;
    const unsigned guarded = state->current_profiles & state->enabled_profiles;
    const unsigned unguarded = state->current_profiles & ~state->enabled_profiles;
    const bool matches =
        unguarded != 0 || (guarded & chain->rule->scope.profiles) != 0 || guarded == 0;

    if (!is_open(chain) || !chain->decided->has_firewall_rule)
        link_judge_plainly(link, LINK_NOT_NEEDED);
    else if (!state->known || state->current_profiles == 0)
        link_judge_plainly(link, LINK_UNKNOWN);
    else
        judge_with_words(link, matches ? LINK_GOOD : LINK_BROKEN,
                         matches ? REASON_NONE : REASON_PROFILE_MISMATCH,
                         network_category_message(state->current_profiles), NULL);
}

static void (*const judges[LINK_KIND_END])(const struct chain *chain,
                                           struct diagnosis_link *link) = {
    [LINK_RULE] = judge_rule,         [LINK_WSL] = judge_wsl,
    [LINK_MODE] = judge_mode,         [LINK_ADDRESS] = judge_address,
    [LINK_ENTRY] = judge_entry,       [LINK_IP_HELPER] = judge_ip_helper,
    [LINK_LISTENER] = judge_listener, [LINK_FIREWALL] = judge_firewall,
    [LINK_NETWORK] = judge_network,   [LINK_TARGET] = diagnosis_judge_target,
};

void link_judge_by_evidence(const struct chain *chain, struct diagnosis_link *link)
{
    if (link->kind > LINK_RULE && is_at_rest(chain))
        link_judge_plainly(link, LINK_NOT_NEEDED);
    else if (!judge_without_entries(chain, link))
        judges[link->kind](chain, link);
}
