/*
 * What only the user's own program can know of WSL, and do.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/wsl_inquiry.h"

#include "app/tray/wsl_config.h"
#include "app/tray/wsl_facts.h"
#include "app/tray/wsl_keeper.h"
#include "app/tray/wslconfig_watch.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/win32/key_watch.h"
#include "core/win32/token.h"
#include "core/win32/wsl_hives.h"

#include <winsock2.h>
#include <ws2ipdef.h>
#include <iphlpapi.h>

#include <string.h>

/* A running command is killed within that; the farewell of what is kept comes after it. */
#define STOP_TIMEOUT_MS 10000
#define SHUT_DOWN_LIMIT_MS 60000
#define ATTEMPTS_MAX 3
#define ARGUMENTS_CAPACITY 640

/* What the user interface wants, guarded by `lock`. */
struct wishes {
    unsigned occasions; /* a bit for each of enum ladder_occasion */
    bool keep_changed;
    char keep[DISTRIBUTION_NAME_SIZE];
    enum networking_mode mode; /* UNKNOWN: none to be written */
    bool shut_down;
};

struct wsl_inquiry {
    struct mailbox *box; /* borrowed */
    HANDLE thread;
    HANDLE stop;      /* manual reset */
    HANDLE wakeup;    /* auto reset: wishes */
    HANDLE vm_bell;   /* auto reset: vm_watch */
    HANDLE addresses; /* auto reset: this PC's addresses changed */
    HANDLE unicast;   /* their notification, or NULL */
    CRITICAL_SECTION lock;
    struct wishes wishes;

    /* The thread's own. */
    struct user_sid user;
    struct key_watch *vm_watch;
    struct wslconfig_watch *config_watch;
    struct wsl_config config;
    struct wsl_facts facts;
    struct ladder_clock clock;
    struct wsl_keeper keeper;
    bool has_looked;
    char vm_id[WSL_VM_ID_SIZE];
    char asked_vm_id[WSL_VM_ID_SIZE]; /* whose mode was told */
    unsigned attempts;                /* to ask it, before anything ran in that VM */
    struct wsl_hint hint;
    struct wsl_hint told;
    struct wsl_output output;
};

static int64_t now_ms(void)
{
    return (int64_t)GetTickCount64();
}

static bool is_stopping(const struct wsl_inquiry *self)
{
    return WaitForSingleObject(self->stop, 0) == WAIT_OBJECT_0;
}

static void tell(struct wsl_inquiry *self, bool even_if_same)
{
    struct mail *mail;

    wsl_config_tell(&self->config, &self->hint);
    if (!even_if_same && wsl_hint_equals(&self->hint, &self->told))
        return;
    self->told = self->hint;
    mail = mail_new(MAIL_WSL_HINT);
    mail->hint = self->hint;
    mailbox_deliver(self->box, mail);
}

static void tell_done(struct wsl_inquiry *self, enum wsl_order order,
                      const struct error *error)
{
    struct mail *mail = mail_new(MAIL_WSL_DONE);

    mail->order = order;
    mail->error = *error;
    mailbox_deliver(self->box, mail);
}

/* Answers that were given about another VM are worth nothing. */
static void follow_vm(struct wsl_inquiry *self, const char *vm_id)
{
    if (self->has_looked && strcmp(vm_id, self->vm_id) == 0)
        return;
    wsl_config_new_vm(&self->config, wsl_facts_vm_start(&self->facts), self->has_looked);
    memset(&self->hint, 0, sizeof self->hint);
    (void)text_copy(self->hint.vm_id, sizeof self->hint.vm_id, vm_id);
    (void)text_copy(self->vm_id, sizeof self->vm_id, vm_id);
    self->has_looked = true;
    self->attempts = 0;
}

static struct ladder_needs look(struct wsl_inquiry *self)
{
    struct ladder_needs needs;

    wsl_facts_read(&self->user, &self->facts);
    self->facts.ladder.config = *wsl_config_applied(&self->config);
    needs = ladder_needs_from(&self->facts.ladder, self->asked_vm_id);
    follow_vm(self, needs.vm_id);
    return needs;
}

static bool make_arguments(const struct ladder *ladder, enum ladder_step step,
                           wchar_t out[ARGUMENTS_CAPACITY])
{
    if (step != LADDER_LIST)
        return wsl_exec_arguments(ladder->distribution, ladder_step_command(step), out,
                                  ARGUMENTS_CAPACITY);
    wcscpy_s(out, ARGUMENTS_CAPACITY, L"--list --running --quiet");
    return true;
}

/* False: nothing more is to be asked. */
static bool run_step(struct wsl_inquiry *self, struct ladder *ladder,
                     enum ladder_step step)
{
    wchar_t arguments[ARGUMENTS_CAPACITY];
    struct ladder_answer answer = {.bytes = self->output.bytes};
    struct error ignored = {0};
    enum wsl_run_result result;

    if (!make_arguments(ladder, step, arguments))
        return false;
    result = wsl_run(self->facts.installed.program, arguments, ladder_step_limit_ms(step),
                     self->stop, &self->output, &ignored);
    if (result == WSL_RUN_CANCELLED || result == WSL_RUN_FAILED)
        return false;
    answer.hung = result == WSL_RUN_HUNG;
    answer.succeeded =
        result == WSL_RUN_ENDED && self->output.exit_code == 0 && !self->output.is_cut;
    answer.size = self->output.size;
    ladder_take(ladder, &answer, &self->facts.ladder, &self->facts.registered, now_ms());
    return true;
}

/* What was told of this VM's mode earlier stays true. */
static void keep_answers(struct wsl_inquiry *self, const struct ladder *ladder)
{
    const enum networking_mode known = self->hint.effective;

    self->hint.liveness = ladder->hint.liveness;
    self->hint.address = ladder->hint.address;
    self->hint.effective = ladder->mode_was_asked ? ladder->hint.effective : known;
    if (ladder->mode_was_asked && !ladder->hung)
        (void)text_copy(self->asked_vm_id, sizeof self->asked_vm_id, self->vm_id);
}

static void climb(struct wsl_inquiry *self, const struct ladder_needs *needs)
{
    struct ladder ladder;
    enum ladder_step step;

    ladder_begin(&ladder, needs);
    do {
        step = ladder_next(&ladder, now_ms());
    } while (step != LADDER_DONE && run_step(self, &ladder, step));
    if (is_stopping(self))
        return;
    ladder_clock_asked(&self->clock, ladder.hung, now_ms());
    keep_answers(self, &ladder);
    if (needs->mode && !ladder.mode_was_asked && !ladder.hung &&
        self->attempts++ < ATTEMPTS_MAX)
        ladder_clock_note(&self->clock, LADDER_VM_STARTING, now_ms());
    tell(self, true);
}

static void look_and_ask(struct wsl_inquiry *self)
{
    const struct ladder_needs needs = look(self);

    if (!ladder_clock_is_due(&self->clock, now_ms())) {
        tell(self, false);
    } else if (ladder_needs_anything(&needs)) {
        climb(self, &needs);
    } else {
        ladder_clock_skip(&self->clock);
        /* What was asked once is told by WSL itself now. */
        self->hint.liveness = WSL_LIVENESS_UNKNOWN;
        self->hint.address = (struct address){0};
        tell(self, false);
    }
}

static void shut_down(struct wsl_inquiry *self)
{
    struct wsl_installed installed;
    struct error error = {0};
    enum wsl_run_result result;

    wsl_installed_read(&installed);
    if (!installed.is_there) {
        error_set(&error, ERR_NOT_FOUND, "WSL is not installed");
    } else {
        result = wsl_run(installed.program, L"--shutdown", SHUT_DOWN_LIMIT_MS, self->stop,
                         &self->output, &error);
        if (result == WSL_RUN_HUNG)
            error_set_system(&error, (uint32_t)HRESULT_FROM_WIN32(ERROR_TIMEOUT),
                             "wsl --shutdown");
        else if (result == WSL_RUN_ENDED && self->output.exit_code != 0)
            error_set(&error, ERR_SYSTEM, "wsl --shutdown: exit code %lu",
                      self->output.exit_code);
    }
    tell_done(self, WSL_ORDER_SHUT_DOWN, &error);
}

static void write_mode(struct wsl_inquiry *self, enum networking_mode mode)
{
    struct error error = {0};

    if (wsl_config_write_mode(&self->config, mode, &error))
        error = (struct error){0};
    tell_done(self, WSL_ORDER_WRITE_MODE, &error);
    tell(self, false);
}

static struct wishes take_wishes(struct wsl_inquiry *self)
{
    struct wishes wishes;

    EnterCriticalSection(&self->lock);
    wishes = self->wishes;
    self->wishes.occasions = 0;
    self->wishes.keep_changed = false;
    self->wishes.mode = NETWORKING_MODE_UNKNOWN;
    self->wishes.shut_down = false;
    LeaveCriticalSection(&self->lock);
    return wishes;
}

static void carry_out_wishes(struct wsl_inquiry *self)
{
    const struct wishes wishes = take_wishes(self);

    for (unsigned i = 0; i <= LADDER_REPORT_CHANGED; i++) {
        if ((wishes.occasions & 1u << i) != 0)
            ladder_clock_note(&self->clock, (enum ladder_occasion)i, now_ms());
    }
    if (wishes.keep_changed) {
        self->keeper.wanted = wishes.keep[0] != '\0';
        memcpy(self->keeper.distribution, wishes.keep, sizeof wishes.keep);
    }
    if (wishes.mode != NETWORKING_MODE_UNKNOWN)
        write_mode(self, wishes.mode);
    if (wishes.shut_down)
        shut_down(self);
}

static void take_news(struct wsl_inquiry *self)
{
    if (self->vm_watch != NULL && key_watch_take(self->vm_watch) == KEY_WATCH_CHANGED)
        ladder_clock_note(&self->clock, LADDER_VM_ANNOUNCED, now_ms());
    if (WaitForSingleObject(self->addresses, 0) == WAIT_OBJECT_0)
        ladder_clock_note(&self->clock, LADDER_ADAPTERS_CHANGED, now_ms());
    if (self->config_watch != NULL &&
        WaitForSingleObject(wslconfig_watch_event(self->config_watch), 0) ==
            WAIT_OBJECT_0 &&
        wslconfig_watch_take(self->config_watch))
        wsl_config_read(&self->config);
}

static DWORD sooner(DWORD wait, int64_t other_ms)
{
    if (other_ms < 0 || other_ms >= (int64_t)wait)
        return wait;
    return (DWORD)other_ms;
}

static DWORD wait_ms(const struct wsl_inquiry *self)
{
    const int64_t now = now_ms();
    DWORD wait = INFINITE;

    if (self->clock.due_ms != LADDER_NOT_DUE)
        wait = sooner(wait, max(self->clock.due_ms - now, 0));
    return sooner(wait, wsl_keeper_wait_ms(&self->keeper, now));
}

/* Nothing is looked at in between: no timer runs but for what waits for its time. */
static void wait_for_news(struct wsl_inquiry *self)
{
    HANDLE handles[6] = {self->stop, self->wakeup, self->vm_bell, self->addresses};
    DWORD count = 4;

    if (self->config_watch != NULL)
        handles[count++] = wslconfig_watch_event(self->config_watch);
    if (self->keeper.child.process != NULL)
        handles[count++] = self->keeper.child.process;
    /* An auto-reset event that ended the wait is set again, for who takes the news. */
    if (WaitForMultipleObjects(count, handles, FALSE, wait_ms(self)) == WAIT_OBJECT_0 + 3)
        SetEvent(self->addresses);
}

static void begin(struct wsl_inquiry *self)
{
    const struct key_watch_spec spec = {.root = HKEY_CURRENT_USER,
                                        .path = WSL_LOCAL_DEVICES_PATH};
    struct error ignored = {0};

    if (!token_read_own_user(&self->user, &ignored))
        self->user = (struct user_sid){0};
    ladder_clock_init(&self->clock);
    ladder_clock_note(&self->clock, LADDER_SIGNED_IN, now_ms());
    self->vm_watch = key_watch_new(&spec, self->vm_bell);
    wsl_config_init(&self->config);
    self->config_watch = wslconfig_watch_new(self->config.folder);
    /* What changed before it was watched. */
    wsl_config_read(&self->config);
}

static DWORD WINAPI run(void *context)
{
    struct wsl_inquiry *self = context;

    begin(self);
    while (!is_stopping(self)) {
        look_and_ask(self);
        wsl_keeper_look(&self->keeper, now_ms());
        wait_for_news(self);
        take_news(self);
        carry_out_wishes(self);
    }
    wsl_keeper_end(&self->keeper);
    key_watch_free(self->vm_watch);
    wslconfig_watch_free(self->config_watch);
    wsl_facts_clear(&self->facts);
    return 0;
}

static void WINAPI on_address_change(void *context, PMIB_UNICASTIPADDRESS_ROW row,
                                     MIB_NOTIFICATION_TYPE kind)
{
    (void)row;
    (void)kind;
    SetEvent((HANDLE)context);
}

static void close_event(HANDLE handle)
{
    if (handle != NULL)
        CloseHandle(handle);
}

static void free_inquiry(struct wsl_inquiry *self)
{
    if (self->unicast != NULL)
        CancelMibChangeNotify2(self->unicast);
    close_event(self->stop);
    close_event(self->wakeup);
    close_event(self->vm_bell);
    close_event(self->addresses);
    DeleteCriticalSection(&self->lock);
    mem_free(self);
}

struct wsl_inquiry *wsl_inquiry_start(struct mailbox *box)
{
    struct wsl_inquiry *self = mem_alloc(sizeof *self);

    self->box = box;
    InitializeCriticalSection(&self->lock);
    self->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    self->wakeup = CreateEventW(NULL, FALSE, FALSE, NULL);
    self->vm_bell = CreateEventW(NULL, FALSE, FALSE, NULL);
    self->addresses = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (self->stop != NULL && self->wakeup != NULL && self->vm_bell != NULL &&
        self->addresses != NULL) {
        if (NotifyUnicastIpAddressChange(AF_INET, on_address_change, self->addresses,
                                         FALSE, &self->unicast) != NO_ERROR)
            self->unicast = NULL;
        self->thread = CreateThread(NULL, 0, run, self, 0, NULL);
    }
    if (self->thread == NULL) {
        free_inquiry(self);
        return NULL;
    }
    return self;
}

bool wsl_inquiry_stop(struct wsl_inquiry *inquiry)
{
    if (inquiry == NULL)
        return true;
    SetEvent(inquiry->stop);
    if (WaitForSingleObject(inquiry->thread, STOP_TIMEOUT_MS) != WAIT_OBJECT_0)
        return false;
    CloseHandle(inquiry->thread);
    free_inquiry(inquiry);
    return true;
}

static void wish(struct wsl_inquiry *self, const struct wishes *more)
{
    if (self == NULL)
        return;
    EnterCriticalSection(&self->lock);
    self->wishes.occasions |= more->occasions;
    self->wishes.shut_down |= more->shut_down;
    if (more->mode != NETWORKING_MODE_UNKNOWN)
        self->wishes.mode = more->mode;
    if (more->keep_changed) {
        self->wishes.keep_changed |= strcmp(self->wishes.keep, more->keep) != 0;
        memcpy(self->wishes.keep, more->keep, sizeof more->keep);
    }
    LeaveCriticalSection(&self->lock);
    SetEvent(self->wakeup);
}

void wsl_inquiry_note(struct wsl_inquiry *inquiry, enum ladder_occasion occasion)
{
    const struct wishes more = {.occasions = 1u << occasion};

    wish(inquiry, &more);
}

void wsl_inquiry_keep(struct wsl_inquiry *inquiry, const char *distribution)
{
    struct wishes more = {.keep_changed = true};

    if (text_copy(more.keep, sizeof more.keep, distribution))
        wish(inquiry, &more);
}

void wsl_inquiry_write_mode(struct wsl_inquiry *inquiry, enum networking_mode mode)
{
    const struct wishes more = {.mode = mode};

    wish(inquiry, &more);
}

void wsl_inquiry_shut_down(struct wsl_inquiry *inquiry)
{
    const struct wishes more = {.shut_down = true};

    wish(inquiry, &more);
}
