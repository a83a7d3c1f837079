/*
 * Where this program lies, and what lies beside it.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_PROGRAM_PATH_H
#define TIDEGATE_WIN32_PROGRAM_PATH_H

#include "core/base/error.h"

#include <stddef.h>

#define PROGRAM_PATH_SIZE 1024 /* bytes of UTF-8; a longer path is refused */

/* The running program's own file, absolute. */
bool program_path_own(char out[PROGRAM_PATH_SIZE], struct error *err) MUST_CHECK;

/* The file or folder `name` beside it. */
bool program_path_beside(const char *name, char out[PROGRAM_PATH_SIZE],
                         struct error *err) MUST_CHECK;

/* Whether `path` lies below one of Windows' Program Files folders, where only administrators
 * can write. A path with ".." in it never does. */
bool program_path_is_protected(const char *path);

/* As program_path_own, refused unless it is protected: others could replace a program that SYSTEM
 * or every user runs. */
bool program_path_own_protected(char out[PROGRAM_PATH_SIZE], struct error *err) MUST_CHECK;

#endif
