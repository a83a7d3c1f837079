/*
 * Diagnoses as bytes: what goes in comes out, one wrong byte refuses the whole.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/reply.h"

#include "core/base/mem.h"

#include <check.h>
#include <string.h>

#define RULE_ID "0123abcd-0000-4000-8000-00000000000f"

static struct diagnosis diagnosis;
static const struct reply reply = {.verb = VERB_DIAGNOSE, .id = 9, .diagnosis = &diagnosis};

/* As full as it can be. */
static void fill(void)
{
    diagnosis = (struct diagnosis){.rule_id = {RULE_ID}, .time_ms = -5};
    diagnosis.link_count = LINK_KIND_END - 1;
    for (size_t i = 0; i < diagnosis.link_count; i++) {
        diagnosis.links[i].kind = (enum link_kind)(i + 1);
        diagnosis.links[i].verdict = (enum link_verdict)(1 + i % LINK_NOT_NEEDED);
        diagnosis.links[i].reason = (enum reason)i;
        memset(diagnosis.links[i].subject, 's', STATUS_SUBJECT_SIZE - 1);
        diagnosis.links[i].subject_message =
            message_of(MESSAGE_PROCESS, "4711", NULL, NULL);
    }
    diagnosis.listener_count = DIAGNOSIS_LISTENER_CAPACITY;
    for (size_t i = 0; i < diagnosis.listener_count; i++)
        diagnosis.listeners[i] = (struct diagnosis_listener){
            .address = {ADDRESS_IPV4, {10, 0, 0, 1}}, .port = 80, .program = "nginx.exe"};
    diagnosis.connection_count = DIAGNOSIS_CONNECTION_CAPACITY;
    diagnosis.connection_total = 1000;
    for (size_t i = 0; i < diagnosis.connection_count; i++)
        diagnosis.connections[i] =
            (struct diagnosis_connection){.local = {ADDRESS_IPV6, {1}},
                                          .local_port = 80,
                                          .remote = {ADDRESS_IPV6, {2}},
                                          .remote_port = (uint16_t)(i + 1)};
    diagnosis.firewall_rule_wanted = diagnosis.firewall_rule_found = true;
    memcpy(diagnosis.firewall_rule.name, "Tidegate", 9);
    memset(diagnosis.firewall_rule.remote_addresses, 'r', FIREWALL_REMOTE_SIZE - 1);
    diagnosis.firewall_rule.profiles = 0x7FFFFFFF;
    diagnosis.firewall_rule.protocol = 256;
}

static struct wire_writer encoded(void)
{
    struct wire_writer writer = {0};

    reply_encode(&reply, &writer);
    return writer;
}

static void check_refused(const char *detail)
{
    struct wire_writer writer = encoded();
    struct reply out = {.id = 7};
    struct error err = {0};

    ck_assert(!reply_decode(writer.bytes, writer.size, &out, &err));
    ck_assert_str_eq(err.detail, detail);
    ck_assert_uint_eq(out.id, 7);
    wire_writer_clear(&writer);
}

START_TEST(reply_decode_gives_back_a_full_diagnosis)
{
    struct wire_writer writer;
    struct wire_writer again = {0};
    struct reply out;
    struct error err = {0};

    fill();
    writer = encoded();

    ck_assert_uint_le(writer.size, MESSAGE_SIZE_MAX);
    ck_assert_msg(reply_decode(writer.bytes, writer.size, &out, &err), "%s", err.detail);
    ck_assert_uint_eq(out.diagnosis->link_count, LINK_KIND_END - 1);
    ck_assert_int_eq(out.diagnosis->links[9].kind, LINK_TARGET);
    ck_assert_str_eq(out.diagnosis->links[9].subject_message.arguments[0], "4711");
    ck_assert_str_eq(out.diagnosis->listeners[15].program, "nginx.exe");
    ck_assert_uint_eq(out.diagnosis->connections[63].remote_port, 64);
    ck_assert_uint_eq(out.diagnosis->connection_total, 1000);
    ck_assert_int_eq(out.diagnosis->firewall_rule.protocol, 256);
    reply_encode(&out, &again);
    ck_assert_uint_eq(again.size, writer.size);
    ck_assert_mem_eq(again.bytes, writer.bytes, writer.size);
    wire_writer_clear(&writer);
    wire_writer_clear(&again);
    reply_clear(&out);
}
END_TEST

START_TEST(reply_decode_refuses_every_shorter_diagnosis)
{
    struct wire_writer writer;
    struct reply out;

    fill();
    diagnosis.connection_count = diagnosis.listener_count = 1;
    writer = encoded();

    for (size_t size = 0; size < writer.size; size++)
        ck_assert(!reply_decode(writer.bytes, size, &out, NULL));
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(reply_decode_refuses_values_outside_their_sets)
{
    fill();
    diagnosis.links[0].kind = (enum link_kind)0;
    check_refused("link kind: unknown value");
    diagnosis.links[0].kind = LINK_KIND_END;
    check_refused("link kind: unknown value");
    fill();
    diagnosis.links[0].verdict = (enum link_verdict)0;
    check_refused("link verdict: unknown value");
    fill();
    diagnosis.links[0].reason = REASON_COUNT;
    check_refused("link reason: unknown value");
    fill();
    diagnosis.connection_total = 63;
    check_refused("connections in all: fewer than are shown");
    fill();
    diagnosis.rule_id.text[0] = '\0';
    check_refused("rule id: missing");
}
END_TEST

START_TEST(a_refused_diagnosis_owns_nothing)
{
    struct reply refusal = {.verb = VERB_DIAGNOSE};
    struct wire_writer writer = {0};
    struct reply out;

    error_set(&refusal.error, ERR_NOT_FOUND, "there is no such rule");
    reply_encode(&refusal, &writer);

    ck_assert(reply_decode(writer.bytes, writer.size, &out, NULL));
    ck_assert_ptr_null(out.diagnosis);
    reply_clear(&out);
    wire_writer_clear(&writer);
}
END_TEST

Suite *diagnosis_wire_suite(void);

Suite *diagnosis_wire_suite(void)
{
    Suite *suite = suite_create("diagnosis_wire");
    TCase *tcase = tcase_create("diagnosis_wire");

    tcase_add_test(tcase, reply_decode_gives_back_a_full_diagnosis);
    tcase_add_test(tcase, reply_decode_refuses_every_shorter_diagnosis);
    tcase_add_test(tcase, reply_decode_refuses_values_outside_their_sets);
    tcase_add_test(tcase, a_refused_diagnosis_owns_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}
