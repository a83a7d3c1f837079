/*
 * Taking over from scripts, as bytes: what is asked, and what the reply tells.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_PROTOCOL_ADOPT_WIRE_H
#define TIDEGATE_PROTOCOL_ADOPT_WIRE_H

#include "core/protocol/reply.h"

void wire_put_adopt(struct wire_writer *writer, const struct adopt_request *adopt);
void wire_put_adopt_reply(struct wire_writer *writer, const struct adopt_reply *adopt);

/* `out` is zeroed before; its lists are the caller's, also after a fault. */
void wire_get_adopt(struct wire_reader *reader, struct adopt_request *out);
void wire_get_adopt_reply(struct wire_reader *reader, struct adopt_reply *out);

#endif
