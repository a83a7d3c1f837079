/*
 * Trying connections without waiting for them. No thread and no event: whoever wants to know asks
 * again, and each asking looks.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_CONNECT_PROBE_H
#define TIDEGATE_WIN32_CONNECT_PROBE_H

#include "core/model/address.h"
#include "core/model/probe.h"

#include <winsock2.h>

#define CONNECT_PROBE_COUNT 4
#define CONNECT_PROBE_LIMIT_MS 2000

struct connect_probe {
    SOCKET socket; /* owned while `begun` */
    bool begun;
    struct address address;
    uint16_t port;
    uint64_t begun_ms;
};

/* Zeroed is valid. */
struct connect_probes {
    struct connect_probe items[CONNECT_PROBE_COUNT];
    bool has_winsock;
};

/* Begins, or tells what became of what was begun; a result is told once. */
enum probe_result connect_probes_ask(struct connect_probes *self,
                                     const struct address *address, uint16_t port);

/* Ends what nobody asked about in time. */
void connect_probes_expire(struct connect_probes *self);
void connect_probes_clear(struct connect_probes *self);

#endif
