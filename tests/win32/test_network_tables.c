/*
 * Adapters and listening sockets.
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

Suite *network_tables_suite(void)
{
    Suite *suite = suite_create("network_tables");
    TCase *tcase = tcase_create("tables");

    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, network_tables_read_adapters_gives_loopback_with_its_prefix);
    tcase_add_loop_test(
        tcase, network_tables_read_listeners_gives_a_socket_with_its_owner, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
