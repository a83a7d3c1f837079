/*
 * Requests held for approval: good once, briefly, and never many.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/ticket.h"

#include <check.h>
#include <string.h>

Suite *ticket_suite(void);

static struct user_sid user_number(unsigned number)
{
    struct user_sid user = {0};

    snprintf(user.text, sizeof user.text, "S-1-5-21-1-2-3-%u", 1000 + number);
    return user;
}

/* Holds a request with this id, at this time, under a ticket made of this byte. */
static void hold(struct ticket_table *table, unsigned user, uint32_t id, uint64_t now_ms,
                 char ticket[TICKET_SIZE])
{
    const struct user_sid requester = user_number(user);
    const struct request request = {.verb = VERB_PAUSE, .id = id};
    uint8_t random[TICKET_RANDOM_SIZE];

    memset(random, (int)id, sizeof random);
    ticket_hold(table, &requester, &request, random, now_ms, ticket);
}

static bool take(struct ticket_table *table, const char *ticket, uint64_t now_ms)
{
    struct held_request held;

    return ticket_take(table, ticket, now_ms, &held, NULL);
}

START_TEST(ticket_hold_spells_the_random_bytes)
{
    static const uint8_t random[TICKET_RANDOM_SIZE] = {0x00, 0x01, 0x23, 0x45, 0x67, 0x89,
                                                       0xAB, 0xCD, 0xEF, 0xFF, 0x10, 0x20,
                                                       0x30, 0x40, 0x50, 0x60};
    struct ticket_table table = {0};
    const struct user_sid user = user_number(1);
    const struct request request = {.verb = VERB_PAUSE};
    char ticket[TICKET_SIZE];

    ticket_hold(&table, &user, &request, random, 0, ticket);

    ck_assert_str_eq(ticket, "000123456789abcdefff102030405060");
    ck_assert(ticket_text_is_valid(ticket));
}
END_TEST

START_TEST(ticket_take_gives_exactly_what_was_held)
{
    struct ticket_table table = {0};
    struct held_request held = {0};
    const struct user_sid user = user_number(1);
    char ticket[TICKET_SIZE];

    hold(&table, 2, 8, 5, ticket);
    hold(&table, 1, 7, 5, ticket);

    ck_assert(ticket_take(&table, ticket, 6, &held, NULL));
    ck_assert_int_eq(held.request.verb, VERB_PAUSE);
    ck_assert_uint_eq(held.request.id, 7);
    ck_assert(user_sid_equals(&held.requester, &user));
}
END_TEST

START_TEST(ticket_is_good_only_once)
{
    struct ticket_table table = {0};
    struct held_request held = {.held_at_ms = 77};
    struct error err = {0};
    char ticket[TICKET_SIZE];

    hold(&table, 1, 1, 0, ticket);
    ck_assert(take(&table, ticket, 0));

    ck_assert(!ticket_take(&table, ticket, 0, &held, &err));
    ck_assert_int_eq(err.kind, ERR_NOT_FOUND);
    ck_assert_uint_eq(held.held_at_ms, 77);
}
END_TEST

START_TEST(ticket_expires_after_two_minutes)
{
    struct ticket_table table = {0};
    char early[TICKET_SIZE];
    char late[TICKET_SIZE];

    hold(&table, 1, 1, 1000, early);
    hold(&table, 1, 2, 1000, late);

    ck_assert(take(&table, early, 1000 + TICKET_LIFE_MS - 1));
    ck_assert(!take(&table, late, 1000 + TICKET_LIFE_MS));
}
END_TEST

START_TEST(ticket_take_refuses_any_other_text)
{
    struct ticket_table table = {0};
    char ticket[TICKET_SIZE];
    char wrong[TICKET_SIZE];

    hold(&table, 1, 0xAB, 0, ticket);

    /* An empty slot's ticket is "": it must not be one that anybody can name. */
    ck_assert(!take(&table, "", 0));
    ck_assert(!take(&table, "abababab", 0));
    ck_assert(!take(&table, "ABABABABABABABABABABABABABABABAB", 0));
    for (size_t i = 0; i < TICKET_SIZE - 1; i++) {
        memcpy(wrong, ticket, sizeof wrong);
        wrong[i] = wrong[i] == '0' ? '1' : '0';
        ck_assert_msg(!take(&table, wrong, 0), "wrong digit %zu was accepted", i);
    }
    ck_assert(take(&table, ticket, 0));
}
END_TEST

START_TEST(ticket_hold_drops_the_oldest_of_a_user_who_has_four)
{
    struct ticket_table table = {0};
    char others[TICKET_SIZE];
    char tickets[TICKETS_PER_USER + 1][TICKET_SIZE];

    hold(&table, 2, 99, 0, others);
    for (uint32_t i = 0; i <= TICKETS_PER_USER; i++)
        hold(&table, 1, i + 1, 0, tickets[i]);

    ck_assert(!take(&table, tickets[0], 0));
    for (uint32_t i = 1; i <= TICKETS_PER_USER; i++)
        ck_assert(take(&table, tickets[i], 0));
    ck_assert(take(&table, others, 0));
}
END_TEST

START_TEST(ticket_hold_drops_the_oldest_of_all_when_the_table_is_full)
{
    struct ticket_table table = {0};
    char tickets[TICKET_CAPACITY + 1][TICKET_SIZE];

    for (uint32_t i = 0; i <= TICKET_CAPACITY; i++)
        hold(&table, i / TICKETS_PER_USER, i + 1, 0, tickets[i]);

    ck_assert(!take(&table, tickets[0], 0));
    for (uint32_t i = 1; i <= TICKET_CAPACITY; i++)
        ck_assert_msg(take(&table, tickets[i], 0), "ticket %u is gone", i);
}
END_TEST

START_TEST(ticket_hold_uses_free_slots_before_it_drops_any)
{
    struct ticket_table table = {0};
    char first[TICKET_SIZE];
    char ticket[TICKET_SIZE];

    hold(&table, 0, 1, 0, first);
    for (uint32_t i = 1; i < TICKET_CAPACITY; i++)
        hold(&table, i, i + 1, 0, ticket);
    ck_assert(take(&table, ticket, 0));
    hold(&table, 100, 200, 0, ticket);

    ck_assert(take(&table, first, 0));
}
END_TEST

START_TEST(ticket_hold_forgets_expired_tickets)
{
    struct ticket_table table = {0};
    char tickets[TICKETS_PER_USER][TICKET_SIZE];

    hold(&table, 1, 1, 0, tickets[0]);
    for (uint32_t i = 1; i < TICKETS_PER_USER; i++)
        hold(&table, 1, i + 1, TICKET_LIFE_MS - 1, tickets[i]);
    hold(&table, 1, 50, TICKET_LIFE_MS, tickets[0]);

    for (uint32_t i = 0; i < TICKETS_PER_USER; i++)
        ck_assert(take(&table, tickets[i], TICKET_LIFE_MS));
}
END_TEST

Suite *ticket_suite(void)
{
    Suite *suite = suite_create("ticket");
    TCase *tcase = tcase_create("ticket");

    tcase_add_test(tcase, ticket_hold_spells_the_random_bytes);
    tcase_add_test(tcase, ticket_take_gives_exactly_what_was_held);
    tcase_add_test(tcase, ticket_is_good_only_once);
    tcase_add_test(tcase, ticket_expires_after_two_minutes);
    tcase_add_test(tcase, ticket_take_refuses_any_other_text);
    tcase_add_test(tcase, ticket_hold_drops_the_oldest_of_a_user_who_has_four);
    tcase_add_test(tcase, ticket_hold_drops_the_oldest_of_all_when_the_table_is_full);
    tcase_add_test(tcase, ticket_hold_uses_free_slots_before_it_drops_any);
    tcase_add_test(tcase, ticket_hold_forgets_expired_tickets);
    suite_add_tcase(suite, tcase);
    return suite;
}
