/*
 * Every dialog fits a screen of 1080 lines at 200 %: one that is higher hides its buttons.
 * SPDX-License-Identifier: MIT
 */
#include "resources/resource.h"
#include "tests/win32/resource_tables.h"

#include <check.h>
#include <string.h>
#include <windows.h>

Suite *dialog_sizes_suite(void);

/* What 1920x1080 leaves beside the taskbar of Windows 10 at 100 %. */
#define WORK_AREA_WIDTH 1920
#define WORK_AREA_HEIGHT 1040
#define DPI 192

/* A dialog unit is a fourth and an eighth of this: Segoe UI, 9 points, at that DPI. The fonts that
 * stand in for it elsewhere are lower, hence not what a dialog measures here. */
#define SEGOE_WIDTH 14
#define SEGOE_HEIGHT 32

/* How an extended dialog template goes on behind its version, signature and help id. */
struct template_place {
    DWORD ex_style;
    DWORD style;
    WORD control_count;
    short x, y, width, height;
};

#define PLACE_OFFSET 8

static struct template_place read_place(UINT dialog)
{
    const HRSRC found = FindResourceW(NULL, MAKEINTRESOURCEW(dialog), (LPCWSTR)RT_DIALOG);
    struct template_place place;
    const BYTE *bytes;

    ck_assert_msg(found != NULL, "dialog %u", dialog);
    bytes = LockResource(LoadResource(NULL, found));
    memcpy(&place, bytes + PLACE_OFFSET, sizeof place);
    return place;
}

START_TEST(every_dialog_fits_1080_lines_at_200_percent)
{
    const struct template_place place = read_place(dialogs[_i]);
    RECT window = {.right = MulDiv(place.width, SEGOE_WIDTH, 4),
                   .bottom = MulDiv(place.height, SEGOE_HEIGHT, 8)};

    ck_assert(AdjustWindowRectExForDpi(&window, place.style, FALSE, place.ex_style, DPI));

    ck_assert_msg(window.right - window.left <= WORK_AREA_WIDTH &&
                      window.bottom - window.top <= WORK_AREA_HEIGHT,
                  "dialog %u is %ldx%ld", dialogs[_i], window.right - window.left,
                  window.bottom - window.top);
}
END_TEST

Suite *dialog_sizes_suite(void)
{
    Suite *suite = suite_create("dialog_sizes");
    TCase *templates = tcase_create("templates");

    tcase_add_loop_test(templates, every_dialog_fits_1080_lines_at_200_percent, 0,
                        ARRAYSIZE(dialogs));
    suite_add_tcase(suite, templates);
    return suite;
}
