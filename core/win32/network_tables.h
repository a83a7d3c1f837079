/*
 * This PC's addresses and listening sockets, from the IP Helper API.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_NETWORK_TABLES_H
#define TIDEGATE_WIN32_NETWORK_TABLES_H

#include "core/base/error.h"
#include "core/model/snapshot.h"

/* An adapter with more addresses than one item holds is given as several of the same name. One
 * whose name is no text keeps its addresses, under the name "". */
bool network_tables_read_adapters(struct adapter_list *out, struct error *err) MUST_CHECK;

/* Listening TCP sockets of both families; a family that is not installed has none. */
bool network_tables_read_listeners(struct listener_list *out,
                                   struct error *err) MUST_CHECK;

#endif
