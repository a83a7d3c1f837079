/*
 * What the tray shows, as it stands in the resources: every dialog template can be created and
 * read, every string is there in every language. Dialogs are measured as Windows made them for the
 * DPI it has: make test-win32 runs their case once for each, with TEST_DPI telling which.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/message.h"
#include "resources/resource.h"
#include "tests/win32/resource_tables.h"

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>
#include <commctrl.h>

Suite *resources_suite(void);

static const LANGID english = MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US);

#define LANGUAGE_CAPACITY 32
static LANGID languages[LANGUAGE_CAPACITY];
static size_t language_count;
static LANGID language_now; /* of the dialog that is being looked at */

static LPCWSTR string_block(UINT id)
{
    return MAKEINTRESOURCEW(id / 16 + 1);
}

/* Length of the string in exactly that language; 0 when it is missing. */
static size_t load_text(LANGID language, UINT id, wchar_t *out, size_t capacity)
{
    const HRSRC found =
        FindResourceExW(NULL, (LPCWSTR)RT_STRING, string_block(id), language);
    const WORD *at;
    size_t length;

    out[0] = L'\0';
    if (found == NULL)
        return 0;
    at = LockResource(LoadResource(NULL, found));
    for (UINT i = 0; i < id % 16; i++)
        at += 1 + *at;
    length = *at;
    if (length >= capacity)
        length = capacity - 1;
    wmemcpy(out, (const wchar_t *)(at + 1), length);
    out[length] = L'\0';
    return length;
}

static BOOL CALLBACK add_language(HMODULE module, LPCWSTR type, LPCWSTR name,
                                  WORD language, LONG_PTR context)
{
    (void)module;
    (void)type;
    (void)name;
    (void)context;
    ck_assert_uint_lt(language_count, LANGUAGE_CAPACITY);
    languages[language_count++] = language;
    return TRUE;
}

static void find_languages(void)
{
    const INITCOMMONCONTROLSEX controls = {
        .dwSize = sizeof controls,
        .dwICC = ICC_LISTVIEW_CLASSES | ICC_TAB_CLASSES | ICC_STANDARD_CLASSES};

    InitCommonControlsEx(&controls);
    language_count = 0;
    EnumResourceLanguagesW(NULL, (LPCWSTR)RT_STRING, string_block(IDS_OK), add_language,
                           0);
}

static INT_PTR CALLBACK do_nothing(HWND hwnd, UINT message, WPARAM wParam, LPARAM lParam)
{
    (void)hwnd;
    (void)wParam;
    (void)lParam;
    return message == WM_INITDIALOG;
}

static UINT text_of(int control)
{
    return control == IDOK ? IDS_OK : control == IDCANCEL ? IDS_CANCEL : (UINT)control;
}

/* The desktop is a parent for panes, too, which are child windows. */
static HWND create(UINT dialog, LANGID language)
{
    const HWND hwnd = CreateDialogParamW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(dialog),
                                         GetDesktopWindow(), do_nothing, 0);

    ck_assert_msg(hwnd != NULL, "dialog %u: error %lu", dialog, GetLastError());
    for (HWND control = GetWindow(hwnd, GW_CHILD); control != NULL;
         control = GetWindow(control, GW_HWNDNEXT)) {
        wchar_t text[256];

        if (load_text(language, text_of(GetDlgCtrlID(control)), text, ARRAYSIZE(text)) > 0)
            SetWindowTextW(control, text);
    }
    return hwnd;
}

static RECT place_of(HWND control)
{
    RECT rect;

    GetWindowRect(control, &rect);
    MapWindowPoints(NULL, GetParent(control), (POINT *)&rect, 2);
    return rect;
}

static bool has_class(HWND control, const wchar_t *name)
{
    wchar_t found[64];

    GetClassNameW(control, found, ARRAYSIZE(found));
    return _wcsicmp(found, name) == 0;
}

static LONG kind_of(HWND control)
{
    return GetWindowLongW(control, GWL_STYLE) & BS_TYPEMASK;
}

static bool is_group(HWND control)
{
    return has_class(control, L"Button") && kind_of(control) == BS_GROUPBOX;
}

static bool shows_text(HWND control)
{
    return has_class(control, L"Static") || has_class(control, L"Button");
}

/* Each test runs for each dialog in each language. */
static void for_each_control(void (*check)(HWND control, int id))
{
    for (size_t l = 0; l < language_count; l++) {
        for (size_t d = 0; d < ARRAYSIZE(dialogs); d++) {
            const HWND hwnd = create(dialogs[d], languages[l]);

            language_now = languages[l];
            for (HWND control = GetWindow(hwnd, GW_CHILD); control != NULL;
                 control = GetWindow(control, GW_HWNDNEXT))
                check(control, GetDlgCtrlID(control));
            DestroyWindow(hwnd);
        }
    }
}

START_TEST(english_is_there)
{
    bool there = false;

    for (size_t l = 0; l < language_count; l++)
        there = there || languages[l] == english;
    ck_assert(there);
}
END_TEST

START_TEST(every_string_is_there_in_every_language)
{
    for (size_t l = 0; l < language_count; l++) {
        for (size_t r = 0; r < ARRAYSIZE(string_ranges); r++) {
            for (UINT id = string_ranges[r].first; id <= string_ranges[r].last; id++) {
                wchar_t text[512];

                ck_assert_msg(load_text(languages[l], id, text, ARRAYSIZE(text)) > 0,
                              "string %u, language %04x", id, languages[l]);
            }
        }
    }
}
END_TEST

/* A translation that loses or invents an insert would show a gap or a bare "%2". */
static unsigned inserts_in(const wchar_t *text)
{
    unsigned inserts = 0;

    for (const wchar_t *at = wcschr(text, L'%'); at != NULL; at = wcschr(at + 1, L'%')) {
        ck_assert_msg(at[1] >= L'1' && at[1] <= L'3', "'%ls'", text);
        inserts |= 1u << (at[1] - L'0');
    }
    return inserts;
}

static void check_inserts(UINT id)
{
    wchar_t first[512];

    load_text(english, id, first, ARRAYSIZE(first));
    for (size_t l = 0; l < language_count; l++) {
        wchar_t other[512];

        load_text(languages[l], id, other, ARRAYSIZE(other));
        ck_assert_msg(inserts_in(first) == inserts_in(other), "string %u, language %04x",
                      id, languages[l]);
    }
}

static bool block_is_there(UINT id)
{
    for (size_t l = 0; l < language_count; l++) {
        if (FindResourceExW(NULL, (LPCWSTR)RT_STRING, string_block(id), languages[l]) !=
            NULL)
            return true;
    }
    return false;
}

/* All strings there are, named above or not: a block holds sixteen. */
START_TEST(every_language_has_the_same_inserts)
{
    for (UINT block = 0; block <= 0xFFFF; block += 16) {
        for (UINT id = block; id < block + 16 && block_is_there(block); id++)
            check_inserts(id);
    }
}
END_TEST

/* The sentence may do without an insert that the command line's has, but not ask for more. */
START_TEST(every_message_is_there_and_uses_no_inserts_that_it_does_not_have)
{
    for (UINT number = 1; number < MESSAGE_ID_END; number++) {
        const enum message_id id = (enum message_id)number;
        const unsigned allowed = (1u << (message_argument_count(id) + 1)) - 1;
        wchar_t text[512];

        if (!message_is_known(id))
            continue;
        ck_assert_msg(load_text(english, FIRST_MESSAGE + number, text, ARRAYSIZE(text)) >
                          0,
                      "message %u", number);
        ck_assert_msg((inserts_in(text) & ~allowed) == 0, "message %u: '%ls'", number,
                      text);
    }
}
END_TEST

static void check_has_words(HWND control, int id)
{
    for (size_t i = 0; i < ARRAYSIZE(empty_at_first); i++) {
        if (id == empty_at_first[i])
            return;
    }
    ck_assert_msg(!shows_text(control) || GetWindowTextLengthW(control) > 0,
                  "control %d has no words", id);
}

START_TEST(every_control_that_shows_text_has_words)
{
    for_each_control(check_has_words);
}
END_TEST

static void check_inside(HWND control, int id)
{
    const RECT place = place_of(control);
    RECT client;

    GetClientRect(GetParent(control), &client);
    ck_assert_msg(place.left >= 0 && place.top >= 0 && place.right <= client.right &&
                      place.bottom <= client.bottom,
                  "control %d (%ld,%ld)-(%ld,%ld) in %ldx%ld", id, place.left, place.top,
                  place.right, place.bottom, client.right, client.bottom);
}

START_TEST(every_control_lies_inside_its_dialog)
{
    for_each_control(check_inside);
}
END_TEST

static void check_overlaps(HWND control, int id)
{
    const RECT place = place_of(control);

    for (HWND other = GetWindow(control, GW_HWNDNEXT); other != NULL;
         other = GetWindow(other, GW_HWNDNEXT)) {
        const RECT other_place = place_of(other);
        RECT shared;

        if (is_group(control) || is_group(other))
            continue;
        ck_assert_msg(!IntersectRect(&shared, &place, &other_place),
                      "controls %d and %d overlap", id, GetDlgCtrlID(other));
    }
}

START_TEST(no_two_controls_overlap)
{
    for_each_control(check_overlaps);
}
END_TEST

/* What a control needs beside its text: the box of a check box, the frame of a button. */
static int extra_width(HWND control)
{
    const int unit = GetSystemMetrics(SM_CXMENUCHECK);

    if (!has_class(control, L"Button"))
        return 0;
    return kind_of(control) == BS_AUTOCHECKBOX ? unit + 4 : 8;
}

/* In the control's own font; `width`: of the lines, with DT_WORDBREAK. */
static RECT measure(HWND control, const wchar_t *text, LONG width, UINT format)
{
    const HDC dc = GetDC(control);
    const HFONT font = (HFONT)SendMessageW(control, WM_GETFONT, 0, 0);
    const HGDIOBJ former = SelectObject(dc, font);
    RECT needed = {.right = width};

    DrawTextW(dc, text, -1, &needed, DT_CALCRECT | format);
    SelectObject(dc, former);
    ReleaseDC(control, dc);
    return needed;
}

/* Whether the control is made for text that is broken into lines. */
static bool breaks_lines(HWND control)
{
    const LONG style = GetWindowLongW(control, GWL_STYLE);
    const RECT place = place_of(control);
    const LONG line = measure(control, L"X", 0, DT_SINGLELINE).bottom;

    if (has_class(control, L"Button"))
        return (style & BS_MULTILINE) != 0;
    return has_class(control, L"Static") && place.bottom - place.top >= 2 * line;
}

static void check_fits(HWND control, int id)
{
    const RECT place = place_of(control);
    const LONG room = place.right - place.left - extra_width(control);
    RECT needed;
    wchar_t text[256];

    if (!shows_text(control))
        return;
    GetWindowTextW(control, text, ARRAYSIZE(text));
    needed = measure(control, text, room,
                     breaks_lines(control) ? DT_WORDBREAK : DT_SINGLELINE);
    ck_assert_msg(needed.right <= room && needed.bottom <= place.bottom - place.top,
                  "control %d, language %04x: '%ls' needs %ldx%ld of %ldx%ld", id,
                  language_now, text, needed.right, needed.bottom, room,
                  place.bottom - place.top);
}

START_TEST(every_text_fits_its_control)
{
    for_each_control(check_fits);
}
END_TEST

static void check_has_room(HWND control, const wchar_t *text)
{
    const RECT place = place_of(control);
    const LONG width = place.right - place.left;
    const bool is_combo = has_class(control, L"ComboBox");
    const LONG arrow = GetSystemMetrics(SM_CXVSCROLL) + 8;
    const RECT needed = measure(control, text, width,
                                is_combo ? DT_SINGLELINE : DT_WORDBREAK | DT_NOPREFIX);

    ck_assert_msg(needed.right + (is_combo ? arrow : 0) <= width &&
                      needed.bottom <= place.bottom - place.top,
                  "control %d, language %04x: '%ls' needs %ldx%ld of %ldx%ld",
                  GetDlgCtrlID(control), language_now, text, needed.right, needed.bottom,
                  width, place.bottom - place.top);
}

static void check_later_words(HWND control, int id)
{
    for (size_t i = 0; i < ARRAYSIZE(later_words); i++) {
        for (UINT word = later_words[i].first;
             id == later_words[i].control && word <= later_words[i].last; word++) {
            wchar_t text[512];

            load_text(language_now, word, text, ARRAYSIZE(text));
            check_has_room(control, text);
        }
    }
}

START_TEST(what_a_control_says_later_fits_it)
{
    for_each_control(check_later_words);
}
END_TEST

START_TEST(dialogs_are_made_for_the_dpi_asked_for)
{
    wchar_t asked_for[16];

    if (GetEnvironmentVariableW(L"TEST_DPI", asked_for, ARRAYSIZE(asked_for)) == 0)
        return;
    ck_assert_uint_eq(GetDpiForSystem(), wcstoul(asked_for, NULL, 10));
}
END_TEST

static wchar_t mnemonic_in(const wchar_t *text)
{
    for (const wchar_t *at = wcschr(text, L'&'); at != NULL; at = wcschr(at + 2, L'&')) {
        if (at[1] != L'&')
            return (wchar_t)towlower(at[1]);
    }
    return L'\0';
}

static wchar_t mnemonic_of(HWND control)
{
    wchar_t text[256];

    if (!shows_text(control))
        return L'\0';
    GetWindowTextW(control, text, ARRAYSIZE(text));
    return mnemonic_in(text);
}

static void check_mnemonic(HWND control, int id)
{
    const wchar_t mnemonic = mnemonic_of(control);

    for (HWND other = GetWindow(control, GW_HWNDNEXT); other != NULL && mnemonic != L'\0';
         other = GetWindow(other, GW_HWNDNEXT))
        ck_assert_msg(mnemonic_of(other) != mnemonic, "controls %d and %d share '%lc'",
                      id, GetDlgCtrlID(other), (wint_t)mnemonic);
}

START_TEST(mnemonics_are_unique_in_a_dialog)
{
    for_each_control(check_mnemonic);
}
END_TEST

static void check_is_free(HWND window, wchar_t mnemonic, const wchar_t *text)
{
    for (HWND control = GetWindow(window, GW_CHILD); control != NULL;
         control = GetWindow(control, GW_HWNDNEXT))
        ck_assert_msg(mnemonic == L'\0' || mnemonic_of(control) != mnemonic,
                      "'%ls' and control %d, language %04x", text, GetDlgCtrlID(control),
                      language_now);
}

static void check_pane(HWND window, UINT id)
{
    const HWND pane = create(id, language_now);

    for (HWND control = GetWindow(pane, GW_CHILD); control != NULL;
         control = GetWindow(control, GW_HWNDNEXT)) {
        wchar_t text[256];

        GetWindowTextW(control, text, ARRAYSIZE(text));
        check_is_free(window, mnemonic_of(control), text);
    }
    for (UINT word = IDS_ACTION_START_IP_HELPER;
         id == IDD_DETAILS && word <= IDS_ACTION_ALLOW_OUTBOUND; word++) {
        wchar_t text[256];

        if (word == IDS_CONFIRM_ALLOW_PUBLIC) /* the one between them is no button's */
            continue;
        load_text(language_now, word, text, ARRAYSIZE(text));
        check_is_free(window, mnemonic_in(text), text);
        check_is_free(pane, mnemonic_in(text), text);
    }
    DestroyWindow(pane);
}

START_TEST(mnemonics_of_a_pane_are_not_those_of_its_window)
{
    for (size_t l = 0; l < language_count; l++) {
        const HWND window = create(IDD_RULES, languages[l]);

        language_now = languages[l];
        for (size_t p = 0; p < ARRAYSIZE(panes); p++)
            check_pane(window, panes[p]);
        DestroyWindow(window);
    }
}
END_TEST

START_TEST(mnemonics_are_unique_in_a_menu)
{
    for (size_t l = 0; l < language_count; l++) {
        for (size_t m = 0; m < ARRAYSIZE(menus); m++) {
            wchar_t seen[MENU_SIZE + 1] = L"";

            for (size_t i = 0; i < MENU_SIZE && menus[m][i] != 0; i++) {
                wchar_t text[256];

                load_text(languages[l], menus[m][i], text, ARRAYSIZE(text));
                seen[i] = mnemonic_in(text);
                ck_assert_msg(seen[i] != L'\0' && wcschr(seen, seen[i]) == &seen[i],
                              "'%ls', language %04x", text, languages[l]);
            }
        }
    }
}
END_TEST

/* Screen readers take a field's name from the label just before it. */
static void check_label(HWND control, int id)
{
    if (!has_class(control, L"Edit") && !has_class(control, L"ComboBox") &&
        !has_class(control, L"ListBox") && !has_class(control, WC_LISTVIEWW))
        return;

    const HWND label = GetWindow(control, GW_HWNDPREV);

    ck_assert_msg(label != NULL && has_class(label, L"Static") &&
                      mnemonic_of(label) != L'\0',
                  "control %d has no label with a mnemonic before it", id);
}

START_TEST(every_field_has_its_label_before_it)
{
    for_each_control(check_label);
}
END_TEST

#define ICON_HEAD_SIZE 6   /* of a group of icons: reserved, type, count */
#define ICON_ENTRY_SIZE 14 /* begins with width and height; 0 stands for 256 */

/* Loading would scale a neighbour when a size is missing. */
static bool has_icon_size(UINT icon, int size)
{
    const HRSRC found =
        FindResourceW(NULL, MAKEINTRESOURCEW(icon), (LPCWSTR)RT_GROUP_ICON);
    const BYTE *at = found != NULL ? LockResource(LoadResource(NULL, found)) : NULL;

    for (int i = 0; at != NULL && i < at[4]; i++) {
        const BYTE *entry = at + ICON_HEAD_SIZE + i * ICON_ENTRY_SIZE;

        if (entry[0] == (BYTE)size && entry[1] == (BYTE)size)
            return true;
    }
    return false;
}

START_TEST(every_icon_has_the_sizes_of_the_taskbar)
{
    static const int sizes[] = {16, 20, 24, 28, 32, 40, 48, 64, 256};

    for (UINT id = IDI_TRAY_FINE_DARK - 1; id <= IDI_TRAY_UNREACHABLE_CONTRAST_LIGHT;
         id++) {
        const UINT icon = id < IDI_TRAY_FINE_DARK ? IDI_APP : id;

        for (size_t i = 0; i < ARRAYSIZE(sizes); i++)
            ck_assert_msg(has_icon_size(icon, sizes[i]), "icon %u at %d", icon, sizes[i]);
    }
}
END_TEST

START_TEST(every_state_has_an_icon_in_the_sizes_of_lists)
{
    static const int sizes[] = {16, 20, 24, 28, 32, 40, 48};

    for (UINT icon = IDI_STATE_OFF; icon <= IDI_STATE_FOREIGN; icon++) {
        for (size_t i = 0; i < ARRAYSIZE(sizes); i++)
            ck_assert_msg(has_icon_size(icon, sizes[i]), "icon %u at %d", icon, sizes[i]);
    }
}
END_TEST

#define ICON_SIZE 16
#define PIXEL_COUNT (ICON_SIZE * ICON_SIZE)

static void draw_icon(UINT icon, DWORD out[PIXEL_COUNT])
{
    const BITMAPINFO info = {.bmiHeader = {.biSize = sizeof info.bmiHeader,
                                           .biWidth = ICON_SIZE,
                                           .biHeight = -ICON_SIZE,
                                           .biPlanes = 1,
                                           .biBitCount = 32}};
    const HDC dc = CreateCompatibleDC(NULL);
    void *bits = NULL;
    const HBITMAP bitmap = CreateDIBSection(dc, &info, DIB_RGB_COLORS, &bits, NULL, 0);
    const HGDIOBJ former = SelectObject(dc, bitmap);
    const HICON loaded =
        (HICON)LoadImageW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(icon), IMAGE_ICON,
                          ICON_SIZE, ICON_SIZE, LR_DEFAULTCOLOR);

    ck_assert(DrawIconEx(dc, 0, 0, loaded, ICON_SIZE, ICON_SIZE, 0, NULL, DI_NORMAL));
    GdiFlush();
    memcpy(out, bits, PIXEL_COUNT * sizeof *out);
    DestroyIcon(loaded);
    SelectObject(dc, former);
    DeleteObject(bitmap);
    DeleteDC(dc);
}

static int count_differences(const DWORD a[PIXEL_COUNT], const DWORD b[PIXEL_COUNT])
{
    int count = 0;

    for (int i = 0; i < PIXEL_COUNT; i++)
        count += abs((int)GetRValue(a[i]) - (int)GetRValue(b[i])) > 127;
    return count;
}

/* Who sees no colours sees white on black, and has to tell the states apart. */
START_TEST(states_differ_in_shape)
{
    static const UINT icons[] = {IDI_TRAY_FINE_DARK, IDI_TRAY_WAITING_DARK,
                                 IDI_TRAY_PAUSED_DARK, IDI_TRAY_NEEDS_USER_CONTRAST_DARK,
                                 IDI_TRAY_UNREACHABLE_CONTRAST_DARK};
    DWORD drawn[ARRAYSIZE(icons)][PIXEL_COUNT];

    for (size_t i = 0; i < ARRAYSIZE(icons); i++) {
        draw_icon(icons[i], drawn[i]);
        for (int p = 0; p < PIXEL_COUNT; p++)
            ck_assert_msg(GetRValue(drawn[i][p]) == GetGValue(drawn[i][p]) &&
                              GetRValue(drawn[i][p]) == GetBValue(drawn[i][p]),
                          "icon %u has a colour", icons[i]);
        for (size_t j = 0; j < i; j++)
            ck_assert_msg(count_differences(drawn[i], drawn[j]) >= ICON_SIZE,
                          "icons %u and %u differ in %d pixels", icons[i], icons[j],
                          count_differences(drawn[i], drawn[j]));
    }
}
END_TEST

START_TEST(manifest_is_embedded)
{
    const HRSRC found =
        FindResourceW(NULL, CREATEPROCESS_MANIFEST_RESOURCE_ID, (LPCWSTR)RT_MANIFEST);
    char text[8192] = "";
    DWORD size;

    ck_assert(found != NULL);
    size = SizeofResource(NULL, found);
    ck_assert_uint_lt(size, sizeof text);
    memcpy(text, LockResource(LoadResource(NULL, found)), size);
    ck_assert(strstr(text, "Microsoft.Windows.Common-Controls") != NULL);
    ck_assert(strstr(text, "PerMonitorV2") != NULL);
    ck_assert(strstr(text, "asInvoker") != NULL);
}
END_TEST

Suite *resources_suite(void)
{
    Suite *suite = suite_create("resources");
    TCase *strings = tcase_create("strings");
    TCase *templates = tcase_create("dialogs");
    TCase *rest = tcase_create("icons");

    tcase_add_checked_fixture(strings, find_languages, NULL);
    tcase_add_checked_fixture(templates, find_languages, NULL);
    tcase_add_test(strings, english_is_there);
    tcase_add_test(strings, every_string_is_there_in_every_language);
    tcase_add_test(strings, every_language_has_the_same_inserts);
    tcase_add_test(strings,
                   every_message_is_there_and_uses_no_inserts_that_it_does_not_have);
    tcase_add_test(templates, every_control_that_shows_text_has_words);
    tcase_add_test(templates, every_control_lies_inside_its_dialog);
    tcase_add_test(templates, no_two_controls_overlap);
    tcase_add_test(templates, dialogs_are_made_for_the_dpi_asked_for);
    tcase_add_test(templates, every_text_fits_its_control);
    tcase_add_test(templates, what_a_control_says_later_fits_it);
    tcase_add_test(templates, mnemonics_are_unique_in_a_dialog);
    tcase_add_test(templates, mnemonics_of_a_pane_are_not_those_of_its_window);
    tcase_add_test(templates, mnemonics_are_unique_in_a_menu);
    tcase_add_test(templates, every_field_has_its_label_before_it);
    tcase_add_test(rest, every_icon_has_the_sizes_of_the_taskbar);
    tcase_add_test(rest, every_state_has_an_icon_in_the_sizes_of_lists);
    tcase_add_test(rest, states_differ_in_shape);
    tcase_add_test(rest, manifest_is_embedded);
    suite_add_tcase(suite, strings);
    suite_add_tcase(suite, templates);
    suite_add_tcase(suite, rest);
    return suite;
}
