/*
 * The order in which people look for names and addresses.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_NATURAL_ORDER_H
#define TIDEGATE_VIEW_NATURAL_ORDER_H

#include <stdbool.h>

/* Below, at or above 0 as in strcmp. Digits count as numbers ("web2" before "web10"), ASCII letters
 * without case, the rest by code point. 0 only for texts that differ in case or leading zeros at
 * most. */
int natural_compare(const char *a, const char *b);

/* Whether `text` contains `part`; ASCII letters without case. Each text contains "". */
bool natural_contains(const char *text, const char *part);

#endif
