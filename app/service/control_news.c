/*
 * The control handler's mailbox.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/control_news.h"

bool control_news_init(struct control_news *news, struct error *err)
{
    *news = (struct control_news){0};
    news->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    news->bell = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (news->stop == NULL || news->bell == NULL)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                                "create the service's events");
    InitializeCriticalSection(&news->lock);
    return true;
}

void control_news_clear(struct control_news *news)
{
    DeleteCriticalSection(&news->lock);
    CloseHandle(news->stop);
    CloseHandle(news->bell);
    *news = (struct control_news){0};
}

void control_news_stop(struct control_news *news)
{
    SetEvent(news->stop);
}

void control_news_session(struct control_news *news, DWORD event_type, DWORD session_id)
{
    if (event_type != WTS_SESSION_LOGON && event_type != WTS_SESSION_LOGOFF)
        return;
    EnterCriticalSection(&news->lock);
    if (event_type == WTS_SESSION_LOGON) {
        news->signed_in = true;
    } else {
        if (news->signed_out_count < SIGN_OUT_CAPACITY)
            news->signed_out[news->signed_out_count] = session_id;
        news->signed_out_count++;
    }
    LeaveCriticalSection(&news->lock);
    SetEvent(news->bell);
}

void control_news_resumed(struct control_news *news)
{
    EnterCriticalSection(&news->lock);
    news->resumed = true;
    LeaveCriticalSection(&news->lock);
    SetEvent(news->bell);
}

struct control_facts control_news_take(struct control_news *news)
{
    struct control_facts facts = {0};

    EnterCriticalSection(&news->lock);
    facts.signed_in = news->signed_in;
    facts.resumed = news->resumed;
    facts.signed_out_others = news->signed_out_count > SIGN_OUT_CAPACITY;
    facts.signed_out_count =
        facts.signed_out_others ? SIGN_OUT_CAPACITY : news->signed_out_count;
    memcpy(facts.signed_out, news->signed_out, sizeof facts.signed_out);
    news->signed_in = false;
    news->resumed = false;
    news->signed_out_count = 0;
    LeaveCriticalSection(&news->lock);
    return facts;
}
