/*
 * The fields of the settings dialog that are about the user's own WSL.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/wsl_fields.h"

#include "app/dialog.h"
#include "app/tray/dialog_texts.h"
#include "app/tray/words.h"
#include "core/view/mode_switch.h"
#include "core/win32/wsl_installed.h"
#include "resources/resource.h"

#include <wchar.h>

static bool can_choose(HWND dialog)
{
    return ComboBox_GetItemData(GetDlgItem(dialog, IDC_SETTINGS_DISTRIBUTION), 0) != 0;
}

/* Each with a number other than 0; the words in their place have 0. */
static void add_distributions(HWND combo, const wchar_t *chosen)
{
    struct distribution_list list = {0};
    const struct words none = words_load(IDS_SETTINGS_NO_DISTRIBUTION);
    int selected = -1;
    int by_default = 0;

    wsl_distributions_read(&list);
    for (size_t i = 0; i < list.count; i++) {
        const struct words name = words_from_utf8(list.items[i].name);
        int at;

        if (list.items[i].version != 2)
            continue;
        at = ComboBox_AddString(combo, name.text);
        ComboBox_SetItemData(combo, at, 1);
        if (list.items[i].is_default)
            by_default = at;
        if (wcscmp(name.text, chosen) == 0)
            selected = at;
    }
    distribution_list_clear(&list);
    if (ComboBox_GetCount(combo) == 0)
        ComboBox_AddString(combo, none.text);
    ComboBox_SetCurSel(combo, selected >= 0 ? selected : by_default);
}

void wsl_fields_enable(HWND dialog)
{
    const bool possible = can_choose(dialog);
    const bool kept = possible && IsDlgButtonChecked(dialog, IDC_SETTINGS_KEEP_WSL);

    EnableWindow(GetDlgItem(dialog, IDC_SETTINGS_KEEP_WSL), possible);
    EnableWindow(GetDlgItem(dialog, IDC_SETTINGS_DISTRIBUTION_LABEL), kept);
    EnableWindow(GetDlgItem(dialog, IDC_SETTINGS_DISTRIBUTION), kept);
}

void wsl_fields_show(HWND dialog, const struct user_settings *settings)
{
    const HWND combo = GetDlgItem(dialog, IDC_SETTINGS_DISTRIBUTION);

    ComboBox_ResetContent(combo);
    add_distributions(combo, settings->distribution);
    CheckDlgButton(dialog, IDC_SETTINGS_KEEP_WSL,
                   settings->keep_wsl && can_choose(dialog) ? BST_CHECKED : BST_UNCHECKED);
    wsl_fields_enable(dialog);
}

/* Without any distribution now, what was chosen stays for when there is one again. */
void wsl_fields_read(HWND dialog, struct user_settings *settings)
{
    if (!can_choose(dialog))
        return;
    settings->keep_wsl = IsDlgButtonChecked(dialog, IDC_SETTINGS_KEEP_WSL);
    if (settings->keep_wsl)
        GetDlgItemTextW(dialog, IDC_SETTINGS_DISTRIBUTION, settings->distribution,
                        ARRAYSIZE(settings->distribution));
}

void wsl_fields_show_mode(HWND dialog, const struct session *session)
{
    const bool known = session->has_hint && session->hint.config_known;
    const enum networking_mode mode =
        known ? session->hint.configured : NETWORKING_MODE_UNKNOWN;
    const struct words label = words_load(IDC_SETTINGS_MODE_NOW);
    const struct words name = words_of_mode(mode);
    const struct words button =
        words_load(mode_switch_target(mode) == NETWORKING_MODE_NAT ? IDS_MODE_TO_NAT
                                                                   : IDC_SETTINGS_MODE);
    struct words line;

    swprintf(line.text, WORDS_SIZE, L"%ls %ls", label.text, name.text);
    dialog_show_text(GetDlgItem(dialog, IDC_SETTINGS_MODE_NOW), line.text);
    dialog_show_text(GetDlgItem(dialog, IDC_SETTINGS_MODE), button.text);
    EnableWindow(GetDlgItem(dialog, IDC_SETTINGS_MODE), known && session->inquiry != NULL);
}
