/*
 * What is written into a rule's status.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/verdict.h"

#include <stdarg.h>

#define HRESULT_ACCESS_DENIED 0x80070005u

void verdict_set(struct rule_status *status, enum rule_state state, enum reason reason,
                 const char *format, ...)
{
    struct text text = TEXT_OVER(status->subject);
    va_list args;

    status->state = state;
    status->reason = reason;
    status->os_code = 0;
    status->subject_message = (struct message){0};
    va_start(args, format);
    text_append_args(&text, format, args);
    va_end(args);
}

void verdict_set_subject(struct rule_status *status, enum message_id id,
                         const char *first, const char *second, const char *third)
{
    struct text text = TEXT_OVER(status->subject);

    status->subject_message = message_of(id, first, second, third);
    message_append(id, first, second, third, &text);
}

void verdict_set_with_words(struct rule_status *status, enum rule_state state,
                            enum reason reason, enum message_id id, const char *insert)
{
    verdict_set(status, state, reason, "%s", "");
    verdict_set_subject(status, id, insert, NULL, NULL);
}

void verdict_set_error(struct rule_status *status, enum reason reason,
                       const struct error *err)
{
    const bool denied = err->os_code == HRESULT_ACCESS_DENIED;

    verdict_set(status, RULE_STATE_FAILED, denied ? REASON_ACCESS_DENIED : reason, "%s",
                err->detail);
    status->subject_message = err->message;
    status->os_code = err->os_code;
}
