/*
 * Sentences for what the views say in enums.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/words.h"

#include "resources/resource.h"

#include <wchar.h>

static const UINT states[RULE_STATE_COUNT] = {
    [RULE_STATE_OFF] = IDS_STATE_OFF,
    [RULE_STATE_ACTIVE] = IDS_STATE_ACTIVE,
    [RULE_STATE_APPLYING] = IDS_STATE_APPLYING,
    [RULE_STATE_WAITING] = IDS_STATE_WAITING,
    [RULE_STATE_BLOCKED] = IDS_STATE_BLOCKED,
    [RULE_STATE_CONFLICT] = IDS_STATE_CONFLICT,
    [RULE_STATE_FAILED] = IDS_STATE_FAILED,
    [RULE_STATE_NOT_NEEDED] = IDS_STATE_NOT_NEEDED,
};

static const UINT reasons[REASON_COUNT] = {
    [REASON_PAUSED] = IDS_REASON_PAUSED,
    [REASON_OWNER_SIGNED_OUT] = IDS_REASON_OWNER_SIGNED_OUT,
    [REASON_WSL_NOT_RUNNING] = IDS_REASON_WSL_NOT_RUNNING,
    [REASON_ADDRESS_UNKNOWN] = IDS_REASON_ADDRESS_UNKNOWN,
    [REASON_MODE_VIRTIOPROXY] = IDS_REASON_MODE_VIRTIOPROXY,
    [REASON_FOREIGN_ENTRY] = IDS_REASON_FOREIGN_ENTRY,
    [REASON_FOREIGN_EQUAL] = IDS_REASON_FOREIGN_EQUAL,
    [REASON_FOREIGN_KEEPS_OPEN] = IDS_REASON_FOREIGN_KEEPS_OPEN,
    [REASON_CHANGED_BACK] = IDS_REASON_CHANGED_BACK,
    [REASON_OTHER_RULE] = IDS_REASON_OTHER_RULE,
    [REASON_PORT_IN_USE] = IDS_REASON_PORT_IN_USE,
    [REASON_PORT_EXCLUDED] = IDS_REASON_PORT_EXCLUDED,
    [REASON_NOT_LISTENING] = IDS_REASON_NOT_LISTENING,
    [REASON_IP_HELPER_STOPPED] = IDS_REASON_IP_HELPER_STOPPED,
    [REASON_IP_HELPER_DISABLED] = IDS_REASON_IP_HELPER_DISABLED,
    [REASON_FIREWALL_PENDING] = IDS_REASON_FIREWALL_PENDING,
    [REASON_FIREWALL_FAILED] = IDS_REASON_FIREWALL_FAILED,
    [REASON_FIREWALL_CHANGED] = IDS_REASON_FIREWALL_CHANGED,
    [REASON_FIREWALL_OVERRIDDEN] = IDS_REASON_FIREWALL_OVERRIDDEN,
    [REASON_FIREWALL_BLOCK_ALL] = IDS_REASON_FIREWALL_BLOCK_ALL,
    [REASON_PROFILE_MISMATCH] = IDS_REASON_PROFILE_MISMATCH,
    [REASON_LISTEN_ADDRESS_ABSENT] = IDS_REASON_LISTEN_ADDRESS_ABSENT,
    [REASON_INTERFACE_NO_ADDRESS] = IDS_REASON_INTERFACE_NO_ADDRESS,
    [REASON_CONNECT_IS_THIS_PC] = IDS_REASON_CONNECT_IS_THIS_PC,
    [REASON_TOO_MANY_ENTRIES] = IDS_REASON_TOO_MANY_ENTRIES,
    [REASON_NOTHING_LISTENS] = IDS_REASON_NOTHING_LISTENS,
    [REASON_ACCESS_DENIED] = IDS_REASON_ACCESS_DENIED,
    [REASON_WRITE_FAILED] = IDS_REASON_WRITE_FAILED,
    [REASON_STORE_FAILED] = IDS_REASON_STORE_FAILED,
    [REASON_OUTBOUND_BLOCKED] = IDS_REASON_OUTBOUND_BLOCKED,
    [REASON_LOOPBACK_ONLY] = IDS_REASON_LOOPBACK_ONLY,
    [REASON_TARGET_REFUSED] = IDS_REASON_TARGET_REFUSED,
    [REASON_TARGET_SILENT] = IDS_REASON_TARGET_SILENT,
    [REASON_MODE_BRIDGED] = IDS_REASON_MODE_BRIDGED,
    [REASON_MODE_NONE] = IDS_REASON_MODE_NONE,
    [REASON_MIRRORED_PORT] = IDS_REASON_MIRRORED_PORT,
    [REASON_WSL1] = IDS_REASON_WSL1,
    [REASON_WSL_ABSENT] = IDS_REASON_WSL_ABSENT,
};

static void print_count(size_t count, wchar_t out[24])
{
    swprintf(out, 24, L"%zu", count);
}

struct words words_of_state(const struct rule_row *row)
{
    const struct rule_status *status = &row->status;
    struct words state;
    wchar_t active[24];
    wchar_t all[24];

    if (row->pending)
        return words_load(IDS_STATE_PENDING);
    if (row->kind == ROW_FOREIGN)
        return words_load(IDS_STATE_OTHER_PROGRAM);
    state = words_load(states[status->state]);
    if (status->warning != REASON_NONE)
        return words_format(IDS_STATE_WARNING, state.text, NULL, NULL);
    /* A range is in its worst port's state: say how many of its ports work all the same. */
    if (status->port_count < 2 || status->state == RULE_STATE_OFF ||
        status->state == RULE_STATE_ACTIVE)
        return state;
    print_count(status->active_count, active);
    print_count(status->port_count, all);
    return words_format(IDS_STATE_PARTLY, state.text, active, all);
}

struct words words_of_reason(const struct rule_row *row)
{
    const struct rule_status *status = &row->status;
    const enum reason reason =
        status->reason != REASON_NONE ? status->reason : status->warning;
    struct words subject;

    if (row->kind == ROW_FOREIGN && row->rule_id.text[0] != '\0')
        return words_format_utf8(IDS_REASON_IN_THE_WAY,
                                 row->name[0] != '\0' ? row->name : row->listen);
    if (row->kind == ROW_FOREIGN)
        return words_load(IDS_REASON_OTHER_PROGRAM);
    if (reason == REASON_NONE)
        return (struct words){0};
    subject = words_of_message_or(&status->subject_message, status->subject);
    return words_of_reason_and(reason, &subject);
}

struct words words_of_reason_and(enum reason reason, const struct words *subject)
{
    if (reason == REASON_NONE)
        return (struct words){0};
    return words_format(reasons[reason], subject->text, NULL, NULL);
}
