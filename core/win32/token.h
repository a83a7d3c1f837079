/*
 * Who someone is, from an access token: the caller at a pipe's other end, and ourselves.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_TOKEN_H
#define TIDEGATE_WIN32_TOKEN_H

#include "core/protocol/caller.h"

#include <windows.h>

/* A token's facts. Works at identification level; needs TOKEN_QUERY. */
bool token_read_caller(HANDLE token, struct caller *out, struct error *err) MUST_CHECK;

/*
 * The client at the other end of a server's pipe handle, from which at least one message was
 * read. Impersonates it for the moment it takes to open its token. If this thread could not
 * become itself again, the process ends: nothing may run in a client's name.
 */
bool token_read_pipe_client(HANDLE pipe, struct caller *out, struct error *err) MUST_CHECK;

/* The user this process runs as. */
bool token_read_own_user(struct user_sid *out, struct error *err) MUST_CHECK;

/* Whether this process runs with an administrator's full rights, or as SYSTEM. */
bool token_is_own_elevated(void);

/* False (and "") when the SID is not valid or too long. */
bool user_sid_from_windows(PSID sid, struct user_sid *out);

#endif
