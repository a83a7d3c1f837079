/*
 * What wsl.exe says of distributions: tests/data/distributions.cases, in every encoding.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/distributions.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/wsl/text_encoding.h"
#include "tests/unit/case_file.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

Suite *distributions_suite(void);

static bool read_case(const struct test_case *item, const void *bytes, size_t size,
                      struct distribution_list *out)
{
    if (strcmp(item->kind, "quiet") == 0)
        return distributions_parse_quiet(bytes, size, out);
    if (strcmp(item->kind, "titled") == 0)
        return distributions_parse_titled(bytes, size, out);
    ck_assert_str_eq(item->kind, "verbose");
    return distributions_parse_verbose(bytes, size, out);
}

static void list_items(const struct distribution_list *list, struct text *out)
{
    static const char *const states[] = {"unknown", "stopped", "running", "busy"};

    for (size_t i = 0; i < list->count; i++) {
        const struct distribution *item = &list->items[i];

        text_append_format(out, "is %s|%s|%s|%u\n", item->name,
                           item->is_default ? "default" : "-", states[item->state],
                           item->version);
    }
}

static void expect_case(const struct test_case *item, const char *text, size_t size,
                        enum text_encoding encoding)
{
    struct distribution_list list = {0};
    size_t encoded_size;
    void *bytes = text_encode(text, size, encoding, &encoded_size);
    char found[1024];
    struct text lines = TEXT_OVER(found);

    ck_assert_ptr_nonnull(bytes);
    if (read_case(item, bytes, encoded_size, &list))
        list_items(&list, &lines);
    else
        text_append(&lines, "refused\n");
    ck_assert_msg(strcmp(found, item->expectations) == 0, "%s (encoding %d):\n%snot\n%s",
                  item->title, encoding, found, item->expectations);
    distribution_list_clear(&list);
    mem_free(bytes);
}

/* LF becomes CR LF. */
static char *as_windows_text(const struct test_case *item, size_t *size)
{
    char *text = mem_alloc(2 * item->input_size + 1);

    *size = 0;
    for (size_t i = 0; i < item->input_size; i++) {
        if (item->input[i] == '\n')
            text[(*size)++] = '\r';
        text[(*size)++] = item->input[i];
    }
    return text;
}

START_TEST(every_answer_is_understood_in_every_encoding)
{
    static const enum text_encoding encodings[] = {TEXT_UTF8, TEXT_UTF8_MARKED,
                                                   TEXT_UTF16, TEXT_UTF16_MARKED};
    struct case_file file;

    case_file_read("tests/data/distributions.cases", &file);
    for (size_t i = 0; i < file.count; i++) {
        size_t size;
        char *text = as_windows_text(&file.items[i], &size);

        for (size_t k = 0; k < sizeof encodings / sizeof encodings[0]; k++) {
            expect_case(&file.items[i], text, size, encodings[k]);
            expect_case(&file.items[i], file.items[i].input, file.items[i].input_size,
                        encodings[k]);
        }
        mem_free(text);
    }
    case_file_clear(&file);
}
END_TEST

START_TEST(bytes_as_wsl_writes_them_are_taken_for_utf_16)
{
    static const char bytes[] = "D\0e\0b\0i\0a\0n\0\r\0\n\0";
    struct distribution_list list = {0};

    ck_assert(distributions_parse_quiet(bytes, sizeof bytes - 1, &list));
    ck_assert_uint_eq(list.count, 1);
    ck_assert_str_eq(list.items[0].name, "Debian");
    distribution_list_clear(&list);
}
END_TEST

START_TEST(a_cut_answer_is_refused)
{
    static const char odd[] = "D\0e\0b";
    static const char half_pair[] = "\x3d\xd8\0";
    static const char zero[] = "\xef\xbb\xbfUb\0ntu\n"; /* behind a mark of UTF-8 */
    struct distribution_list list = {0};

    ck_assert(!distributions_parse_quiet(odd, sizeof odd - 1, &list));
    ck_assert(!distributions_parse_quiet(half_pair, sizeof half_pair, &list));
    ck_assert(!distributions_parse_quiet(zero, sizeof zero - 1, &list));
    ck_assert_uint_eq(list.count, 0);
    ck_assert_ptr_null(list.items);
}
END_TEST

START_TEST(an_endless_answer_is_refused)
{
    char *text = mem_alloc(1 << 16);
    struct text out = text_over(text, 1 << 16);
    struct distribution_list list = {0};

    for (unsigned i = 0; i <= DISTRIBUTION_CAPACITY; i++)
        text_append_format(&out, "distribution %u\n", i);
    ck_assert(!distributions_parse_quiet(text, out.length, &list));
    mem_free(text);
}
END_TEST

START_TEST(an_overlong_name_is_refused)
{
    char name[DISTRIBUTION_NAME_SIZE + 1];
    struct distribution_list list = {0};

    memset(name, 'x', sizeof name);
    ck_assert(!distributions_parse_quiet(name, DISTRIBUTION_NAME_SIZE, &list));
    ck_assert(distributions_parse_quiet(name, DISTRIBUTION_NAME_SIZE - 1, &list));
    distribution_list_clear(&list);
}
END_TEST

START_TEST(every_text_comes_back_from_utf_16_as_it_was)
{
    static const char text[] = "a\xc3\xa4\xe4\xb8\xad\xf0\x9f\x90\xa7\n";
    static const enum text_encoding encodings[] = {TEXT_UTF8_MARKED, TEXT_UTF16,
                                                   TEXT_UTF16_MARKED};

    for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++) {
        size_t size;
        size_t back_size;
        void *bytes = text_encode(text, sizeof text - 1, encodings[i], &size);
        char *back;

        ck_assert_int_eq(text_encoding_of(bytes, size), encodings[i]);
        back = text_decode(bytes, size, encodings[i], &back_size);
        ck_assert_uint_eq(back_size, sizeof text - 1);
        ck_assert_str_eq(back, text);
        mem_free(back);
        mem_free(bytes);
    }
}
END_TEST

Suite *distributions_suite(void)
{
    Suite *suite = suite_create("distributions");
    TCase *tests = tcase_create("answers");

    tcase_add_test(tests, every_answer_is_understood_in_every_encoding);
    tcase_add_test(tests, bytes_as_wsl_writes_them_are_taken_for_utf_16);
    tcase_add_test(tests, a_cut_answer_is_refused);
    tcase_add_test(tests, an_endless_answer_is_refused);
    tcase_add_test(tests, an_overlong_name_is_refused);
    tcase_add_test(tests, every_text_comes_back_from_utf_16_as_it_was);
    suite_add_tcase(suite, tests);
    return suite;
}
