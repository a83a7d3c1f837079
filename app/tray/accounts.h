/*
 * Accounts of Windows by their names. Asks Windows, which may ask a domain controller: it can take
 * seconds when that is out of reach.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_ACCOUNTS_H
#define TIDEGATE_TRAY_ACCOUNTS_H

#include "app/tray/words.h"
#include "core/model/rule.h"

/* "ANNA", "PC\anna", "anna@example.org": a person's account. Groups are not found. */
bool account_find(const wchar_t *name, struct user_sid *out);

/* "PC\anna", or the SID when no account has it (any more). */
struct words account_name(const struct user_sid *user);

#endif
