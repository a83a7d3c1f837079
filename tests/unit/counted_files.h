/*
 * A file layer of SQLite's kind that counts writes and ends the program, or fails, at one.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TESTS_UNIT_COUNTED_FILES_H
#define TIDEGATE_TESTS_UNIT_COUNTED_FILES_H

enum ending {
    KILLED,
    KILLED_IN_THE_WRITE, /* half of the bytes reach the file */
    POWER_CUT,           /* nothing since the last sync does */
    POWER_CUT_REORDERED, /* every second write since the last sync does */
    DISK_FULL,           /* nothing ends: that one write fails */
    ENDING_COUNT
};

struct strike {
    enum ending ending;
    long countdown; /* at 1 the next write is the one; 0: not armed */
};

extern struct strike next_strike;

/* Stands from now on between SQLite and the real files. */
void install_layer(void);

#endif
