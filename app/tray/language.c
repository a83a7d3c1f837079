/*
 * The language of the words.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/language.h"

#include "app/tray/user_settings.h"
#include "resources/resource.h"

#include <wchar.h>

#define LIST_SIZE 512
#define READS_FROM_RIGHT_TO_LEFT 1 /* of LOCALE_IREADINGLAYOUT */

static const LANGID fallback = MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US);
static LANGID chosen = MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US);

struct search {
    struct language *languages;
    size_t count;
};

static BOOL CALLBACK add_language(HMODULE module, LPCWSTR type, LPCWSTR name,
                                  WORD language, LONG_PTR context)
{
    struct search *search = (struct search *)context;
    struct language *found = &search->languages[search->count];

    (void)module;
    (void)type;
    (void)name;
    if (LCIDToLocaleName(MAKELCID(language, SORT_DEFAULT), found->tag,
                         ARRAYSIZE(found->tag), 0) == 0)
        return TRUE;
    found->id = language;
    search->count++;
    return search->count < LANGUAGE_COUNT_MAX;
}

size_t language_list(struct language languages[LANGUAGE_COUNT_MAX])
{
    struct search search = {.languages = languages};

    EnumResourceLanguagesW(NULL, (LPCWSTR)RT_STRING, MAKEINTRESOURCEW(IDS_OK / 16 + 1),
                           add_language, (LONG_PTR)&search);
    return search.count;
}

/* "de", "de-AT" and "de-DE" have the parent "de"; "zh-CN" has "zh-Hans", "zh-TW" has "zh-Hant".
 * Empty for what is no language. */
static void read_parent(const wchar_t *tag, wchar_t out[LOCALE_NAME_MAX_LENGTH])
{
    wchar_t specific[LOCALE_NAME_MAX_LENGTH];

    if (ResolveLocaleName(tag, specific, ARRAYSIZE(specific)) == 0 ||
        GetLocaleInfoEx(specific, LOCALE_SPARENT, out, LOCALE_NAME_MAX_LENGTH) == 0)
        out[0] = L'\0';
}

bool language_matches(const struct language *language, const wchar_t *tag)
{
    wchar_t there[LOCALE_NAME_MAX_LENGTH];
    wchar_t wanted[LOCALE_NAME_MAX_LENGTH];

    read_parent(language->tag, there);
    read_parent(tag, wanted);
    return there[0] != L'\0' && wcscmp(there, wanted) == 0;
}

static bool choose(const wchar_t *tag)
{
    struct language languages[LANGUAGE_COUNT_MAX];
    const size_t count = language_list(languages);

    for (size_t i = 0; i < count; i++) {
        if (language_matches(&languages[i], tag)) {
            chosen = languages[i].id;
            return true;
        }
    }
    return false;
}

static bool choose_asked_for(void)
{
    struct user_settings settings;
    wchar_t list[LOCALE_NAME_MAX_LENGTH + 1] = L""; /* one tag, then an empty one */
    ULONG count = 0;

    user_settings_read(&settings);
    if (settings.language[0] == L'\0' || !choose(settings.language)) {
        SetProcessPreferredUILanguages(MUI_LANGUAGE_NAME, NULL, &count);
        return false;
    }
    /* Windows' own words, as on the buttons of a question, follow if it has that language. */
    wcsncpy(list, settings.language, LOCALE_NAME_MAX_LENGTH - 1);
    SetProcessPreferredUILanguages(MUI_LANGUAGE_NAME, list, &count);
    return true;
}

static void choose_windows_own(void)
{
    wchar_t list[LIST_SIZE];
    ULONG size = ARRAYSIZE(list);
    ULONG count = 0;

    if (!GetUserPreferredUILanguages(MUI_LANGUAGE_NAME, &count, list, &size))
        return;
    for (const wchar_t *tag = list; *tag != L'\0'; tag += wcslen(tag) + 1) {
        if (choose(tag))
            return;
    }
}

void language_choose(void)
{
    chosen = fallback;
    if (!choose_asked_for())
        choose_windows_own();
    SetProcessDefaultLayout(language_is_mirrored() ? LAYOUT_RTL : 0);
}

LANGID language_chosen(void)
{
    return chosen;
}

bool language_is_mirrored(void)
{
    DWORD layout = 0;

    return GetLocaleInfoW(MAKELCID(chosen, SORT_DEFAULT),
                          LOCALE_IREADINGLAYOUT | LOCALE_RETURN_NUMBER,
                          (wchar_t *)&layout, sizeof layout / sizeof(wchar_t)) > 0 &&
           layout == READS_FROM_RIGHT_TO_LEFT;
}
