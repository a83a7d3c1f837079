/*
 * What a process denies itself before it does anything else.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_HARDENING_H
#define TIDEGATE_WIN32_HARDENING_H

/* First call of each program's main; tests/binary checks that nothing is called before it. Ends
 * the process if libraries could be loaded from elsewhere than System32; older Windows may refuse
 * the rest, which then stays as it was. */
void hardening_apply(void);

/* No code of others by global hooks, AppInit and old input methods. Not for programs with windows:
 * screen readers and input methods come this way. */
void hardening_deny_extension_points(void);

/* For a program that starts no other, ever, shows no box, and needs no current folder: it goes to
 * System32. */
void hardening_deny_child_processes(void);

#endif
