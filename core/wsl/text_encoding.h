/*
 * Text as Windows programs write it, as UTF-8: wsl.exe answers in UTF-16LE without a mark unless it
 * knows WSL_UTF8, and .wslconfig may be either (facts/wsl.md §3.2, §5.1).
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WSL_TEXT_ENCODING_H
#define TIDEGATE_WSL_TEXT_ENCODING_H

#include "core/attributes.h"

#include <stdbool.h>
#include <stddef.h>

enum text_encoding {
    TEXT_UTF8,
    TEXT_UTF8_MARKED, /* begins with EF BB BF */
    TEXT_UTF16,       /* little endian */
    TEXT_UTF16_MARKED /* begins with FF FE */
};

/* By its mark; without one UTF-16 is known by its zero bytes, which text in UTF-8 never has (the
 * first bytes alone do not tell: a CJK name has none). */
enum text_encoding text_encoding_of(const void *bytes, size_t size);

/*
 * The text in UTF-8, without the mark and with a NUL behind it; released with mem_free. NULL when
 * it is no well-formed UTF-16 (an odd byte, half a surrogate pair). Bytes that are taken for UTF-8
 * pass as they are. `out_size` does not count the NUL.
 */
char *text_decode(const void *bytes, size_t size, enum text_encoding encoding,
                  size_t *out_size) MUST_CHECK;

/* The way back, mark included: gives the very bytes that text_decode was given. NULL when `text` is
 * not well-formed UTF-8 and has to become UTF-16. */
void *text_encode(const char *text, size_t size, enum text_encoding encoding,
                  size_t *out_size) MUST_CHECK;

#endif
