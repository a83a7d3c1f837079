/*
 * Recording failures.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/error.h"

#include "core/base/text.h"

#include <stdarg.h>

static void record(struct error *err, enum error_kind kind, uint32_t os_code,
                   const char *format, va_list args)
{
    struct text detail;

    if (err == NULL)
        return;
    err->kind = kind;
    err->os_code = os_code;
    err->message = (struct message){0};
    detail = TEXT_OVER(err->detail);
    text_append_args(&detail, format, args);
}

bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    record(err, kind, 0, format, args);
    va_end(args);
    return false;
}

bool error_set_message(struct error *err, enum error_kind kind, enum message_id id,
                       const char *first, const char *second, const char *third)
{
    const struct message message = message_of(id, first, second, third);
    struct text detail;

    if (err == NULL)
        return false;
    err->kind = kind;
    err->os_code = 0;
    err->message = message;
    detail = TEXT_OVER(err->detail);
    message_append(id, first, second, third, &detail);
    return false;
}

bool error_set_system(struct error *err, uint32_t os_code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    record(err, ERR_SYSTEM, os_code, format, args);
    va_end(args);
    return false;
}

const char *error_kind_name(enum error_kind kind)
{
    static const char *const names[ERR_KIND_COUNT] = {
        [ERR_NONE] = "none",
        [ERR_INVALID] = "invalid",
        [ERR_CONFLICT] = "conflict",
        [ERR_NOT_FOUND] = "not-found",
        [ERR_ACCESS_DENIED] = "access-denied",
        [ERR_NEEDS_APPROVAL] = "needs-approval",
        [ERR_UNAVAILABLE] = "unavailable",
        [ERR_STORE] = "store",
        [ERR_SYSTEM] = "system",
    };

    return kind < ERR_KIND_COUNT ? names[kind] : "unknown";
}
