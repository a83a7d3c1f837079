/*
 * What a fuzz target gives: libFuzzer's entry point, and well-formed inputs to start from.
 * With clang it is linked alone with -fsanitize=fuzzer; with any compiler, with driver.c.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_FUZZ_FUZZ_H
#define TIDEGATE_FUZZ_FUZZ_H

#include "core/protocol/wire.h"

/* Ends the program when a property does not hold; always returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Appends seed number `index` to `out`; false when there are no more. */
bool fuzz_seed(size_t index, struct wire_writer *out);

#endif
