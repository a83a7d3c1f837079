/*
 * What the service control manager's thread has to tell the loop: a mailbox of flags. The event is
 * only its bell.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_SERVICE_CONTROL_NEWS_H
#define TIDEGATE_SERVICE_CONTROL_NEWS_H

#include "core/base/error.h"

#include <windows.h>

#define SIGN_OUT_CAPACITY 16

struct control_news {
    CRITICAL_SECTION lock;
    HANDLE stop; /* manual-reset; set for good by control_news_stop */
    HANDLE bell; /* auto-reset */
    bool signed_in;
    bool resumed;
    DWORD signed_out[SIGN_OUT_CAPACITY]; /* session ids */
    size_t signed_out_count;             /* beyond the capacity: some were not kept */
};

struct control_facts {
    bool signed_in;
    bool resumed;
    DWORD signed_out[SIGN_OUT_CAPACITY];
    size_t signed_out_count; /* at most the capacity */
    bool signed_out_others;  /* more sessions ended than could be kept */
};

bool control_news_init(struct control_news *news, struct error *err) MUST_CHECK;
void control_news_clear(struct control_news *news);

/* On any thread; none of them waits. */
void control_news_stop(struct control_news *news);
void control_news_session(struct control_news *news, DWORD event_type, DWORD session_id);
void control_news_resumed(struct control_news *news);

/* On the loop's thread: what came since the last call. */
struct control_facts control_news_take(struct control_news *news);

#endif
