/*
 * The fields of the settings dialog: puts settings into its controls and reads them back.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_SETTINGS_FIELDS_H
#define TIDEGATE_TRAY_SETTINGS_FIELDS_H

#include "app/tray/language.h"
#include "app/tray/user_settings.h"
#include "core/store/settings.h"

#include <windows.h>

/* The languages to choose from, each by its own name; the first is Windows' own. */
struct language_choices {
    struct language items[LANGUAGE_COUNT_MAX];
    size_t count;
};

void language_choices_read(struct language_choices *out);

/* The user's own. Where Windows has the last word on starting, that is shown instead. */
void settings_fields_show_user(HWND dialog, const struct user_settings *settings,
                               const struct language_choices *languages);
/* What cannot be changed now stays as it is in `settings`. */
void settings_fields_read_user(HWND dialog, const struct language_choices *languages,
                               struct user_settings *settings);

/* The service's. The users are in the list's order; reading leaves them alone. */
void settings_fields_show_service(HWND dialog, const struct settings *settings);
void settings_fields_read_service(HWND dialog, struct settings *settings);
/* Each that policy does not set; the buttons beside the users are the dialog's affair. */
void settings_fields_enable_service(HWND dialog, bool enabled,
                                    const bool by_policy[SETTING_COUNT]);

void settings_fields_show_users(HWND dialog, const struct settings *settings);
/* The chosen one's index, or settings->allowed_user_count when none is. */
size_t settings_fields_chosen_user(HWND dialog, const struct settings *settings);

#endif
