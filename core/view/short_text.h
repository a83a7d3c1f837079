/*
 * Text made to fit a line of a menu or a notification: what is left out is an ellipsis, and no
 * character is cut in two.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_SHORT_TEXT_H
#define TIDEGATE_VIEW_SHORT_TEXT_H

#include <stddef.h>

/* How many columns well-formed `text` takes; East Asian characters take two. */
size_t text_columns(const char *text);

/* Copies `from`, in at most `columns` (at least 3) columns: the end is left out. */
void text_shorten_end(const char *from, size_t columns, char *out, size_t capacity);

/* The same, leaving out the middle: for texts whose end tells them apart, as ports do. */
void text_shorten_middle(const char *from, size_t columns, char *out, size_t capacity);

#endif
