/*
 * What the worker tells the user interface: mails in the order they were delivered. The message
 * that is posted is only a doorbell and carries nothing.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_MAILBOX_H
#define TIDEGATE_TRAY_MAILBOX_H

#include "core/engine/report.h"
#include "core/protocol/reply.h"
#include "core/wsl/wsl_hint.h"

#include <windows.h>

#define WM_APP_MAIL (WM_APP + 1)

enum mail_kind {
    MAIL_CONNECTED, /* user, is_elevated, may_change, may_widen, version */
    MAIL_LOST,      /* error: why */
    MAIL_REPORT,    /* report */
    MAIL_RESULT,    /* job, verb, rule_id, error, declined, reply */
    MAIL_APPROVING, /* job: an administrator is being asked */
    MAIL_WSL_HINT,  /* hint */
    MAIL_WSL_DONE   /* order, error */
};

/* What the user had done with WSL (wsl_inquiry.h). */
enum wsl_order { WSL_ORDER_WRITE_MODE, WSL_ORDER_SHUT_DOWN };

struct mail {
    struct mail *next;
    enum mail_kind kind;
    struct user_sid user;
    bool is_elevated;
    bool may_change;
    bool may_widen;
    char version[VERSION_TEXT_SIZE]; /* of the service */
    uint32_t job;
    enum verb verb;
    struct rule_id rule_id; /* of the rule that was put, if known; else "" */
    bool declined;          /* the user, or an administrator, said no */
    struct error error;
    struct report *report; /* owned */
    /* Owned. Always there in a result; its error is the mail's. Of a request that an administrator
     * approved the verb is VERB_APPROVE, and nothing else of it is set. */
    struct reply *reply;
    struct wsl_hint hint;
    enum wsl_order order;
};

struct mailbox {
    CRITICAL_SECTION lock;
    HWND bell; /* borrowed */
    struct mail *first;
    struct mail **end;
    bool ringing;
};

void mailbox_init(struct mailbox *box, HWND bell);
void mailbox_clear(struct mailbox *box); /* with what nobody read; no thread may use it then */

/* Any thread. Takes ownership of the mail. */
void mailbox_deliver(struct mailbox *box, struct mail *mail);

/* Everything delivered so far, oldest first; the caller frees each with mail_free. */
struct mail *mailbox_take_all(struct mailbox *box);

struct mail *mail_new(enum mail_kind kind);
void mail_free(struct mail *mail); /* NULL is harmless */

#endif
