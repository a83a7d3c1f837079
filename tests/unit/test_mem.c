/*
 * Checked memory and lists.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"

#include <check.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

Suite *mem_suite(void);

struct number_list {
    uint64_t *items;
    size_t count, capacity;
};

START_TEST(mem_alloc_gives_zeroed_memory)
{
    static const unsigned char zero[100];
    void *memory = mem_alloc(sizeof zero);

    ck_assert_mem_eq(memory, zero, sizeof zero);
    mem_free(memory);
}
END_TEST

START_TEST(mem_of_no_size_is_not_null)
{
    void *memory = mem_alloc(0);
    void *items = mem_resize(NULL, 0, 8);

    ck_assert_ptr_nonnull(memory);
    ck_assert_ptr_nonnull(items);
    mem_free(memory);
    mem_free(items);
    mem_free(NULL);
}
END_TEST

START_TEST(mem_resize_keeps_what_is_there)
{
    uint64_t *items = mem_resize(NULL, 2, sizeof *items);

    items[0] = 1;
    items[1] = 2;
    items = mem_resize(items, 1000, sizeof *items);
    items[999] = 3;

    ck_assert_uint_eq(items[0] + items[1], 3);
    mem_free(items);
}
END_TEST

/* The product would wrap to 16 bytes. */
START_TEST(mem_resize_ends_the_program_when_the_size_overflows)
{
    mem_free(mem_resize(NULL, SIZE_MAX / 16 + 2, 16));
}
END_TEST

START_TEST(list_add_gives_zeroed_items_and_keeps_the_others)
{
    struct number_list list = {0};

    for (uint64_t i = 0; i < 100; i++) {
        uint64_t *item = LIST_ADD(&list);

        ck_assert_uint_eq(*item, 0);
        *item = i + 1;
    }

    ck_assert_uint_eq(list.count, 100);
    ck_assert_uint_ge(list.capacity, 100);
    for (uint64_t i = 0; i < 100; i++)
        ck_assert_uint_eq(list.items[i], i + 1);
    LIST_CLEAR(&list);
}
END_TEST

START_TEST(list_add_zeroes_an_item_that_was_used_before)
{
    struct number_list list = {0};

    *LIST_ADD(&list) = 7;
    list.count = 0;

    ck_assert_uint_eq(*LIST_ADD(&list), 0);
    LIST_CLEAR(&list);
}
END_TEST

START_TEST(list_clear_leaves_a_valid_empty_list)
{
    struct number_list list = {0};

    *LIST_ADD(&list) = 7;
    LIST_CLEAR(&list);
    LIST_CLEAR(&list);
    ck_assert_ptr_null(list.items);
    ck_assert_uint_eq(list.count + list.capacity, 0);
    *LIST_ADD(&list) = 8;

    ck_assert_uint_eq(list.items[0], 8);
    LIST_CLEAR(&list);
}
END_TEST

Suite *mem_suite(void)
{
    Suite *suite = suite_create("mem");
    TCase *tcase = tcase_create("mem");

    tcase_add_test(tcase, mem_alloc_gives_zeroed_memory);
    tcase_add_test(tcase, mem_of_no_size_is_not_null);
    tcase_add_test(tcase, mem_resize_keeps_what_is_there);
    tcase_add_test_raise_signal(
        tcase, mem_resize_ends_the_program_when_the_size_overflows, SIGABRT);
    tcase_add_test(tcase, list_add_gives_zeroed_items_and_keeps_the_others);
    tcase_add_test(tcase, list_add_zeroes_an_item_that_was_used_before);
    tcase_add_test(tcase, list_clear_leaves_a_valid_empty_list);
    suite_add_tcase(suite, tcase);
    return suite;
}
