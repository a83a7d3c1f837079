/*
 * This PC's addresses and TCP sockets, from the IP Helper API.
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

/* Established connections, likewise. */
bool network_tables_read_connections(struct connection_list *out,
                                     struct error *err) MUST_CHECK;

/*
 * Whether bind() is refused as forbidden (WSAEACCES): the mark of a port that WinNAT or another
 * driver reserved at run time (facts/wsl.md §6). An exclusion that an administrator made keeps
 * only the automatic choice away from its ports and does not stop bind(), so a list of all
 * excluded ranges would tell less. The port is bound for a moment and nothing listens. Of
 * use only where nothing listens: beside another account's exclusive socket the answer is the
 * same.
 */
bool network_tables_port_is_reserved(const struct address *address, uint16_t port);

#endif
