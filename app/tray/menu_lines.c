/*
 * The lines of the notification icon's menus.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/menu_lines.h"

#include "app/tray/words.h"
#include "resources/resource.h"

#include <stdbool.h>
#include <wchar.h>

/* A rule's state by shape, with its word, where other menus have their short cuts. All of them are
 * in WGL4, which every font of Windows covers. */
static const wchar_t *const marks[MENU_MARK_COUNT] = {
    [MENU_MARK_OFF] = L"\x2013",        [MENU_MARK_ACTIVE] = L"\x25CF",
    [MENU_MARK_WARNING] = L"\x25CA",    [MENU_MARK_WAITING] = L"\x25CB",
    [MENU_MARK_NEEDS_USER] = L"\x25B2",
};

static const UINT first_ids[RULE_NO_COMMAND] = {
    [RULE_TOGGLE] = IDM_RULE_FIRST,
    [RULE_COPY] = IDM_RULE_COPY_FIRST,
    [RULE_OPEN] = IDM_RULE_OPEN_FIRST,
    [RULE_DIAGNOSE] = IDM_RULE_DIAGNOSE_FIRST,
};

_Static_assert(RULES_PER_USER_MAX <= IDM_RULE_LAST - IDM_RULE_FIRST + 1 &&
                   RULES_PER_USER_MAX <= IDM_RULE_OPEN_FIRST - IDM_RULE_COPY_FIRST,
               "a rule's lines have numbers of their own");

enum rule_command menu_lines_command(const struct menu_model *model, UINT id,
                                     size_t *place)
{
    for (int command = 0; command < RULE_NO_COMMAND; command++) {
        if (id >= first_ids[command] && id - first_ids[command] < model->rule_count) {
            *place = id - first_ids[command];
            return (enum rule_command)command;
        }
    }
    return RULE_NO_COMMAND;
}

static void append(HMENU menu, UINT flags, UINT_PTR id, const struct words *words)
{
    AppendMenuW(menu, MF_STRING | flags, id, words->text);
}

static void append_text(HMENU menu, UINT flags, UINT_PTR id, UINT text)
{
    const struct words words = words_load(text);

    append(menu, flags, id, &words);
}

static void append_separator(HMENU menu)
{
    AppendMenuW(menu, MF_SEPARATOR, 0, NULL);
}

static UINT check_flags(bool checked, bool can_be_chosen)
{
    return (checked ? (UINT)MF_CHECKED : 0) | (can_be_chosen ? 0 : (UINT)MF_GRAYED);
}

/* "web (3000)  ● Active" */
static struct words rule_line(const struct menu_rule *rule)
{
    const struct rule_row row = {
        .kind = ROW_MINE,
        .pending = rule->pending,
        .status = {.state = rule->state, .warning = rule->warning},
    };
    const struct words label = words_from_utf8(rule->label);
    const struct words state = words_of_state(&row);
    struct words line;

    swprintf(line.text, WORDS_SIZE, L"%ls\t%ls %ls", label.text, marks[rule->mark],
             state.text);
    return line;
}

/* The check mark is what the service confirmed; a choice only asks. */
static void append_toggles(HMENU menu, const struct menu_model *model, size_t first,
                           size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        const struct menu_rule *rule = &model->rules[i];
        const struct words line = rule_line(rule);

        append(menu, check_flags(rule->checked, model->may_change && !rule->pending),
               IDM_RULE_FIRST + i, &line);
    }
}

HMENU menu_lines_build_actions(const struct menu_rule *rule, UINT place)
{
    const bool has_address = rule->address.text[0] != '\0';
    const struct words address = words_from_left(words_from_utf8(rule->address.text).text);
    const struct words copy = has_address
                                  ? words_format(IDS_MENU_COPY, address.text, NULL, NULL)
                                  : words_load(IDS_MENU_NO_ADDRESS);
    HMENU menu = CreatePopupMenu();

    append(menu, check_flags(false, has_address), IDM_RULE_COPY_FIRST + place, &copy);
    append_text(menu, check_flags(false, rule->address.is_web),
                IDM_RULE_OPEN_FIRST + place, IDS_MENU_OPEN);
    append_separator(menu);
    append_text(menu, MF_ENABLED, IDM_RULE_DIAGNOSE_FIRST + place, IDS_MENU_DIAGNOSE);
    return menu;
}

static void append_actions(HMENU menu, const struct menu_model *model, size_t first,
                           size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        const struct words label = words_from_utf8(model->rules[i].label);
        HMENU actions = menu_lines_build_actions(&model->rules[i], (UINT)i);

        append(menu, MF_POPUP, (UINT_PTR)actions, &label);
    }
}

static struct words group_line(const struct menu_group *group)
{
    const struct words title = group->title[0] != '\0'
                                   ? words_from_left(words_from_utf8(group->title).text)
                                   : words_load(IDS_MENU_GROUP_OTHERS);
    wchar_t enabled[24];
    wchar_t all[24];
    struct words line;

    swprintf(enabled, ARRAYSIZE(enabled), L"%zu", group->enabled_count);
    swprintf(all, ARRAYSIZE(all), L"%zu", group->count);
    line = words_format(IDS_MENU_GROUP, title.text, enabled, all);
    if (group->needs_user) {
        wcsncat(line.text, L"\t", WORDS_SIZE - wcslen(line.text) - 1);
        wcsncat(line.text, marks[MENU_MARK_NEEDS_USER],
                WORDS_SIZE - wcslen(line.text) - 1);
    }
    return line;
}

typedef void append_lines(HMENU menu, const struct menu_model *model, size_t first,
                          size_t count);

static void append_grouped(HMENU menu, const struct menu_model *model,
                           append_lines *append_rules)
{
    if (model->group_count == 0)
        append_rules(menu, model, 0, model->rule_count);
    for (size_t i = 0; i < model->group_count; i++) {
        const struct menu_group *group = &model->groups[i];
        const struct words line = group_line(group);
        HMENU submenu = CreatePopupMenu();

        append_rules(submenu, model, group->first, group->count);
        append(menu, MF_POPUP, (UINT_PTR)submenu, &line);
    }
}

static void append_rules(HMENU menu, const struct menu_model *model)
{
    HMENU actions;
    struct words title;

    if (model->rule_count == 0) {
        append_text(menu, MF_GRAYED, 0, IDS_MENU_NO_RULES);
        return;
    }
    append_grouped(menu, model, append_toggles);
    actions = CreatePopupMenu();
    append_grouped(actions, model, append_actions);
    title = words_load(IDS_MENU_ACTIONS);
    append_separator(menu);
    append(menu, MF_POPUP, (UINT_PTR)actions, &title);
}

static void append_header(HMENU menu, const struct menu_model *model)
{
    const struct words header = words_of_header(model);

    append(menu, MF_GRAYED, 0, &header);
    if (model->awaited_mode != NETWORKING_MODE_UNKNOWN) {
        const struct words mode = words_of_mode(model->awaited_mode);
        const struct words line =
            words_format(IDS_HEADER_AWAITS_RESTART, mode.text, NULL, NULL);

        append(menu, MF_GRAYED, 0, &line);
    }
    if (model->service_version[0] != '\0') {
        const struct words theirs = words_from_utf8(model->service_version);
        const struct words ours = words_from_utf8(TIDEGATE_VERSION);
        const struct words line =
            words_format(IDS_HEADER_SERVICE_VERSION, theirs.text, ours.text, NULL);

        append(menu, MF_GRAYED, 0, &line);
    }
    append_separator(menu);
}

HMENU menu_lines_build(const struct menu_model *model)
{
    HMENU menu = CreatePopupMenu();

    append_header(menu, model);
    if (model->rules_known) {
        append_rules(menu, model);
        append_separator(menu);
    }
    append_text(menu,
                check_flags(model->paused, model->may_change && !model->pause_pending),
                IDM_TRAY_PAUSE, IDS_MENU_PAUSE);
    append_separator(menu);
    append_text(menu, MF_ENABLED, IDM_TRAY_EDIT, IDS_MENU_EDIT);
    append_text(menu, MF_ENABLED, IDM_TRAY_SETTINGS, IDS_MENU_SETTINGS);
    append_text(menu, MF_ENABLED, IDM_TRAY_EXIT, IDS_MENU_EXIT);
    SetMenuDefaultItem(menu, IDM_TRAY_EDIT, FALSE);
    return menu;
}
