/*
 * Hostile clients of the service's pipe, of all kinds in turn.
 *
 *   pipe_attack COUNT THREADS   so many clients, some at a time. Prints a line for each kind in the
 *                               end: "garbage: refused 12, served 0, wrong 0, shut out 0"
 *
 * Wrong: a request that must be refused is obeyed, one in order is refused, or a client that stalls
 * is still there after STALL_LIMIT_MS. Shut out: found no place in time, as any client may.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/protocol/reply.h"
#include "core/win32/security.h"

#include <windows.h>

#include <stdio.h>
#include <wchar.h>

#define WIDE_PIPE_NAME L"" PIPE_NAME
#define CONNECT_LIMIT_MS 15000
#define ANSWER_LIMIT_MS 15000
#define STALL_LIMIT_MS 10000
#define POLL_MS 10
#define THREADS_MAX 16
/* One client in so many stalls: each holds a place for two seconds, and these are few. */
#define STALL_EVERY 200
#define SCRAPS_SIZE (3 * MESSAGE_SIZE_MAX)

enum kind {
    KIND_GARBAGE,
    KIND_OVERSIZED,
    KIND_MALFORMED, /* a proper header, and nonsense behind it */
    KIND_CUT,       /* a proper request without its last byte */
    KIND_DUPLICATE, /* the same request twice on one connection: both are answered */
    KIND_VANISHING, /* gone without a word */
    KIND_UNREAD,    /* asks, and is gone without the answer */
    KIND_COMMON_COUNT,
    KIND_SILENT = KIND_COMMON_COUNT, /* slow: says nothing and stays */
    KIND_HALF_OPEN,                  /* is refused, and stays without reading it */
    KIND_COUNT
};

static const char *const kind_names[KIND_COUNT] = {
    "garbage",   "oversized", "malformed", "cut",       "duplicate",
    "vanishing", "unread",    "silent",    "half-open",
};

enum outcome { REFUSED, SERVED, WRONG, SHUT_OUT, OUTCOME_COUNT };

static struct {
    LONG wanted;
    LONG begun;
    LONG outcomes[KIND_COUNT][OUTCOME_COUNT];
    uint8_t scraps[SCRAPS_SIZE];
} attack;

struct attacker {
    HANDLE pipe;
    OVERLAPPED operation; /* hEvent is owned */
    unsigned number;      /* of this client, which decides what it sends */
    uint8_t answer[MESSAGE_SIZE_MAX];
};

static bool connect_to_service(struct attacker *self)
{
    const ULONGLONG until = GetTickCount64() + CONNECT_LIMIT_MS;
    DWORD mode = PIPE_READMODE_MESSAGE;

    do {
        self->pipe = CreateFileW(WIDE_PIPE_NAME, PIPE_CLIENT_ACCESS, 0, NULL,
                                 OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
        if (self->pipe != INVALID_HANDLE_VALUE) {
            SetNamedPipeHandleState(self->pipe, &mode, NULL, NULL);
            return true;
        }
        Sleep(POLL_MS);
    } while (GetTickCount64() < until);
    return false;
}

/* False: the other end has closed it, or nothing came of it in time. */
static bool finish(struct attacker *self, BOOL done, DWORD *size)
{
    if (!done && GetLastError() != ERROR_IO_PENDING)
        return false;
    if (WaitForSingleObject(self->operation.hEvent, ANSWER_LIMIT_MS) != WAIT_OBJECT_0)
        CancelIoEx(self->pipe, &self->operation);
    return GetOverlappedResult(self->pipe, &self->operation, size, TRUE) != 0;
}

static bool send_bytes(struct attacker *self, const void *bytes, size_t size)
{
    DWORD sent = 0;

    return finish(self, WriteFile(self->pipe, bytes, (DWORD)size, NULL, &self->operation),
                  &sent);
}

/* How a request ended. An end without an answer is a refusal, too. */
static enum outcome ask(struct attacker *self, const void *bytes, size_t size)
{
    struct reply *reply = NULL;
    enum outcome outcome = REFUSED;
    DWORD received = 0;

    if (!send_bytes(self, bytes, size) ||
        !finish(self,
                ReadFile(self->pipe, self->answer, sizeof self->answer, NULL,
                         &self->operation),
                &received))
        return REFUSED;
    reply = mem_alloc(sizeof *reply);
    if (!reply_decode(self->answer, received, reply, NULL)) {
        outcome = WRONG;
    } else {
        outcome = reply->error.kind == ERR_NONE ? SERVED : REFUSED;
        reply_clear(reply);
    }
    mem_free(reply);
    return outcome;
}

static struct wire_writer encode_hello(const struct attacker *self)
{
    const struct request request = {.verb = VERB_HELLO, .id = self->number + 1};
    struct wire_writer bytes = {0};

    request_encode(&request, &bytes);
    return bytes;
}

/* Any verb there is, and behind it what no client would write. */
static enum outcome ask_malformed(struct attacker *self)
{
    struct wire_writer bytes = {0};
    enum outcome outcome;

    wire_put_u16(&bytes, PROTOCOL_VERSION);
    wire_put_u16(&bytes, (uint16_t)(VERB_HELLO + self->number % VERB_APPROVE));
    wire_put_u32(&bytes, self->number);
    wire_put_text(&bytes, "");
    wire_put_bytes(&bytes, attack.scraps + self->number % MESSAGE_SIZE_MAX,
                   1 + self->number % 300);
    outcome = ask(self, bytes.bytes, bytes.size);
    wire_writer_clear(&bytes);
    return outcome == SERVED ? WRONG : outcome;
}

static enum outcome ask_nonsense(struct attacker *self, size_t size)
{
    const enum outcome outcome =
        ask(self, attack.scraps + self->number % MESSAGE_SIZE_MAX, size);

    return outcome == SERVED ? WRONG : outcome;
}

/* Until the service has had enough of it. */
static enum outcome stall(struct attacker *self)
{
    const ULONGLONG until = GetTickCount64() + STALL_LIMIT_MS;
    DWORD available;

    while (PeekNamedPipe(self->pipe, NULL, 0, NULL, &available, NULL)) {
        if (GetTickCount64() >= until)
            return WRONG;
        Sleep(POLL_MS);
    }
    return REFUSED;
}

static enum outcome ask_hello(struct attacker *self, enum kind kind)
{
    struct wire_writer hello = encode_hello(self);
    enum outcome outcome = SERVED;

    switch (kind) {
    case KIND_CUT:
        outcome = ask(self, hello.bytes, hello.size - 1) == SERVED ? WRONG : REFUSED;
        break;
    case KIND_DUPLICATE:
        for (int i = 0; i < 2 && outcome == SERVED; i++)
            outcome = ask(self, hello.bytes, hello.size);
        break;
    case KIND_HALF_OPEN:
        outcome = send_bytes(self, hello.bytes, hello.size - 1) ? stall(self) : REFUSED;
        break;
    default:
        outcome = send_bytes(self, hello.bytes, hello.size) ? SERVED : REFUSED;
        break;
    }
    wire_writer_clear(&hello);
    return outcome;
}

static enum outcome behave(struct attacker *self, enum kind kind)
{
    switch (kind) {
    case KIND_GARBAGE:
        return ask_nonsense(self, 1 + self->number % 500);
    case KIND_OVERSIZED:
        return ask_nonsense(self, MESSAGE_SIZE_MAX + 1 + self->number % MESSAGE_SIZE_MAX);
    case KIND_MALFORMED:
        return ask_malformed(self);
    case KIND_VANISHING:
        return SERVED;
    case KIND_SILENT:
        return stall(self);
    default:
        return ask_hello(self, kind);
    }
}

static enum kind kind_of(unsigned number)
{
    if (number % STALL_EVERY < 2)
        return number % STALL_EVERY == 0 ? KIND_SILENT : KIND_HALF_OPEN;
    return (enum kind)(number % KIND_COMMON_COUNT);
}

static DWORD WINAPI run_attacker(void *context)
{
    struct attacker *self = mem_alloc(sizeof *self);
    LONG turn;

    (void)context;
    self->operation.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    while ((turn = InterlockedIncrement(&attack.begun)) <= attack.wanted) {
        enum outcome outcome = SHUT_OUT;
        enum kind kind;

        self->number = (unsigned)turn - 1;
        kind = kind_of(self->number);
        if (connect_to_service(self)) {
            outcome = behave(self, kind);
            CloseHandle(self->pipe);
        }
        InterlockedIncrement(&attack.outcomes[kind][outcome]);
    }
    CloseHandle(self->operation.hEvent);
    mem_free(self);
    return 0;
}

/* Always the same: what went wrong once goes wrong again. */
static void fill_scraps(void)
{
    uint32_t state = 1;

    for (size_t i = 0; i < SCRAPS_SIZE; i++) {
        state = state * 1664525u + 1013904223u;
        attack.scraps[i] = (uint8_t)(state >> 24);
    }
}

static void print_outcomes(void)
{
    for (int i = 0; i < KIND_COUNT; i++) {
        const LONG *outcomes = attack.outcomes[i];

        printf("%s: refused %ld, served %ld, wrong %ld, shut out %ld\n", kind_names[i],
               outcomes[REFUSED], outcomes[SERVED], outcomes[WRONG], outcomes[SHUT_OUT]);
    }
}

/* No header declares it. */
int wmain(int count, wchar_t **arguments);

int wmain(int count, wchar_t **arguments)
{
    const DWORD wanted = count == 3 ? wcstoul(arguments[2], NULL, 10) : 0;
    HANDLE threads[THREADS_MAX];

    if (wanted < 1 || wanted > THREADS_MAX)
        return 2;
    attack.wanted = wcstol(arguments[1], NULL, 10);
    fill_scraps();
    for (DWORD i = 0; i < wanted; i++)
        threads[i] = CreateThread(NULL, 0, run_attacker, NULL, 0, NULL);
    WaitForMultipleObjects(wanted, threads, TRUE, INFINITE);
    print_outcomes();
    return 0;
}
