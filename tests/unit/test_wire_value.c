/*
 * Rules, addresses and ids as bytes: one encoding each, and strictly read.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/wire_value.h"

#include <check.h>
#include <string.h>

Suite *wire_value_suite(void);

static struct rule full_rule(void)
{
    struct rule rule = rule_default();

    rule.id = (struct rule_id){"0123abcd-0000-4000-8000-00000000000f"};
    rule.owner = (struct user_sid){"S-1-5-21-1-2-3-1001"};
    rule.sequence = 0x1122334455667788;
    memcpy(rule.name, "Web", 4);
    memcpy(rule.comment, "für alle", 10);
    rule.forced = true;
    rule.listen.kind = LISTEN_ADDRESS;
    rule.listen.address = (struct address){ADDRESS_IPV6, {0xFE, 0x80, [15] = 1}};
    rule.listen.first_port = 8000;
    rule.listen.last_port = 8010;
    rule.connect.kind = CONNECT_ADDRESS;
    rule.connect.address = (struct address){ADDRESS_IPV4, {10, 0, 0, 5}};
    rule.connect.first_port = 65525;
    rule.scope.profiles = PROFILE_PUBLIC;
    rule.scope.remote = REMOTE_LIST;
    rule.scope.remotes[0] = (struct prefix){{ADDRESS_IPV4, {192, 168, 0}}, 16};
    rule.scope.remotes[1] = (struct prefix){{ADDRESS_IPV6, {0x20, 0x01}}, 128};
    rule.scope.remote_count = 2;
    return rule;
}

/* The shortest there is. */
static struct rule bare_rule(void)
{
    struct rule rule = rule_default();

    rule.listen.first_port = rule.listen.last_port = 3000;
    rule.connect.first_port = 3000;
    return rule;
}

static struct wire_writer encoded(const struct rule *rule)
{
    struct wire_writer writer = {0};

    wire_put_rule(&writer, rule);
    return writer;
}

static struct rule read_back(const struct rule *rule)
{
    struct wire_writer writer = encoded(rule);
    struct wire_reader reader = wire_reader_over(writer.bytes, writer.size);
    struct rule out;
    struct error err = {0};

    wire_get_rule(&reader, &out);
    ck_assert_msg(wire_reader_finish(&reader, &err), "%s", err.detail);
    wire_writer_clear(&writer);
    return out;
}

static void check_bytes_refused(const struct wire_writer *writer, const char *detail)
{
    struct wire_reader reader = wire_reader_over(writer->bytes, writer->size);
    struct rule out;
    struct error err = {0};

    wire_get_rule(&reader, &out);
    ck_assert_msg(!wire_reader_finish(&reader, &err), "accepted; expected: %s", detail);
    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_str_eq(err.detail, detail);
}

static void check_rule_refused(const struct rule *rule, const char *detail)
{
    struct wire_writer writer = encoded(rule);

    check_bytes_refused(&writer, detail);
    wire_writer_clear(&writer);
}

START_TEST(wire_get_rule_keeps_every_field)
{
    const struct rule rule = full_rule();
    const struct rule out = read_back(&rule);

    ck_assert_str_eq(out.id.text, rule.id.text);
    ck_assert_str_eq(out.owner.text, rule.owner.text);
    ck_assert(out.sequence == rule.sequence);
    ck_assert_str_eq(out.name, rule.name);
    ck_assert_str_eq(out.comment, rule.comment);
    ck_assert(out.enabled && out.forced);
    ck_assert_int_eq(out.listen.kind, LISTEN_ADDRESS);
    ck_assert(address_equals(&out.listen.address, &rule.listen.address));
    ck_assert_uint_eq(out.listen.first_port, 8000);
    ck_assert_uint_eq(out.listen.last_port, 8010);
    ck_assert_int_eq(out.connect.kind, CONNECT_ADDRESS);
    ck_assert(address_equals(&out.connect.address, &rule.connect.address));
    ck_assert_uint_eq(out.connect.first_port, 65525);
    ck_assert_uint_eq(out.scope.profiles, PROFILE_PUBLIC);
    ck_assert_int_eq(out.scope.remote, REMOTE_LIST);
    ck_assert_uint_eq(out.scope.remote_count, 2);
    ck_assert(prefix_equals(&out.scope.remotes[0], &rule.scope.remotes[0]));
    ck_assert(prefix_equals(&out.scope.remotes[1], &rule.scope.remotes[1]));
}
END_TEST

START_TEST(wire_get_rule_keeps_enabled_and_forced_apart)
{
    struct rule rule = full_rule();

    rule.enabled = false;
    ck_assert(!read_back(&rule).enabled);
    ck_assert(read_back(&rule).forced);
    rule.enabled = true;
    rule.forced = false;
    ck_assert(read_back(&rule).enabled);
    ck_assert(!read_back(&rule).forced);
}
END_TEST

START_TEST(wire_get_rule_keeps_a_followed_interface)
{
    struct rule rule = bare_rule();

    rule.listen.kind = LISTEN_INTERFACE;
    memset(rule.listen.interface_name, 'x', RULE_INTERFACE_NAME_SIZE - 1);

    ck_assert_str_eq(read_back(&rule).listen.interface_name, rule.listen.interface_name);
    ck_assert_int_eq(read_back(&rule).listen.address.family, ADDRESS_NONE);
}
END_TEST

START_TEST(wire_get_rule_gives_an_any_rule_its_address)
{
    const struct rule rule = bare_rule();
    const struct rule out = read_back(&rule);

    ck_assert_int_eq(out.listen.kind, LISTEN_ANY);
    ck_assert_int_eq(out.listen.address.family, ADDRESS_IPV4);
    ck_assert(address_is_any(&out.listen.address));
}
END_TEST

START_TEST(wire_put_rule_leaves_out_what_a_kind_does_not_use)
{
    const struct rule rule = bare_rule();
    struct rule stale = rule;
    struct wire_writer expected = encoded(&rule);
    struct wire_writer writer;

    memcpy(stale.listen.interface_name, "Wi-Fi", 6);
    stale.connect.address = (struct address){ADDRESS_IPV4, {10, 0, 0, 5}};
    stale.scope.remote_count = 1;
    writer = encoded(&stale);

    ck_assert_uint_eq(writer.size, expected.size);
    ck_assert_mem_eq(writer.bytes, expected.bytes, writer.size);
    wire_writer_clear(&writer);
    wire_writer_clear(&expected);
}
END_TEST

START_TEST(wire_rule_size_min_is_the_shortest_rule)
{
    const struct rule rule = bare_rule();
    struct wire_writer writer = encoded(&rule);

    ck_assert_uint_eq(writer.size, WIRE_RULE_SIZE_MIN);
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(wire_get_rule_refuses_port_zero_and_backward_ranges)
{
    struct rule rule = full_rule();

    rule.listen.first_port = 0;
    check_rule_refused(&rule, "listen port: must be 1 to 65535");
    rule = full_rule();
    rule.listen.last_port = 0;
    check_rule_refused(&rule, "last listen port: must be 1 to 65535");
    rule = full_rule();
    rule.listen.last_port = 7999;
    check_rule_refused(&rule, "last listen port: below the first");
    rule = full_rule();
    rule.connect.first_port = 0;
    check_rule_refused(&rule, "connect port: must be 1 to 65535");
}
END_TEST

START_TEST(wire_get_rule_refuses_missing_addresses)
{
    struct rule rule = full_rule();

    rule.listen.address.family = ADDRESS_NONE;
    check_rule_refused(&rule, "listen address: missing");
    rule = full_rule();
    rule.connect.address.family = ADDRESS_NONE;
    check_rule_refused(&rule, "connect address: missing");
    rule = full_rule();
    rule.scope.remotes[1].network.family = ADDRESS_NONE;
    check_rule_refused(&rule, "remote addresses: missing");
}
END_TEST

START_TEST(wire_get_rule_refuses_prefixes_with_host_bits_or_too_long)
{
    struct rule rule = full_rule();

    rule.scope.remotes[0].length = 33;
    check_rule_refused(&rule, "remote addresses: prefix is too long");
    rule = full_rule();
    rule.scope.remotes[1].length = 129;
    check_rule_refused(&rule, "remote addresses: prefix is too long");
    rule = full_rule();
    rule.scope.remotes[0].length = 8;
    check_rule_refused(&rule, "remote addresses: host bits must be 0");
    rule = full_rule();
    rule.scope.remotes[1].length = 15; /* the lowest bit set is the 16th */
    check_rule_refused(&rule, "remote addresses: host bits must be 0");
    rule = full_rule();
    rule.scope.remotes[0] = (struct prefix){{ADDRESS_IPV4, {10, 0, 0, 1}}, 31};
    check_rule_refused(&rule, "remote addresses: host bits must be 0");
}
END_TEST

START_TEST(wire_get_rule_accepts_prefixes_that_end_at_their_last_bit)
{
    struct rule rule = full_rule();

    rule.scope.remotes[1].length = 16;
    ck_assert_uint_eq(read_back(&rule).scope.remotes[1].length, 16);
    rule.scope.remotes[0] = (struct prefix){{ADDRESS_IPV4, {0}}, 0};
    ck_assert_uint_eq(read_back(&rule).scope.remotes[0].length, 0);
    rule.scope.remotes[0] = (struct prefix){{ADDRESS_IPV4, {10, 0, 0, 1}}, 32};
    ck_assert_uint_eq(read_back(&rule).scope.remotes[0].length, 32);
}
END_TEST

START_TEST(wire_get_rule_refuses_foreign_ids_and_owners)
{
    struct rule rule = full_rule();

    rule.id.text[0] = 'G';
    check_rule_refused(&rule, "rule id: not a lower-case UUID");
    rule = full_rule();
    rule.owner.text[0] = 's';
    check_rule_refused(&rule, "rule owner: not a SID");
}
END_TEST

START_TEST(wire_get_rule_refuses_text_that_is_not_utf8)
{
    struct rule rule = full_rule();

    memcpy(rule.name, "\xFF\xFE", 3);
    check_rule_refused(&rule, "rule name: text is not UTF-8");
    rule = full_rule();
    memcpy(rule.comment, "\xED\xA0\x80", 4);
    check_rule_refused(&rule, "rule comment: text is not UTF-8");
}
END_TEST

/* Where a field of the bare rule starts in its bytes: id 2, owner 2, sequence 8. */
enum {
    NAME_AT = 12,
    COMMENT_AT = 14,
    ENABLED_AT = 16,
    FORCED_AT = 17,
    LISTEN_KIND_AT = 18,
    CONNECT_KIND_AT = 23,
    PROFILES_AT = 26,
    REMOTE_AT = 27
};

struct byte_case {
    size_t at;
    uint8_t byte;
    const char *detail;
};

static const struct byte_case byte_cases[] = {
    {ENABLED_AT, 2, "rule enabled: must be 0 or 1"},
    {FORCED_AT, 0xFF, "rule forced: must be 0 or 1"},
    {LISTEN_KIND_AT, LISTEN_INTERFACE + 1, "listen kind: unknown value"},
    {CONNECT_KIND_AT, CONNECT_ADDRESS + 1, "connect kind: unknown value"},
    {PROFILES_AT, PROFILE_MASK + 1, "firewall profiles: unknown value"},
    {REMOTE_AT, REMOTE_LIST + 1, "remote addresses: unknown value"},
    {REMOTE_AT, REMOTE_LIST, "remote addresses: message ends early"},
};

START_TEST(wire_get_rule_refuses_unknown_values)
{
    const struct byte_case *row = &byte_cases[_i];
    const struct rule rule = bare_rule();
    struct wire_writer writer = encoded(&rule);

    writer.bytes[row->at] = row->byte;

    check_bytes_refused(&writer, row->detail);
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(wire_get_rule_refuses_an_unknown_address_family)
{
    struct rule rule = full_rule();

    rule.connect.address.family = (enum address_family)3;

    check_rule_refused(&rule, "connect address: unknown value");
}
END_TEST

static void check_long_text_refused(size_t at, const char *detail)
{
    const struct rule rule = bare_rule();
    struct wire_writer whole = encoded(&rule);
    struct wire_writer writer = {0};

    wire_put_bytes(&writer, whole.bytes, at);
    wire_put_u16(&writer, RULE_TEXT_SIZE);
    for (int i = 0; i < RULE_TEXT_SIZE; i++)
        wire_put_u8(&writer, 'x');
    wire_put_bytes(&writer, whole.bytes + at + 2, whole.size - at - 2);

    check_bytes_refused(&writer, detail);
    wire_writer_clear(&writer);
    wire_writer_clear(&whole);
}

START_TEST(wire_get_rule_refuses_texts_longer_than_the_field)
{
    check_long_text_refused(NAME_AT, "rule name: text is too long");
    check_long_text_refused(COMMENT_AT, "rule comment: text is too long");
}
END_TEST

START_TEST(wire_get_rule_refuses_more_remotes_than_a_rule_holds)
{
    const struct rule rule = bare_rule();
    struct wire_writer writer = encoded(&rule);

    writer.bytes[REMOTE_AT] = REMOTE_LIST;
    wire_put_u8(&writer, RULE_REMOTE_CAPACITY + 1);
    for (int i = 0; i <= RULE_REMOTE_CAPACITY; i++)
        wire_put_bytes(&writer, "\1\0\0\0\0\0", 6); /* 0.0.0.0/0 */

    check_bytes_refused(&writer, "remote addresses: too many");
    wire_writer_clear(&writer);
}
END_TEST

static struct message message_read_back(const struct message *message)
{
    struct wire_writer writer = {0};
    struct wire_reader reader;
    struct message out;

    wire_put_message(&writer, message);
    reader = wire_reader_over(writer.bytes, writer.size);
    wire_get_message(&reader, &out);
    ck_assert(wire_reader_is_done(&reader));
    wire_writer_clear(&writer);
    return out;
}

START_TEST(wire_get_message_keeps_its_inserts)
{
    const struct message message =
        message_of(MESSAGE_LISTEN_TAKEN, "3000", "für alle", NULL);
    const struct message out = message_read_back(&message);

    ck_assert_int_eq(out.id, MESSAGE_LISTEN_TAKEN);
    ck_assert_str_eq(out.arguments[0], "3000");
    ck_assert_str_eq(out.arguments[1], "für alle");
    ck_assert_str_eq(out.arguments[2], "");
}
END_TEST

START_TEST(wire_get_message_keeps_one_that_only_a_newer_program_knows)
{
    const struct message message = {.id = (enum message_id)0xFFFF,
                                    .arguments[2] = "third"};
    const struct message out = message_read_back(&message);

    ck_assert_int_eq((int)out.id, 0xFFFF);
    ck_assert_str_eq(out.arguments[2], "third");
}
END_TEST

START_TEST(wire_put_message_writes_no_inserts_without_a_message)
{
    const struct message message = {.arguments[0] = "ignored"};
    struct wire_writer writer = {0};

    wire_put_message(&writer, &message);

    ck_assert_uint_eq(writer.size, 2);
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(wire_get_message_refuses_inserts_that_the_message_has_no_room_for)
{
    struct message message = message_of(MESSAGE_PROCESS, "5", NULL, NULL);
    struct wire_writer writer = {0};
    struct wire_reader reader;

    memcpy(message.arguments[1], "more", 5);
    wire_put_message(&writer, &message);
    reader = wire_reader_over(writer.bytes, writer.size);
    wire_get_message(&reader, &message);

    ck_assert(!wire_reader_is_done(&reader));
    wire_writer_clear(&writer);
}
END_TEST

static TCase *message_case(void)
{
    TCase *tcase = tcase_create("wire_put_message");

    tcase_add_test(tcase, wire_get_message_keeps_its_inserts);
    tcase_add_test(tcase, wire_get_message_keeps_one_that_only_a_newer_program_knows);
    tcase_add_test(tcase, wire_put_message_writes_no_inserts_without_a_message);
    tcase_add_test(tcase,
                   wire_get_message_refuses_inserts_that_the_message_has_no_room_for);
    return tcase;
}

static TCase *encoding_case(void)
{
    TCase *tcase = tcase_create("wire_put_rule");

    tcase_add_test(tcase, wire_get_rule_keeps_every_field);
    tcase_add_test(tcase, wire_get_rule_keeps_enabled_and_forced_apart);
    tcase_add_test(tcase, wire_get_rule_keeps_a_followed_interface);
    tcase_add_test(tcase, wire_get_rule_gives_an_any_rule_its_address);
    tcase_add_test(tcase, wire_put_rule_leaves_out_what_a_kind_does_not_use);
    tcase_add_test(tcase, wire_rule_size_min_is_the_shortest_rule);
    return tcase;
}

static TCase *refusal_case(void)
{
    TCase *tcase = tcase_create("wire_get_rule");

    tcase_add_test(tcase, wire_get_rule_refuses_port_zero_and_backward_ranges);
    tcase_add_test(tcase, wire_get_rule_refuses_missing_addresses);
    tcase_add_test(tcase, wire_get_rule_refuses_prefixes_with_host_bits_or_too_long);
    tcase_add_test(tcase, wire_get_rule_accepts_prefixes_that_end_at_their_last_bit);
    tcase_add_test(tcase, wire_get_rule_refuses_foreign_ids_and_owners);
    tcase_add_test(tcase, wire_get_rule_refuses_text_that_is_not_utf8);
    tcase_add_loop_test(tcase, wire_get_rule_refuses_unknown_values, 0,
                        sizeof byte_cases / sizeof byte_cases[0]);
    tcase_add_test(tcase, wire_get_rule_refuses_an_unknown_address_family);
    tcase_add_test(tcase, wire_get_rule_refuses_texts_longer_than_the_field);
    tcase_add_test(tcase, wire_get_rule_refuses_more_remotes_than_a_rule_holds);
    return tcase;
}

Suite *wire_value_suite(void)
{
    Suite *suite = suite_create("wire_value");

    suite_add_tcase(suite, encoding_case());
    suite_add_tcase(suite, refusal_case());
    suite_add_tcase(suite, message_case());
    return suite;
}
