/*
 * What the process denies itself before it does anything else.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_HARDENING_H
#define TIDEGATE_SERVICE_HARDENING_H

/* First call of main. Ends the process if libraries could be loaded from elsewhere than
 * System32; older Windows may refuse the rest, which then stays as it was. */
void hardening_apply(void);

#endif
