/*
 * What WSL leaves in the registry: the machine-wide network, and for each loaded user hive the
 * address and the ids of running VMs (facts/wsl.md §1.1, §2). User hives are writable by
 * their users: what is read is bounded and believed by nobody. No handle into a user hive stays
 * open: it would delay the user's sign-out.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_WSL_HIVES_H
#define TIDEGATE_WIN32_WSL_HIVES_H

#include "core/base/error.h"
#include "core/wsl/wsl.h"

#define WSL_HIVES_MAX 256

/* The keys that hold the traces; the user's are below HKEY_USERS\SID. */
#define WSL_LXSS_PATH L"Software\\Microsoft\\Windows\\CurrentVersion\\Lxss"
#define WSL_POLICY_PATH L"Software\\Policies\\WSL"
#define WSL_LOCAL_DEVICES_PATH                                                           \
    L"Software\\Microsoft\\Terminal Server Client\\LocalDevices"

struct hive_user_list {
    struct user_sid *items;
    size_t count, capacity;
};

/* The users (local, domain and Entra accounts, no services) whose hives are loaded now. */
bool wsl_hives_list_users(struct hive_user_list *out, struct error *err) MUST_CHECK;
void hive_user_list_clear(struct hive_user_list *list);

/* One trace for each; the relay's fields are left empty. */
bool wsl_hives_read(struct wsl_trace_list *out, struct error *err) MUST_CHECK;

/* Policy for the networking mode; whoever may read nothing is told of none. */
struct wsl_policy wsl_hives_read_policy(void);

/* Missing values are "". Whether WSL is installed is told by the MSI's key, and by the service of
 * either WSL (facts/wsl.md §3). */
void wsl_hives_read_machine(struct wsl_machine *out);

#endif
