/*
 * The service's settings as the settings dialog shows and changes them.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_SETTINGS_FORM_H
#define TIDEGATE_VIEW_SETTINGS_FORM_H

#include "core/protocol/reply.h"
#include "core/store/settings.h"

/* From the reply to a settings request; what this program does not know or cannot read is left
 * out, so a newer service's settings do no harm. `by_policy` tells which can be changed by nobody
 * here. */
void settings_form_read(const struct reply *reply, struct settings *out,
                        bool by_policy[SETTING_COUNT]);

/* After settings_form_read again, while the dialog is open: what the user has changed of `former`
 * in `wanted` stays changed, unless policy sets it now. */
void settings_form_keep_edits(const struct settings *former, const struct settings *now,
                              const bool by_policy[SETTING_COUNT],
                              struct settings *wanted);

/* The request that brings `now` to `wanted`: one for all changes, for the user is asked to approve
 * each request. False when they are equal. */
bool settings_form_changes(const struct settings *now, const struct settings *wanted,
                           struct request *out);

/* ERR_CONFLICT when the user is in the list already, ERR_INVALID when the list is full. */
bool settings_form_add_user(struct settings *settings, const struct user_sid *user,
                            struct error *err) MUST_CHECK;
void settings_form_remove_user(struct settings *settings, size_t index);

#endif
