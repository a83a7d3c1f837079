/*
 * The rule editor's controls for the firewall: who may connect in one choice, the same in its
 * parts, and a sentence that tells what it comes to.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_FIREWALL_FIELDS_H
#define TIDEGATE_TRAY_FIREWALL_FIELDS_H

#include "core/view/rule_effect.h"
#include "core/view/rule_form.h"

#include <windows.h>

/* Fills the lists and shows the form. */
void firewall_fields_show(HWND dialog, const struct rule_form *form);

/* False when the text of the remote addresses is longer than any list of them. */
bool firewall_fields_read(HWND dialog, struct rule_form *out);

/* Sets the parts as the choice says; what it says. */
enum rule_reach firewall_fields_choose(HWND dialog);

/* Has the choice tell what the parts say. */
void firewall_fields_follow(HWND dialog);

/* NULL: what was typed has no effect that could be told. */
void firewall_fields_tell(HWND dialog, const struct rule_effect *effect);

/* Loads the warning's icon in the size of the dialog's DPI. */
void firewall_fields_load_icon(HWND dialog);

#endif
