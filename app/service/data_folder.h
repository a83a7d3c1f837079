/*
 * Where the database lies: `Data\` beside the program, for SYSTEM and administrators only.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_DATA_FOLDER_H
#define TIDEGATE_SERVICE_DATA_FOLDER_H

#include "core/win32/program_path.h"

/* Makes the folder if it is missing, and checks that nobody else could have prepared it or the
 * database. `database_path` is then safe to open. */
bool data_folder_open(char database_path[PROGRAM_PATH_SIZE], struct error *err) MUST_CHECK;

/* Makes the folder, or gives an existing one its owner and access list again. A file in it
 * that others may change is not trusted by that: data_folder_open goes on refusing it. */
bool data_folder_install(struct error *err) MUST_CHECK;

/* Or the copy that it is restored from. */
bool data_folder_has_database(void);

/* Deletes the copy of the database that a set-up would put back: whoever works with this one must
 * have done so, else what it changes in Windows could be forgotten. Success when there is none. */
bool data_folder_leave_former(struct error *err) MUST_CHECK;

/* Deletes the folder's files and the folder. Success when there is none. */
bool data_folder_remove(struct error *err) MUST_CHECK;

#endif
