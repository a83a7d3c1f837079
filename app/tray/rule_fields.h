/*
 * The rule editor's controls: shows a form in them and reads it back.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_RULE_FIELDS_H
#define TIDEGATE_TRAY_RULE_FIELDS_H

#include "app/tray/adapters.h"
#include "core/view/rule_form.h"

#include <windows.h>

/* Fills the lists and shows the form. */
void rule_fields_show(HWND dialog, const struct rule_form *form,
                      const struct adapter_names *interfaces);

/* ERR_INVALID when a text is too long for its field. */
bool rule_fields_read(HWND dialog, const struct adapter_names *interfaces,
                      struct rule_form *out, struct error *err) MUST_CHECK;

/* The control of a field; 0 for RULE_FIELD_NONE. */
int rule_fields_control(enum rule_field field);

#endif
