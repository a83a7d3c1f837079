/*
 * Entry and control handler of the service.
 * SPDX-License-Identifier: MIT
 */
#include "app/service/service_control.h"

#include "app/service/event_log.h"
#include "app/service/loop.h"
#include "app/service/messages.h"
#include "core/win32/pipe_client.h"

#define START_HINT_MS 10000
#define STOP_HINT_MS 10000
#define ACCEPTED                                                                         \
    (SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN | SERVICE_ACCEPT_PRESHUTDOWN |        \
     SERVICE_ACCEPT_SESSIONCHANGE | SERVICE_ACCEPT_POWEREVENT)

/* The SCM's callbacks carry no state of ours until the handler is registered, and there is
 * one service in this process. */
struct service {
    struct control_news news;
    SERVICE_STATUS_HANDLE handle;
};

static void report_state(const struct service *service, DWORD state, DWORD wait_hint_ms,
                         const struct error *failure)
{
    SERVICE_STATUS status = {
        .dwServiceType = SERVICE_WIN32_OWN_PROCESS,
        .dwCurrentState = state,
        .dwControlsAccepted = state == SERVICE_RUNNING ? ACCEPTED : 0,
        .dwWaitHint = wait_hint_ms,
        .dwCheckPoint = wait_hint_ms > 0 ? 1 : 0,
    };

    if (failure != NULL) {
        status.dwWin32ExitCode = ERROR_SERVICE_SPECIFIC_ERROR;
        status.dwServiceSpecificExitCode = (DWORD)failure->kind;
    }
    SetServiceStatus(service->handle, &status);
}

/* On the SCM's thread: must return at once, so it only leaves word for the loop. */
static DWORD WINAPI on_control(DWORD control, DWORD event_type, void *event_data,
                               void *context)
{
    struct service *service = context;

    switch (control) {
    case SERVICE_CONTROL_STOP:
    case SERVICE_CONTROL_SHUTDOWN:
    case SERVICE_CONTROL_PRESHUTDOWN:
        report_state(service, SERVICE_STOP_PENDING, STOP_HINT_MS, NULL);
        control_news_stop(&service->news);
        return NO_ERROR;
    case SERVICE_CONTROL_SESSIONCHANGE: {
        const WTSSESSION_NOTIFICATION *session = event_data;

        control_news_session(&service->news, event_type, session->dwSessionId);
        return NO_ERROR;
    }
    case SERVICE_CONTROL_POWEREVENT:
        if (event_type == PBT_APMRESUMEAUTOMATIC)
            control_news_resumed(&service->news);
        return NO_ERROR;
    case SERVICE_CONTROL_INTERROGATE:
        return NO_ERROR;
    default:
        return ERROR_CALL_NOT_IMPLEMENTED;
    }
}

static void WINAPI service_main(DWORD argument_count, wchar_t **arguments)
{
    /* The handler may still be called while the process ends. */
    static struct service service;
    struct error err = {0};
    struct loop *loop = NULL;
    bool ok;

    (void)argument_count;
    (void)arguments;
    if (!control_news_init(&service.news, &err)) {
        event_log_failure(&err);
        return;
    }
    service.handle = RegisterServiceCtrlHandlerExW(SERVICE_NAME, on_control, &service);
    if (service.handle == NULL)
        return;
    report_state(&service, SERVICE_START_PENDING, START_HINT_MS, NULL);
    loop = loop_new(&service.news, &err);
    if (loop == NULL) {
        event_log_failure(&err);
        report_state(&service, SERVICE_STOPPED, 0, &err);
        return;
    }
    report_state(&service, SERVICE_RUNNING, 0, NULL);
    ok = loop_run(loop, &err);
    if (!ok)
        event_log_failure(&err);
    report_state(&service, SERVICE_STOP_PENDING, STOP_HINT_MS, NULL);
    loop_free(loop);
    report_state(&service, SERVICE_STOPPED, 0, ok ? NULL : &err);
}

bool service_control_run(struct error *err)
{
    static wchar_t name[] = SERVICE_NAME;
    const SERVICE_TABLE_ENTRYW table[] = {{name, service_main}, {NULL, NULL}};

    if (!StartServiceCtrlDispatcherW(table))
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                                "connect to the service control manager");
    return true;
}

/* SetConsoleCtrlHandler passes no context. */
static struct control_news *foreground_news;

static BOOL WINAPI on_console_event(DWORD event)
{
    (void)event;
    control_news_stop(foreground_news);
    return TRUE;
}

bool service_control_run_in_foreground(struct error *err)
{
    struct control_news news;
    struct loop *loop;
    bool ok = false;

    if (!control_news_init(&news, err))
        return false;
    loop = loop_new(&news, err);
    if (loop != NULL) {
        foreground_news = &news;
        SetConsoleCtrlHandler(on_console_event, TRUE);
        message_say("Tidegate's service is running. Ctrl+C ends it.");
        ok = loop_run(loop, err);
        SetConsoleCtrlHandler(on_console_event, FALSE);
        loop_free(loop);
    }
    control_news_clear(&news);
    return ok;
}
