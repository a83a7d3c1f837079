/*
 * The language of the words.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/language.h"

#include "resources/resource.h"

#include <stdbool.h>
#include <wchar.h>

#define LIST_SIZE 512

static LANGID chosen = MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US);

struct search {
    const wchar_t *tag;
    LANGID found; /* 0: none */
};

/* "de", "de-AT" and "de-DE" have the parent "de"; "zh-CN" has "zh-Hans", "zh-TW" has "zh-Hant".
 * Empty for what is no language. */
static void read_parent(const wchar_t *tag, wchar_t out[LOCALE_NAME_MAX_LENGTH])
{
    wchar_t specific[LOCALE_NAME_MAX_LENGTH];

    if (ResolveLocaleName(tag, specific, ARRAYSIZE(specific)) == 0 ||
        GetLocaleInfoEx(specific, LOCALE_SPARENT, out, LOCALE_NAME_MAX_LENGTH) == 0)
        out[0] = L'\0';
}

static BOOL CALLBACK compare(HMODULE module, LPCWSTR type, LPCWSTR name, WORD language,
                             LONG_PTR context)
{
    struct search *search = (struct search *)context;
    wchar_t tag[LOCALE_NAME_MAX_LENGTH];
    wchar_t there[LOCALE_NAME_MAX_LENGTH];
    wchar_t wanted[LOCALE_NAME_MAX_LENGTH];

    (void)module;
    (void)type;
    (void)name;
    if (LCIDToLocaleName(MAKELCID(language, SORT_DEFAULT), tag, ARRAYSIZE(tag), 0) == 0)
        return TRUE;
    read_parent(tag, there);
    read_parent(search->tag, wanted);
    if (there[0] != L'\0' && wcscmp(there, wanted) == 0)
        search->found = language;
    return search->found == 0;
}

static bool choose(const wchar_t *tag)
{
    struct search search = {.tag = tag};

    EnumResourceLanguagesW(NULL, (LPCWSTR)RT_STRING, MAKEINTRESOURCEW(IDS_OK / 16 + 1),
                           compare, (LONG_PTR)&search);
    if (search.found != 0)
        chosen = search.found;
    return search.found != 0;
}

static bool choose_asked_for(void)
{
    wchar_t list[LOCALE_NAME_MAX_LENGTH + 1] = L""; /* one tag, then an empty one */
    DWORD size = LOCALE_NAME_MAX_LENGTH * sizeof *list;
    ULONG count = 0;

    if (RegGetValueW(HKEY_CURRENT_USER, L"Software\\Tidegate", L"Language", RRF_RT_REG_SZ,
                     NULL, list, &size) != ERROR_SUCCESS ||
        list[0] == L'\0' || !choose(list))
        return false;
    /* Windows' own words, as on the buttons of a question, follow if it has that language. */
    list[wcslen(list) + 1] = L'\0';
    SetProcessPreferredUILanguages(MUI_LANGUAGE_NAME, list, &count);
    return true;
}

void language_choose(void)
{
    wchar_t list[LIST_SIZE];
    ULONG size = ARRAYSIZE(list);
    ULONG count = 0;

    if (choose_asked_for() ||
        !GetUserPreferredUILanguages(MUI_LANGUAGE_NAME, &count, list, &size))
        return;
    for (const wchar_t *tag = list; *tag != L'\0'; tag += wcslen(tag) + 1) {
        if (choose(tag))
            return;
    }
}

LANGID language_chosen(void)
{
    return chosen;
}
