/*
 * Between the session and this user's own WSL.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/own_wsl.h"

#include "app/tray/user_settings.h"
#include "core/win32/utf.h"
#include "core/wsl/wsl_keeping.h"

void own_wsl_start(struct own_wsl *self, struct session *session, struct mailbox *box)
{
    *self = (struct own_wsl){.session = session, .inquiry = wsl_inquiry_start(box)};
    session->inquiry = self->inquiry;
}

bool own_wsl_stop(struct own_wsl *self)
{
    if (!wsl_inquiry_stop(self->inquiry))
        return false;
    self->inquiry = NULL;
    self->session->inquiry = NULL;
    return true;
}

/* One at a time: the newest goes when the last one has arrived. */
static void report(struct own_wsl *self)
{
    if (self->is_unreported && self->session->has_hint && self->session->report != NULL &&
        session_report_wsl(self->session, &self->session->hint) != 0)
        self->is_unreported = false;
}

/* WSL is seen to run, and nobody knows where. */
static void look_at_report(struct own_wsl *self)
{
    const struct wsl_view *wsl = report_wsl(self->session->report, &self->session->user);
    const bool lacks_address =
        wsl != NULL && wsl->state == WSL_RUNNING && !wsl->address_known;

    if (lacks_address && !self->lacked_address)
        wsl_inquiry_note(self->inquiry, LADDER_REPORT_CHANGED);
    self->lacked_address = lacks_address;
}

void own_wsl_take(struct own_wsl *self, const struct mail *mail)
{
    /* A service that was started anew knows nothing yet. */
    if (mail->kind == MAIL_WSL_HINT || mail->kind == MAIL_CONNECTED)
        self->is_unreported = true;
    if (mail->kind == MAIL_REPORT && self->session->report != NULL) {
        look_at_report(self);
        own_wsl_keep(self);
    }
    report(self);
}

void own_wsl_menu_opened(struct own_wsl *self)
{
    wsl_inquiry_note(self->inquiry, LADDER_MENU_OPENED);
}

void own_wsl_keep(struct own_wsl *self)
{
    const struct session *session = self->session;
    struct user_settings settings;
    char distribution[DISTRIBUTION_NAME_SIZE] = "";

    user_settings_read(&settings);
    /* While the service does not answer, what it last said about the rules holds. */
    if (session->report == NULL && settings.keep_wsl)
        return;
    if (settings.keep_wsl && wsl_is_needed(session->report, &session->user) &&
        !utf8_from_utf16(settings.distribution, distribution, sizeof distribution))
        distribution[0] = '\0';
    wsl_inquiry_keep(self->inquiry, distribution);
}
