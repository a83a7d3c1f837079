/*
 * What the verbs install and uninstall do. Both can be repeated: a second run repairs. Both refuse
 * while another folder's program is the registered service: the ledger lies beside that.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_INSTALL_H
#define TIDEGATE_SERVICE_INSTALL_H

#include <stdbool.h>

/* Each failure is reported on standard error. False when the service does not run; what it works
 * without (the tray's start, the event log's source, the mark) is only told. */
bool install(void);

struct uninstall_options {
    bool remove_data;  /* the data folder, too, when nothing of ours is left in Windows */
    bool keep_adopted; /* do not give back what was taken over from scripts */
};

/* Gives back what was taken over from scripts, and withdraws everything else the ledger holds.
 * False when that, or the end of the registration, failed; what else stays is only told. */
bool uninstall(const struct uninstall_options *options);

#endif
