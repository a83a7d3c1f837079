/*
 * Whose session a session id is.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_SESSION_USERS_H
#define TIDEGATE_SERVICE_SESSION_USERS_H

#include "core/model/rule.h"

#include <windows.h>

/* The users signed in to the session, also while it ends; at most `capacity`, each once.
 * 0 when Windows does not tell. Asks this PC only, never a domain controller. */
size_t session_users_find(DWORD session_id, struct user_sid *out, size_t capacity);

#endif
