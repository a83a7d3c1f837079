/*
 * The bytes of the pipe: numbers, texts, counts, and a reader that never reads past its end.
 * SPDX-License-Identifier: MIT
 */
#include "core/protocol/wire.h"

#include <check.h>
#include <string.h>

Suite *wire_suite(void);

START_TEST(wire_writes_numbers_little_endian)
{
    static const uint8_t expected[] = {0x01, 0x03, 0x02, 0x07, 0x06, 0x05, 0x04, 0x0F,
                                       0x0E, 0x0D, 0x0C, 0x0B, 0x0A, 0x09, 0x08};
    struct wire_writer writer = {0};

    wire_put_u8(&writer, 0x01);
    wire_put_u16(&writer, 0x0203);
    wire_put_u32(&writer, 0x04050607);
    wire_put_u64(&writer, 0x08090A0B0C0D0E0F);

    ck_assert_uint_eq(writer.size, sizeof expected);
    ck_assert_mem_eq(writer.bytes, expected, sizeof expected);
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(wire_reads_back_what_it_wrote)
{
    struct wire_writer writer = {0};
    struct wire_reader reader;
    char text[8];

    wire_put_u8(&writer, UINT8_MAX);
    wire_put_u16(&writer, UINT16_MAX);
    wire_put_u32(&writer, UINT32_MAX);
    wire_put_u64(&writer, UINT64_MAX);
    wire_put_text(&writer, "Grüße");
    reader = wire_reader_over(writer.bytes, writer.size);

    ck_assert_uint_eq(wire_get_u8(&reader), UINT8_MAX);
    ck_assert_uint_eq(wire_get_u16(&reader), UINT16_MAX);
    ck_assert_uint_eq(wire_get_u32(&reader), UINT32_MAX);
    ck_assert(wire_get_u64(&reader) == UINT64_MAX);
    wire_get_text(&reader, text, sizeof text);
    ck_assert_str_eq(text, "Grüße");
    ck_assert(wire_reader_is_done(&reader));
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(wire_writer_grows_over_many_appends)
{
    struct wire_writer writer = {0};

    for (unsigned i = 0; i < 10000; i++)
        wire_put_u16(&writer, (uint16_t)i);

    ck_assert_uint_eq(writer.size, 20000);
    ck_assert_uint_eq(writer.bytes[19998], 9999 & 0xFF);
    ck_assert_uint_eq(writer.bytes[19999], 9999 >> 8);
    wire_writer_clear(&writer);
    ck_assert_ptr_null(writer.bytes);
}
END_TEST

START_TEST(wire_set_u32_replaces_only_its_bytes)
{
    static const uint8_t expected[] = {9, 4, 3, 2, 1, 9};
    struct wire_writer writer = {0};

    wire_put_u8(&writer, 9);
    wire_put_u32(&writer, 0);
    wire_put_u8(&writer, 9);
    wire_set_u32(&writer, 1, 0x01020304);

    ck_assert_mem_eq(writer.bytes, expected, sizeof expected);
    wire_writer_clear(&writer);
}
END_TEST

START_TEST(wire_reader_stops_at_its_end)
{
    static const uint8_t bytes[] = {1, 2, 3};
    struct wire_reader reader = wire_reader_over(bytes, sizeof bytes);

    wire_field(&reader, "answer");
    ck_assert_uint_eq(wire_get_u32(&reader), 0);
    ck_assert_str_eq(reader.fault, "message ends early");
    ck_assert_uint_eq(wire_get_u8(&reader), 0);
    ck_assert(!wire_reader_is_done(&reader));
}
END_TEST

START_TEST(wire_reader_accepts_an_empty_message)
{
    struct wire_reader reader = wire_reader_over(NULL, 0);

    ck_assert(wire_reader_is_done(&reader));
    ck_assert_ptr_null(wire_get_bytes(&reader, 1));
    ck_assert(!wire_reader_is_done(&reader));
}
END_TEST

START_TEST(wire_reader_keeps_the_first_fault_and_its_field)
{
    static const uint8_t bytes[] = {7};
    struct wire_reader reader = wire_reader_over(bytes, sizeof bytes);
    struct error err = {0};

    wire_field(&reader, "enabled");
    wire_get_bool(&reader);
    wire_field(&reader, "port");
    wire_get_u16(&reader);

    ck_assert(!wire_reader_finish(&reader, &err));
    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_str_eq(err.detail, "enabled: must be 0 or 1");
}
END_TEST

START_TEST(wire_reader_finish_refuses_left_over_bytes)
{
    static const uint8_t bytes[] = {1, 2, 3};
    struct wire_reader reader = wire_reader_over(bytes, sizeof bytes);
    struct error err = {0};

    wire_get_u8(&reader);

    ck_assert(!wire_reader_is_done(&reader));
    ck_assert(!wire_reader_finish(&reader, &err));
    ck_assert_str_eq(err.detail, "message: 2 bytes too long");
}
END_TEST

START_TEST(wire_get_bool_accepts_only_0_and_1)
{
    static const uint8_t bytes[] = {0, 1, 2};
    struct wire_reader reader = wire_reader_over(bytes, sizeof bytes);

    ck_assert(!wire_get_bool(&reader));
    ck_assert(wire_get_bool(&reader));
    ck_assert_ptr_null(reader.fault);
    ck_assert(!wire_get_bool(&reader));
    ck_assert_ptr_nonnull(reader.fault);
}
END_TEST

START_TEST(wire_get_enum_refuses_the_count_itself)
{
    static const uint8_t bytes[] = {2, 3};
    struct wire_reader reader = wire_reader_over(bytes, sizeof bytes);

    ck_assert_uint_eq(wire_get_enum(&reader, 3), 2);
    ck_assert_ptr_null(reader.fault);
    ck_assert_uint_eq(wire_get_enum(&reader, 3), 0);
    ck_assert_str_eq(reader.fault, "unknown value");
}
END_TEST

START_TEST(wire_get_count_is_bounded_by_the_maximum)
{
    static const uint8_t bytes[] = {5, 0, 0, 0, 1, 2, 3, 4, 5};
    struct wire_reader reader = wire_reader_over(bytes, sizeof bytes);

    ck_assert_uint_eq(wire_get_count(&reader, 5, 1), 5);
    reader = wire_reader_over(bytes, sizeof bytes);
    ck_assert_uint_eq(wire_get_count(&reader, 4, 1), 0);
    ck_assert_str_eq(reader.fault, "too many");
}
END_TEST

START_TEST(wire_get_count_is_bounded_by_the_bytes_that_follow)
{
    static const uint8_t bytes[] = {3, 0, 0, 0, 1, 2, 3, 4, 5};
    struct wire_reader reader = wire_reader_over(bytes, sizeof bytes);

    ck_assert_uint_eq(wire_get_count(&reader, 100, 2), 0);
    ck_assert_str_eq(reader.fault, "message ends early");
}
END_TEST

struct text_case {
    const char *what;
    const char *bytes;
    size_t size;
    const char *fault; /* NULL: accepted */
};

static const struct text_case text_cases[] = {
    {"as long as fits", "\x05\0abcde", 7, NULL},
    {"empty", "\0\0", 2, NULL},
    {"one byte too long", "\x06\0abcdef", 8, "text is too long"},
    {"longer than the message", "\x05\0abcd", 6, "message ends early"},
    {"without its length", "\x05", 1, "message ends early"},
    {"with a NUL inside", "\x03\0a\0b", 5, "text holds a NUL"},
    {"with a NUL at its end", "\x02\0a\0", 4, "text holds a NUL"},
    {"overlong form", "\x02\0\xC0\xAF", 4, "text is not UTF-8"},
    {"surrogate", "\x03\0\xED\xA0\x80", 5, "text is not UTF-8"},
    {"cut character", "\x01\0\xC3", 3, "text is not UTF-8"},
};

START_TEST(wire_get_text_accepts_only_whole_utf8_that_fits)
{
    const struct text_case *row = &text_cases[_i];
    struct wire_reader reader = wire_reader_over(row->bytes, row->size);
    char out[6] = "xxxxx";

    wire_get_text(&reader, out, sizeof out);

    if (row->fault == NULL) {
        ck_assert_msg(wire_reader_is_done(&reader), "%s: %s", row->what, reader.fault);
        ck_assert_uint_eq(strlen(out), row->size - 2);
    } else {
        ck_assert_msg(reader.fault != NULL, "%s was accepted", row->what);
        ck_assert_str_eq(reader.fault, row->fault);
        ck_assert_str_eq(out, "");
    }
}
END_TEST

static TCase *writer_case(void)
{
    TCase *tcase = tcase_create("wire_put");

    tcase_add_test(tcase, wire_writes_numbers_little_endian);
    tcase_add_test(tcase, wire_writer_grows_over_many_appends);
    tcase_add_test(tcase, wire_set_u32_replaces_only_its_bytes);
    return tcase;
}

static TCase *reader_case(void)
{
    TCase *tcase = tcase_create("wire_get");

    tcase_add_test(tcase, wire_reads_back_what_it_wrote);
    tcase_add_test(tcase, wire_reader_stops_at_its_end);
    tcase_add_test(tcase, wire_reader_accepts_an_empty_message);
    tcase_add_test(tcase, wire_reader_keeps_the_first_fault_and_its_field);
    tcase_add_test(tcase, wire_reader_finish_refuses_left_over_bytes);
    tcase_add_test(tcase, wire_get_bool_accepts_only_0_and_1);
    tcase_add_test(tcase, wire_get_enum_refuses_the_count_itself);
    tcase_add_test(tcase, wire_get_count_is_bounded_by_the_maximum);
    tcase_add_test(tcase, wire_get_count_is_bounded_by_the_bytes_that_follow);
    tcase_add_loop_test(tcase, wire_get_text_accepts_only_whole_utf8_that_fits, 0,
                        sizeof text_cases / sizeof text_cases[0]);
    return tcase;
}

Suite *wire_suite(void)
{
    Suite *suite = suite_create("wire");

    suite_add_tcase(suite, writer_case());
    suite_add_tcase(suite, reader_case());
    return suite;
}
