/*
 * Which programs use a file, so that whoever installs can close them. They are named and left
 * alone: what is open in them is not ours to lose.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_FILE_USERS_H
#define TIDEGATE_SERVICE_FILE_USERS_H

#include "core/base/error.h"

/* Prints a line for each, as the Restart Manager knows them: "used by NAME (process ID)". */
bool file_users_print(const wchar_t *path, struct error *err) MUST_CHECK;

#endif
