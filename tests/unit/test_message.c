/*
 * Messages: their sentences and inserts.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/message.h"

#include <check.h>
#include <string.h>

Suite *message_suite(void);

/* The numbers that have a message; others are free, or were taken by messages that are gone. */
static const struct {
    int first, last;
} numbers[] = {
    {MESSAGE_NAME_TOO_LONG, MESSAGE_DATABASE_BEGUN_ANEW},
    {MESSAGE_SETTING_BY_POLICY, MESSAGE_POLICY_REFUSED},
    {MESSAGE_WSL_ADDRESS_NOT_RECORDED, MESSAGE_MODE_WSL1},
};

static bool has_message(int number)
{
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (number >= numbers[i].first && number <= numbers[i].last)
            return true;
    }
    return false;
}

START_TEST(every_message_has_its_sentence)
{
    for (int number = -1; number <= MESSAGE_ID_END + 1; number++) {
        const enum message_id id = (enum message_id)number;

        ck_assert_msg(message_is_known(id) == has_message(number), "%d", number);
        ck_assert_msg((message_sentence(id)[0] != '\0') == has_message(number), "%d",
                      number);
    }
    ck_assert(!message_is_known((enum message_id)0xFFFF));
}
END_TEST

START_TEST(no_two_messages_say_the_same)
{
    for (int one = 1; one < MESSAGE_ID_END; one++) {
        for (int other = one + 1; has_message(one) && other < MESSAGE_ID_END; other++)
            ck_assert_msg(strcmp(message_sentence((enum message_id)one),
                                 message_sentence((enum message_id)other)) != 0,
                          "%d and %d", one, other);
    }
}
END_TEST

/* %1, then %2, then %3, and no other %; plain ASCII, since it is copied byte by byte. */
START_TEST(every_sentence_uses_as_many_inserts_as_its_message_has)
{
    for (int number = 1; number < MESSAGE_ID_END; number++) {
        const enum message_id id = (enum message_id)number;
        const size_t count = message_argument_count(id);
        unsigned seen = 0;

        for (const char *at = message_sentence(id); *at != '\0'; at++) {
            ck_assert_msg(*at >= ' ' && *at <= '~', "%d", number);
            if (*at != '%')
                continue;
            at++;
            ck_assert_msg(*at >= '1' && *at <= '3', "%d", number);
            seen |= 1u << (*at - '1');
        }
        ck_assert_msg(seen == (1u << count) - 1, "%d: %u of %zu", number, seen, count);
    }
}
END_TEST

/* They go over the pipe between programs of different age. */
START_TEST(numbers_are_those_of_the_first_version)
{
    ck_assert_int_eq(MESSAGE_NONE, 0);
    ck_assert_int_eq(MESSAGE_NAME_TOO_LONG, 1);
    ck_assert_int_eq(MESSAGE_CONNECT_ADDRESS_OWN, 20);
    ck_assert_int_eq(MESSAGE_LISTEN_TAKEN, 25);
    ck_assert_int_eq(MESSAGE_APPROVER_NOT_ADMINISTRATOR, 40);
    ck_assert_int_eq(MESSAGE_CHANGES_TOO_MANY, 47);
    ck_assert_int_eq(MESSAGE_DATABASE_BEGUN_ANEW, 54);
    ck_assert_int_eq(MESSAGE_SETTING_BY_POLICY, 60);
    ck_assert_int_eq(MESSAGE_POLICY_REFUSED, 61);
    ck_assert_int_eq(MESSAGE_WSL_ADDRESS_NOT_RECORDED, 100);
    ck_assert_int_eq(MESSAGE_NETWORK_PUBLIC, 116);
    ck_assert_int_eq(MESSAGE_MODE_NONE, 122);
}
END_TEST

START_TEST(message_of_keeps_its_inserts)
{
    const struct message message = message_of(MESSAGE_LISTEN_TAKEN, "80", "web", NULL);

    ck_assert_int_eq(message.id, MESSAGE_LISTEN_TAKEN);
    ck_assert_str_eq(message.arguments[0], "80");
    ck_assert_str_eq(message.arguments[1], "web");
    ck_assert_str_eq(message.arguments[2], "");
}
END_TEST

START_TEST(message_of_cuts_a_long_insert_between_characters)
{
    char waves[MESSAGE_ARGUMENT_SIZE * 4 + 1];
    struct message message;

    for (size_t i = 0; i < MESSAGE_ARGUMENT_SIZE; i++)
        memcpy(waves + 4 * i, "\xF0\x9F\x8C\x8A", 4);
    waves[sizeof waves - 1] = '\0';
    message = message_of(MESSAGE_PROCESS, waves, NULL, NULL);

    ck_assert(utf8_is_valid(message.arguments[0], strlen(message.arguments[0])));
    ck_assert_uint_gt(strlen(message.arguments[0]), MESSAGE_ARGUMENT_SIZE - 5);
}
END_TEST

START_TEST(message_append_replaces_the_inserts_in_any_order)
{
    char buffer[200];
    struct text text = TEXT_OVER(buffer);

    message_append(MESSAGE_ENTRY_AND_OURS, "a", "%1", "c", &text);

    ck_assert_str_eq(buffer, "a to %1 (Tidegate's would be c)");
}
END_TEST

START_TEST(message_append_adds_nothing_for_an_unknown_message)
{
    char buffer[20];
    struct text text = TEXT_OVER(buffer);

    text_append(&text, "before");
    message_append((enum message_id)0xFFFF, "a", NULL, NULL, &text);

    ck_assert_str_eq(buffer, "before");
}
END_TEST

Suite *message_suite(void)
{
    Suite *suite = suite_create("message");
    TCase *catalogue = tcase_create("catalogue");
    TCase *inserts = tcase_create("inserts");

    tcase_add_test(catalogue, every_message_has_its_sentence);
    tcase_add_test(catalogue, no_two_messages_say_the_same);
    tcase_add_test(catalogue, every_sentence_uses_as_many_inserts_as_its_message_has);
    tcase_add_test(catalogue, numbers_are_those_of_the_first_version);
    tcase_add_test(inserts, message_of_keeps_its_inserts);
    tcase_add_test(inserts, message_of_cuts_a_long_insert_between_characters);
    tcase_add_test(inserts, message_append_replaces_the_inserts_in_any_order);
    tcase_add_test(inserts, message_append_adds_nothing_for_an_unknown_message);
    suite_add_tcase(suite, catalogue);
    suite_add_tcase(suite, inserts);
    return suite;
}
