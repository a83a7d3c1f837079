/*
 * The notification icon's one menu.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/tray_menu.h"

#include "app/tray/words.h"
#include "core/view/menu_model.h"
#include "resources/resource.h"

#include <stdbool.h>
#include <wchar.h>

static void append(HMENU menu, UINT flags, UINT_PTR id, const struct words *words)
{
    AppendMenuW(menu, MF_STRING | flags, id, words->text);
}

static void append_separator(HMENU menu)
{
    AppendMenuW(menu, MF_SEPARATOR, 0, NULL);
}

static struct words rule_label(const struct menu_rule *rule)
{
    if (rule->pending)
        return words_format_utf8(IDS_MENU_RULE_PENDING, rule->label);
    if (rule->troubled)
        return words_format_utf8(IDS_MENU_RULE_TROUBLED, rule->label);
    return words_from_utf8(rule->label);
}

static UINT check_flags(bool checked, bool can_be_chosen)
{
    return (checked ? (UINT)MF_CHECKED : 0) | (can_be_chosen ? 0 : (UINT)MF_GRAYED);
}

/* The check mark is what the service confirmed; a choice only asks. */
static void append_rules(HMENU menu, const struct menu_model *model)
{
    for (size_t i = 0; i < model->rule_count && IDM_RULE_FIRST + i <= IDM_RULE_LAST; i++) {
        const struct menu_rule *rule = &model->rules[i];
        const struct words label = rule_label(rule);

        append(menu, check_flags(rule->checked, model->may_change && !rule->pending),
               IDM_RULE_FIRST + i, &label);
    }
}

static void append_rules_or_submenu(HMENU menu, const struct menu_model *model)
{
    HMENU submenu;
    struct words title;
    wchar_t enabled[24];
    wchar_t all[24];

    if (model->rule_count == 0) {
        title = words_load(IDS_MENU_NO_RULES);
        append(menu, MF_GRAYED, 0, &title);
        return;
    }
    if (!model->rules_in_submenu) {
        append_rules(menu, model);
        return;
    }
    submenu = CreatePopupMenu();
    append_rules(submenu, model);
    swprintf(enabled, ARRAYSIZE(enabled), L"%zu", model->enabled_count);
    swprintf(all, ARRAYSIZE(all), L"%zu", model->rule_count);
    title = words_format(IDS_MENU_RULES, enabled, all, NULL);
    append(menu, MF_POPUP, (UINT_PTR)submenu, &title);
}

static HMENU build(const struct menu_model *model)
{
    HMENU menu = CreatePopupMenu();
    const struct words header = words_of_header(model);
    const struct words pause = words_load(IDS_MENU_PAUSE);
    const struct words edit = words_load(IDS_MENU_EDIT);
    const struct words exit_program = words_load(IDS_MENU_EXIT);

    append(menu, MF_GRAYED, 0, &header);
    append_separator(menu);
    if (model->rules_known) {
        append_rules_or_submenu(menu, model);
        append_separator(menu);
    }
    append(menu, check_flags(model->paused, model->may_change && !model->pause_pending),
           IDM_TRAY_PAUSE, &pause);
    append_separator(menu);
    append(menu, 0, IDM_TRAY_EDIT, &edit);
    append(menu, 0, IDM_TRAY_EXIT, &exit_program);
    SetMenuDefaultItem(menu, IDM_TRAY_EDIT, FALSE);
    return menu;
}

/* Above the icon, or below it on an upper taskbar. Never on it: the second click of a double click
 * would choose what happens to lie under the pointer. */
static UINT open_beside(HWND owner, HMENU menu, const RECT *icon)
{
    TPMPARAMS params = {.cbSize = sizeof params, .rcExclude = *icon};
    MONITORINFO monitor = {.cbSize = sizeof monitor};
    UINT flags = TPM_RETURNCMD | TPM_RIGHTBUTTON | TPM_VERTICAL;
    bool above = true;

    if (GetMonitorInfoW(MonitorFromRect(icon, MONITOR_DEFAULTTONEAREST), &monitor))
        above =
            icon->top - monitor.rcMonitor.top > monitor.rcMonitor.bottom - icon->bottom;
    flags |= above ? TPM_BOTTOMALIGN : TPM_TOPALIGN;
    flags |= GetSystemMetrics(SM_MENUDROPALIGNMENT) != 0 ? TPM_RIGHTALIGN : TPM_LEFTALIGN;
    return (UINT)TrackPopupMenuEx(menu, flags, (icon->left + icon->right) / 2,
                                  above ? icon->top : icon->bottom, owner, &params);
}

/* Without the foreground the menu would stay when the user clicks elsewhere (MSKB Q135788). */
static UINT choose(HWND owner, HMENU menu, const RECT *icon)
{
    UINT chosen;

    SetForegroundWindow(owner);
    chosen = open_beside(owner, menu, icon);
    PostMessageW(owner, WM_NULL, 0, 0);
    return chosen;
}

UINT tray_menu_run(HWND owner, const RECT *icon, struct session *session)
{
    const struct view_state view = session_view(session);
    struct menu_model model = {0};
    HMENU menu;
    UINT chosen;

    menu_model_build(&view, &model);
    menu = build(&model);
    chosen = choose(owner, menu, icon);
    DestroyMenu(menu);

    /* The model is a copy: reports may have come while the menu was open. */
    if (chosen == IDM_TRAY_PAUSE) {
        session_do(session, model.paused ? VERB_RESUME : VERB_PAUSE);
        chosen = 0;
    } else if (chosen >= IDM_RULE_FIRST && chosen - IDM_RULE_FIRST < model.rule_count) {
        const struct menu_rule *rule = &model.rules[chosen - IDM_RULE_FIRST];

        session_enable(session, &rule->id, !rule->checked);
        chosen = 0;
    }
    menu_model_clear(&model);
    return chosen;
}
