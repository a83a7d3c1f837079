/*
 * What the verbs install and uninstall do. Both can be repeated: a second run repairs.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_INSTALL_H
#define TIDEGATE_SERVICE_INSTALL_H

#include <stdbool.h>

/* Each failure is reported on standard error. False when there was one. */
bool install(void);

/* Withdraws everything the ledger holds; the data folder goes only with `remove_data`, and only
 * when nothing of ours is left in Windows. */
bool uninstall(bool remove_data);

#endif
