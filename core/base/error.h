/*
 * One failure, held by value so that it can travel between threads, through
 * the pipe and into a report. Captured where it happens, worded where it is shown.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_BASE_ERROR_H
#define TIDEGATE_BASE_ERROR_H

#include "core/attributes.h"
#include "core/base/message.h"

#include <stdbool.h>
#include <stdint.h>

enum error_kind {
    ERR_NONE,
    ERR_INVALID,  /* the caller's data breaks a rule of the domain */
    ERR_CONFLICT, /* listen endpoint already taken */
    ERR_NOT_FOUND,
    ERR_ACCESS_DENIED,  /* this caller may never do that */
    ERR_NEEDS_APPROVAL, /* an elevated caller may; a ticket was issued */
    ERR_UNAVAILABLE,    /* the service does not answer */
    ERR_STORE,          /* SQLite refused */
    ERR_SYSTEM,         /* Windows refused; os_code says how */
    ERR_KIND_COUNT
};

#define ERROR_DETAIL_SIZE 240

struct error {
    enum error_kind kind;
    uint32_t os_code;               /* HRESULT, 0 when Windows was not involved */
    char detail[ERROR_DETAIL_SIZE]; /* UTF-8, what was attempted and on what; English */
    struct message message;         /* the same for users, or MESSAGE_NONE */
};

/* Records a failure (os_code 0) and returns false, so callers can `return error_set(...)`.
 * An over-long detail is cut at a character border. `err` may be NULL. */
bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* The same for what users should read in their language: a message with its inserts (NULL for
 * those it does not have); the detail is its English sentence. */
bool error_set_message(struct error *err, enum error_kind kind, enum message_id id,
                       const char *first, const char *second, const char *third);

/* error_set for ERR_SYSTEM with the HRESULT of the failed call. */
bool error_set_system(struct error *err, uint32_t os_code, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* A stable English word for scripts, e.g. "invalid". Borrowed, static. */
const char *error_kind_name(enum error_kind kind);

#endif
