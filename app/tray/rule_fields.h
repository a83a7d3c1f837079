/*
 * The rule editor's controls: shows a form in them and reads it back.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_RULE_FIELDS_H
#define TIDEGATE_TRAY_RULE_FIELDS_H

#include "app/tray/place_list.h"
#include "app/tray/port_list.h"
#include "core/view/rule_form.h"

#include <windows.h>

struct rule_fields {
    HWND dialog; /* borrowed */
    struct place_list places;
    struct port_list ports;
};

/* Fills the lists and shows the form. `chosen`: as in listen_places_build. */
void rule_fields_show(struct rule_fields *fields, HWND dialog,
                      const struct rule_form *form, const struct rule_listen *chosen);

/* Brings the lists up to date; what is typed stays. */
void rule_fields_refresh(struct rule_fields *fields, const struct view_state *view,
                         const struct rule_listen *chosen);

/* ERR_INVALID when a text is too long for its field. */
bool rule_fields_read(const struct rule_fields *fields, struct rule_form *out,
                      struct error *err) MUST_CHECK;
void rule_fields_clear(struct rule_fields *fields);

/* The control of a field, NULL for RULE_FIELD_NONE; and the field of a control or of a part of
 * one. */
HWND rule_fields_control(const struct rule_fields *fields, enum rule_field field);
enum rule_field rule_fields_at(const struct rule_fields *fields, HWND control);

#endif
