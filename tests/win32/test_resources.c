/*
 * What the tray shows, as it stands in the resources: every dialog template can be created and
 * read, every string is there in every language.
 * SPDX-License-Identifier: MIT
 */
#include "resources/resource.h"

#include <check.h>
#include <stdbool.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>
#include <commctrl.h>

Suite *resources_suite(void);

/* Numbers without gaps; make lint sees to it that each number is in the strings' file. */
static const struct {
    UINT first, last;
} string_ranges[] = {
    {IDS_OK, IDS_CLOSE},
    {IDS_PROGRAM, IDS_TIP_NEEDS_USER},
    {IDS_STATE_OFF, IDS_ROW_FOREIGN},
    {IDS_REASON_PAUSED, IDS_REASON_STORE_FAILED},
    {IDS_ERROR_INVALID, IDS_ERROR_SYSTEM_CODE},
    {IDS_COLUMN_NAME, IDS_STATUS_NO_RULES},
    {IDS_RULE_TITLE_NEW, IDS_RULE_APPROVING},
};

static const UINT dialogs[] = {IDD_RULES, IDD_RULE};

/* The items of each menu that have a mnemonic; 0 fills up. */
#define MENU_SIZE 8
static const UINT menus[][MENU_SIZE] = {
    {IDS_MENU_RULES, IDS_MENU_PAUSE, IDS_MENU_EDIT, IDS_MENU_EXIT},
    {IDS_LIST_MENU_ENABLED, IDS_LIST_MENU_EDIT, IDS_LIST_MENU_REMOVE, IDC_RULES_TAKE_OVER,
     IDS_LIST_MENU_ADD, IDS_LIST_MENU_SORT, IDS_LIST_MENU_START_IP_HELPER,
     IDS_LIST_MENU_REFRESH},
};

static const LANGID english = MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US);

/* Controls that get their words while the program runs. */
static const int empty_at_first[] = {IDC_RULES_STATUS, IDC_RULE_ERROR};

#define LANGUAGE_CAPACITY 32
static LANGID languages[LANGUAGE_CAPACITY];
static size_t language_count;

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
        .dwSize = sizeof controls, .dwICC = ICC_LISTVIEW_CLASSES | ICC_STANDARD_CLASSES};

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

static HWND create(UINT dialog, LANGID language)
{
    const HWND hwnd = CreateDialogParamW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(dialog),
                                         NULL, do_nothing, 0);

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

START_TEST(every_language_has_the_same_inserts)
{
    for (size_t l = 0; l < language_count; l++) {
        for (size_t r = 0; r < ARRAYSIZE(string_ranges); r++) {
            for (UINT id = string_ranges[r].first; id <= string_ranges[r].last; id++) {
                wchar_t first[512];
                wchar_t other[512];

                load_text(english, id, first, ARRAYSIZE(first));
                load_text(languages[l], id, other, ARRAYSIZE(other));
                ck_assert_msg(inserts_in(first) == inserts_in(other),
                              "string %u, language %04x", id, languages[l]);
            }
        }
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

static void check_fits(HWND control, int id)
{
    const RECT place = place_of(control);
    const HDC dc = GetDC(control);
    const HFONT font = (HFONT)SendMessageW(control, WM_GETFONT, 0, 0);
    const HGDIOBJ former = SelectObject(dc, font);
    RECT needed = {0};
    wchar_t text[256];

    GetWindowTextW(control, text, ARRAYSIZE(text));
    DrawTextW(dc, text, -1, &needed, DT_CALCRECT | DT_SINGLELINE);
    SelectObject(dc, former);
    ReleaseDC(control, dc);
    if (!shows_text(control))
        return;
    ck_assert_msg(needed.right + extra_width(control) <= place.right - place.left &&
                      needed.bottom <= place.bottom - place.top,
                  "control %d: '%ls' needs %ldx%ld of %ldx%ld", id, text,
                  needed.right + extra_width(control), needed.bottom,
                  place.right - place.left, place.bottom - place.top);
}

START_TEST(every_text_fits_its_control)
{
    for_each_control(check_fits);
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
        !has_class(control, WC_LISTVIEWW))
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

START_TEST(every_icon_loads_in_the_sizes_of_the_taskbar)
{
    static const int sizes[] = {16, 20, 24, 28, 32, 40, 48, 64, 256};

    for (UINT id = IDI_TRAY_FINE_DARK - 1; id <= IDI_TRAY_PAUSED_LIGHT; id++) {
        const UINT icon = id < IDI_TRAY_FINE_DARK ? IDI_APP : id;

        for (size_t i = 0; i < ARRAYSIZE(sizes); i++) {
            HICON loaded = LoadImageW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(icon),
                                      IMAGE_ICON, sizes[i], sizes[i], LR_DEFAULTCOLOR);

            ck_assert_msg(loaded != NULL, "icon %u at %d", icon, sizes[i]);
            DestroyIcon(loaded);
        }
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
    tcase_add_test(templates, every_control_that_shows_text_has_words);
    tcase_add_test(templates, every_control_lies_inside_its_dialog);
    tcase_add_test(templates, no_two_controls_overlap);
    tcase_add_test(templates, every_text_fits_its_control);
    tcase_add_test(templates, mnemonics_are_unique_in_a_dialog);
    tcase_add_test(templates, mnemonics_are_unique_in_a_menu);
    tcase_add_test(templates, every_field_has_its_label_before_it);
    tcase_add_test(rest, every_icon_loads_in_the_sizes_of_the_taskbar);
    tcase_add_test(rest, manifest_is_embedded);
    suite_add_tcase(suite, strings);
    suite_add_tcase(suite, templates);
    suite_add_tcase(suite, rest);
    return suite;
}
