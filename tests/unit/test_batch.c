/*
 * Batches on their way: cut into messages, staged, refused, copied.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/staging.h"

#include "core/base/mem.h"
#include "core/protocol/ticket.h"

#include <check.h>
#include <string.h>

#define RULE_ID "0123abcd-0000-4000-8000-00000000000f"

static struct request with_items(size_t count)
{
    struct request request = {.verb = VERB_BATCH};

    for (size_t i = 0; i < count; i++) {
        struct batch_item *item = LIST_ADD(&request.batch);

        item->verb = VERB_DELETE_RULE;
        item->rule.id = (struct rule_id){RULE_ID};
    }
    return request;
}

/* As many of the longest rules as there can be. */
static struct request longest(void)
{
    struct request request = with_items(RULES_PER_USER_MAX);

    for (size_t i = 0; i < request.batch.count; i++) {
        struct batch_item *item = &request.batch.items[i];

        item->verb = VERB_PUT_RULE;
        item->rule = rule_default();
        memset(item->rule.name, 'n', RULE_TEXT_SIZE - 1);
        memset(item->rule.comment, 'c', RULE_TEXT_SIZE - 1);
        item->rule.listen.kind = LISTEN_INTERFACE;
        memset(item->rule.listen.interface_name, 'i', RULE_INTERFACE_NAME_SIZE - 1);
        item->rule.listen.first_port = item->rule.listen.last_port = (uint16_t)(i + 1);
        item->rule.connect.first_port = 1;
    }
    return request;
}

START_TEST(a_long_batch_goes_in_parts_and_is_whole_again)
{
    struct request request = longest();
    struct staging staging = {0};
    struct request out = {0};
    struct error err = {0};
    size_t sent = 0;
    size_t part_count = 0;

    do {
        const struct request part = request_part(&request, sent);
        struct wire_writer message = {0};

        request_encode(&part, &message);
        ck_assert_uint_le(message.size, MESSAGE_SIZE_MAX);
        ck_assert_msg(request_decode(message.bytes, message.size, &out, &err), "%s",
                      err.detail);
        wire_writer_clear(&message);
        ck_assert_msg(staging_take(&staging, &out, &err), "%s", err.detail);
        sent += part.batch.count;
        part_count++;
        ck_assert_uint_eq(out.batch.more, sent < RULES_PER_USER_MAX);
    } while (sent < request.batch.count);

    ck_assert_uint_gt(part_count, 1);
    ck_assert_uint_eq(out.batch.count, RULES_PER_USER_MAX);
    for (size_t i = 0; i < out.batch.count; i++)
        ck_assert_uint_eq(out.batch.items[i].rule.listen.first_port, i + 1);
    ck_assert_uint_eq(staging.batch.count, 0);
    request_clear(&out);
    request_clear(&request);
}
END_TEST

START_TEST(staging_is_bounded_and_forgets_what_is_too_much)
{
    struct staging staging = {0};
    struct request first = with_items(200);
    struct request second = with_items(57);
    struct request third = with_items(1);
    struct error err = {0};

    first.batch.more = true;
    ck_assert(staging_take(&staging, &first, &err));
    ck_assert_uint_eq(first.batch.count, 0);

    ck_assert(!staging_take(&staging, &second, &err));
    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_int_eq(err.message.id, MESSAGE_CHANGES_TOO_MANY);
    ck_assert_ptr_null(staging.batch.items);

    ck_assert(staging_take(&staging, &third, &err));
    ck_assert_uint_eq(third.batch.count, 1);
    request_clear(&second);
    request_clear(&third);
}
END_TEST

START_TEST(parts_for_different_users_are_refused)
{
    struct staging staging = {0};
    struct request first = with_items(1);
    struct request second = with_items(1);

    first.batch.more = true;
    second.user = (struct user_sid){"S-1-5-21-1-2-3-1002"};
    ck_assert(staging_take(&staging, &first, NULL));

    ck_assert(!staging_take(&staging, &second, NULL));
    ck_assert_uint_eq(staging.batch.count, 0);
    request_clear(&second);
}
END_TEST

START_TEST(a_batch_of_nothing_is_refused)
{
    struct staging staging = {0};
    struct request request = with_items(0);

    ck_assert(!staging_take(&staging, &request, NULL));
}
END_TEST

static void check_item_refused(const struct batch_item *item, const char *detail)
{
    struct batch_item copy = *item;
    const struct request request = {.verb = VERB_BATCH,
                                    .batch = {.items = &copy, .count = 1}};
    struct wire_writer message = {0};
    struct request out = {.id = 7};
    struct error err = {0};

    request_encode(&request, &message);
    ck_assert(!request_decode(message.bytes, message.size, &out, &err));
    ck_assert_str_eq(err.detail, detail);
    ck_assert_uint_eq(out.id, 7);
    wire_writer_clear(&message);
}

START_TEST(request_decode_refuses_what_cannot_be_in_a_batch)
{
    struct batch_item item = {.verb = VERB_TAKE_OVER, .rule = {.id = {RULE_ID}}};

    check_item_refused(&item, "batch verb: cannot be in a batch");
    item.verb = VERB_BATCH;
    check_item_refused(&item, "batch verb: cannot be in a batch");
    item = (struct batch_item){.verb = VERB_PUT_RULE, .restore = true};
    item.rule = rule_default();
    item.rule.listen.first_port = item.rule.listen.last_port = 80;
    item.rule.connect.first_port = 80;
    check_item_refused(&item, "batch restore: needs the rule's id");
}
END_TEST

START_TEST(request_decode_refuses_more_items_than_a_user_may_have)
{
    struct request request = with_items(RULES_PER_USER_MAX + 1);
    struct wire_writer message = {0};
    struct request out;
    struct error err = {0};

    request_encode(&request, &message);

    ck_assert_uint_le(message.size, MESSAGE_SIZE_MAX);
    ck_assert(!request_decode(message.bytes, message.size, &out, &err));
    ck_assert_ptr_nonnull(strstr(err.detail, "batch items"));
    wire_writer_clear(&message);
    request_clear(&request);
}
END_TEST

START_TEST(a_held_batch_is_a_copy_that_is_freed_when_dropped)
{
    static const struct user_sid user = {"S-1-5-21-1-2-3-1001"};
    struct ticket_table table = {0};
    struct held_request held;
    char ticket[TICKET_SIZE];

    /* One more than a user may hold: the oldest is dropped. */
    for (uint8_t i = 0; i <= TICKETS_PER_USER; i++) {
        const uint8_t random[TICKET_RANDOM_SIZE] = {i};
        struct request request = with_items(3);

        ticket_hold(&table, &user, &request, random, i, ticket);
        request_clear(&request);
    }
    ck_assert(ticket_take(&table, ticket, 10, &held, NULL));
    ck_assert_uint_eq(held.request.batch.count, 3);
    ck_assert_str_eq(held.request.batch.items[2].rule.id.text, RULE_ID);
    request_clear(&held.request);
    ticket_table_clear(&table);
}
END_TEST

Suite *batch_suite(void);

Suite *batch_suite(void)
{
    Suite *suite = suite_create("batch");
    TCase *tcase = tcase_create("batch");

    tcase_add_test(tcase, a_long_batch_goes_in_parts_and_is_whole_again);
    tcase_add_test(tcase, staging_is_bounded_and_forgets_what_is_too_much);
    tcase_add_test(tcase, parts_for_different_users_are_refused);
    tcase_add_test(tcase, a_batch_of_nothing_is_refused);
    tcase_add_test(tcase, request_decode_refuses_what_cannot_be_in_a_batch);
    tcase_add_test(tcase, request_decode_refuses_more_items_than_a_user_may_have);
    tcase_add_test(tcase, a_held_batch_is_a_copy_that_is_freed_when_dropped);
    suite_add_tcase(suite, tcase);
    return suite;
}
