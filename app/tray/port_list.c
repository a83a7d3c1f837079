/*
 * The combo box of the listen port.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/port_list.h"

#include "app/tray/combo.h"
#include "resources/resource.h"

#include <stdio.h>
#include <wchar.h>

static struct words words_of_suggestion(const struct port_suggestion *suggestion)
{
    const struct words service = words_from_utf8(suggestion->service);
    struct words port;

    swprintf(port.text, WORDS_SIZE, L"%u", (unsigned)suggestion->port);
    return service.text[0] == L'\0'
               ? port
               : words_format(IDS_PORT_SUGGESTION, port.text, service.text, NULL);
}

void port_list_refresh(struct port_list *list, const struct view_state *view)
{
    struct port_suggestions now;

    if (SendMessageW(list->combo, CB_GETDROPPEDSTATE, 0, 0))
        return;
    port_suggestions_build(view, &now);
    if (port_suggestions_equal(&now, &list->shown))
        return;
    list->shown = now;
    combo_remove_items(list->combo);
    for (size_t i = 0; i < now.count; i++) {
        const struct words words = words_of_suggestion(&now.items[i]);

        combo_add(list->combo, words.text, (int)now.items[i].port);
    }
    combo_widen_list(list->combo);
}

bool port_list_take_choice(const struct port_list *list)
{
    const int port = combo_chosen(list->combo);
    wchar_t shown[WORDS_SIZE];
    wchar_t number[8];

    if (port < 0)
        return false;
    swprintf(number, ARRAYSIZE(number), L"%d", port);
    GetWindowTextW(list->combo, shown, ARRAYSIZE(shown));
    if (wcscmp(shown, number) == 0)
        return false;
    SetWindowTextW(list->combo, number);
    SendMessageW(list->combo, CB_SETEDITSEL, 0, MAKELPARAM(0, -1));
    return true;
}
