/*
 * The combo box that says where a rule listens.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/place_list.h"

#include "app/dialog.h"
#include "app/tray/adapters.h"
#include "app/tray/combo.h"
#include "core/win32/utf.h"
#include "resources/resource.h"

static struct words words_of_place(const struct listen_place *place)
{
    const struct words name = words_from_utf8(place->interface_name);
    const struct words address = words_from_utf8(place->address);

    switch (place->kind) {
    case PLACE_ANY:
        return words_load(IDS_PLACE_ANY);
    case PLACE_ANY_IPV6:
        return words_load(IDS_PLACE_ANY_IPV6);
    case PLACE_INTERFACE:
        return words_format(place->address[0] != '\0' ? IDS_PLACE_FOLLOWS
                                                      : IDS_PLACE_INTERFACE,
                            name.text, address.text, NULL);
    case PLACE_TYPED:
    case PLACE_WSL:
        break;
    }
    return words_format(IDS_PLACE_ADDRESS, address.text, NULL, NULL);
}

static void fill(const struct place_list *list)
{
    combo_remove_items(list->combo);
    for (size_t i = 0; i < list->places.count; i++) {
        const struct words words = words_of_place(&list->places.items[i]);

        combo_add(list->combo, words.text, (int)i);
    }
    combo_widen_list(list->combo);
}

static void read_places(const struct rule_listen *chosen, struct listen_places *out)
{
    struct adapter_list adapters = {0};

    adapters_read_own(&adapters);
    listen_places_build(&adapters, chosen, out);
    adapter_list_clear(&adapters);
}

static void show(const struct place_list *list, const struct rule_form *form)
{
    const struct words typed = words_from_utf8(form->listen_text);

    if (!combo_select(list->combo, (int)listen_places_find(&list->places, form)))
        SetWindowTextW(list->combo, typed.text);
}

void place_list_init(struct place_list *list, HWND combo, const struct rule_form *form,
                     const struct rule_listen *chosen)
{
    *list = (struct place_list){.combo = combo};
    read_places(chosen, &list->places);
    fill(list);
    show(list, form);
}

void place_list_refresh(struct place_list *list, const struct rule_listen *chosen)
{
    const bool typed = combo_chosen(list->combo) < 0;
    struct listen_places now = {0};
    struct rule_form form = {0};

    /* An open list stays as it is: the next report comes. */
    if (SendMessageW(list->combo, CB_GETDROPPEDSTATE, 0, 0))
        return;
    read_places(chosen, &now);
    if (listen_places_equal(&now, &list->places)) {
        listen_places_clear(&now);
        return;
    }
    (void)place_list_read(list, &form);
    listen_places_clear(&list->places);
    list->places = now;
    fill(list);
    if (!typed)
        show(list, &form);
}

bool place_list_read(const struct place_list *list, struct rule_form *out)
{
    const int item = combo_chosen(list->combo);
    struct words typed;

    if (item >= 0 && (size_t)item < list->places.count) {
        listen_place_choose(&list->places.items[item], out);
        return true;
    }
    out->listen_place = PLACE_TYPED;
    GetWindowTextW(list->combo, typed.text, WORDS_SIZE);
    return utf8_from_utf16(typed.text, out->listen_text, sizeof out->listen_text);
}

void place_list_clear(struct place_list *list)
{
    listen_places_clear(&list->places);
}
