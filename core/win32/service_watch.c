/*
 * Waits for the IP Helper and the firewall service to change their state. Windows reports that by
 * APC to the thread that asked (NotifyServiceStatusChange), so a thread of its own waits here.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/service_watch.h"

#include "core/base/mem.h"

#define SERVICE_COUNT 2
#define STACK_SIZE (64 * 1024)

#ifndef ERROR_SERVICE_NOTIFY_CLIENT_LAGGING /* mingw-w64 lacks it */
#define ERROR_SERVICE_NOTIFY_CLIENT_LAGGING 1294L
#endif

struct watched_service {
    const wchar_t *name;
    struct service_watch *owner;
    SC_HANDLE handle;
    SERVICE_NOTIFYW notice; /* Windows writes here while `is_pending` */
    bool is_pending;
};

struct service_watch {
    HANDLE bell; /* borrowed */
    HANDLE stop;
    HANDLE again;
    HANDLE thread;
    volatile LONG fired;
    volatile LONG missing_count;
    struct watched_service services[SERVICE_COUNT]; /* the thread's own */
};

static void release(struct watched_service *service)
{
    if (service->handle != NULL)
        CloseServiceHandle(service->handle);
    service->handle = NULL;
    service->is_pending = false;
}

static void CALLBACK on_notice(void *parameter)
{
    const SERVICE_NOTIFYW *notice = parameter;
    struct watched_service *service = notice->pContext;

    service->is_pending = false;
    /* An open handle would keep a deleted service from going away. */
    if (notice->dwNotificationStatus != ERROR_SUCCESS ||
        (notice->dwNotificationTriggered & SERVICE_NOTIFY_DELETE_PENDING) != 0)
        release(service);
    InterlockedExchange(&service->owner->fired, 1);
    SetEvent(service->owner->bell);
}

static void open_service(struct watched_service *service)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);

    if (manager == NULL)
        return;
    service->handle = OpenServiceW(manager, service->name, SERVICE_QUERY_STATUS);
    CloseServiceHandle(manager);
}

/* Each state is one bit, in the order of the states' numbers (SERVICE_NOTIFY_STOPPED is
 * 1 << (SERVICE_STOPPED - 1) and so on). The state it is in now is left out, because a first
 * call would report it at once, as if it had changed. */
static DWORD states_but(DWORD state)
{
    const DWORD all = SERVICE_NOTIFY_STOPPED | SERVICE_NOTIFY_START_PENDING |
                      SERVICE_NOTIFY_STOP_PENDING | SERVICE_NOTIFY_RUNNING |
                      SERVICE_NOTIFY_CONTINUE_PENDING | SERVICE_NOTIFY_PAUSE_PENDING |
                      SERVICE_NOTIFY_PAUSED | SERVICE_NOTIFY_DELETE_PENDING;

    return state == 0 ? all : all & ~(1u << (state - 1));
}

/* A Win32 code. On failure the handle is gone. */
static DWORD ask(struct watched_service *service)
{
    SERVICE_STATUS status = {0};
    DWORD code;

    if (service->handle == NULL)
        open_service(service);
    if (service->handle == NULL || service->is_pending)
        return ERROR_SUCCESS;
    service->notice = (SERVICE_NOTIFYW){
        .dwVersion = SERVICE_NOTIFY_STATUS_CHANGE,
        .pfnNotifyCallback = on_notice,
        .pContext = service,
    };
    if (!QueryServiceStatus(service->handle, &status))
        code = GetLastError();
    else
        code = NotifyServiceStatusChangeW(
            service->handle, states_but(status.dwCurrentState), &service->notice);
    if (code == ERROR_SUCCESS)
        service->is_pending = true;
    else
        release(service);
    return code;
}

static void ask_all(struct service_watch *self)
{
    LONG missing_count = 0;

    for (size_t i = 0; i < SERVICE_COUNT; i++) {
        /* A handle that missed too much only wants to be opened anew (documented). */
        if (ask(&self->services[i]) == ERROR_SERVICE_NOTIFY_CLIENT_LAGGING)
            ask(&self->services[i]);
        if (!self->services[i].is_pending)
            missing_count++;
    }
    InterlockedExchange(&self->missing_count, missing_count);
}

static DWORD WINAPI wait_for_notices(void *parameter)
{
    struct service_watch *self = parameter;
    const HANDLE waited[] = {self->stop, self->again};

    do
        ask_all(self);
    while (WaitForMultipleObjectsEx(2, waited, FALSE, INFINITE, TRUE) != WAIT_OBJECT_0);

    /* No notice is queued after its handle is closed (documented); those that are run here. */
    for (size_t i = 0; i < SERVICE_COUNT; i++)
        release(&self->services[i]);
    SleepEx(0, TRUE);
    return 0;
}

struct service_watch *service_watch_new(HANDLE bell, struct error *err)
{
    struct service_watch *self = mem_alloc(sizeof *self);

    self->bell = bell;
    self->services[0] = (struct watched_service){.name = L"iphlpsvc", .owner = self};
    self->services[1] = (struct watched_service){.name = L"MpsSvc", .owner = self};
    self->stop = CreateEventW(NULL, FALSE, FALSE, NULL);
    self->again = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (self->stop != NULL && self->again != NULL)
        self->thread = CreateThread(NULL, STACK_SIZE, wait_for_notices, self,
                                    STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    if (self->thread == NULL) {
        error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(GetLastError()),
                         "start the thread that watches services");
        service_watch_free(self);
        return NULL;
    }
    return self;
}

void service_watch_free(struct service_watch *self)
{
    if (self == NULL)
        return;
    if (self->thread != NULL) {
        SetEvent(self->stop);
        WaitForSingleObject(self->thread, INFINITE);
        CloseHandle(self->thread);
    }
    if (self->again != NULL)
        CloseHandle(self->again);
    if (self->stop != NULL)
        CloseHandle(self->stop);
    mem_free(self);
}

bool service_watch_take(struct service_watch *self)
{
    return InterlockedExchange(&self->fired, 0) != 0;
}

void service_watch_look_again(struct service_watch *self)
{
    if (self->missing_count != 0)
        SetEvent(self->again);
}
