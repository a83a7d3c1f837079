/*
 * What we ask of the compiler beyond the language: results that must be looked at, format strings
 * that must match, and calls that must not be made. Every other header may rely on it.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_ATTRIBUTES_H
#define TIDEGATE_ATTRIBUTES_H

#include "core/banned.h" /* includes <stdio.h>, which decides the printf dialect on mingw */

/* The caller has to use the result. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Parameter number `format_index` is a printf format, its arguments start at `first` (0: va_list).
 * mingw has two dialects; only the one that <stdio.h> chose knows %zu and %lld. */
#ifdef __MINGW_PRINTF_FORMAT
#define PRINTF_LIKE(format_index, first)                                                 \
    __attribute__((format(__MINGW_PRINTF_FORMAT, format_index, first)))
#else
#define PRINTF_LIKE(format_index, first)                                                 \
    __attribute__((format(printf, format_index, first)))
#endif

#endif
