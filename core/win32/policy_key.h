/*
 * The key whose values are Tidegate's policy.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_POLICY_KEY_H
#define TIDEGATE_WIN32_POLICY_KEY_H

#include "core/store/policy.h"

/* Below HKEY_LOCAL_MACHINE, in the 64-bit view. */
#define POLICY_KEY_PATH L"SOFTWARE\\Policies\\Tidegate"

/* No key is no policy; a key or a value that cannot be read is POLICY_OTHER. */
void policy_key_read(struct policy_values *out);

#endif
