/*
 * Bytes that are no reply, and in which words they are refused.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/reply.h"

#include "tests/unit/reply_fixture.h"

#include <check.h>

Suite *reply_refusal_suite(void);

static void check_refused(const void *bytes, size_t size, const char *detail)
{
    struct reply out = {.id = 0x5A5A5A5A};
    struct error err = {0};

    ck_assert_msg(!reply_decode(bytes, size, &out, &err), "accepted; expected: %s",
                  detail);
    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_uint_eq(out.id, 0x5A5A5A5A);
    if (detail != NULL)
        ck_assert_str_eq(err.detail, detail);
}

static void check_reply_refused(struct reply *reply, const char *detail)
{
    struct wire_writer writer = encoded(reply);

    check_refused(writer.bytes, writer.size, detail);
    wire_writer_clear(&writer);
    reply_clear(reply);
}

START_TEST(reply_decode_refuses_every_shorter_message)
{
    struct reply reply = sample_reply(_i);
    struct wire_writer writer = encoded(&reply);

    for (size_t size = 0; size < writer.size; size++)
        check_refused(writer.bytes, size, NULL);
    wire_writer_clear(&writer);
    reply_clear(&reply);
}
END_TEST

START_TEST(reply_decode_refuses_bytes_after_the_end)
{
    struct reply reply = sample_reply(_i);
    struct wire_writer writer = encoded(&reply);

    wire_put_u8(&writer, 0);

    check_refused(writer.bytes, writer.size, "message: 1 bytes too long");
    wire_writer_clear(&writer);
    reply_clear(&reply);
}
END_TEST

START_TEST(reply_decode_refuses_messages_of_another_version_or_size)
{
    static uint8_t long_one[MESSAGE_SIZE_MAX + 1] = {1, 0, 9};
    static const uint8_t bytes[] = {9, 0, 0xFF};

    check_refused(bytes, sizeof bytes,
                  "the service speaks protocol version 9, this program 1");
    check_refused(long_one, sizeof long_one, "message: longer than 65536 bytes");
}
END_TEST

START_TEST(reply_decode_refuses_impossible_heads)
{
    struct reply reply = {.verb = (enum verb)99};

    error_set(&reply.error, ERR_INVALID, "x");
    check_reply_refused(&reply, "verb: unknown value");

    reply = (struct reply){.id = 1}; /* no verb, and no error to explain it */
    check_reply_refused(&reply, "verb: missing");

    reply = (struct reply){.verb = VERB_PAUSE, .is_event = true};
    check_reply_refused(&reply, "verb: no such event");

    reply = (struct reply){.verb = VERB_SUBSCRIBE, .is_event = true, .id = 1};
    check_reply_refused(&reply, "verb: no such event");

    reply = (struct reply){.verb = VERB_SUBSCRIBE, .is_event = true};
    error_set(&reply.error, ERR_STORE, "x");
    check_reply_refused(&reply, "verb: no such event");

    reply = (struct reply){.verb = VERB_PAUSE};
    error_set(&reply.error, ERR_KIND_COUNT, "x");
    check_reply_refused(&reply, "error kind: unknown value");
}
END_TEST

START_TEST(reply_decode_refuses_impossible_fields)
{
    struct reply reply = sample_reply(11);

    reply.ticket[0] = 'G';
    check_reply_refused(&reply, "ticket: must be 32 hexadecimal digits");

    reply = sample_reply(2);
    reply.rule_id.text[0] = '\0';
    check_reply_refused(&reply, "rule id: missing");

    reply = sample_reply(0);
    reply.hello.user.text[0] = '\0';
    check_reply_refused(&reply, "user: missing");

    reply = sample_reply(3);
    reply.snapshot.page = 3;
    check_reply_refused(&reply, "snapshot page: no such page");

    reply = sample_reply(3);
    reply.snapshot.page_count = SNAPSHOT_PAGE_COUNT_MAX + 1;
    check_reply_refused(&reply, "snapshot page: too many");

    reply = sample_reply(7);
    reply.activity.items[1].kind = (enum activity_kind)14;
    check_reply_refused(&reply, "activity kind: unknown value");

    reply = sample_reply(7);
    reply.activity.items[1].kind = (enum activity_kind)0;
    check_reply_refused(&reply, "activity kind: unknown value");
}
END_TEST

/* A head without error, then this payload. */
static void check_payload_refused(enum verb verb, const void *payload, size_t size,
                                  const char *detail)
{
    struct wire_writer writer = {0};

    wire_put_u16(&writer, PROTOCOL_VERSION);
    wire_put_u16(&writer, (uint16_t)verb);
    wire_put_u32(&writer, 1);
    wire_put_u8(&writer, 0);
    wire_put_u8(&writer, ERR_NONE);
    wire_put_bytes(&writer, payload, size);
    check_refused(writer.bytes, writer.size, detail);
    wire_writer_clear(&writer);
}

START_TEST(reply_decode_bounds_counts_before_it_allocates)
{
    static const uint8_t many[] = {0xFF, 0xFF, 0xFF, 0xFF, 0, 0};
    static const uint8_t more_than_follow[] = {2, 0, 0, 0, 0, 0};
    static const uint8_t nine[] = {9};

    check_payload_refused(VERB_PLAN, many, sizeof many, "plan: too many");
    check_payload_refused(VERB_ACTIVITY, many, sizeof many, "activity: too many");
    check_payload_refused(VERB_SETTINGS, nine, sizeof nine, "settings: unknown value");
    check_payload_refused(VERB_PLAN, more_than_follow, sizeof more_than_follow,
                          "plan: message ends early");
    check_payload_refused(VERB_ACTIVITY, more_than_follow, sizeof more_than_follow,
                          "activity: message ends early");
}
END_TEST

Suite *reply_refusal_suite(void)
{
    Suite *suite = suite_create("reply_refusal");
    TCase *tcase = tcase_create("reply_decode");

    tcase_set_timeout(tcase, 20);
    tcase_add_loop_test(tcase, reply_decode_refuses_every_shorter_message, 0,
                        SAMPLE_COUNT);
    tcase_add_loop_test(tcase, reply_decode_refuses_bytes_after_the_end, 0, SAMPLE_COUNT);
    tcase_add_test(tcase, reply_decode_refuses_messages_of_another_version_or_size);
    tcase_add_test(tcase, reply_decode_refuses_impossible_heads);
    tcase_add_test(tcase, reply_decode_refuses_impossible_fields);
    tcase_add_test(tcase, reply_decode_bounds_counts_before_it_allocates);
    suite_add_tcase(suite, tcase);
    return suite;
}
