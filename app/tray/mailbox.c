/*
 * What the worker tells the user interface.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/mailbox.h"

#include "core/base/mem.h"

void mailbox_init(struct mailbox *box, HWND bell)
{
    *box = (struct mailbox){.bell = bell};
    box->end = &box->first;
    InitializeCriticalSection(&box->lock);
}

void mailbox_clear(struct mailbox *box)
{
    struct mail *mail = mailbox_take_all(box);

    while (mail != NULL) {
        struct mail *next = mail->next;

        mail_free(mail);
        mail = next;
    }
    DeleteCriticalSection(&box->lock);
}

/* If the post fails, `ringing` stays false and the next delivery rings again. */
void mailbox_deliver(struct mailbox *box, struct mail *mail)
{
    mail->next = NULL;
    EnterCriticalSection(&box->lock);
    *box->end = mail;
    box->end = &mail->next;
    if (!box->ringing)
        box->ringing = PostMessageW(box->bell, WM_APP_MAIL, 0, 0) != 0;
    LeaveCriticalSection(&box->lock);
}

struct mail *mailbox_take_all(struct mailbox *box)
{
    struct mail *taken;

    EnterCriticalSection(&box->lock);
    taken = box->first;
    box->first = NULL;
    box->end = &box->first;
    box->ringing = false;
    LeaveCriticalSection(&box->lock);
    return taken;
}

struct mail *mail_new(enum mail_kind kind)
{
    struct mail *mail = mem_alloc(sizeof *mail);

    mail->kind = kind;
    return mail;
}

void mail_free(struct mail *mail)
{
    if (mail == NULL)
        return;
    report_free(mail->report);
    if (mail->reply != NULL)
        reply_clear(mail->reply);
    mem_free(mail->reply);
    mem_free(mail);
}
