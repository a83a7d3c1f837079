/*
 * A diagnosis as bytes. Each has one encoding only.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_PROTOCOL_DIAGNOSIS_WIRE_H
#define TIDEGATE_PROTOCOL_DIAGNOSIS_WIRE_H

#include "core/model/diagnosis.h"
#include "core/protocol/wire.h"

void wire_put_diagnosis(struct wire_writer *writer, const struct diagnosis *diagnosis);

/* `out` is zeroed before. What it gets is within its capacities, whatever was read. */
void wire_get_diagnosis(struct wire_reader *reader, struct diagnosis *out);

#endif
