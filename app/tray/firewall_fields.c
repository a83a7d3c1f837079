/*
 * The rule editor's controls for the firewall.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/firewall_fields.h"

#include "app/dialog.h"
#include "app/tray/combo.h"
#include "core/win32/utf.h"
#include "resources/resource.h"

#include <stdio.h>
#include <wchar.h>

static const struct {
    int control;
    unsigned bit;
} profiles[] = {
    {IDC_RULE_PRIVATE, PROFILE_PRIVATE},
    {IDC_RULE_DOMAIN, PROFILE_DOMAIN},
    {IDC_RULE_PUBLIC, PROFILE_PUBLIC},
};

static const UINT reach_words[REACH_COUNT] = {
    [REACH_THIS_PC] = IDS_REACH_THIS_PC,
    [REACH_LOCAL_NETWORK] = IDS_REACH_LOCAL_NETWORK,
    [REACH_LOCAL_NETWORK_ALWAYS] = IDS_REACH_LOCAL_NETWORK_ALWAYS,
    [REACH_ANYONE] = IDS_REACH_ANYONE,
    [REACH_CUSTOM] = IDS_REACH_CUSTOM,
};

static const UINT sentence_words[EFFECT_SENTENCE_COUNT] = {
    [EFFECT_CLOSED] = IDS_EFFECT_CLOSED, [EFFECT_LOOPBACK] = IDS_EFFECT_LOOPBACK,
    [EFFECT_LOCAL] = IDS_EFFECT_LOCAL,   [EFFECT_ANYONE] = IDS_EFFECT_ANYONE,
    [EFFECT_ONE] = IDS_EFFECT_ONE,       [EFFECT_SEVERAL] = IDS_EFFECT_SEVERAL,
};

static const UINT network_words[PROFILE_MASK + 1] = {
    [PROFILE_DOMAIN] = IDS_NETWORKS_DOMAIN,
    [PROFILE_PRIVATE] = IDS_NETWORKS_PRIVATE,
    [PROFILE_DOMAIN | PROFILE_PRIVATE] = IDS_NETWORKS_DOMAIN_PRIVATE,
    [PROFILE_PUBLIC] = IDS_NETWORKS_PUBLIC,
    [PROFILE_DOMAIN | PROFILE_PUBLIC] = IDS_NETWORKS_DOMAIN_PUBLIC,
    [PROFILE_PRIVATE | PROFILE_PUBLIC] = IDS_NETWORKS_PRIVATE_PUBLIC,
    [PROFILE_MASK] = IDS_NETWORKS_ALL,
};

static const UINT warning_words[] = {
    [EFFECT_OPEN_TO_PUBLIC] = IDS_EFFECT_OPEN_TO_PUBLIC,
    [EFFECT_PUBLIC_NOT_ALLOWED] = IDS_EFFECT_PUBLIC_NOT_ALLOWED,
    [EFFECT_NOT_NOW] = IDS_EFFECT_NOT_NOW,
};

static void add(HWND combo, UINT id, int data)
{
    const struct words words = words_load(id);

    combo_add(combo, words.text, data);
}

static void show_profiles(HWND dialog, unsigned shown)
{
    for (size_t i = 0; i < ARRAYSIZE(profiles); i++)
        CheckDlgButton(dialog, profiles[i].control,
                       shown & profiles[i].bit ? BST_CHECKED : BST_UNCHECKED);
}

void firewall_fields_show(HWND dialog, const struct rule_form *form)
{
    const HWND remote = GetDlgItem(dialog, IDC_RULE_REMOTE);
    const HWND reach = GetDlgItem(dialog, IDC_RULE_REACH);
    const struct words listed = words_from_utf8(form->remote_text);

    for (int i = 0; i < REACH_COUNT; i++)
        add(reach, reach_words[i], i);
    combo_widen_list(reach);
    add(remote, IDS_REMOTE_LOCAL_SUBNET, REMOTE_LOCAL_SUBNET);
    add(remote, IDS_REMOTE_ANY, REMOTE_ANY);
    show_profiles(dialog, form->profiles);
    if (!combo_select(remote, (int)form->remote))
        SetWindowTextW(remote, listed.text);
    firewall_fields_follow(dialog);
}

bool firewall_fields_read(HWND dialog, struct rule_form *out)
{
    const HWND remote = GetDlgItem(dialog, IDC_RULE_REMOTE);
    const int item = combo_chosen(remote);
    struct words typed;

    out->profiles = 0;
    for (size_t i = 0; i < ARRAYSIZE(profiles); i++) {
        if (IsDlgButtonChecked(dialog, profiles[i].control) == BST_CHECKED)
            out->profiles |= profiles[i].bit;
    }
    out->remote = item < 0 ? REMOTE_LIST : (enum remote_kind)item;
    if (out->remote != REMOTE_LIST)
        return true;
    GetWindowTextW(remote, typed.text, WORDS_SIZE);
    return utf8_from_utf16(typed.text, out->remote_text, sizeof out->remote_text);
}

enum rule_reach firewall_fields_choose(HWND dialog)
{
    const HWND combo = GetDlgItem(dialog, IDC_RULE_REACH);
    const enum rule_reach reach =
        (enum rule_reach)ComboBox_GetItemData(combo, ComboBox_GetCurSel(combo));
    unsigned chosen;
    enum remote_kind remote;

    if (rule_reach_scope(reach, &chosen, &remote)) {
        show_profiles(dialog, chosen);
        combo_select(GetDlgItem(dialog, IDC_RULE_REMOTE), (int)remote);
    }
    return reach;
}

void firewall_fields_follow(HWND dialog)
{
    struct rule_form form = {0};

    (void)firewall_fields_read(dialog, &form);
    combo_select(GetDlgItem(dialog, IDC_RULE_REACH),
                 (int)rule_reach_of(form.profiles, form.remote));
}

/* Only when it differs: screen readers speak each change. */
static void show_words(HWND dialog, int control, const struct words *words)
{
    struct words shown;

    GetDlgItemTextW(dialog, control, shown.text, WORDS_SIZE);
    if (wcscmp(shown.text, words->text) != 0)
        SetDlgItemTextW(dialog, control, words->text);
}

static struct words words_of_effect(const struct rule_effect *effect)
{
    const UINT networks = network_words[effect->profiles & PROFILE_MASK];
    const struct words on = networks != 0 ? words_load(networks) : (struct words){0};
    struct words from = words_from_utf8(effect->remote);

    if (effect->remote_count > 0)
        swprintf(from.text, WORDS_SIZE, L"%u", (unsigned)effect->remote_count);
    return words_format(sentence_words[effect->sentence], on.text, from.text, NULL);
}

void firewall_fields_tell(HWND dialog, const struct rule_effect *effect)
{
    const bool warns = effect != NULL && effect->warning != EFFECT_NO_WARNING;
    const struct words sentence =
        effect != NULL ? words_of_effect(effect) : (struct words){0};
    const struct words warning =
        warns ? words_load(warning_words[effect->warning]) : (struct words){0};

    show_words(dialog, IDC_RULE_EFFECT, &sentence);
    show_words(dialog, IDC_RULE_WARNING, &warning);
    ShowWindow(GetDlgItem(dialog, IDC_RULE_WARNING_ICON), warns ? SW_SHOWNA : SW_HIDE);
}

void firewall_fields_load_icon(HWND dialog)
{
    const UINT dpi = GetDpiForWindow(dialog);
    const HANDLE icon = LoadImageW(NULL, (LPCWSTR)IDI_WARNING, IMAGE_ICON,
                                   GetSystemMetricsForDpi(SM_CXSMICON, dpi),
                                   GetSystemMetricsForDpi(SM_CYSMICON, dpi), LR_SHARED);

    SendDlgItemMessageW(dialog, IDC_RULE_WARNING_ICON, STM_SETICON, (WPARAM)icon, 0);
}
