/*
 * The fields of the settings dialog.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/settings_fields.h"

#include "app/dialog.h"
#include "app/tray/accounts.h"
#include "app/tray/words.h"
#include "resources/resource.h"

#include <stdlib.h>
#include <wchar.h>

static int compare_names(const void *left, const void *right)
{
    const struct words a =
        words_load_in(((const struct language *)left)->id, IDS_LANGUAGE_NAME);
    const struct words b =
        words_load_in(((const struct language *)right)->id, IDS_LANGUAGE_NAME);

    return CompareStringEx(LOCALE_NAME_INVARIANT, NORM_IGNORECASE, a.text, -1, b.text, -1,
                           NULL, NULL, 0) -
           CSTR_EQUAL;
}

void language_choices_read(struct language_choices *out)
{
    out->count = language_list(out->items);
    qsort(out->items, out->count, sizeof out->items[0], compare_names);
}

static void show_languages(HWND combo, const wchar_t *tag,
                           const struct language_choices *languages)
{
    const struct words windows = words_load(IDS_SETTINGS_LIKE_WINDOWS);
    int chosen = 0;

    ComboBox_ResetContent(combo);
    ComboBox_AddString(combo, windows.text);
    for (size_t i = 0; i < languages->count; i++) {
        const struct words name = words_load_in(languages->items[i].id, IDS_LANGUAGE_NAME);

        ComboBox_AddString(combo, name.text);
        if (tag[0] != L'\0' && language_matches(&languages->items[i], tag))
            chosen = (int)i + 1;
    }
    ComboBox_SetCurSel(combo, chosen);
}

void settings_fields_show_user(HWND dialog, const struct user_settings *settings,
                               const struct language_choices *languages)
{
    const bool turned_off = user_settings_startup_is_turned_off();
    const struct words note = words_load(IDS_SETTINGS_TURNED_OFF);

    CheckDlgButton(dialog, IDC_SETTINGS_START,
                   settings->start_with_windows && !turned_off ? BST_CHECKED
                                                               : BST_UNCHECKED);
    EnableWindow(GetDlgItem(dialog, IDC_SETTINGS_START), !turned_off);
    if (turned_off)
        SetDlgItemTextW(dialog, IDC_SETTINGS_START_NOTE, note.text);
    CheckDlgButton(dialog, IDC_SETTINGS_NOTIFICATIONS,
                   settings->notifications ? BST_CHECKED : BST_UNCHECKED);
    show_languages(GetDlgItem(dialog, IDC_SETTINGS_LANGUAGE), settings->language,
                   languages);
}

/* A language that stands for the one chosen before stays written as it was: "de-AT" is more than
 * German to Windows' own words. */
static void read_language(HWND combo, const struct language_choices *languages,
                          wchar_t tag[LOCALE_NAME_MAX_LENGTH])
{
    const int chosen = ComboBox_GetCurSel(combo);

    if (chosen <= 0 || (size_t)chosen > languages->count)
        tag[0] = L'\0';
    else if (!language_matches(&languages->items[chosen - 1], tag))
        wcscpy_s(tag, LOCALE_NAME_MAX_LENGTH, languages->items[chosen - 1].tag);
}

void settings_fields_read_user(HWND dialog, const struct language_choices *languages,
                               struct user_settings *settings)
{
    if (IsWindowEnabled(GetDlgItem(dialog, IDC_SETTINGS_START)))
        settings->start_with_windows = IsDlgButtonChecked(dialog, IDC_SETTINGS_START);
    settings->notifications = IsDlgButtonChecked(dialog, IDC_SETTINGS_NOTIFICATIONS);
    read_language(GetDlgItem(dialog, IDC_SETTINGS_LANGUAGE), languages,
                  settings->language);
}

void settings_fields_show_users(HWND dialog, const struct settings *settings)
{
    const HWND list = GetDlgItem(dialog, IDC_SETTINGS_USERS);
    const int chosen = ListBox_GetCurSel(list);

    ListBox_ResetContent(list);
    for (size_t i = 0; i < settings->allowed_user_count; i++) {
        const struct words name = account_name(&settings->allowed_users[i]);

        ListBox_AddString(list, name.text);
    }
    ListBox_SetCurSel(list, min(chosen, (int)settings->allowed_user_count - 1));
}

size_t settings_fields_chosen_user(HWND dialog, const struct settings *settings)
{
    const int chosen = ListBox_GetCurSel(GetDlgItem(dialog, IDC_SETTINGS_USERS));

    return chosen >= 0 && (size_t)chosen < settings->allowed_user_count
               ? (size_t)chosen
               : settings->allowed_user_count;
}

void settings_fields_show_service(HWND dialog, const struct settings *settings)
{
    const HWND stops = GetDlgItem(dialog, IDC_SETTINGS_STOPS);
    const struct words keep = words_load(IDS_SETTINGS_KEEP);
    const struct words withdraw = words_load(IDS_SETTINGS_WITHDRAW);

    ComboBox_ResetContent(stops);
    ComboBox_AddString(stops, keep.text);
    ComboBox_AddString(stops, withdraw.text);
    ComboBox_SetCurSel(stops, settings->withdraw_when_stopped ? 1 : 0);
    CheckDlgButton(dialog, IDC_SETTINGS_WIDEN,
                   settings->users_may_widen ? BST_CHECKED : BST_UNCHECKED);
    CheckDlgButton(dialog, IDC_SETTINGS_OUTBOUND,
                   settings->allows_outbound ? BST_CHECKED : BST_UNCHECKED);
    settings_fields_show_users(dialog, settings);
}

void settings_fields_read_service(HWND dialog, struct settings *settings)
{
    settings->withdraw_when_stopped =
        ComboBox_GetCurSel(GetDlgItem(dialog, IDC_SETTINGS_STOPS)) == 1;
    settings->users_may_widen = IsDlgButtonChecked(dialog, IDC_SETTINGS_WIDEN);
    settings->allows_outbound = IsDlgButtonChecked(dialog, IDC_SETTINGS_OUTBOUND);
}

void settings_fields_enable_service(HWND dialog, bool enabled,
                                    const bool by_policy[SETTING_COUNT])
{
    static const struct {
        int control;
        enum setting setting;
    } fields[] = {
        {IDC_SETTINGS_STOPS_LABEL, SETTING_WHEN_WSL_STOPS},
        {IDC_SETTINGS_STOPS, SETTING_WHEN_WSL_STOPS},
        {IDC_SETTINGS_USERS_LABEL, SETTING_ALLOWED_USERS},
        {IDC_SETTINGS_USERS, SETTING_ALLOWED_USERS},
        {IDC_SETTINGS_ACCOUNT_LABEL, SETTING_ALLOWED_USERS},
        {IDC_SETTINGS_ACCOUNT, SETTING_ALLOWED_USERS},
        {IDC_SETTINGS_WIDEN, SETTING_ALLOW_WIDENING},
        {IDC_SETTINGS_OUTBOUND, SETTING_ALLOW_OUTBOUND},
    };

    for (size_t i = 0; i < ARRAYSIZE(fields); i++)
        EnableWindow(GetDlgItem(dialog, fields[i].control),
                     enabled && !by_policy[fields[i].setting]);
}
