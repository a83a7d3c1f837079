/*
 * Replies and events as bytes: what is encoded is what is decoded.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/reply.h"

#include "tests/unit/reply_fixture.h"

#include <check.h>

Suite *reply_suite(void);

START_TEST(reply_decode_gives_back_what_was_encoded)
{
    struct reply reply = sample_reply(_i);
    struct wire_writer writer = encoded(&reply);
    struct wire_writer again = {0};
    struct reply out;
    struct error err = {0};

    ck_assert_msg(reply_decode(writer.bytes, writer.size, &out, &err), "%d: %s", _i,
                  err.detail);
    ck_assert_int_eq(out.verb, reply.verb);
    ck_assert_uint_eq(out.id, reply.id);
    ck_assert(out.is_event == reply.is_event);
    ck_assert_int_eq(out.error.kind, reply.error.kind);
    ck_assert_uint_eq(out.error.os_code, reply.error.os_code);
    ck_assert_str_eq(out.error.detail, reply.error.detail);
    ck_assert_str_eq(out.ticket, reply.ticket);
    reply_encode(&out, &again);
    ck_assert_uint_eq(again.size, writer.size);
    ck_assert_mem_eq(again.bytes, writer.bytes, writer.size);
    wire_writer_clear(&writer);
    wire_writer_clear(&again);
    reply_clear(&reply);
    reply_clear(&out);
}
END_TEST

START_TEST(reply_decode_keeps_the_message_of_an_error)
{
    struct reply reply = {.verb = VERB_PUT_RULE};
    struct wire_writer writer;
    struct reply out;

    error_set_message(&reply.error, ERR_CONFLICT, MESSAGE_LISTEN_TAKEN, "3000", "web",
                      NULL);
    writer = encoded(&reply);

    ck_assert(reply_decode(writer.bytes, writer.size, &out, NULL));
    ck_assert_int_eq(out.error.message.id, MESSAGE_LISTEN_TAKEN);
    ck_assert_str_eq(out.error.message.arguments[0], "3000");
    ck_assert_str_eq(out.error.message.arguments[1], "web");
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(reply_decode_keeps_what_hello_tells)
{
    struct reply reply = sample_reply(0);
    struct wire_writer writer;
    struct reply out;

    reply.hello.may_widen = true;
    writer = encoded(&reply);

    ck_assert(reply_decode(writer.bytes, writer.size, &out, NULL));
    ck_assert_str_eq(out.hello.version, "1.2.3");
    ck_assert_str_eq(out.hello.user.text, SID);
    ck_assert(!out.hello.is_elevated && out.hello.may_change && out.hello.may_widen);
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(reply_decode_borrows_the_bytes_of_a_snapshot)
{
    const struct reply reply = sample_reply(3);
    struct wire_writer writer = encoded(&reply);
    struct reply out;

    ck_assert(reply_decode(writer.bytes, writer.size, &out, NULL));
    ck_assert_uint_eq(out.snapshot.page, 2);
    ck_assert_uint_eq(out.snapshot.page_count, 3);
    ck_assert_uint_eq(out.snapshot.size, sizeof sample_page);
    ck_assert_ptr_eq(out.snapshot.bytes, writer.bytes + writer.size - sizeof sample_page);
    ck_assert_mem_eq(out.snapshot.bytes, sample_page, sizeof sample_page);
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(reply_decode_keeps_activity_lines)
{
    struct reply reply = sample_reply(7);
    struct wire_writer writer = encoded(&reply);
    struct reply out;

    ck_assert(reply_decode(writer.bytes, writer.size, &out, NULL));
    ck_assert_uint_eq(out.activity.count, 4);
    ck_assert(out.activity.items[3].time_ms == -3);
    ck_assert_int_eq(out.activity.items[3].kind, ACTIVITY_WSL_MOVED_RULES);
    ck_assert_str_eq(out.activity.items[3].rule_id.text,
                     reply.activity.items[3].rule_id.text);
    for (size_t i = 0; i < ACTIVITY_ARGUMENT_COUNT; i++)
        ck_assert_str_eq(out.activity.items[3].arguments[i],
                         reply.activity.items[3].arguments[i]);
    wire_writer_clear(&writer);
    reply_clear(&reply);
    reply_clear(&out);
}
END_TEST

START_TEST(reply_encode_cuts_a_plan_to_one_message)
{
    struct reply reply = {0};
    struct reply out;
    struct wire_writer writer;

    fill_plan(&reply, 1000, 299);
    writer = encoded(&reply);

    ck_assert_uint_le(writer.size, MESSAGE_SIZE_MAX);
    ck_assert_uint_gt(writer.size, MESSAGE_SIZE_MAX - 301);
    ck_assert(reply_decode(writer.bytes, writer.size, &out, NULL));
    ck_assert_uint_eq(out.plan.count, (MESSAGE_SIZE_MAX - 14) / 301);
    for (size_t i = 0; i < out.plan.count; i++)
        ck_assert_str_eq(out.plan.items[i].text, reply.plan.items[i].text);
    wire_writer_clear(&writer);
    reply_clear(&reply);
    reply_clear(&out);
}
END_TEST

START_TEST(reply_encode_fills_a_message_to_its_last_byte)
{
    const size_t last = (MESSAGE_SIZE_MAX - 14) / 301;
    const size_t room = (MESSAGE_SIZE_MAX - 14) % 301 - 2;

    for (size_t beyond = 0; beyond <= 1; beyond++) {
        struct reply reply = {0};
        struct wire_writer writer;

        fill_plan(&reply, last + 1, 299);
        reply.plan.items[last].text[room + beyond] = '\0';
        writer = encoded(&reply);
        if (beyond == 0)
            ck_assert_uint_eq(writer.size, MESSAGE_SIZE_MAX);
        else
            ck_assert_uint_lt(writer.size, MESSAGE_SIZE_MAX);
        wire_writer_clear(&writer);
        reply_clear(&reply);
    }
}
END_TEST

START_TEST(reply_encode_cuts_a_plan_of_short_lines_to_its_capacity)
{
    struct reply reply = {0};
    struct reply out;
    struct wire_writer writer;

    fill_plan(&reply, REPLY_PLAN_CAPACITY + 1, 5);
    writer = encoded(&reply);

    ck_assert(reply_decode(writer.bytes, writer.size, &out, NULL));
    ck_assert_uint_eq(out.plan.count, REPLY_PLAN_CAPACITY);
    wire_writer_clear(&writer);
    reply_clear(&reply);
    reply_clear(&out);
}
END_TEST

START_TEST(reply_encode_drops_the_oldest_activity)
{
    struct reply reply = {0};
    struct reply out;
    struct wire_writer writer = {0};

    wire_put_text(&writer, "something before"); /* the limit counts this message only */
    fill_activity(&reply, REPLY_ACTIVITY_CAPACITY, 239);
    reply_encode(&reply, &writer);

    ck_assert_uint_le(writer.size - 18, MESSAGE_SIZE_MAX);
    ck_assert(reply_decode(writer.bytes + 18, writer.size - 18, &out, NULL));
    ck_assert_uint_eq(out.activity.count, (MESSAGE_SIZE_MAX - 14) / (20 + 36 + 3 * 239));
    ck_assert(out.activity.items[0].time_ms == 0);
    wire_writer_clear(&writer);
    reply_clear(&reply);
    reply_clear(&out);
}
END_TEST

START_TEST(reply_of_the_largest_page_fits_a_message)
{
    static uint8_t bytes[SNAPSHOT_PAGE_SIZE];
    struct reply reply = {.verb = VERB_SNAPSHOT};
    struct reply out;
    struct wire_writer writer;

    reply.snapshot.page_count = SNAPSHOT_PAGE_COUNT_MAX;
    reply.snapshot.bytes = bytes;
    reply.snapshot.size = sizeof bytes;
    writer = encoded(&reply);

    ck_assert_uint_le(writer.size, MESSAGE_SIZE_MAX);
    ck_assert(reply_decode(writer.bytes, writer.size, &out, NULL));
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(reply_clear_leaves_an_empty_reply)
{
    struct reply reply = sample_reply(5);

    reply_clear(&reply);
    ck_assert_int_eq(reply.verb, 0);
    ck_assert_ptr_null(reply.plan.items);
    reply_clear(&reply);
}
END_TEST

Suite *reply_suite(void)
{
    Suite *suite = suite_create("reply");
    TCase *tcase = tcase_create("reply_encode");

    tcase_add_loop_test(tcase, reply_decode_gives_back_what_was_encoded, 0, SAMPLE_COUNT);
    tcase_add_test(tcase, reply_decode_keeps_the_message_of_an_error);
    tcase_add_test(tcase, reply_decode_keeps_what_hello_tells);
    tcase_add_test(tcase, reply_decode_borrows_the_bytes_of_a_snapshot);
    tcase_add_test(tcase, reply_decode_keeps_activity_lines);
    tcase_add_test(tcase, reply_encode_cuts_a_plan_to_one_message);
    tcase_add_test(tcase, reply_encode_fills_a_message_to_its_last_byte);
    tcase_add_test(tcase, reply_encode_cuts_a_plan_of_short_lines_to_its_capacity);
    tcase_add_test(tcase, reply_encode_drops_the_oldest_activity);
    tcase_add_test(tcase, reply_of_the_largest_page_fits_a_message);
    tcase_add_test(tcase, reply_clear_leaves_an_empty_reply);
    suite_add_tcase(suite, tcase);
    return suite;
}
