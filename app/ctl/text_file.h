/*
 * Whole text files, and standard input as one of them. Names are UTF-8.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_CTL_TEXT_FILE_H
#define TIDEGATE_CTL_TEXT_FILE_H

#include "core/base/error.h"

#include <stddef.h>

/* The file's text in UTF-8 with a NUL behind it, from UTF-8 or UTF-16, with or without a mark
 * (PowerShell's ">" writes UTF-16); "-" is standard input. Released with mem_free; NULL on failure,
 * also when it has more than `most` bytes. */
char *text_file_read(const char *name, size_t most, size_t *size, struct error *err);

/* In UTF-8, in place of what was there. */
bool text_file_write(const char *name, const char *text, struct error *err) MUST_CHECK;

#endif
