/*
 * Trying connections to this PC's loopback.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/connect_probe.h"

#include <check.h>
#include <string.h>

#define LOOKS_MAX 200
#define LOOK_MS 10

Suite *connect_probe_suite(void);

static struct connect_probes probes;

static SOCKET listen_at(uint16_t *port)
{
    const SOCKET result = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    struct sockaddr_in name = {.sin_family = AF_INET};
    int size = sizeof name;

    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(result, (const struct sockaddr *)&name, sizeof name), 0);
    ck_assert_int_eq(listen(result, 4), 0);
    ck_assert_int_eq(getsockname(result, (struct sockaddr *)&name, &size), 0);
    *port = ntohs(name.sin_port);
    return result;
}

static void start(void)
{
    WSADATA data;

    ck_assert_int_eq(WSAStartup(MAKEWORD(2, 2), &data), 0);
    probes = (struct connect_probes){0};
}

static void stop(void)
{
    connect_probes_clear(&probes);
    WSACleanup();
}

static enum probe_result ask_until_done(uint16_t port)
{
    struct address loopback;
    enum probe_result result = PROBE_UNDER_WAY;

    ck_assert(address_parse("127.0.0.1", &loopback));
    for (int i = 0; i < LOOKS_MAX && result == PROBE_UNDER_WAY; i++) {
        result = connect_probes_ask(&probes, &loopback, port);
        if (result == PROBE_UNDER_WAY)
            Sleep(LOOK_MS);
    }
    return result;
}

START_TEST(connect_probes_ask_tells_a_server_from_none)
{
    uint16_t port;
    const SOCKET server = listen_at(&port);

    ck_assert_int_eq(ask_until_done(port), PROBE_CONNECTED);
    closesocket(server);
    ck_assert_int_eq(ask_until_done(port), PROBE_REFUSED);
}
END_TEST

START_TEST(connect_probes_ask_keeps_nothing_open_once_it_has_told)
{
    uint16_t port;
    const SOCKET server = listen_at(&port);

    ck_assert_int_eq(ask_until_done(port), PROBE_CONNECTED);
    for (size_t i = 0; i < CONNECT_PROBE_COUNT; i++)
        ck_assert(!probes.items[i].begun);
    closesocket(server);
}
END_TEST

/* 192.0.2.0/24 is for documentation: nobody answers there. */
START_TEST(connect_probes_ask_never_waits_and_takes_the_place_of_the_oldest)
{
    struct address nowhere;

    ck_assert(address_parse("192.0.2.1", &nowhere));
    for (uint16_t port = 1; port <= 2 * CONNECT_PROBE_COUNT; port++) {
        const ULONGLONG before = GetTickCount64();

        connect_probes_ask(&probes, &nowhere, port);
        ck_assert_uint_lt(GetTickCount64() - before, 1000);
    }
}
END_TEST

START_TEST(connect_probes_expire_ends_what_nobody_asks_about)
{
    uint16_t port;
    struct connect_probe *probe = &probes.items[1];
    const SOCKET server = listen_at(&port);

    *probe = (struct connect_probe){
        .socket = server, .begun = true, .port = port, .begun_ms = GetTickCount64()};
    connect_probes_expire(&probes);
    ck_assert(probe->begun);
    probe->begun_ms -= 3 * CONNECT_PROBE_LIMIT_MS;
    connect_probes_expire(&probes);
    ck_assert(!probe->begun);
    ck_assert_int_ne(closesocket(server), 0);
}
END_TEST

Suite *connect_probe_suite(void)
{
    Suite *suite = suite_create("connect_probe");
    TCase *tcase = tcase_create("connect_probe");

    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, connect_probes_ask_tells_a_server_from_none);
    tcase_add_test(tcase, connect_probes_ask_keeps_nothing_open_once_it_has_told);
    tcase_add_test(tcase,
                   connect_probes_ask_never_waits_and_takes_the_place_of_the_oldest);
    tcase_add_test(tcase, connect_probes_expire_ends_what_nobody_asks_about);
    suite_add_tcase(suite, tcase);
    return suite;
}
