/*
 * Replies and events as bytes.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/reply.h"

#include "core/base/mem.h"

#include <check.h>
#include <string.h>

Suite *reply_suite(void);

#define SID "S-1-5-21-1-2-3-1001"
#define RULE_ID "0123abcd-0000-4000-8000-00000000000f"
#define TICKET "0123456789abcdef0123456789abcdef"

static const uint8_t page[] = {1, 2, 3, 0, 255};

static void fill_plan(struct reply *reply, size_t count, size_t length)
{
    reply->verb = VERB_PLAN;
    reply->plan.items = mem_alloc((count + 1) * sizeof *reply->plan.items);
    reply->plan.count = count;
    for (size_t i = 0; i < count; i++) {
        char *text = reply->plan.items[i].text;

        snprintf(text, sizeof reply->plan.items[i].text, "%zu", i);
        memset(text + strlen(text), '.', length - strlen(text));
    }
}

static void fill_activity(struct reply *reply, size_t count, size_t length)
{
    reply->verb = VERB_ACTIVITY;
    reply->activity.items = mem_alloc((count + 1) * sizeof *reply->activity.items);
    reply->activity.count = count;
    for (size_t i = 0; i < count; i++) {
        struct activity *activity = &reply->activity.items[i];

        activity->time_ms = -(int64_t)i;
        activity->kind = i % 2 == 0 ? ACTIVITY_RULE_ADDED : ACTIVITY_WSL_STATE;
        memset(activity->text, 'x', length);
    }
}

static void fill_settings(struct reply *reply, size_t count)
{
    reply->verb = VERB_SETTINGS;
    reply->settings.count = count;
    for (size_t i = 0; i < count; i++) {
        memset(reply->settings.keys[i], 'k', sizeof reply->settings.keys[i] - 1);
        memset(reply->settings.values[i], 'v', sizeof reply->settings.values[i] - 1);
    }
}

#define SAMPLE_COUNT 25

/* The caller clears it. */
static struct reply sample(int index)
{
    static const enum verb plain[] = {
        VERB_DELETE_RULE, VERB_ENABLE,          VERB_PAUSE,
        VERB_RESUME,      VERB_START_IP_HELPER, VERB_TAKE_OVER,
        VERB_SUBSCRIBE,   VERB_APPROVE,         VERB_RECONCILE,
    };
    struct reply reply = {.id = 0xB0000000u + (uint32_t)index};

    switch (index) {
    case 0:
        reply.verb = VERB_HELLO;
        memcpy(reply.hello.version, "1.2.3", 6);
        reply.hello.user = (struct user_sid){SID};
        reply.hello.may_change = true;
        break;
    case 1:
        reply = (struct reply){.verb = VERB_SUBSCRIBE, .is_event = true};
        reply.event.revision = 0x0807060504030201;
        break;
    case 2:
        reply.verb = VERB_PUT_RULE;
        reply.rule_id = (struct rule_id){RULE_ID};
        break;
    case 3:
        reply.verb = VERB_SNAPSHOT;
        reply.snapshot.revision = 9;
        reply.snapshot.page = 2;
        reply.snapshot.page_count = 3;
        reply.snapshot.bytes = page;
        reply.snapshot.size = sizeof page;
        break;
    case 4:
        reply.verb = VERB_SNAPSHOT;
        reply.snapshot.page_count = 1;
        break;
    case 5:
        fill_plan(&reply, 3, 299);
        break;
    case 6:
        fill_plan(&reply, 0, 0);
        break;
    case 7:
        fill_activity(&reply, 4, 239);
        break;
    case 8:
        fill_activity(&reply, 0, 0);
        break;
    case 9:
        fill_settings(&reply, REPLY_SETTING_CAPACITY);
        break;
    case 10:
        fill_settings(&reply, 0);
        break;
    case 11:
        reply.verb = VERB_PUT_RULE;
        error_set(&reply.error, ERR_NEEDS_APPROVAL, "needs an administrator");
        memcpy(reply.ticket, TICKET, TICKET_SIZE);
        break;
    case 12:
        reply.verb = VERB_PUT_RULE;
        error_set(&reply.error, ERR_NEEDS_APPROVAL, "needs an administrator");
        break;
    case 13:
        reply.verb = VERB_PLAN;
        error_set_system(&reply.error, 0x80070005, "open registry key");
        break;
    case 14: /* about a request that could not be read */
        error_set(&reply.error, ERR_INVALID, "verb: unknown value");
        break;
    case 15:
        reply.verb = VERB_HELLO;
        error_set(&reply.error, ERR_STORE, "%0239d", 0);
        break;
    default:
        reply.verb = plain[index - 16];
        break;
    }
    return reply;
}

static struct wire_writer encoded(const struct reply *reply)
{
    struct wire_writer writer = {0};

    reply_encode(reply, &writer);
    return writer;
}

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

START_TEST(reply_decode_gives_back_what_was_encoded)
{
    struct reply reply = sample(_i);
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

START_TEST(reply_decode_refuses_every_shorter_message)
{
    struct reply reply = sample(_i);
    struct wire_writer writer = encoded(&reply);

    for (size_t size = 0; size < writer.size; size++)
        check_refused(writer.bytes, size, NULL);
    wire_writer_clear(&writer);
    reply_clear(&reply);
}
END_TEST

START_TEST(reply_decode_refuses_bytes_after_the_end)
{
    struct reply reply = sample(_i);
    struct wire_writer writer = encoded(&reply);

    wire_put_u8(&writer, 0);

    check_refused(writer.bytes, writer.size, "message: 1 bytes too long");
    wire_writer_clear(&writer);
    reply_clear(&reply);
}
END_TEST

START_TEST(reply_decode_keeps_what_hello_tells)
{
    struct reply reply = sample(0);
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
    const struct reply reply = sample(3);
    struct wire_writer writer = encoded(&reply);
    struct reply out;

    ck_assert(reply_decode(writer.bytes, writer.size, &out, NULL));
    ck_assert_uint_eq(out.snapshot.page, 2);
    ck_assert_uint_eq(out.snapshot.page_count, 3);
    ck_assert_uint_eq(out.snapshot.size, sizeof page);
    ck_assert_ptr_eq(out.snapshot.bytes, writer.bytes + writer.size - sizeof page);
    ck_assert_mem_eq(out.snapshot.bytes, page, sizeof page);
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(reply_decode_keeps_activity_lines)
{
    struct reply reply = sample(7);
    struct wire_writer writer = encoded(&reply);
    struct reply out;

    ck_assert(reply_decode(writer.bytes, writer.size, &out, NULL));
    ck_assert_uint_eq(out.activity.count, 4);
    ck_assert(out.activity.items[3].time_ms == -3);
    ck_assert_int_eq(out.activity.items[3].kind, ACTIVITY_WSL_STATE);
    ck_assert_str_eq(out.activity.items[3].text, reply.activity.items[3].text);
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
    ck_assert_uint_eq(out.activity.count, (MESSAGE_SIZE_MAX - 14) / 251);
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
    struct reply reply = {.verb = (enum verb)11};

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
    struct reply reply = sample(11);

    reply.ticket[0] = 'G';
    check_reply_refused(&reply, "ticket: must be 32 hexadecimal digits");

    reply = sample(2);
    reply.rule_id.text[0] = '\0';
    check_reply_refused(&reply, "rule id: missing");

    reply = sample(0);
    reply.hello.user.text[0] = '\0';
    check_reply_refused(&reply, "user: missing");

    reply = sample(3);
    reply.snapshot.page = 3;
    check_reply_refused(&reply, "snapshot page: no such page");

    reply = sample(3);
    reply.snapshot.page_count = SNAPSHOT_PAGE_COUNT_MAX + 1;
    check_reply_refused(&reply, "snapshot page: too many");

    reply = sample(7);
    reply.activity.items[1].kind = (enum activity_kind)14;
    check_reply_refused(&reply, "activity kind: unknown value");

    reply = sample(7);
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

START_TEST(reply_clear_leaves_an_empty_reply)
{
    struct reply reply = sample(5);

    reply_clear(&reply);
    ck_assert_int_eq(reply.verb, 0);
    ck_assert_ptr_null(reply.plan.items);
    reply_clear(&reply);
}
END_TEST

static TCase *encoding_case(void)
{
    TCase *tcase = tcase_create("reply_encode");

    tcase_add_loop_test(tcase, reply_decode_gives_back_what_was_encoded, 0, SAMPLE_COUNT);
    tcase_add_test(tcase, reply_decode_keeps_what_hello_tells);
    tcase_add_test(tcase, reply_decode_borrows_the_bytes_of_a_snapshot);
    tcase_add_test(tcase, reply_decode_keeps_activity_lines);
    tcase_add_test(tcase, reply_encode_cuts_a_plan_to_one_message);
    tcase_add_test(tcase, reply_encode_fills_a_message_to_its_last_byte);
    tcase_add_test(tcase, reply_encode_cuts_a_plan_of_short_lines_to_its_capacity);
    tcase_add_test(tcase, reply_encode_drops_the_oldest_activity);
    tcase_add_test(tcase, reply_of_the_largest_page_fits_a_message);
    tcase_add_test(tcase, reply_clear_leaves_an_empty_reply);
    return tcase;
}

static TCase *refusal_case(void)
{
    TCase *tcase = tcase_create("reply_decode");

    tcase_set_timeout(tcase, 20);
    tcase_add_loop_test(tcase, reply_decode_refuses_every_shorter_message, 0,
                        SAMPLE_COUNT);
    tcase_add_loop_test(tcase, reply_decode_refuses_bytes_after_the_end, 0, SAMPLE_COUNT);
    tcase_add_test(tcase, reply_decode_refuses_messages_of_another_version_or_size);
    tcase_add_test(tcase, reply_decode_refuses_impossible_heads);
    tcase_add_test(tcase, reply_decode_refuses_impossible_fields);
    tcase_add_test(tcase, reply_decode_bounds_counts_before_it_allocates);
    return tcase;
}

Suite *reply_suite(void)
{
    Suite *suite = suite_create("reply");

    suite_add_tcase(suite, encoding_case());
    suite_add_tcase(suite, refusal_case());
    return suite;
}
