/*
 * The rule editor's template beyond what every dialog must be: it can be shown without its
 * advanced part, and has room for the sentences that change while it is used.
 * SPDX-License-Identifier: MIT
 */
#include "resources/resource.h"

#include <check.h>
#include <wchar.h>
#include <windows.h>
#include <commctrl.h>

Suite *rule_dialog_suite(void);

static const UINT sentences[] = {IDS_EFFECT_CLOSED, IDS_EFFECT_LOOPBACK,
                                 IDS_EFFECT_LOCAL,  IDS_EFFECT_ANYONE,
                                 IDS_EFFECT_ONE,    IDS_EFFECT_SEVERAL};
static const UINT networks[] = {
    IDS_NETWORKS_DOMAIN, IDS_NETWORKS_PRIVATE,       IDS_NETWORKS_DOMAIN_PRIVATE,
    IDS_NETWORKS_PUBLIC, IDS_NETWORKS_DOMAIN_PUBLIC, IDS_NETWORKS_PRIVATE_PUBLIC,
    IDS_NETWORKS_ALL};
static const UINT warnings[] = {IDS_EFFECT_OPEN_TO_PUBLIC, IDS_EFFECT_PUBLIC_NOT_ALLOWED,
                                IDS_EFFECT_NOT_NOW};
static const UINT reaches[] = {IDS_REACH_THIS_PC, IDS_REACH_LOCAL_NETWORK,
                               IDS_REACH_LOCAL_NETWORK_ALWAYS, IDS_REACH_ANYONE,
                               IDS_REACH_CUSTOM};
static const UINT notes[] = {IDS_RULE_SAVING, IDS_RULE_BUSY, IDS_RULE_APPROVING,
                             IDS_RULE_REMOVED, IDS_RULE_CHANGED};

static HWND dialog;

static INT_PTR CALLBACK do_nothing(HWND hwnd, UINT message, WPARAM wParam, LPARAM lParam)
{
    (void)hwnd;
    (void)wParam;
    (void)lParam;
    return message == WM_INITDIALOG;
}

static void set_up(void)
{
    const INITCOMMONCONTROLSEX controls = {.dwSize = sizeof controls,
                                           .dwICC = ICC_STANDARD_CLASSES};

    InitCommonControlsEx(&controls);
    dialog = CreateDialogParamW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(IDD_RULE), NULL,
                                do_nothing, 0);
    ck_assert(dialog != NULL);
}

static void tear_down(void)
{
    DestroyWindow(dialog);
}

static void load_text(LANGID language, UINT id, wchar_t *out, size_t capacity)
{
    const HRSRC found = FindResourceExW(NULL, (LPCWSTR)RT_STRING,
                                        MAKEINTRESOURCEW(id / 16 + 1), language);
    const WORD *at;
    size_t length;

    ck_assert_msg(found != NULL, "string %u, language %04x", id, language);
    at = LockResource(LoadResource(NULL, found));
    for (UINT i = 0; i < id % 16; i++)
        at += 1 + *at;
    length = min(*at, capacity - 1);
    wmemcpy(out, (const wchar_t *)(at + 1), length);
    out[length] = L'\0';
}

/* In dialog units' pixels. */
static LONG pixels(LONG units)
{
    RECT rect = {0, 0, 0, units};

    MapDialogRect(dialog, &rect);
    return rect.bottom;
}

START_TEST(every_control_is_above_in_or_below_the_advanced_part)
{
    const LONG top = pixels(RULE_ADVANCED_TOP);
    const LONG bottom = pixels(RULE_ADVANCED_TOP + RULE_ADVANCED_HEIGHT);
    int inside = 0;

    for (HWND control = GetWindow(dialog, GW_CHILD); control != NULL;
         control = GetWindow(control, GW_HWNDNEXT)) {
        RECT place;

        GetWindowRect(control, &place);
        MapWindowPoints(NULL, dialog, (POINT *)&place, 2);
        ck_assert_msg(place.bottom <= top || place.top >= bottom ||
                          (place.top >= top && place.bottom <= bottom),
                      "control %d at %ld to %ld, the part at %ld to %ld",
                      GetDlgCtrlID(control), place.top, place.bottom, top, bottom);
        inside += place.top >= top && place.bottom <= bottom;
    }
    ck_assert_int_eq(inside, 11);
}
END_TEST

static void assert_fits(LANGID language, int id, const wchar_t *text, LONG beside)
{
    const HWND control = GetDlgItem(dialog, id);
    const HDC dc = GetDC(control);
    const HGDIOBJ former =
        SelectObject(dc, (HFONT)SendMessageW(control, WM_GETFONT, 0, 0));
    RECT place;
    RECT needed;

    GetClientRect(control, &place);
    needed = place;
    needed.right -= beside;
    DrawTextW(dc, text, -1, &needed, DT_CALCRECT | DT_WORDBREAK | DT_NOPREFIX);
    SelectObject(dc, former);
    ReleaseDC(control, dc);
    ck_assert_msg(needed.bottom <= place.bottom && needed.right <= place.right - beside,
                  "language %04x, control %d: '%ls' needs %ldx%ld of %ldx%ld", language,
                  id, text, needed.right + beside, needed.bottom, place.right,
                  place.bottom);
}

static void check_sentences(LANGID language)
{
    for (size_t s = 0; s < ARRAYSIZE(sentences); s++) {
        for (size_t n = 0; n < ARRAYSIZE(networks); n++) {
            wchar_t pattern[256];
            wchar_t on[128];
            wchar_t text[512] = L"";
            const wchar_t *inserts[] = {
                on, sentences[s] == IDS_EFFECT_ONE ? L"192.168.100.0/24" : L"16"};

            load_text(language, sentences[s], pattern, ARRAYSIZE(pattern));
            load_text(language, networks[n], on, ARRAYSIZE(on));
            FormatMessageW(FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY,
                           pattern, 0, 0, text, ARRAYSIZE(text), (va_list *)inserts);
            assert_fits(language, IDC_RULE_EFFECT, text, 0);
        }
    }
}

static void check_texts(LANGID language, int control, const UINT *ids, size_t count,
                        LONG beside)
{
    for (size_t i = 0; i < count; i++) {
        wchar_t text[512];

        load_text(language, ids[i], text, ARRAYSIZE(text));
        assert_fits(language, control, text, beside);
    }
}

static BOOL CALLBACK check_language(HMODULE module, LPCWSTR type, LPCWSTR name,
                                    WORD language, LONG_PTR context)
{
    static const UINT open[] = {IDS_RULE_ADVANCED_OPEN};
    const LONG arrow = GetSystemMetrics(SM_CXVSCROLL) + 8;

    (void)module;
    (void)type;
    (void)name;
    (void)context;
    check_sentences(language);
    check_texts(language, IDC_RULE_WARNING, warnings, ARRAYSIZE(warnings), 0);
    check_texts(language, IDC_RULE_REACH, reaches, ARRAYSIZE(reaches), arrow);
    check_texts(language, IDC_RULE_ERROR, notes, ARRAYSIZE(notes), 0);
    check_texts(language, IDC_RULE_ADVANCED, open, ARRAYSIZE(open), 8);
    return TRUE;
}

START_TEST(every_sentence_fits_in_every_language)
{
    EnumResourceLanguagesW(NULL, (LPCWSTR)RT_STRING, MAKEINTRESOURCEW(IDS_OK / 16 + 1),
                           check_language, 0);
}
END_TEST

Suite *rule_dialog_suite(void)
{
    Suite *suite = suite_create("rule_dialog");
    TCase *tests = tcase_create("rule_dialog");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, every_control_is_above_in_or_below_the_advanced_part);
    tcase_add_test(tests, every_sentence_fits_in_every_language);
    suite_add_tcase(suite, tests);
    return suite;
}
