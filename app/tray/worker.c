/*
 * The tray's one other thread.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/worker.h"

#include "app/tray/approval.h"
#include "app/tray/service_presence.h"
#include "core/base/mem.h"
#include "core/win32/pipe_client.h"

#include <objbase.h>

#define CONNECT_TIMEOUT_MS 2000
#define BACK_OFF_LONGEST_MS 30000
/* A request under way ends after the client's own 15 s at most. */
#define STOP_TIMEOUT_MS 20000

struct job {
    struct job *next;
    uint32_t number;
    struct request request;
};

struct worker {
    struct mailbox *box; /* borrowed */
    HANDLE thread;
    HANDLE stop;   /* manual reset */
    HANDLE wakeup; /* auto reset: there is a job */
    CRITICAL_SECTION lock;
    struct job *first; /* guarded by lock, as is `end` */
    struct job **end;
    bool refresh; /* guarded by lock, too */
};

static struct job *take_job(struct worker *self)
{
    struct job *job;

    EnterCriticalSection(&self->lock);
    job = self->first;
    if (job != NULL)
        self->first = job->next;
    if (self->first == NULL)
        self->end = &self->first;
    LeaveCriticalSection(&self->lock);
    return job;
}

static bool take_refresh(struct worker *self)
{
    bool wanted;

    EnterCriticalSection(&self->lock);
    wanted = self->refresh;
    self->refresh = false;
    LeaveCriticalSection(&self->lock);
    return wanted;
}

static bool is_stopping(const struct worker *self)
{
    return WaitForSingleObject(self->stop, 0) == WAIT_OBJECT_0;
}

/* Takes what the reply owns. Its error is how it all ended. */
static void deliver_result(struct worker *self, const struct job *job,
                           struct reply *reply, bool declined)
{
    struct mail *mail = mail_new(MAIL_RESULT);

    mail->job = job->number;
    mail->verb = job->request.verb;
    if (reply->verb == VERB_PUT_RULE && reply->error.kind == ERR_NONE)
        mail->rule_id = reply->rule_id;
    mail->error = reply->error;
    mail->declined = declined;
    mail->reply = mem_alloc(sizeof *mail->reply);
    *mail->reply = *reply;
    mailbox_deliver(self->box, mail);
}

static void free_job(struct job *job)
{
    request_clear(&job->request);
    mem_free(job);
}

static void deliver_lost(struct worker *self, const struct error *error)
{
    struct mail *mail = mail_new(MAIL_LOST);

    mail->error = *error;
    if (error->message.id == MESSAGE_SERVICE_NOT_RUNNING)
        mail->error.os_code = service_presence_code();
    mailbox_deliver(self->box, mail);
}

static void deliver_connected(struct worker *self, const struct reply *hello)
{
    struct mail *mail = mail_new(MAIL_CONNECTED);

    mail->user = hello->hello.user;
    mail->is_elevated = hello->hello.is_elevated;
    mail->may_change = hello->hello.may_change;
    mail->may_widen = hello->hello.may_widen;
    (void)text_copy(mail->version, sizeof mail->version, hello->hello.version);
    mailbox_deliver(self->box, mail);
}

static bool deliver_report(struct worker *self, struct pipe_client *client,
                           struct error *err)
{
    struct report *report = pipe_client_fetch_report(client, err);
    struct mail *mail;

    if (report == NULL)
        return false;
    mail = mail_new(MAIL_REPORT);
    mail->report = report;
    mailbox_deliver(self->box, mail);
    return true;
}

static bool subscribe(struct pipe_client *client, struct error *err)
{
    struct request request = {.verb = VERB_SUBSCRIBE};
    struct reply reply = {0};
    bool ok = pipe_client_ask(client, &request, &reply, err);

    if (ok && reply.error.kind != ERR_NONE) {
        *err = reply.error;
        ok = false;
    }
    reply_clear(&reply);
    return ok;
}

/* The prompt may stand for minutes, so events go on being taken meanwhile. */
static bool wait_for_approval(struct worker *self, struct pipe_client *client,
                              HANDLE process)
{
    const HANDLE others[] = {self->stop, process};
    struct error ignored = {0};
    DWORD which = 0;

    for (;;) {
        switch (pipe_client_wait(client, others, 2, APPROVAL_TIMEOUT_MS, &which)) {
        case PIPE_WAIT_CHANGED:
            if (!deliver_report(self, client, &ignored))
                return false;
            break;
        case PIPE_WAIT_OTHER:
            return which == 1;
        case PIPE_WAIT_TIMEOUT:
        case PIPE_WAIT_LOST:
            return false;
        }
    }
}

/* Leaves in `error` how it ended; true when somebody said no. */
static bool ask_approval(struct worker *self, struct pipe_client *client,
                         const struct job *job, const char *ticket, struct error *error)
{
    struct mail *mail = mail_new(MAIL_APPROVING);
    HANDLE process = NULL;
    bool declined = false;

    mail->job = job->number;
    mailbox_deliver(self->box, mail);
    *error = (struct error){0};
    if (!approval_start(ticket, &process, &declined, error))
        return declined;
    if (wait_for_approval(self, client, process))
        approval_outcome(process, error);
    else
        error_set_message(error, ERR_UNAVAILABLE, MESSAGE_APPROVAL_TIMED_OUT, NULL, NULL,
                          NULL);
    CloseHandle(process);
    return false;
}

/* Has the held request approved, and makes the reply the outcome of that. */
static bool get_approved(struct worker *self, struct pipe_client *client,
                         const struct job *job, struct reply *reply)
{
    struct error error = {0};
    const bool declined = ask_approval(self, client, job, reply->ticket, &error);

    reply_clear(reply);
    reply->verb = VERB_APPROVE;
    reply->error = error;
    return declined;
}

/* False: the connection is of no more use. */
static bool do_job(struct worker *self, struct pipe_client *client, struct job *job)
{
    struct reply reply = {0};
    struct error error = {0};
    bool declined = false;
    bool ok = pipe_client_ask(client, &job->request, &reply, &error);

    if (!ok)
        reply = (struct reply){.verb = job->request.verb, .error = error};
    else if (reply.error.kind == ERR_NEEDS_APPROVAL && reply.ticket[0] != '\0')
        declined = get_approved(self, client, job, &reply);
    /* The report first: who sees the result sees what it did. */
    if (ok && !request_is_reading(&job->request))
        ok = deliver_report(self, client, &error);
    deliver_result(self, job, &reply, declined);
    return ok;
}

static bool do_jobs(struct worker *self, struct pipe_client *client)
{
    struct job *job;
    bool ok = true;

    while (ok && !is_stopping(self) && (job = take_job(self)) != NULL) {
        ok = do_job(self, client, job);
        free_job(job);
    }
    return ok;
}

static void refuse_jobs(struct worker *self, const struct error *error)
{
    struct job *job;

    take_refresh(self);
    while ((job = take_job(self)) != NULL) {
        struct reply reply = {.verb = job->request.verb, .error = *error};

        deliver_result(self, job, &reply, false);
        free_job(job);
    }
}

/* Until the connection is lost or the program ends. */
static void serve(struct worker *self, struct pipe_client *client, struct error *err)
{
    const HANDLE others[] = {self->stop, self->wakeup};
    DWORD which = 0;
    bool ok = subscribe(client, err) && deliver_report(self, client, err);

    while (ok && do_jobs(self, client)) {
        switch (pipe_client_wait(client, others, 2, INFINITE, &which)) {
        case PIPE_WAIT_CHANGED:
            ok = deliver_report(self, client, err);
            break;
        case PIPE_WAIT_OTHER:
            ok = which == 1 && (!take_refresh(self) || deliver_report(self, client, err));
            break;
        case PIPE_WAIT_TIMEOUT:
            break;
        case PIPE_WAIT_LOST:
            ok = false;
            break;
        }
    }
    if (err->kind == ERR_NONE)
        error_set_message(err, ERR_UNAVAILABLE, MESSAGE_CONNECTION_LOST, NULL, NULL, NULL);
}

/* True when a session took place, so that the next attempt need not wait long. */
static bool connect_and_serve(struct worker *self)
{
    struct error err = {0};
    struct reply hello = {0};
    struct pipe_client *client = pipe_client_open(CONNECT_TIMEOUT_MS, &hello, &err);
    const bool connected = client != NULL;

    if (connected) {
        deliver_connected(self, &hello);
        serve(self, client, &err);
        pipe_client_close(client);
    }
    reply_clear(&hello);
    if (!is_stopping(self))
        deliver_lost(self, &err);
    refuse_jobs(self, &err);
    return connected;
}

static DWORD WINAPI run(void *context)
{
    struct worker *self = context;
    const HANDLE handles[] = {self->stop, self->wakeup};
    DWORD back_off_ms = 1000;

    /* ShellExecuteEx may go through COM (approval.h). */
    const HRESULT com = CoInitializeEx(NULL, COINIT_APARTMENTTHREADED);

    while (!is_stopping(self)) {
        if (connect_and_serve(self))
            back_off_ms = 1000;
        /* A request does not wait for the back-off: it tries at once. */
        WaitForMultipleObjects(2, handles, FALSE, back_off_ms);
        back_off_ms = min(2 * back_off_ms, BACK_OFF_LONGEST_MS);
    }
    if (SUCCEEDED(com))
        CoUninitialize();
    return 0;
}

static void free_worker(struct worker *self)
{
    struct job *job;

    while ((job = take_job(self)) != NULL)
        free_job(job);
    if (self->stop != NULL)
        CloseHandle(self->stop);
    if (self->wakeup != NULL)
        CloseHandle(self->wakeup);
    DeleteCriticalSection(&self->lock);
    mem_free(self);
}

struct worker *worker_start(struct mailbox *box)
{
    struct worker *self = mem_alloc(sizeof *self);

    self->box = box;
    self->end = &self->first;
    InitializeCriticalSection(&self->lock);
    self->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    self->wakeup = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (self->stop != NULL && self->wakeup != NULL)
        self->thread = CreateThread(NULL, 0, run, self, 0, NULL);
    if (self->thread == NULL) {
        free_worker(self);
        return NULL;
    }
    return self;
}

void worker_ask(struct worker *worker, uint32_t job, const struct request *request)
{
    struct job *item = mem_alloc(sizeof *item);

    item->number = job;
    item->request = request_copy(request);
    EnterCriticalSection(&worker->lock);
    *worker->end = item;
    worker->end = &item->next;
    LeaveCriticalSection(&worker->lock);
    SetEvent(worker->wakeup);
}

void worker_refresh(struct worker *worker)
{
    EnterCriticalSection(&worker->lock);
    worker->refresh = true;
    LeaveCriticalSection(&worker->lock);
    SetEvent(worker->wakeup);
}

bool worker_stop(struct worker *worker)
{
    if (worker == NULL)
        return true;
    SetEvent(worker->stop);
    if (WaitForSingleObject(worker->thread, STOP_TIMEOUT_MS) != WAIT_OBJECT_0)
        return false;
    CloseHandle(worker->thread);
    free_worker(worker);
    return true;
}
