/*
 * Who and what this PC is, for texts that are shown to strangers: the names to take out, and which
 * Windows it runs.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_OWN_NAMES_H
#define TIDEGATE_WIN32_OWN_NAMES_H

#include "core/view/redaction.h"

#define WINDOWS_WORDS_SIZE 64

/* The user's account and profile folder, the computer and its domain or DNS name. */
void own_names_read(struct redaction *out);

/* "10.0.22631.4317, en-GB" */
void windows_words(char out[WINDOWS_WORDS_SIZE]);

#endif
