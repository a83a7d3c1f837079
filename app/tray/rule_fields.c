/*
 * The rule editor's controls.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/rule_fields.h"

#include "app/tray/combo.h"
#include "app/tray/firewall_fields.h"
#include "core/win32/utf.h"
#include "resources/resource.h"

#include <stdio.h>

static const struct {
    int control;
    int limit;                /* UTF-16 units; the core counts bytes */
    enum message_id too_long; /* with `limit` as its insert */
} fields[RULE_FIELD_COUNT] = {
    [RULE_FIELD_NAME] = {IDC_RULE_NAME, RULE_TEXT_SIZE - 1, MESSAGE_NAME_TOO_LONG},
    [RULE_FIELD_LISTEN_PLACE] = {IDC_RULE_LISTEN_PLACE, RULE_INTERFACE_NAME_SIZE - 1,
                                 MESSAGE_LISTEN_INTERFACE_TOO_LONG},
    [RULE_FIELD_LISTEN_PORT] = {IDC_RULE_LISTEN_PORT, FORM_PORT_SIZE - 1,
                                MESSAGE_LISTEN_PORT_FORM},
    [RULE_FIELD_CONNECT_PLACE] = {IDC_RULE_CONNECT_PLACE, FORM_PLACE_SIZE - 1,
                                  MESSAGE_CONNECT_ADDRESS_FORM},
    [RULE_FIELD_CONNECT_PORT] = {IDC_RULE_CONNECT_PORT, FORM_PORT_SIZE - 1,
                                 MESSAGE_CONNECT_PORT_FORM},
    [RULE_FIELD_PROFILES] = {IDC_RULE_PRIVATE, 0, MESSAGE_NONE},
    [RULE_FIELD_REMOTE] = {IDC_RULE_REMOTE, FORM_REMOTE_SIZE - 1, MESSAGE_REMOTE_FORM},
    [RULE_FIELD_COMMENT] = {IDC_RULE_COMMENT, RULE_TEXT_SIZE - 1,
                            MESSAGE_COMMENT_TOO_LONG},
};

HWND rule_fields_control(const struct rule_fields *self, enum rule_field field)
{
    return field != RULE_FIELD_NONE ? GetDlgItem(self->dialog, fields[field].control)
                                    : NULL;
}

enum rule_field rule_fields_at(const struct rule_fields *self, HWND control)
{
    for (int i = RULE_FIELD_NONE + 1; control != NULL && i < RULE_FIELD_COUNT; i++) {
        const HWND field = GetDlgItem(self->dialog, fields[i].control);

        if (control == field || IsChild(field, control))
            return (enum rule_field)i;
    }
    return RULE_FIELD_NONE;
}

static void limit_texts(HWND dialog)
{
    for (int i = RULE_FIELD_NONE + 1; i < RULE_FIELD_COUNT; i++) {
        const HWND edit = combo_edit(GetDlgItem(dialog, fields[i].control));

        if (fields[i].limit != 0)
            SendMessageW(edit, EM_LIMITTEXT, (WPARAM)fields[i].limit, 0);
    }
}

static void show_text(HWND dialog, int control, const char *text)
{
    const struct words words = words_from_utf8(text);

    SetDlgItemTextW(dialog, control, words.text);
}

static void show_connect(HWND dialog, const struct rule_form *form)
{
    const HWND combo = GetDlgItem(dialog, IDC_RULE_CONNECT_PLACE);
    const struct words wsl = words_load(IDS_PLACE_WSL);

    combo_add(combo, wsl.text, PLACE_WSL);
    if (!combo_select(combo, (int)form->connect_place))
        show_text(dialog, IDC_RULE_CONNECT_PLACE, form->connect_text);
    show_text(dialog, IDC_RULE_CONNECT_PORT, form->connect_port);
}

static void check_box(HWND dialog, int control, bool checked)
{
    CheckDlgButton(dialog, control, checked ? BST_CHECKED : BST_UNCHECKED);
}

void rule_fields_show(struct rule_fields *self, HWND dialog, const struct rule_form *form,
                      const struct rule_listen *chosen)
{
    self->dialog = dialog;
    self->ports = (struct port_list){.combo = GetDlgItem(dialog, IDC_RULE_LISTEN_PORT)};
    limit_texts(dialog);
    show_text(dialog, IDC_RULE_NAME, form->name);
    show_text(dialog, IDC_RULE_COMMENT, form->comment);
    show_text(dialog, IDC_RULE_LISTEN_PORT, form->listen_port);
    check_box(dialog, IDC_RULE_ENABLED, form->enabled);
    check_box(dialog, IDC_RULE_FORCED, form->forced);
    place_list_init(&self->places, GetDlgItem(dialog, IDC_RULE_LISTEN_PLACE), form,
                    chosen);
    show_connect(dialog, form);
    firewall_fields_show(dialog, form);
}

void rule_fields_refresh(struct rule_fields *self, const struct view_state *view,
                         const struct rule_listen *chosen)
{
    port_list_refresh(&self->ports, view);
    place_list_refresh(&self->places, chosen);
}

static bool refuse(enum rule_field field, struct error *err)
{
    char limit[16];

    snprintf(limit, sizeof limit, "%d", fields[field].limit);
    return error_set_message(err, ERR_INVALID, fields[field].too_long, limit, NULL, NULL);
}

static bool read_text(HWND dialog, enum rule_field field, char *out, size_t size,
                      struct error *err)
{
    struct words words;

    GetDlgItemTextW(dialog, fields[field].control, words.text, WORDS_SIZE);
    return utf8_from_utf16(words.text, out, size) || refuse(field, err);
}

static bool read_connect(HWND dialog, struct rule_form *out, struct error *err)
{
    const int item = combo_chosen(GetDlgItem(dialog, IDC_RULE_CONNECT_PLACE));

    out->connect_place = item == PLACE_WSL ? PLACE_WSL : PLACE_TYPED;
    return out->connect_place == PLACE_WSL ||
           read_text(dialog, RULE_FIELD_CONNECT_PLACE, out->connect_text,
                     sizeof out->connect_text, err);
}

bool rule_fields_read(const struct rule_fields *self, struct rule_form *out,
                      struct error *err)
{
    const HWND dialog = self->dialog;
    struct rule_form form = {0};

    form.enabled = IsDlgButtonChecked(dialog, IDC_RULE_ENABLED) == BST_CHECKED;
    form.forced = IsDlgButtonChecked(dialog, IDC_RULE_FORCED) == BST_CHECKED;
    if (!read_text(dialog, RULE_FIELD_NAME, form.name, sizeof form.name, err) ||
        !read_text(dialog, RULE_FIELD_LISTEN_PORT, form.listen_port,
                   sizeof form.listen_port, err) ||
        !read_text(dialog, RULE_FIELD_CONNECT_PORT, form.connect_port,
                   sizeof form.connect_port, err) ||
        !read_text(dialog, RULE_FIELD_COMMENT, form.comment, sizeof form.comment, err) ||
        !read_connect(dialog, &form, err))
        return false;
    if (!place_list_read(&self->places, &form))
        return refuse(RULE_FIELD_LISTEN_PLACE, err);
    if (!firewall_fields_read(dialog, &form))
        return refuse(RULE_FIELD_REMOTE, err);
    *out = form;
    return true;
}

void rule_fields_clear(struct rule_fields *self)
{
    place_list_clear(&self->places);
}
