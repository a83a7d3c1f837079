/*
 * What the rules window remembers: only what is in range is believed.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/window_layout.h"

#include <check.h>

static struct window_layout valid_layout(void)
{
    return (struct window_layout){.version = WINDOW_LAYOUT_VERSION,
                                  .dpi = 96,
                                  .left = -1200,
                                  .top = 40,
                                  .width = 900,
                                  .height = 600,
                                  .columns = {190, 150, 0, 150, 200},
                                  .sort = ROW_STATE,
                                  .descending = 1,
                                  .details_shown = 1,
                                  .details_height = 120};
}

START_TEST(layout_in_range_is_valid)
{
    const struct window_layout layout = valid_layout();

    ck_assert(window_layout_is_valid(&layout));
}
END_TEST

/* Each spoils one field. */
static void spoil(struct window_layout *layout, int which)
{
    int32_t *const numbers[] = {
        &layout->left,       &layout->top,        &layout->width,         &layout->height,
        &layout->columns[0], &layout->columns[4], &layout->details_height};
    uint32_t *const choices[] = {&layout->version,       &layout->dpi,
                                 &layout->maximized,     &layout->descending,
                                 &layout->details_shown, &layout->sort};
    const int number_count = sizeof numbers / sizeof *numbers;

    if (which < number_count)
        *numbers[which] = 40000;
    else if (which < 2 * number_count)
        *numbers[which - number_count] = -40000;
    else
        *choices[which - 2 * number_count] = 5000;
}

START_TEST(layout_with_one_field_out_of_range_is_not_believed)
{
    struct window_layout layout = valid_layout();

    spoil(&layout, _i);

    ck_assert_msg(!window_layout_is_valid(&layout), "spoiled field %d", _i);
}
END_TEST

START_TEST(layout_of_zeros_is_not_believed)
{
    const struct window_layout layout = {0};

    ck_assert(!window_layout_is_valid(&layout));
}
END_TEST

START_TEST(scale_changes_lengths_but_not_the_place)
{
    struct window_layout layout = valid_layout();

    window_layout_scale(&layout, 144);

    ck_assert_uint_eq(layout.dpi, 144);
    ck_assert_int_eq(layout.left, -1200);
    ck_assert_int_eq(layout.width, 1350);
    ck_assert_int_eq(layout.height, 900);
    ck_assert_int_eq(layout.columns[0], 285);
    ck_assert_int_eq(layout.columns[2], 0);
    ck_assert_int_eq(layout.details_height, 180);
}
END_TEST

START_TEST(clamp_brings_a_window_from_a_monitor_that_is_gone)
{
    const struct work_area area = {0, 0, 1920, 1040};
    struct window_layout layout = valid_layout();

    window_layout_clamp(&layout, &area);

    ck_assert_int_eq(layout.left, 0);
    ck_assert_int_eq(layout.top, 40);
    ck_assert_int_eq(layout.width, 900);
}
END_TEST

START_TEST(clamp_shrinks_a_window_that_is_larger_than_the_monitor)
{
    const struct work_area area = {100, 50, 900, 500};
    struct window_layout layout = valid_layout();

    layout.left = 2000;
    layout.top = 300;
    window_layout_clamp(&layout, &area);

    ck_assert_int_eq(layout.left, 100);
    ck_assert_int_eq(layout.width, 800);
    ck_assert_int_eq(layout.top, 50);
    ck_assert_int_eq(layout.height, 450);
}
END_TEST

START_TEST(clamp_leaves_what_fits_as_it_is)
{
    const struct work_area area = {-1920, 0, 0, 1040};
    struct window_layout layout = valid_layout();

    window_layout_clamp(&layout, &area);

    ck_assert_int_eq(layout.left, -1200);
    ck_assert_int_eq(layout.top, 40);
    ck_assert_int_eq(layout.height, 600);
}
END_TEST

Suite *window_layout_suite(void);

Suite *window_layout_suite(void)
{
    Suite *suite = suite_create("window_layout");
    TCase *tests = tcase_create("window_layout");

    tcase_add_test(tests, layout_in_range_is_valid);
    tcase_add_loop_test(tests, layout_with_one_field_out_of_range_is_not_believed, 0, 20);
    tcase_add_test(tests, layout_of_zeros_is_not_believed);
    tcase_add_test(tests, scale_changes_lengths_but_not_the_place);
    tcase_add_test(tests, clamp_brings_a_window_from_a_monitor_that_is_gone);
    tcase_add_test(tests, clamp_shrinks_a_window_that_is_larger_than_the_monitor);
    tcase_add_test(tests, clamp_leaves_what_fits_as_it_is);
    suite_add_tcase(suite, tests);
    return suite;
}
