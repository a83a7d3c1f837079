/*
 * The window with all rules: shows what the service confirmed, and asks for changes.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_RULES_WINDOW_H
#define TIDEGATE_TRAY_RULES_WINDOW_H

#include "app/tray/session.h"

#include <windows.h>

struct rules_window;

/* Opens where it was when it was last closed. `session` is borrowed until rules_window_free. NULL
 * when Windows gives no window. */
struct rules_window *rules_window_open(struct session *session);
void rules_window_free(struct rules_window *window); /* closes it, too */

/* Of the functions below NULL is harmless: no window, nothing to do. */
void rules_window_activate(struct rules_window *window);
void rules_window_refresh(struct rules_window *window); /* draws the session anew */
void rules_window_take(struct rules_window *window, const struct mail *mail);
bool rules_window_translate(struct rules_window *window, MSG *message);

/* Shows that rule, now or when it comes: whatever was searched for, and whichever page was open. */
void rules_window_select(struct rules_window *window, const char *rule_id);

/* Between two messages, when no handler runs: lets go of what was closed. True when that is the
 * window itself, which is then to be freed. */
bool rules_window_tidy(struct rules_window *window);

/* Between two messages, too: true once after "Settings…" was chosen. The owner of this window has
 * them, and this window's handle for them to open over. */
bool rules_window_takes_settings(struct rules_window *window);
HWND rules_window_handle(const struct rules_window *window); /* NULL once closed */

#endif
