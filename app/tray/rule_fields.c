/*
 * The rule editor's controls.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/rule_fields.h"

#include "app/dialog.h"
#include "app/tray/words.h"
#include "core/win32/utf.h"
#include "resources/resource.h"

/* Item data of the places; interfaces follow from PLACE_FIRST_INTERFACE on. */
enum { ITEM_ANY, ITEM_ANY_IPV6, ITEM_FIRST_INTERFACE };

static const struct {
    int control;
    const char *name; /* as the core's errors begin */
    int limit;        /* UTF-16 units; the core counts bytes */
} fields[RULE_FIELD_COUNT] = {
    [RULE_FIELD_NAME] = {IDC_RULE_NAME, "name", RULE_TEXT_SIZE - 1},
    [RULE_FIELD_LISTEN_PLACE] = {IDC_RULE_LISTEN_PLACE, "listen address",
                                 FORM_PLACE_SIZE - 1},
    [RULE_FIELD_LISTEN_PORT] = {IDC_RULE_LISTEN_PORT, "listen port", FORM_PORT_SIZE - 1},
    [RULE_FIELD_CONNECT_PLACE] = {IDC_RULE_CONNECT_PLACE, "connect address",
                                  FORM_PLACE_SIZE - 1},
    [RULE_FIELD_CONNECT_PORT] = {IDC_RULE_CONNECT_PORT, "connect port",
                                 FORM_PORT_SIZE - 1},
    [RULE_FIELD_PROFILES] = {IDC_RULE_PRIVATE, "firewall", 0},
    [RULE_FIELD_REMOTE] = {IDC_RULE_REMOTE, "remote addresses", FORM_REMOTE_SIZE - 1},
    [RULE_FIELD_COMMENT] = {IDC_RULE_COMMENT, "comment", RULE_TEXT_SIZE - 1},
};

static const struct {
    int control;
    unsigned bit;
} profiles[] = {
    {IDC_RULE_PRIVATE, PROFILE_PRIVATE},
    {IDC_RULE_DOMAIN, PROFILE_DOMAIN},
    {IDC_RULE_PUBLIC, PROFILE_PUBLIC},
};

int rule_fields_control(enum rule_field field)
{
    return fields[field].control;
}

static void limit_texts(HWND dialog)
{
    for (int i = 0; i < RULE_FIELD_COUNT; i++) {
        const HWND control = GetDlgItem(dialog, fields[i].control);

        if (fields[i].limit == 0)
            continue;
        SendMessageW(control, EM_LIMITTEXT, (WPARAM)fields[i].limit, 0);
        SendMessageW(control, CB_LIMITTEXT, (WPARAM)fields[i].limit, 0);
    }
}

static void show_text(HWND dialog, int control, const char *text)
{
    const struct words words = words_from_utf8(text);

    SetDlgItemTextW(dialog, control, words.text);
}

static void add_item(HWND combo, const struct words *words, int data)
{
    const LRESULT item = SendMessageW(combo, CB_ADDSTRING, 0, (LPARAM)words->text);

    if (item >= 0)
        SendMessageW(combo, CB_SETITEMDATA, (WPARAM)item, data);
}

/* Selects the item of that data; with none (-1) shows the text instead. */
static void select_item(HWND combo, int data, const char *text)
{
    const int count = ComboBox_GetCount(combo);
    const struct words words = words_from_utf8(text);

    for (int i = 0; i < count; i++) {
        if (ComboBox_GetItemData(combo, i) == data) {
            ComboBox_SetCurSel(combo, i);
            return;
        }
    }
    SetWindowTextW(combo, words.text);
}

/* The data of the item whose text stands in the field, or -1: what is typed counts, however it
 * came there. */
static int chosen_item(HWND combo)
{
    struct words typed;
    LRESULT item;

    GetWindowTextW(combo, typed.text, WORDS_SIZE);
    if (typed.text[0] == L'\0')
        return -1;
    item = SendMessageW(combo, CB_FINDSTRINGEXACT, (WPARAM)-1, (LPARAM)typed.text);
    return item < 0 ? -1 : (int)SendMessageW(combo, CB_GETITEMDATA, (WPARAM)item, 0);
}

static void show_listen(HWND dialog, const struct rule_form *form,
                        const struct adapter_names *interfaces)
{
    const HWND combo = GetDlgItem(dialog, IDC_RULE_LISTEN_PLACE);
    struct words words = words_load(IDS_PLACE_ANY);
    int chosen = form->listen_place == PLACE_ANY        ? ITEM_ANY
                 : form->listen_place == PLACE_ANY_IPV6 ? ITEM_ANY_IPV6
                                                        : -1;

    add_item(combo, &words, ITEM_ANY);
    words = words_load(IDS_PLACE_ANY_IPV6);
    add_item(combo, &words, ITEM_ANY_IPV6);
    for (size_t i = 0; i < interfaces->count; i++) {
        const int item = ITEM_FIRST_INTERFACE + (int)i;

        words = words_format_utf8(IDS_PLACE_INTERFACE, interfaces->items[i]);
        add_item(combo, &words, item);
        if (form->listen_place == PLACE_INTERFACE &&
            ascii_equals_ignoring_case(form->listen_text, interfaces->items[i]))
            chosen = item;
    }
    select_item(combo, chosen, form->listen_text);
    show_text(dialog, IDC_RULE_LISTEN_PORT, form->listen_port);
}

static void show_connect(HWND dialog, const struct rule_form *form)
{
    const HWND combo = GetDlgItem(dialog, IDC_RULE_CONNECT_PLACE);
    const struct words wsl = words_load(IDS_PLACE_WSL);

    add_item(combo, &wsl, PLACE_WSL);
    select_item(combo, form->connect_place == PLACE_WSL ? PLACE_WSL : -1,
                form->connect_text);
    show_text(dialog, IDC_RULE_CONNECT_PORT, form->connect_port);
}

static void show_firewall(HWND dialog, const struct rule_form *form)
{
    const HWND combo = GetDlgItem(dialog, IDC_RULE_REMOTE);
    struct words words = words_load(IDS_REMOTE_LOCAL_SUBNET);

    for (size_t i = 0; i < ARRAYSIZE(profiles); i++)
        CheckDlgButton(dialog, profiles[i].control,
                       form->profiles & profiles[i].bit ? BST_CHECKED : BST_UNCHECKED);
    add_item(combo, &words, REMOTE_LOCAL_SUBNET);
    words = words_load(IDS_REMOTE_ANY);
    add_item(combo, &words, REMOTE_ANY);
    select_item(combo, form->remote == REMOTE_LIST ? -1 : (int)form->remote,
                form->remote_text);
}

void rule_fields_show(HWND dialog, const struct rule_form *form,
                      const struct adapter_names *interfaces)
{
    limit_texts(dialog);
    show_text(dialog, IDC_RULE_NAME, form->name);
    show_text(dialog, IDC_RULE_COMMENT, form->comment);
    CheckDlgButton(dialog, IDC_RULE_ENABLED, form->enabled ? BST_CHECKED : BST_UNCHECKED);
    CheckDlgButton(dialog, IDC_RULE_FORCED, form->forced ? BST_CHECKED : BST_UNCHECKED);
    show_listen(dialog, form, interfaces);
    show_connect(dialog, form);
    show_firewall(dialog, form);
}

static bool read_text(HWND dialog, enum rule_field field, char *out, size_t size,
                      struct error *err)
{
    struct words words;

    GetDlgItemTextW(dialog, fields[field].control, words.text, WORDS_SIZE);
    if (!utf8_from_utf16(words.text, out, size))
        return error_set(err, ERR_INVALID, "%s: must be at most %zu bytes of UTF-8",
                         fields[field].name, size - 1);
    return true;
}

static bool read_listen(HWND dialog, const struct adapter_names *interfaces,
                        struct rule_form *out, struct error *err)
{
    const int item = chosen_item(GetDlgItem(dialog, IDC_RULE_LISTEN_PLACE));

    if (item >= ITEM_FIRST_INTERFACE) {
        out->listen_place = PLACE_INTERFACE;
        (void)text_copy(out->listen_text, sizeof out->listen_text,
                        interfaces->items[item - ITEM_FIRST_INTERFACE]);
        return true;
    }
    out->listen_place = item == ITEM_ANY        ? PLACE_ANY
                        : item == ITEM_ANY_IPV6 ? PLACE_ANY_IPV6
                                                : PLACE_TYPED;
    return out->listen_place != PLACE_TYPED ||
           read_text(dialog, RULE_FIELD_LISTEN_PLACE, out->listen_text,
                     sizeof out->listen_text, err);
}

static bool read_connect(HWND dialog, struct rule_form *out, struct error *err)
{
    const int item = chosen_item(GetDlgItem(dialog, IDC_RULE_CONNECT_PLACE));

    out->connect_place = item == PLACE_WSL ? PLACE_WSL : PLACE_TYPED;
    return out->connect_place == PLACE_WSL ||
           read_text(dialog, RULE_FIELD_CONNECT_PLACE, out->connect_text,
                     sizeof out->connect_text, err);
}

static bool read_firewall(HWND dialog, struct rule_form *out, struct error *err)
{
    const int item = chosen_item(GetDlgItem(dialog, IDC_RULE_REMOTE));

    for (size_t i = 0; i < ARRAYSIZE(profiles); i++) {
        if (IsDlgButtonChecked(dialog, profiles[i].control) == BST_CHECKED)
            out->profiles |= profiles[i].bit;
    }
    out->remote = item < 0 ? REMOTE_LIST : (enum remote_kind)item;
    return out->remote != REMOTE_LIST ||
           read_text(dialog, RULE_FIELD_REMOTE, out->remote_text, sizeof out->remote_text,
                     err);
}

bool rule_fields_read(HWND dialog, const struct adapter_names *interfaces,
                      struct rule_form *out, struct error *err)
{
    struct rule_form form = {0};

    form.enabled = IsDlgButtonChecked(dialog, IDC_RULE_ENABLED) == BST_CHECKED;
    form.forced = IsDlgButtonChecked(dialog, IDC_RULE_FORCED) == BST_CHECKED;
    if (!read_text(dialog, RULE_FIELD_NAME, form.name, sizeof form.name, err) ||
        !read_text(dialog, RULE_FIELD_LISTEN_PORT, form.listen_port,
                   sizeof form.listen_port, err) ||
        !read_text(dialog, RULE_FIELD_CONNECT_PORT, form.connect_port,
                   sizeof form.connect_port, err) ||
        !read_text(dialog, RULE_FIELD_COMMENT, form.comment, sizeof form.comment, err) ||
        !read_listen(dialog, interfaces, &form, err) ||
        !read_connect(dialog, &form, err) || !read_firewall(dialog, &form, err))
        return false;
    *out = form;
    return true;
}
