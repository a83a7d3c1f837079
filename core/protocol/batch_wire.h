/*
 * A batch as bytes.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_PROTOCOL_BATCH_WIRE_H
#define TIDEGATE_PROTOCOL_BATCH_WIRE_H

#include "core/protocol/request.h"

void wire_put_batch(struct wire_writer *writer, const struct batch *batch);

/* `out` is zeroed before; its items are the caller's, also after a fault. */
void wire_get_batch(struct wire_reader *reader, struct batch *out);

/* How many items from `first` on fit into `size` bytes behind wire_put_batch's head. */
size_t wire_batch_fit(const struct batch *batch, size_t first, size_t size);

#endif
