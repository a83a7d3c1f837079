/*
 * A hint about WSL as bytes.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/hint_wire.h"

#include "core/protocol/wire_value.h"
#include "core/wsl/wsl.h"

#include <string.h>

void wire_put_wsl_hint(struct wire_writer *writer, const struct wsl_hint *hint)
{
    wire_put_u8(writer, (uint8_t)hint->liveness);
    wire_put_text(writer, hint->vm_id);
    wire_put_u8(writer, (uint8_t)hint->effective);
    wire_put_address(writer, &hint->address);
    wire_put_bool(writer, hint->config_known);
    if (!hint->config_known)
        return;
    wire_put_u8(writer, (uint8_t)hint->configured);
    wire_put_bool(writer, hint->config_is_newer);
    wire_put_bool(writer, hint->localhost_forwarding);
}

/* One spelling only: lower case, no braces. */
static void get_vm_id(struct wire_reader *reader, char out[WSL_VM_ID_SIZE])
{
    char id[WSL_VM_ID_SIZE];

    wire_get_text(reader, out, WSL_VM_ID_SIZE);
    if (out[0] != '\0' && (!wsl_vm_id_parse(out, id) || strcmp(id, out) != 0))
        wire_fail(reader, "is no id of a virtual machine");
}

void wire_get_wsl_hint(struct wire_reader *reader, struct wsl_hint *out)
{
    wire_field(reader, "WSL liveness");
    out->liveness = (enum wsl_liveness)wire_get_enum(reader, WSL_LIVENESS_UP + 1);
    wire_field(reader, "virtual machine");
    get_vm_id(reader, out->vm_id);
    wire_field(reader, "networking mode");
    out->effective = (enum networking_mode)wire_get_enum(reader, NETWORKING_MODE_COUNT);
    wire_field(reader, "WSL address");
    out->address = wire_get_address(reader, WIRE_OPTIONAL);
    if (out->address.family == ADDRESS_IPV6)
        wire_fail(reader, "is not an IPv4 address");
    wire_field(reader, "configuration");
    out->config_known = wire_get_bool(reader);
    if (!out->config_known)
        return;
    wire_field(reader, "configured networking mode");
    out->configured = (enum networking_mode)wire_get_enum(reader, NETWORKING_MODE_WSL1);
    wire_field(reader, "configuration");
    out->config_is_newer = wire_get_bool(reader);
    out->localhost_forwarding = wire_get_bool(reader);
}
