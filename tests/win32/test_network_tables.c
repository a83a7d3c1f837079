/*
 * Adapters, listening sockets, connections.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/win32/network_tables.h"

#include <check.h>
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>

#include <string.h>

Suite *network_tables_suite(void);

static struct error err;

static void start(void)
{
    WSADATA data;

    ck_assert_int_eq(WSAStartup(MAKEWORD(2, 2), &data), 0);
}

static void stop(void)
{
    WSACleanup();
}

START_TEST(network_tables_read_adapters_gives_loopback_with_its_prefix)
{
    struct adapter_list list = {0};
    struct address loopback;
    bool found = false;

    ck_assert(address_parse("127.0.0.1", &loopback));
    ck_assert_msg(network_tables_read_adapters(&list, &err), "%s", err.detail);
    ck_assert_uint_ge(list.count, 1);
    for (size_t i = 0; i < list.count; i++) {
        const struct adapter *adapter = &list.items[i];

        for (size_t k = 0; k < adapter->address_count; k++) {
            ck_assert(prefix_contains(&adapter->on_link[k], &adapter->addresses[k]));
            found = found || (address_equals(&adapter->addresses[k], &loopback) &&
                              adapter->is_up && adapter->name[0] != '\0');
        }
    }
    ck_assert(found);
    adapter_list_clear(&list);
}
END_TEST

/* A socket that listens on a port of the system's choice. */
static SOCKET listen_on(int family, uint16_t *port)
{
    struct sockaddr_storage name = {.ss_family = (short)family};
    int size =
        family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    const BOOL keep = TRUE;
    SOCKET s = socket(family, SOCK_STREAM, IPPROTO_TCP);

    if (family == AF_INET)
        ((struct sockaddr_in *)&name)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else
        ((struct sockaddr_in6 *)&name)->sin6_addr = in6addr_loopback;
    ck_assert(s != INVALID_SOCKET);
    if (bind(s, (struct sockaddr *)&name, size) != 0 || listen(s, 1) != 0) {
        closesocket(s);
        return INVALID_SOCKET;
    }
    /* Wine names the owner only of a socket that was touched after listen. */
    setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (const char *)&keep, sizeof keep);
    ck_assert_int_eq(getsockname(s, (struct sockaddr *)&name, &size), 0);
    *port = family == AF_INET ? ntohs(((struct sockaddr_in *)&name)->sin_port)
                              : ntohs(((struct sockaddr_in6 *)&name)->sin6_port);
    return s;
}

static const struct {
    int family;
    const char *address;
} families[] = {{AF_INET, "127.0.0.1"}, {AF_INET6, "::1"}};

START_TEST(network_tables_read_listeners_gives_a_socket_with_its_owner)
{
    struct listener_list list = {0};
    const struct listener *found;
    struct address address;
    uint16_t port = 0;
    SOCKET s = listen_on(families[_i].family, &port);

    if (s == INVALID_SOCKET) {
        /* A container without IPv6; Windows always has the loopback address. */
        ck_assert_int_eq(families[_i].family, AF_INET6);
        return;
    }
    ck_assert(address_parse(families[_i].address, &address));
    ck_assert_msg(network_tables_read_listeners(&list, &err), "%s", err.detail);
    found = listener_list_find(&list, &address, port);
    ck_assert_ptr_nonnull(found);
    ck_assert(address_equals(&found->address, &address));
    /* Wine does not know the owners of IPv6 sockets. */
    if (families[_i].family == AF_INET || found->process_id != 0)
        ck_assert_uint_eq(found->process_id, GetCurrentProcessId());
    LIST_CLEAR(&list);
    closesocket(s);
    ck_assert(network_tables_read_listeners(&list, &err));
    found = listener_list_find(&list, &address, port);
    ck_assert(found == NULL || found->process_id != GetCurrentProcessId());
    LIST_CLEAR(&list);
}
END_TEST

/* Connects to a listener of ours and accepts; both ends are ours then. */
static void join(SOCKET listener, int family, uint16_t port, SOCKET ends[2])
{
    struct sockaddr_storage name = {.ss_family = (short)family};
    int size =
        family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);

    if (family == AF_INET) {
        ((struct sockaddr_in *)&name)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ((struct sockaddr_in *)&name)->sin_port = htons(port);
    } else {
        ((struct sockaddr_in6 *)&name)->sin6_addr = in6addr_loopback;
        ((struct sockaddr_in6 *)&name)->sin6_port = htons(port);
    }
    ends[0] = socket(family, SOCK_STREAM, IPPROTO_TCP);
    ck_assert_int_eq(connect(ends[0], (struct sockaddr *)&name, size), 0);
    ends[1] = accept(listener, NULL, NULL);
    ck_assert(ends[1] != INVALID_SOCKET);
}

/* The end that was accepted at the port, or NULL. */
static const struct connection *find_accepted(const struct connection_list *list,
                                              const struct address *address, uint16_t port)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].local_port == port &&
            address_equals(&list->items[i].local, address))
            return &list->items[i];
    }
    return NULL;
}

START_TEST(network_tables_read_connections_gives_both_ends_with_their_owner)
{
    struct connection_list list = {0};
    const struct connection *found;
    struct address address;
    uint16_t port = 0;
    SOCKET ends[2];
    SOCKET s = listen_on(families[_i].family, &port);

    if (s == INVALID_SOCKET) {
        ck_assert_int_eq(families[_i].family, AF_INET6);
        return;
    }
    ck_assert(address_parse(families[_i].address, &address));
    ck_assert_msg(network_tables_read_connections(&list, &err), "%s", err.detail);
    ck_assert_ptr_null(find_accepted(&list, &address, port));
    LIST_CLEAR(&list);

    join(s, families[_i].family, port, ends);
    ck_assert_msg(network_tables_read_connections(&list, &err), "%s", err.detail);
    found = find_accepted(&list, &address, port);
    ck_assert_ptr_nonnull(found);
    ck_assert(address_equals(&found->remote, &address));
    ck_assert_uint_ne(found->remote_port, 0);
    ck_assert_uint_ne(found->remote_port, port);
    /* Wine does not know the owners of accepted sockets. */
    if (found->process_id != 0)
        ck_assert_uint_eq(found->process_id, GetCurrentProcessId());
    LIST_CLEAR(&list);
    closesocket(ends[0]);
    closesocket(ends[1]);
    closesocket(s);
}
END_TEST

/* A reserved port cannot be made here; the lab's Windows has them (tests/e2e). */
START_TEST(network_tables_port_is_reserved_is_not_said_of_a_free_or_a_taken_port)
{
    struct address address;
    uint16_t port = 0;
    SOCKET s = listen_on(AF_INET, &port);

    ck_assert(address_parse("127.0.0.1", &address));
    ck_assert(!network_tables_port_is_reserved(&address, port));
    closesocket(s);
    ck_assert(!network_tables_port_is_reserved(&address, port));
    s = listen_on(AF_INET, &port);
    ck_assert_msg(s != INVALID_SOCKET, "the port is free again");
    closesocket(s);
}
END_TEST

Suite *network_tables_suite(void)
{
    Suite *suite = suite_create("network_tables");
    TCase *tcase = tcase_create("tables");

    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, network_tables_read_adapters_gives_loopback_with_its_prefix);
    tcase_add_loop_test(
        tcase, network_tables_read_listeners_gives_a_socket_with_its_owner, 0, 2);
    tcase_add_loop_test(
        tcase, network_tables_read_connections_gives_both_ends_with_their_owner, 0, 2);
    tcase_add_test(tcase,
                   network_tables_port_is_reserved_is_not_said_of_a_free_or_a_taken_port);
    suite_add_tcase(suite, tcase);
    return suite;
}
