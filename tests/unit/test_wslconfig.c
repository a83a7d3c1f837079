/*
 * What a .wslconfig asks for, and its change: tests/data/wslconfig.cases, in every encoding.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/wslconfig.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/wsl/text_encoding.h"
#include "tests/unit/case_file.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_SIZE 4096

Suite *wslconfig_suite(void);

/* How a text is written into the file. */
struct spelling {
    bool windows_line_ends;
    enum text_encoding encoding;
};

static const struct spelling spellings[] = {
    {false, TEXT_UTF8},       {true, TEXT_UTF8},          {false, TEXT_UTF8_MARKED},
    {true, TEXT_UTF8_MARKED}, {false, TEXT_UTF16_MARKED}, {true, TEXT_UTF16_MARKED}};

#define SPELLING_COUNT (sizeof spellings / sizeof spellings[0])

static void *spell(const char *text, const struct spelling *as, size_t *size)
{
    char wide[2 * TEXT_SIZE];
    struct text out = TEXT_OVER(wide);

    for (; *text != '\0'; text++)
        text_append_format(&out, "%s%c",
                           as->windows_line_ends && *text == '\n' ? "\r" : "", *text);
    ck_assert(!out.truncated);
    return text_encode(wide, out.length, as->encoding, size);
}

static unsigned expected_number(const struct test_case *item, const char *name)
{
    const char *value = case_expects(item, name);

    return value == NULL ? 0 : (unsigned)strtoul(value, NULL, 10);
}

static bool expected_flag(const struct test_case *item, const char *name, bool usual)
{
    const char *value = case_expects(item, name);

    return value == NULL ? usual : strcmp(value, "true") == 0;
}

static void expect_reading(const struct test_case *item, const struct spelling *as)
{
    struct wslconfig config;
    struct error err;
    size_t size;
    void *bytes = spell(item->input, as, &size);

    ck_assert_msg(wslconfig_read(bytes, size, &config, &err), "%s: %s", item->title,
                  err.detail);
    ck_assert_msg(strcmp(networking_mode_name(config.mode), case_expects(item, "mode")) ==
                      0,
                  "%s: mode %s", item->title, networking_mode_name(config.mode));
    ck_assert_msg(config.mode_is_unknown == (case_expects(item, "unknown") != NULL),
                  "%s: unknown %d", item->title, config.mode_is_unknown);
    ck_assert_msg(config.mode_line == expected_number(item, "line"), "%s: line %u",
                  item->title, config.mode_line);
    ck_assert_msg(config.skipped_line == expected_number(item, "skipped"),
                  "%s: skipped line %u", item->title, config.skipped_line);
    ck_assert_msg(config.gui_applications == expected_flag(item, "gui", true), "%s: gui",
                  item->title);
    ck_assert_msg(config.localhost_forwarding == expected_flag(item, "relay", true),
                  "%s: relay", item->title);
    ck_assert_msg(config.safe_mode == expected_flag(item, "safe", false), "%s: safe",
                  item->title);
    mem_free(bytes);
}

/* Behind the line's end; 0 is the beginning. */
static const char *behind_line(const char *text, unsigned long number)
{
    for (; number > 0 && *text != '\0'; number--) {
        const char *feed = strchr(text, '\n');

        text = feed == NULL ? text + strlen(text) : feed + 1;
    }
    return text;
}

/* What the expectation "@N text" or "+N text" makes of the input. */
static void edit_input(const struct test_case *item, const char *change, char *out)
{
    struct text text = text_over(out, TEXT_SIZE);
    char *words;
    const unsigned long number = strtoul(change + 1, &words, 10);
    const bool replaces = change[0] == '@';
    const char *before = behind_line(item->input, number - replaces);
    const char *after = behind_line(item->input, number);
    const unsigned gone = expected_number(item, "gone");

    text_append_format(&text, "%.*s", (int)(before - item->input), item->input);
    for (words++; *words != '\0'; words++)
        text_append_format(&text, "%c", *words == '|' ? '\n' : *words);
    if (gone != 0)
        after = behind_line(item->input, gone);
    if (!replaces || (after > item->input && after[-1] == '\n'))
        text_append(&text, "\n");
    text_append(&text, after);
    ck_assert(!text.truncated);
}

static void expect_switch(const struct test_case *item, enum networking_mode mode,
                          const struct spelling *as)
{
    const char *change = case_expects(item, networking_mode_name(mode));
    char expected_text[TEXT_SIZE];
    size_t size;
    size_t out_size = 0;
    size_t expected_size;
    struct error err;
    void *bytes;
    void *expected;
    void *out = NULL;
    bool done;

    if (change == NULL)
        return;
    bytes = spell(item->input, as, &size);
    done = wslconfig_with_mode(bytes, size, mode, &out, &out_size, &err);
    mem_free(bytes);
    if (strcmp(change, "refused") == 0) {
        ck_assert_msg(!done, "%s: not refused", item->title);
        return;
    }
    ck_assert_msg(done, "%s: %s", item->title, err.detail);
    edit_input(item, change, expected_text);
    expected = spell(expected_text, as, &expected_size);
    ck_assert_msg(out_size == expected_size && memcmp(out, expected, out_size) == 0,
                  "%s: became\n%.*s\nnot\n%s", item->title, (int)out_size,
                  (const char *)out, expected_text);
    mem_free(expected);
    mem_free(out);
}

START_TEST(every_file_is_read_by_wsls_own_rules)
{
    struct case_file file;

    case_file_read("tests/data/wslconfig.cases", &file);
    for (size_t i = 0; i < file.count * SPELLING_COUNT; i++)
        expect_reading(&file.items[i / SPELLING_COUNT], &spellings[i % SPELLING_COUNT]);
    case_file_clear(&file);
}
END_TEST

START_TEST(a_switch_changes_the_one_value_and_no_other_byte)
{
    struct case_file file;

    case_file_read("tests/data/wslconfig.cases", &file);
    for (size_t i = 0; i < file.count * SPELLING_COUNT; i++) {
        const struct test_case *item = &file.items[i / SPELLING_COUNT];

        expect_switch(item, NETWORKING_MODE_MIRRORED, &spellings[i % SPELLING_COUNT]);
        expect_switch(item, NETWORKING_MODE_NAT, &spellings[i % SPELLING_COUNT]);
    }
    case_file_clear(&file);
}
END_TEST

static void expect_file(const char *before, const char *after)
{
    struct error err;
    void *out;
    size_t size;

    ck_assert_msg(wslconfig_with_mode(before, strlen(before), NETWORKING_MODE_MIRRORED,
                                      &out, &size, &err),
                  "%s", err.detail);
    ck_assert_msg(size == strlen(after) && memcmp(out, after, size) == 0, "%.*s",
                  (int)size, (const char *)out);
    mem_free(out);
}

START_TEST(a_file_without_a_line_end_gets_windows_own)
{
    expect_file("", "[wsl2]\r\nnetworkingMode=mirrored\r\n");
    expect_file("[wsl2]", "[wsl2]\r\nnetworkingMode=mirrored\r\n");
    expect_file("# mine", "# mine\r\n[wsl2]\r\nnetworkingMode=mirrored\r\n");
    expect_file("[user]\na=b", "[user]\na=b\n[wsl2]\nnetworkingMode=mirrored\n");
}
END_TEST

START_TEST(bytes_that_are_no_text_stay_as_they_are)
{
    expect_file("# caf\xe9\n[wsl2]\n", "# caf\xe9\n[wsl2]\nnetworkingMode=mirrored\n");
}
END_TEST

START_TEST(a_file_that_is_no_text_is_refused)
{
    static const char zeros[] = "[wsl2]\n\0\0\n";
    static const char half_pair[] = "\xff\xfe\x3d\xd8";
    struct wslconfig config;
    struct error err;
    char *huge = mem_alloc(WSLCONFIG_SIZE_MAX + 1);

    ck_assert(!wslconfig_read(zeros, sizeof zeros - 1, &config, &err));
    ck_assert(!wslconfig_read(half_pair, sizeof half_pair - 1, &config, &err));
    ck_assert(!wslconfig_read(huge, WSLCONFIG_SIZE_MAX + 1, &config, &err));
    ck_assert_int_eq(err.kind, ERR_INVALID);
    mem_free(huge);
}
END_TEST

START_TEST(only_nat_and_mirrored_can_be_asked_for)
{
    struct error err;
    void *out;
    size_t size;

    ck_assert(!wslconfig_with_mode("", 0, NETWORKING_MODE_BRIDGED, &out, &size, &err));
    ck_assert_str_eq(err.detail, "networking mode 'bridged': must be nat or mirrored");
}
END_TEST

Suite *wslconfig_suite(void)
{
    Suite *suite = suite_create("wslconfig");
    TCase *tests = tcase_create("files");

    tcase_add_test(tests, every_file_is_read_by_wsls_own_rules);
    tcase_add_test(tests, a_switch_changes_the_one_value_and_no_other_byte);
    tcase_add_test(tests, a_file_without_a_line_end_gets_windows_own);
    tcase_add_test(tests, bytes_that_are_no_text_stay_as_they_are);
    tcase_add_test(tests, a_file_that_is_no_text_is_refused);
    tcase_add_test(tests, only_nat_and_mirrored_can_be_asked_for);
    suite_add_tcase(suite, tests);
    return suite;
}
