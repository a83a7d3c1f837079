/*
 * The notification icon's one menu.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/tray_menu.h"

#include "app/tray/adapters.h"
#include "app/tray/browser.h"
#include "app/tray/clipboard.h"
#include "app/tray/menu_lines.h"
#include "app/tray/words.h"
#include "resources/resource.h"

/* Above the icon, or below it on an upper taskbar. Never on it: the second click of a double click
 * would choose what happens to lie under the pointer. Only the left button chooses: the right one
 * opens a rule's own menu. */
static UINT open_beside(HWND owner, HMENU menu, const RECT *icon)
{
    TPMPARAMS params = {.cbSize = sizeof params, .rcExclude = *icon};
    MONITORINFO monitor = {.cbSize = sizeof monitor};
    UINT flags = TPM_RETURNCMD | TPM_VERTICAL;
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
static UINT choose(struct tray_menu *menu, HWND owner, const RECT *icon)
{
    HMENU lines = menu_lines_build(&menu->model);
    UINT chosen;

    menu->picked = 0;
    menu->is_open = true;
    SetForegroundWindow(owner);
    chosen = open_beside(owner, lines, icon);
    PostMessageW(owner, WM_NULL, 0, 0);
    menu->is_open = false;
    DestroyMenu(lines);
    return menu->picked != 0 ? menu->picked : chosen;
}

static void copy_address(HWND owner, const struct lan_address *address)
{
    struct clipboard_text text = {0};

    clipboard_text_append(&text, words_from_utf8(address->text).text);
    clipboard_text_give(&text, owner);
}

static struct tray_choice do_rule(HWND owner, const struct menu_rule *rule,
                                  enum rule_command command, struct session *session)
{
    struct tray_choice choice = {.rule_id = rule->id};

    switch (command) {
    case RULE_TOGGLE:
        session_enable(session, &rule->id, !rule->checked);
        break;
    case RULE_COPY:
        copy_address(owner, &rule->address);
        break;
    case RULE_OPEN:
        browser_open(owner, &rule->address);
        choice.keeps_focus = true;
        break;
    case RULE_DIAGNOSE:
        choice.command = IDM_RULE_DIAGNOSE_FIRST;
        break;
    case RULE_NO_COMMAND:
        break;
    }
    return choice;
}

struct tray_choice tray_menu_run(struct tray_menu *menu, HWND owner, const RECT *icon,
                                 struct session *session)
{
    const struct view_state view = session_view(session);
    struct lan_adapter_list adapters = {0};
    struct tray_choice choice = {0};
    size_t place = 0;
    enum rule_command command;
    UINT chosen;

    adapters_read_lan(&adapters);
    menu_model_build(&view, &adapters, &menu->model);
    lan_adapter_list_clear(&adapters);
    chosen = choose(menu, owner, icon);
    command = menu_lines_command(&menu->model, chosen, &place);
    if (chosen == IDM_TRAY_PAUSE)
        session_do(session, menu->model.paused ? VERB_RESUME : VERB_PAUSE);
    else if (command != RULE_NO_COMMAND)
        choice = do_rule(owner, &menu->model.rules[place], command, session);
    else
        choice.command = chosen;
    menu_model_clear(&menu->model);
    return choice;
}

void tray_menu_right_click(struct tray_menu *menu, HWND owner, HMENU of, UINT position)
{
    const DWORD at = GetMessagePos();
    size_t place;
    HMENU actions;

    /* A popup has the number -1, which no rule has. */
    if (!menu->is_open ||
        menu_lines_command(&menu->model, GetMenuItemID(of, (int)position), &place) !=
            RULE_TOGGLE)
        return;
    actions = menu_lines_build_actions(&menu->model.rules[place], (UINT)place);
    menu->picked =
        (UINT)TrackPopupMenuEx(actions, TPM_RECURSE | TPM_RETURNCMD | TPM_RIGHTBUTTON,
                               (short)LOWORD(at), (short)HIWORD(at), owner, NULL);
    DestroyMenu(actions);
    if (menu->picked != 0)
        EndMenu();
}
