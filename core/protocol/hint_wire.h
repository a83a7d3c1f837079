/*
 * What a user's own program says about that user's WSL, as bytes.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_PROTOCOL_HINT_WIRE_H
#define TIDEGATE_PROTOCOL_HINT_WIRE_H

#include "core/protocol/wire.h"
#include "core/wsl/wsl_hint.h"

/* What depends on config_known is not written without it. */
void wire_put_wsl_hint(struct wire_writer *writer, const struct wsl_hint *hint);

/* Checks the form only: whether the VM is there and the address is inside WSL's network is seen in
 * each pass. */
void wire_get_wsl_hint(struct wire_reader *reader, struct wsl_hint *out);

#endif
